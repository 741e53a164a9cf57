package x12

import (
	"bytes"

	"waybill/translators"
)

// verify reads what was written as a partner would, and refuses it for any
// finding, also for one that we would only note in other people's data.
func (e *encoder) verify(t *Translator) error {
	if len(e.refusal.Problems) > 0 {
		return &e.refusal
	}
	report, err := t.Decode(bytes.NewReader(e.out.Bytes()), translators.Options{Rules: e.rules, Reuse: true, Brief: true}, func(*translators.Set) error { return nil })
	if err != nil {
		return err
	}
	for _, ic := range report.Interchanges {
		e.refusal.Problems = append(e.refusal.Problems, ic.Problems...)
		for _, g := range ic.Groups {
			e.refusal.Problems = append(e.refusal.Problems, g.Problems...)
			for _, s := range g.Sets {
				e.refusal.Problems = append(e.refusal.Problems, s.Problems...)
			}
		}
	}
	if len(e.refusal.Problems) > 0 {
		return &e.refusal
	}
	return nil
}

// rules are the schemas that the sets brought along, so that a partner's guide holds for what we send.
func (e *encoder) rules(_ translators.Interchange, g translators.Group, set string) translators.Rules {
	return translators.Rules{Schema: e.schemas[set+g.Version], Charset: e.ic.Charset, Trailing: e.ic.Trailing}
}
