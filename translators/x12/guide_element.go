package x12

import (
	"fmt"
	"maps"
	"slices"

	"waybill/translators"
)

// element applies what is said of an element or component.
func (c *guideCompiler) element(place *translators.GuidePlace, r *guideRule) {
	key := "rules." + r.key
	rule, text := elementAt(place.Item.Segment, r.path.element, r.path.component)
	if text != "" {
		c.add(r.at, key, text, "")
		return
	}
	changed := *rule
	changed.Demand = &translators.Demand{}
	if rule.Demand != nil {
		*changed.Demand = *rule.Demand
	}
	ok := c.length(&changed, r, key)
	ok = c.list(&changed, r, key) && ok
	if r.usage.ok {
		if ok = c.mayUse(r, rule.Usage) && ok; ok {
			changed.Usage, changed.Demand.Usage = r.usage.value, r.usage.at.String()
		}
	}
	if !ok {
		return
	}
	changed.Demand.Widened = changed.Demand.Widened || r.usage.wide || r.min.wide || r.max.wide || r.extra.ok
	place.Elements = append(place.Elements, translators.GuideElement{
		Element: r.path.element, Component: r.path.component, Rule: changed, Notes: r.notes.value,
	})
	if !r.path.conditional() {
		rule, _ = elementAt(c.own(place.Item, r.path.element), r.path.element, r.path.component)
		*rule = changed
	}
}

// own makes the segment rule of an item a copy of the guide's own.
func (c *guideCompiler) own(item *translators.Item, element int) *translators.SegmentRule {
	rule := item.Segment
	if !c.owned[rule] {
		copied := *rule
		copied.Elements = slices.Clone(rule.Elements)
		rule = &copied
		c.owned[rule] = true
		item.Segment = rule
		if item.Loop {
			item.Items[0].Segment = rule
		}
	}
	e := &rule.Elements[element-1]
	e.Components = slices.Clone(e.Components)
	return rule
}

// length applies min and max, which may be longer or shorter than the standard's only under widen.
func (c *guideCompiler) length(rule *translators.ElementRule, r *guideRule, key string) bool {
	if (r.min.ok || r.max.ok) && rule.Components != nil {
		c.add(r.at, key, "a composite has no length", fmt.Sprintf("say it of a component, such as %s-01", r.key))
		return false
	}
	ok := true
	limit := func(s said[int], into *int, demand *string, wider bool, word string) {
		switch {
		case !s.ok:
		case wider && !s.wide:
			c.add(s.at, key, fmt.Sprintf("%s %d is wider than the standard's %d", word, s.value, *into), fmt.Sprintf("write widen: { %s: %d } if the partner really sends that", word, s.value))
			ok = false
		case wider && r.path.conditional():
			c.add(s.at, key, widensAll, "write it without the choice")
			ok = false
		default:
			*into, *demand = s.value, s.at.String()
		}
	}
	limit(r.max, &rule.Max, &rule.Demand.Max, rule.Max > 0 && r.max.value > rule.Max, "max")
	limit(r.min, &rule.Min, &rule.Demand.Min, r.min.value < rule.Min, "min")
	if ok && rule.Max > 0 && rule.Min > rule.Max {
		at := r.max.at
		if r.min.ok {
			at = r.min.at
		}
		c.add(at, key, fmt.Sprintf("the shortest value, %d, is longer than the longest, %d", rule.Min, rule.Max), "")
		ok = false
	}
	return ok
}

// list applies which codes are allowed, and those that the partner has beside the standard's.
func (c *guideCompiler) list(rule *translators.ElementRule, r *guideRule, key string) bool {
	if !r.codes.ok && !r.extra.ok {
		return true
	}
	if rule.Type != "ID" {
		c.add(r.at, key, fmt.Sprintf("is of type %s, and only ID elements have codes", or(rule.Type, "composite")), "")
		return false
	}
	if r.extra.ok && r.path.conditional() {
		c.add(r.extra.at, key, widensAll, "write it without the choice")
		return false
	}
	codes := &translators.Codes{Number: rule.Number, Words: map[string]string{}}
	known := rule.Codes
	if known != nil {
		codes.Number, codes.Partial = known.Number, known.Partial
		maps.Copy(codes.Words, known.Words)
	}
	if open := known == nil || len(known.Members) == 0; !open {
		codes.Members = maps.Clone(known.Members)
	}
	for _, e := range r.extra.value {
		if codes.Members != nil {
			codes.Members[e.code] = struct{}{}
		}
		codes.Words[e.code] = or(e.words, codes.Words[e.code])
		rule.Demand.Codes = r.extra.at.String()
	}
	if r.codes.ok && !c.allow(codes, r, key) {
		return false
	}
	if r.codes.ok {
		rule.Demand.Codes = r.codes.at.String()
	}
	rule.Codes = codes
	return true
}

// allow leaves only the codes that a guide lists, and those that it adds.
func (c *guideCompiler) allow(codes *translators.Codes, r *guideRule, key string) bool {
	members, ok := map[string]struct{}{}, true
	for _, e := range r.codes.value {
		if !codes.Has(e.code) {
			c.add(e.at, key, fmt.Sprintf("%s is no code of list %s", e.code, codes.Number), codeHint(codes, r.path.steps[len(r.path.steps)-1].id, r.path.element))
			ok = false
		}
		members[e.code] = struct{}{}
		if e.words != "" {
			codes.Words[e.code] = e.words
		}
	}
	for _, e := range r.extra.value {
		members[e.code] = struct{}{}
	}
	codes.Members, codes.Partial = members, false
	return ok
}
