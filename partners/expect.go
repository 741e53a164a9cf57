package partners

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Expect is what the partner owes us for what we send.
type Expect struct {
	Functional Owed   // a 997 or 999
	Receipt    Owed   // an MDN, where the transport has such
	Documents  []Owed // by Document
}

// Owed is one answer that we wait for.
type Owed struct {
	Document string   // their set that answers: "855"; "" for an acknowledgement
	For      []string // our sets that it answers
	Within   Span     // zero: no deadline was agreed
	Calendar *Calendar
	Overdue  []string // "alert", "hold": what happens when it does not come
	Rejected []string // the same when ours was refused
}

// Answers says whether a document of ours must be answered so.
func (o Owed) Answers(document string) bool { return slices.Contains(o.For, document) }

// The kinds of answer that have no name of their own: every other kind is the set
// that is owed, such as 855.
const (
	KindFunctional = "fa"  // a 997 or 999
	KindReceipt    = "mdn" // an MDN
)

// Of is what was agreed about a kind of answer: "fa", "mdn", or a set such as 855.
func (e Expect) Of(kind string) (Owed, bool) {
	switch kind {
	case KindFunctional:
		return e.Functional, true
	case KindReceipt:
		return e.Receipt, true
	}
	for _, o := range e.Documents {
		if o.Document == kind {
			return o, true
		}
	}
	return Owed{}, false
}

// Hold says whether anything that goes wrong with an answer holds what we send next.
func (e Expect) Hold() bool {
	for _, o := range append([]Owed{e.Functional, e.Receipt}, e.Documents...) {
		if o.Holds("overdue") || o.Holds("rejected") {
			return true
		}
	}
	return false
}

// Holds says whether what we send next is held while an answer stands so: overdue,
// or rejected.
func (o Owed) Holds(state string) bool { return slices.Contains(o.then(state), "hold") }

// Alerts says whether somebody is told.
func (o Owed) Alerts(state string) bool { return slices.Contains(o.then(state), "alert") }

func (o Owed) then(state string) []string {
	if state == "overdue" {
		return o.Overdue
	}
	return o.Rejected
}

// By is the moment at which the answer to what was sent at t is overdue; the
// zero time where no deadline was agreed.
func (o Owed) By(sent time.Time) time.Time {
	if o.Within.IsZero() {
		return time.Time{}
	}
	return o.Calendar.Due(sent, o.Within)
}

func (o Owed) clone() Owed {
	o.For, o.Overdue, o.Rejected = slices.Clone(o.For), slices.Clone(o.Overdue), slices.Clone(o.Rejected)
	return o
}

// Expect is what the partner owes us. The slices are the caller's.
func (p *Profile) Expect() Expect {
	e := Expect{Functional: p.expect.Functional.clone(), Receipt: p.expect.Receipt.clone()}
	for _, o := range p.expect.Documents {
		e.Documents = append(e.Documents, o.clone())
	}
	return e
}

// expectations checks the expect block against what was agreed, and turns it
// into what it means.
func (l *loader) expectations(p *Profile, f *file, found *problems) {
	sent := p.sets(outbound)
	p.expect.Functional = l.owedAck(f, f.Expect.Functional, "expect.functional", sent, found)
	p.expect.Receipt = l.owedAck(f, f.Expect.Receipt, "expect.receipt", sent, found)
	for set, d := range f.Expect.Documents {
		key := "expect.documents." + set
		if _, ok := p.Agreement(set, inbound); !ok {
			found.add(key, "add it to documents, direction in", "%s is expected, but not agreed on as inbound", set)
		}
		if d.For == "" || !slices.Contains(sent, d.For) {
			found.add(key+".for", "name a set of documents with direction out that it answers", "found %q, which does not go out", d.For)
		}
		o := Owed{Document: set, For: []string{d.For}, Overdue: or(d.Overdue, "alert")}
		l.within(&o, f, d.Within, d.Calendar, key, found)
		if d.Within == "" {
			found.add(key+".within", "write a time such as 24h or 2d", "is missing")
		}
		p.expect.Documents = append(p.expect.Documents, o)
	}
	slices.SortFunc(p.expect.Documents, func(a, b Owed) int { return strings.Compare(a.Document, b.Document) })
}

func (l *loader) owedAck(f *file, a owedAckFile, key string, sent []string, found *problems) Owed {
	o := Owed{For: a.For, Overdue: or(a.Overdue, "alert"), Rejected: or(a.Rejected, "alert")}
	for i, set := range a.For {
		if !slices.Contains(sent, set) {
			found.add(key+fmt.Sprintf(".for[%d]", i), "name sets of documents with direction out", "found %q, which does not go out", set)
		}
	}
	if len(a.For) == 0 {
		o.For = sent
	}
	l.within(&o, f, a.Within, a.Calendar, key, found)
	return o
}

// within reads a deadline with its calendar.
func (l *loader) within(o *Owed, f *file, within, calendar, key string, found *problems) {
	var err error
	if within != "" {
		if o.Within, err = ParseSpan(within); err != nil {
			found.add(key+".within", spanHint, "%v", err)
		}
	}
	o.Calendar = l.calendarOf(f, calendar, key+".calendar", found)
}

const spanHint = "write a time such as 4h, 24h or 2d; with a calendar, days are working days and hours run in working time"

// calendarOf is the calendar that a key names, else that of the partner.
func (l *loader) calendarOf(f *file, name, key string, found *problems) *Calendar {
	if name == "" {
		return l.book.calendars[f.Calendar]
	}
	c, ok := l.book.calendars[name]
	if !ok {
		found.add(key, nearOf(name, l.book.calendarNames(), "calendars are files such as calendars/us-business.yaml"), "there is no calendar %q", name)
	}
	return c
}

func or(said []string, otherwise string) []string {
	if len(said) == 0 {
		return []string{otherwise}
	}
	return said
}
