package x12

import (
	"bytes"
	"slices"
	"strconv"
	"unsafe"

	"waybill/translators"
)

const (
	segmentsInSet = 250_000
	bytesInSet    = 16 << 20
	problemsInSet = 500
	wholeLimit    = 256 << 10 // of a set that is cut up where it lies; a larger one is gathered first
)

// assembly gathers the bytes of one set and what is made of them. Its memory is
// used again for the next set.
type assembly struct {
	open, trailer bool
	fields        [3]string // of the ST
	reuse         bool      // texts are read where they lie
	rules         translators.Rules
	offset, end   int64
	text          []byte
	marks         []mark
	count         int  // of segments, also of those over the limit
	over          bool // a limit was passed; the rest is only counted

	cuts     cuts // of a set that lies whole in the scanner's window
	whole    []byte
	segments []translators.Segment
	elements []translators.Element
	seen     []glance
	walker   walker
	found    findings
	set      translators.Set
}

// mark is where a segment lies in text and in the file.
type mark struct {
	start, end int
	offset     int64
}

func (a *assembly) start(l line, fields [3]string, rules translators.Rules) {
	a.open, a.trailer, a.over, a.count = true, false, false, 0
	a.fields, a.rules, a.offset = fields, rules, l.offset
	a.text, a.marks, a.whole = a.text[:0], a.marks[:0], nil
}

func (a *assembly) add(l line) {
	a.count++
	a.end = l.end
	if a.over || l.cut || len(a.marks) == a.rules.Limits.Segments || len(a.text)+len(l.text) > a.rules.Limits.Bytes {
		a.over = true
		return
	}
	start := len(a.text)
	a.text = append(a.text, l.text...)
	a.marks = append(a.marks, mark{start, len(a.text), l.offset})
}

// cutUp makes segments and elements of the gathered bytes. All texts share one
// string, which is not used again: what is kept of a set stays what it is.
func (a *assembly) cutUp(d translators.Delimiters) {
	if a.whole != nil {
		a.cutWhole()
		return
	}
	separator := d.Element
	all := string(a.text)
	a.seen = a.seen[:0]
	for _, m := range a.marks {
		a.seen = append(a.seen, glanceAt(a.text[m.start:m.end], d))
	}
	a.segments = slices.Grow(a.segments[:0], len(a.marks))
	a.elements = slices.Grow(a.elements[:0], bytes.Count(a.text, []byte{separator}))
	for i, m := range a.marks {
		text := all[m.start:m.end]
		first, begin := len(a.elements), -1
		id := text
		for j := range len(text) {
			if text[j] != separator {
				continue
			}
			if begin < 0 {
				id = text[:j]
			} else {
				a.elements = append(a.elements, translators.Element{Text: text[begin:j]})
			}
			begin = j + 1
		}
		if begin >= 0 {
			a.elements = append(a.elements, translators.Element{Text: text[begin:]})
		}
		last := len(a.elements)
		a.segments = append(a.segments, translators.Segment{
			ID: id, Position: i + 1, Offset: m.offset, Elements: a.elements[first:last:last],
		})
	}
}

// cutWhole does the same where the cuts are known.
func (a *assembly) cutWhole() {
	places := a.cuts.places
	var all string
	if a.reuse {
		all = unsafe.String(&a.whole[0], len(a.whole)) // until the scanner reads on
	} else {
		all = string(a.whole)
	}
	a.segments = slices.Grow(a.segments[:0], len(a.cuts.segments))[:len(a.cuts.segments)]
	a.elements = slices.Grow(a.elements[:0], len(places))[:len(places)]
	a.seen = slices.Grow(a.seen[:0], len(a.cuts.segments))[:len(a.cuts.segments)]
	n := 0
	for i := range a.cuts.segments {
		c := &a.cuts.segments[i]
		first, at := n, int(places[c.first])
		id := all[c.from:at]
		for _, end := range places[c.first+1 : c.last] {
			e := &a.elements[n]
			e.Text = all[at+1 : end]
			if e.Repeats != nil {
				e.Repeats = nil
			}
			n, at = n+1, int(end)
		}
		a.seen[i] = c.glance
		a.segments[i] = translators.Segment{ID: id, Position: i + 1, Offset: a.offset + int64(c.from), Elements: a.elements[first:n:n]}
	}
}

// gather takes the set at the scanner's place out of its window, if it lies there
// from ST to SE with nothing between that ends it otherwise.
func (d *decoder) gather(l line) bool {
	s, a := d.in, &d.set
	s.unread(l)
	a.cuts.begin(d.open.Delimiters)
	for last := false; ; last = !s.fill() {
		b := s.buf[s.start:s.end]
		r := a.cuts.scan(b, last)
		if r == complete && a.cuts.end <= a.rules.Limits.Bytes && len(a.cuts.segments) <= a.rules.Limits.Segments {
			a.whole = b[:a.cuts.end]
			s.start += a.cuts.end
			a.trailer, a.count, a.end = true, len(a.cuts.segments), s.offset()
			return true
		}
		if r != unfinished || last || len(b) >= wholeLimit {
			return false
		}
	}
}

