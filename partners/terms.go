package partners

import (
	"fmt"
	"time"

	"waybill/settings"
)

// Batch is how documents share an interchange.
type Batch struct {
	Max    int           // documents in one interchange; 1 means that each has its own
	Window time.Duration // how long the first waits for others
}

// Limits is how much we take from a partner.
type Limits struct {
	Size      int64 // bytes of one file; 0: that of the transport
	Segments  int   // of one set; 0: the translator's
	PerMinute int   // messages; 0: as many as come
}

// Retention is how long messages of a partner are kept; 0 is for ever.
type Retention struct{ Raw, Canonical time.Duration }

// Duplicate is what happens with what came before.
type Duplicate struct {
	Window time.Duration // how long back is looked; 0 is for ever
	Action string        // "hold", "accept", "refuse" or "drop"; "" where nothing was agreed
}

// Numbers is how one level of our envelopes is counted.
type Numbers struct {
	Start  int64
	Length int    // filled up with zeros to so many digits
	Per    string // ISA13: "pair", "us"; GS06: "function", "pair", "us"; ST02: "group", "set", "pair"
}

// Control is how our envelopes are numbered.
type Control struct{ Interchange, Group, Set Numbers }

// Outbound is how our interchanges are written, beside their delimiters; charset
// and trailing separators hold for theirs, too.
type Outbound struct {
	Charset  string // "basic", "extended" or "utf8"; "" where none was agreed
	Trailing string // separators at the end of a segment: "forbid", "optional" or "require"
	InData   string // a delimiter inside a value: "refuse" or "replace"
	Control  Control
}

// batch is what the keys come to: without a window each document has an
// interchange of its own, with one as many as come, unless a number is said.
func (b batchFile) batch() Batch {
	out := Batch{Max: b.Max, Window: b.Window}
	switch {
	case out.Max == 0 && out.Window == 0:
		out.Max = 1
	case out.Max == 0:
		out.Max = 1000
	}
	return out
}

// longestWindow bounds how long a document may wait for others.
const longestWindow = 24 * time.Hour

// values checks what the shape of the block does not show.
func (b batchFile) values(key string, l *problems) {
	if b.Window > longestWindow {
		l.add(key+".window", "use a time such as 5m, at most 24h", "found %s", b.Window)
	}
	if b.Window == 0 && b.Max > 1 {
		l.add(key+".window", "say how long the first document waits for others, such as 5m", "is missing")
	}
	for i, by := range b.By {
		l.pattern(fmt.Sprintf("%s.by[%d]", key, i), by, `[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*`, "write the path of a field, such as shipTo.id")
	}
}

func (d duplicateFile) policy() Duplicate {
	if d.Action == "" {
		d.Action = "hold"
	}
	return Duplicate(d)
}

func (x x12File) outbound() Outbound {
	c := x.Control
	return Outbound{Charset: x.Charset, Trailing: x.Trailing, InData: x.InData, Control: Control{
		Interchange: Numbers{c.Interchange.Start, 9, c.Interchange.Per}, // ISA13 is 9 to 9
		Group:       Numbers{c.Group.Start, c.Group.Length, c.Group.Per},
		Set:         Numbers{c.Set.Start, c.Set.Length, c.Set.Per},
	}}
}

// values checks that the first number fits its length.
func (c controlFile) values(l *problems) {
	for _, x := range []struct {
		key    string
		start  int64
		length int
	}{{"group", c.Group.Start, c.Group.Length}, {"set", c.Set.Start, c.Set.Length}} {
		if x.length > 1 && len(fmt.Sprint(x.start)) > x.length {
			l.add("x12.control."+x.key+".start", "use a smaller number, or a greater length", "found %d, which has more than %d digits", x.start, x.length)
		}
	}
}

// Silence is how long none of a set may come before somebody is told.
type Silence struct {
	Document string
	Within   Span
	Calendar *Calendar
}

// Since is the moment at which the partner has been silent too long, when the
// last came at t.
func (s Silence) Since(last time.Time) time.Time { return s.Calendar.Due(last, s.Within) }

// terms turns the blocks that name other parts of the file, or other files, into
// what they mean.
func (l *loader) terms(p *Profile, f *file) problems {
	var found problems
	l.calendarOf(f, f.Calendar, "calendar", &found)
	l.expectations(p, f, &found)
	l.silences(p, f, &found)
	if _, ok := p.blocks[f.Acknowledge.Via]; f.Acknowledge.Via != "" && !ok {
		found.add("acknowledge.via", "name a transport that the profile has a block of", "the profile has no block %q", f.Acknowledge.Via)
	}
	if f.Acknowledge.Functional.Send == "999" && f.X12.Version < "005010" {
		found = append(found, settings.Problem{Key: "acknowledge.functional.send", Warning: true,
			Text: "a 999 answers release 005010 and later; what comes in " + f.X12.Version + " is answered by a 997", Hint: "write 997, unless they send both"})
	}
	return found
}

// silences turns the times of silence into what they mean.
func (l *loader) silences(p *Profile, f *file, found *problems) {
	calendar := l.calendarOf(f, f.Silence[calendarKey], "silence."+calendarKey, found)
	for _, set := range sortedKeys(f.Silence) {
		if set == calendarKey {
			continue
		}
		if _, ok := p.Agreement(set, inbound); !ok {
			found.add("silence."+set, "name a set of documents with direction in", "%s is not agreed on as inbound", set)
		}
		span, _ := ParseSpan(f.Silence[set]) // checked before
		p.silence = append(p.silence, Silence{set, span, calendar})
	}
}
