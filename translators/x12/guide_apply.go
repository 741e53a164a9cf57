package x12

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/settings"
	"waybill/translators"
)

// apply makes the schema of a guide: a copy of the standard's with what holds
// for every occurrence of a place, and beside it a tree of what holds for some.
func (c *guideCompiler) apply(base *translators.Schema, own *guideFile, rules []*guideRule) *translators.Schema {
	c.base, c.owned, c.places = base, map[*translators.SegmentRule]bool{}, map[string]*translators.GuidePlace{}
	schema := &translators.Schema{
		Set: base.Set, Release: base.Release, Name: base.Name, Functional: base.Functional, Items: base.Items,
		Root:  copyItem(base.Root, nil),
		Guide: &translators.Guide{Name: own.name, Title: own.title, Notes: own.notes, Base: base},
	}
	for _, some := range []bool{false, true} { // what holds for all comes first: the rest is said on top of it
		for _, r := range rules {
			if r.path.conditional() == some {
				c.rule(schema, r)
			}
		}
	}
	sortPlaces(schema.Guide.Places)
	return schema
}

func sortPlaces(places []*translators.GuidePlace) {
	slices.SortStableFunc(places, func(a, b *translators.GuidePlace) int { return a.Item.Index - b.Item.Index })
	for _, p := range places {
		sortPlaces(p.Places)
	}
}

// copyItem copies the tree of items; what the rules of segments say is shared
// until the guide changes it.
func copyItem(item, parent *translators.Item) *translators.Item {
	copied := *item
	copied.Parent = parent
	copied.Items = make([]*translators.Item, len(item.Items))
	for i, inner := range item.Items {
		copied.Items[i] = copyItem(inner, &copied)
	}
	return &copied
}

// rule applies what is said of one place.
func (c *guideCompiler) rule(schema *translators.Schema, r *guideRule) {
	place := c.place(schema, r)
	if place == nil {
		return
	}
	if r.notes.ok && !r.inside {
		place.Notes = r.notes.value
	}
	if r.inside {
		c.element(place, r)
		return
	}
	if r.usage.ok && c.mayUse(r, place.Item.Usage) {
		place.Usage, place.Demand.Usage = r.usage.value, r.usage.at.String()
	}
	if r.max.ok && c.mayRepeat(r, place.Item) {
		place.Max, place.Demand.Max = r.max.value, r.max.at.String()
	}
	place.Demand.Widened = r.usage.wide || r.max.wide
	if r.path.conditional() {
		return
	}
	item := place.Item
	if place.Demand != (translators.Demand{}) {
		item.Demand = &place.Demand
	}
	if place.Demand.Usage != "" {
		item.Usage = place.Usage
	}
	if place.Demand.Max != "" {
		item.Max = place.Max
	}
}

// mayUse says whether the usage goes no further than the standard, or says that it does.
func (c *guideCompiler) mayUse(r *guideRule, usage translators.Usage) bool {
	if last := r.path.steps[len(r.path.steps)-1]; len(last.choice) > 0 && !r.inside {
		usage = translators.Optional // the standard demands no occurrence with that qualifier
	}
	wider := usage == translators.Mandatory && r.usage.value != translators.Mandatory
	switch {
	case wider && !r.usage.wide:
		c.add(r.usage.at, "rules."+r.key, "the standard demands it", "write widen: { usage: ... } if the partner really leaves it out")
		return false
	case r.usage.wide && r.path.conditional() && wider:
		c.add(r.usage.at, "rules."+r.key, widensAll, "write it without the choice")
		return false
	}
	return true
}

const widensAll = "what is widened holds for every occurrence"

// mayRepeat says the same of how often a segment or loop may come.
func (c *guideCompiler) mayRepeat(r *guideRule, item *translators.Item) bool {
	wider := item.Max > 0 && (r.max.value == 0 || r.max.value > item.Max)
	switch {
	case wider && !r.max.wide:
		c.add(r.max.at, "rules."+r.key, fmt.Sprintf("the standard has it at most %d times", item.Max), "write widen: { max: ... } if the partner really sends more")
		return false
	case wider && r.path.conditional():
		c.add(r.max.at, "rules."+r.key, widensAll, "write it without the choice")
		return false
	}
	return true
}

