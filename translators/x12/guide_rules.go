package x12

import (
	"fmt"
	"strings"

	"waybill/translators"
)

// By returns a translator that reads, explains, answers and makes samples by a
// partner's guide wherever Options name no rules of their own.
func (t *Translator) By(schema *translators.Schema) *Translator {
	return &Translator{library: t.library, guide: schema, agreed: t.agreed, strict: t.strict}
}

// Business returns a translator that warns of sums and levels that contradict
// each other, wherever Options name no rules of their own.
func (t *Translator) Business() *Translator {
	return &Translator{library: t.library, guide: t.guide, agreed: t.agreed, strict: true}
}

// Texts returns a translator that asks for characters of a set, and judges
// trailing separators, wherever Options name no rules of their own; see
// translators.Rules for the words.
func (t *Translator) Texts(charset, trailing string) *Translator {
	return &Translator{library: t.library, guide: t.guide, agreed: agreement{charset, trailing}, strict: t.strict}
}

// rules are those of a translator made by By, Business and Texts; nil are the standard's.
func (t *Translator) rules() func(translators.Interchange, translators.Group, string) translators.Rules {
	if t.guide == nil && !t.strict && t.agreed == (agreement{}) {
		return nil
	}
	return func(ic translators.Interchange, g translators.Group, set string) translators.Rules {
		var r translators.Rules
		if t.guide != nil {
			r = by(t.guide)(ic, g, set)
		}
		r.Business, r.Charset, r.Trailing = t.strict, t.agreed.charset, t.agreed.trailing
		return r
	}
}

// by are the rules of one guide: its set in its release is held against it, and
// the same set in another release is refused; other sets are the standard's.
func by(schema *translators.Schema) func(translators.Interchange, translators.Group, string) translators.Rules {
	return func(_ translators.Interchange, g translators.Group, set string) translators.Rules {
		switch {
		case set != schema.Set:
			return translators.Rules{}
		case !strings.HasPrefix(g.Version, schema.Release):
			return translators.Rules{Refuse: fmt.Sprintf("guide %s is for release %s", schema.Guide.Name, schema.Release)}
		}
		return translators.Rules{Schema: schema}
	}
}
