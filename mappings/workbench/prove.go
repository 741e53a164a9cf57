package workbench

import (
	"bytes"
	"fmt"

	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// Proof says whether what a mapping read of a set goes back.
type Proof struct {
	Values   int      `json:"values"`            // read from the set
	Inverted int      `json:"inverted"`          // of those, by a pair that serves both directions
	Lost     []string `json:"lost,omitempty"`    // of those, what gave something else back
	Body     []string `json:"body,omitempty"`    // values that differ when it is written and read again
	X12      []string `json:"x12,omitempty"`     // where what is written differs from the set
	Refused  []string `json:"refused,omitempty"` // problems of writing that are more than warnings
}

// Holds says whether every value came back. Segments may come back in another
// order or form; that is reported and no fault.
func (p *Proof) Holds() bool { return len(p.Lost)+len(p.Body)+len(p.Refused) == 0 }

// Prove takes the values of a set back, each through its pair and all together.
func (b *Bench) Prove(m *mappings.Map, set *translators.Set, result mappings.Result, trace []mappings.TraceLine) (*Proof, error) {
	p := &Proof{}
	for _, l := range trace {
		if l.Element == "" {
			continue
		}
		p.Values++
		if l.Inverse {
			p.Inverted++
		}
		if l.Back != "" {
			p.Lost = append(p.Lost, fmt.Sprintf("%s: %s %q gives back %s (%s)", l.Field, l.Element, l.Raw, l.Back, l.Pair))
		}
	}
	out, problems, err := m.Out(result.Body)
	if err != nil {
		return nil, err
	}
	for _, q := range problems {
		if q.Severity != "warn" {
			p.Refused = append(p.Refused, q.Severity+": "+q.Error())
		}
	}
	again, err := m.In(out)
	if err != nil {
		return nil, err
	}
	changes, err := Changes(result.Body, again.Body)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		p.Body = append(p.Body, c.String())
	}
	return p, b.same(p, set, out)
}

// same compares what is written with the set that was read.
func (b *Bench) same(p *Proof, set, out *translators.Set) error {
	out.Control, out.Group = set.Control, set.Group
	was, err := b.encoded(set.Interchange, []*translators.Set{set})
	if err != nil {
		p.X12 = append(p.X12, "cannot be compared: the file itself has faults: "+err.Error())
		return nil
	}
	is, err := b.encoded(set.Interchange, []*translators.Set{out})
	if err != nil {
		p.Refused = append(p.Refused, err.Error())
		return nil
	}
	found, err := x12.New(b.Library).Diff(bytes.NewReader(was), bytes.NewReader(is), false)
	for _, d := range found {
		p.X12 = append(p.X12, d.String())
	}
	return err
}
