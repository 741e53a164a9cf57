package partners

import (
	"slices"
	"strings"
	"time"
)

// The directions of an agreement, seen from us.
const (
	inbound  = "in"
	outbound = "out"
)

// Agreement is what we agreed with a partner about one transaction set in one
// direction.
type Agreement struct {
	Document  string    // the set: "850"
	Direction string    // "in" or "out"
	Role      string    // what we are in it: seller, buyer, depositor, warehouse
	Version   string    // GS08 as it was agreed: "004010VICS"
	Via       string    // out: the transport that takes it
	To        []string  // in: the adapters that get the document
	Priority  int       // 1 is looked at first
	KeepOrder bool      // none overtakes another
	Batch     Batch     // out: how documents share an interchange
	GroupBy   []string  // out: fields that must be the same in all of one interchange
	Due       Due       // out: when it must have left
	Calendar  *Calendar // of Due
	Duplicate Duplicate // in: a document whose number came before in another interchange

	mapping string
	maps    *maps
	reading reading
}

// Deadline is when the document must have left, where what it waits for happens
// at t; the zero time where nothing was agreed.
func (a Agreement) Deadline(event time.Time) time.Time {
	if a.Due.IsZero() {
		return time.Time{}
	}
	return a.Due.At(a.Calendar, event)
}

// agreed is the key of an agreement.
type agreed struct{ document, direction string }

// splitSet parts an entry of documents: "850", or "850 out" where both
// directions of one set are agreed on.
func splitSet(key string) (set, direction string) {
	set, direction, _ = strings.Cut(key, " ")
	return set, direction
}

// clone copies what a caller could change.
func (a Agreement) clone() Agreement {
	a.To, a.GroupBy = slices.Clone(a.To), slices.Clone(a.GroupBy)
	return a
}

// sets are those agreed on in a direction, in order.
func (p *Profile) sets(direction string) []string {
	var out []string
	for key := range p.agreements {
		if key.direction == direction {
			out = append(out, key.document)
		}
	}
	slices.Sort(out)
	return out
}

// directions takes the directions that the names of documents say.
func (f *file) directions() {
	for name, d := range f.Documents {
		if _, direction := splitSet(name); d.Direction == "" && direction != "" {
			d.Direction = direction
			f.Documents[name] = d
		}
	}
}

// Outgoing are the agreements about what we send, in the order of their sets.
func (p *Profile) Outgoing() []Agreement {
	var out []Agreement
	for _, set := range p.sets(outbound) {
		a, _ := p.Agreement(set, outbound)
		out = append(out, a)
	}
	return out
}