// place finds or makes the place that a rule is about, and those around it.
func (c *guideCompiler) place(schema *translators.Schema, r *guideRule) *translators.GuidePlace {
	item, within := schema.Root, &schema.Guide.Places
	var at *translators.GuidePlace
	for i, step := range r.path.steps {
		next := c.step(r, step, item)
		if next == nil {
			return nil
		}
		choice, ok := c.choice(r, step, next)
		if !ok {
			return nil
		}
		key := guidePath{steps: r.path.steps[:i+1]}.String()
		around := at
		if at, ok = c.places[key]; !ok {
			at = &translators.GuidePlace{Path: key, Item: next, Choice: choice, Some: len(choice) > 0 || around != nil && around.Some}
			c.places[key] = at
			*within = append(*within, at)
		}
		item, within = next, &at.Places
	}
	return at
}

// step finds a segment or loop directly within another loop.
func (c *guideCompiler) step(r *guideRule, s guideStep, in *translators.Item) *translators.Item {
	at := r.at
	at.column += s.at
	key := "rules." + r.key
	for _, item := range in.Items {
		if item.ID != s.id {
			continue
		}
		switch {
		case s.id == "ST" || s.id == "SE":
			c.add(at, key, s.id+" is the envelope's, which no guide changes", "")
			return nil
		case item == in.Items[0] && in.Parent != nil:
			c.add(at, key, fmt.Sprintf("%s is the first segment of its own loop", s.id), "write "+strings.Replace(r.key, s.id+"/"+s.id, s.id, 1))
			return nil
		}
		return item
	}
	c.add(at, key, fmt.Sprintf("there is no %s in %s", s.id, insideOf(in, c.base)), c.elsewhere(s.id, in))
	return nil
}

func insideOf(in *translators.Item, schema *translators.Schema) string {
	if in.Parent == nil {
		return "set " + schema.Set + " itself"
	}
	return "loop " + in.ID
}

// elsewhere says where the segment is, if it is anywhere.
func (c *guideCompiler) elsewhere(id string, in *translators.Item) string {
	if in.ID == "HL" {
		if id == "HL" {
			return "each level is named on its own, such as HL[O]/PRF"
		}
	}
	for levels := 1; levels <= 8; levels++ {
		if path := down(in.Items, id, levels); path != nil {
			return "it is inside " + path[0].ID + ": write " + itemPath(path[len(path)-1])
		}
	}
	for levels := 0; levels <= 8; levels++ {
		if path := down(c.base.Root.Items[1:], id, levels); path != nil {
			return "it is at " + itemPath(path[len(path)-1])
		}
	}
	known := make([]string, len(in.Items))
	for i, item := range in.Items {
		known[i] = item.ID
	}
	if near := settings.Suggest(id, known); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

// itemPath is the path of an item from its set.
func itemPath(item *translators.Item) string {
	path := item.ID
	for p := item.Parent; p != nil && p.Parent != nil; p = p.Parent {
		path = p.ID + "/" + path
	}
	return path
}

// choice completes the conditions of a step: what names no element tests the key.
func (c *guideCompiler) choice(r *guideRule, s guideStep, item *translators.Item) ([]translators.Condition, bool) {
	out := make([]translators.Condition, 0, len(s.choice))
	for _, cond := range s.choice {
		if cond.Element == 0 {
			cond.Element = item.Segment.Key
		}
		rule, text := elementAt(item.Segment, cond.Element, cond.Component)
		if text != "" {
			c.add(r.at, "rules."+r.key, text, "")
			return nil, false
		}
		for _, code := range cond.Codes {
			if k := rule.Codes; k != nil && !k.Partial && !k.Has(code) {
				c.add(r.at, "rules."+r.key, fmt.Sprintf("%s is no code of %s%02d", code, item.ID, cond.Element), codeHint(k, item.ID, cond.Element))
				return nil, false
			}
		}
		out = append(out, cond)
	}
	return out, true
}

func codeHint(k *translators.Codes, segment string, element int) string {
	if len(k.Members) <= shortList {
		return "codes are: " + strings.Join(slices.Sorted(maps.Keys(k.Members)), ", ")
	}
	return fmt.Sprintf("if the partner really sends it, write %s%02d: { widen: { codes: ... } } with its meaning", segment, element)
}

// elementAt finds the rule of an element or component; text says why there is none.
func elementAt(s *translators.SegmentRule, element, component int) (*translators.ElementRule, string) {
	if element > len(s.Elements) {
		return nil, fmt.Sprintf("there is no element %02d in %s, which has %d", element, s.ID, len(s.Elements))
	}
	rule := &s.Elements[element-1]
	switch {
	case component == 0:
		return rule, ""
	case len(rule.Components) == 0:
		return nil, fmt.Sprintf("%s%02d is no composite", s.ID, element)
	case component > len(rule.Components):
		return nil, fmt.Sprintf("there is no component %02d in %s%02d, which has %d", component, s.ID, element, len(rule.Components))
	}
	return &rule.Components[component-1], ""
}