// finishSet holds the open set against its schema, hands it out and reports it.
func (d *decoder) finishSet() error {
	a := &d.set
	if !a.open {
		return nil
	}
	a.open = false
	found, set := &a.found, &a.set
	*found = findings{limit: a.rules.Limits.Problems}
	*set = translators.Set{
		Index: d.sets, ID: a.fields[0], Control: a.fields[1], Convention: a.fields[2],
		Interchange: d.open.Interchange, Group: d.group.Group, Offset: a.offset, End: a.end,
	}
	d.checkHeader(set, found)
	switch {
	case a.over:
		found.add(translators.Problem{
			Level: translators.AtSet, Code: "5", Segment: "ST", Position: 1, Offset: a.offset, Text: "the set is longer than it may be and was not read to its end",
			Found:    strconv.Itoa(a.count) + " segments",
			Expected: strconv.Itoa(a.rules.Limits.Segments) + " segments and " + strconv.Itoa(a.rules.Limits.Bytes) + " bytes, none of a segment above " + strconv.Itoa(segmentLimit),
		})
	default:
		a.cutUp(d.open.Delimiters)
		set.Segments = a.segments
		if a.rules.Refuse == "" && !a.rules.Bare {
			set.Schema = a.rules.Schema
			a.walker.seen = a.seen
			a.walker.library = d.library
			a.walker.agree(a.rules)
			a.walker.plan = nil
			if !d.plain {
				a.walker.plan = planOf(set.Schema)
			}
			set.Root = a.walker.walk(set, found, a.trailer)
			if a.rules.Business {
				business(set, found)
			}
			a.unicode()
		}
	}
	d.checkTrailer(set, found)
	set.Problems, set.Dropped = found.kept, found.dropped
	d.problems += len(found.kept)
	d.sets++
	if d.options.Brief && len(set.Problems) == 0 {
		d.parts--
		return d.each(set)
	}
	d.group.Sets = append(d.group.Sets, translators.SetReport{
		Index: set.Index, ID: set.ID, Control: set.Control, Convention: set.Convention, Offset: set.Offset, End: set.End,
		Segments: a.count, Problems: set.Problems, Dropped: set.Dropped, Accepted: !found.refused,
	})
	return d.each(set)
}

// checkHeader judges the ST.
func (d *decoder) checkHeader(set *translators.Set, found *findings) {
	p := translators.Problem{Level: translators.AtSet, Segment: "ST", Position: 1, Element: 1, Offset: set.Offset}
	switch {
	case len(set.ID) != 3 || dirty(set.ID, set.Interchange.Delimiters):
		p.Code, p.Text, p.Found, p.Expected = "6", "the set id is missing or not of its form", clip(set.ID), "3 characters"
		found.add(p)
	case d.set.rules.Refuse != "":
		p.Code, p.Text, p.Found = "1", d.set.rules.Refuse, clip(set.ID+" "+set.Group.Version)
		found.add(p)
	case d.set.rules.Bare:
	case d.set.rules.Schema.Functional != set.Group.Functional:
		p.Code, p.Warning = "18", true
		p.Text, p.Found, p.Expected = "the set stands in a group of another kind", clip(set.Group.Functional), d.set.rules.Schema.Functional
		found.add(p)
	}
	if note := d.set.rules.Note; note != "" {
		found.add(translators.Problem{
			Level: translators.AtSet, Segment: "ST", Position: 1, Offset: set.Offset, Warning: true, Text: note, Found: clip(set.Group.Version),
		})
	}
	p = translators.Problem{Level: translators.AtSet, Segment: "ST", Position: 1, Element: 2, Offset: set.Offset, Found: clip(set.Control)}
	if !between(set.Control, 4, 9) || dirty(set.Control, set.Interchange.Delimiters) {
		p.Code, p.Text, p.Expected = "7", "the control number is missing or not of its form", "4 to 9 characters"
		found.add(p)
		return
	}
	if !d.controls.add(set.Control) {
		// X12 718 has a code for this from 005010 on; before, the number only has to be there.
		p.Code, p.Warning = "23", set.Group.Version < "005"
		p.Text, p.Expected = "the control number was that of an earlier set of the group", "a number of its own"
		found.add(p)
	}
}

// checkTrailer judges the SE.
func (d *decoder) checkTrailer(set *translators.Set, found *findings) {
	a := &d.set
	if !a.trailer {
		found.add(translators.Problem{
			Level: translators.AtSet, Code: "2", Segment: "SE", Position: a.count + 1, Offset: a.end, Text: "the set has no trailer", Expected: "SE",
		})
		return
	}
	if a.over {
		return
	}
	se := &a.segments[len(a.segments)-1]
	p := translators.Problem{Level: translators.AtSet, Segment: "SE", Position: a.count, Offset: se.Offset}
	if n, err := strconv.Atoi(se.Element(1)); err != nil || n != a.count {
		p.Code, p.Element, p.Text, p.Found, p.Expected = "4", 1, "the number of segments is wrong", clip(se.Element(1)), strconv.Itoa(a.count)
		found.add(p)
	}
	if se.Element(2) != set.Control {
		p.Code, p.Element, p.Text, p.Found, p.Expected = "3", 2, "the control number is not that of the ST", clip(se.Element(2)), clip(set.Control)
		found.add(p)
	}
}

// findings are the problems of one set: bounded, the rest counted. The few that
// are about the set as a whole are always kept.
type findings struct {
	limit, dropped int
	kept           []translators.Problem
	refused        bool
}

func (f *findings) add(p translators.Problem) {
	f.refused = f.refused || !p.Warning
	if len(f.kept) >= f.limit && p.Level != translators.AtSet {
		f.dropped++
		return
	}
	f.kept = append(f.kept, p)
}
