package mappings

import (
	"fmt"
	"strings"

	"waybill/translators"
)

func newScope(item *translators.Item) *scope {
	s := &scope{item: item, groupOf: map[int]int{}}
	if item.Segment != nil {
		s.slots = append(s.slots, item.Segment.Pairs...)
	}
	return s
}

// walk leads from a scope along a path to the scope that its last step names,
// making claims on the way. last is the claim of that step; nil where the step
// is the scope's own segment.
func (c *compiler) walk(from *scope, p *path, e *entry) (at *scope, last *claim) {
	at = from
	for i, st := range p.steps {
		if i == 0 {
			own, ok := c.own(at, st, e)
			if !ok {
				return nil, nil
			}
			if own != nil {
				at = own
				continue
			}
		}
		item := below(at.item, st.segment)
		if item == nil {
			text, hint := absent(at.item, st.segment)
			c.add(st.pos, e.path, text, hint)
			return nil, nil
		}
		if item.Segment == nil {
			c.add(st.pos, e.path, "the schema does not describe "+st.segment, "")
			return nil, nil
		}
		choice, ok := c.settled(st, item, e)
		if !ok {
			return nil, nil
		}
		last = c.claim(at, item, choice, st.pos, e)
		at = last.scope
	}
	return at, last
}

// own is the scope whose occurrence a bare first step names: that of the block,
// or one around it that its items share. With brackets, HL is the level below.
func (c *compiler) own(at *scope, st step, e *entry) (found *scope, ok bool) {
	for s := at; s != nil; s = s.outer {
		if s.item.Parent == nil || s.item.ID != st.segment {
			continue
		}
		if st.choice.none() {
			return s, true
		}
		if st.segment == levelID {
			return nil, true
		}
		c.add(st.pos, e.path, st.segment+" is the segment that this block stands at; it has no other occurrence here", "leave the brackets out")
		return nil, false
	}
	return nil, true
}

// levelID is the loop whose occurrences nest in one another.
const levelID = "HL"

// claim finds or makes the claim of a choice on a child of a scope.
func (c *compiler) claim(at *scope, item *translators.Item, ch choice, pos place, e *entry) *claim {
	g := at.group(item)
	for _, k := range g.claims {
		if k.choice.equal(ch) && !k.many {
			return c.touch(k, e)
		}
	}
	k := &claim{choice: ch, all: ch.all, peek: true, scope: newScope(item), list: -1, pos: pos, path: e.path, order: c.order}
	c.order++
	g.claims = append(g.claims, k)
	return c.touch(k, e)
}

// touch notes that an entry with a way back uses the claim.
func (c *compiler) touch(k *claim, e *entry) *claim {
	if e.out != nil {
		k.peek = false
	}
	return k
}

func (s *scope) group(item *translators.Item) *group {
	if i, ok := s.groupOf[item.Index]; ok {
		return s.groups[i]
	}
	s.groupOf[item.Index] = len(s.groups)
	g := &group{item: item}
	s.groups = append(s.groups, g)
	return g
}

// settled fills in the key element and checks that the conditions name elements.
func (c *compiler) settled(st step, item *translators.Item, e *entry) (choice, bool) {
	ch := choice{rest: st.choice.rest, all: st.choice.all}
	for _, k := range st.choice.conds {
		if k.element == 0 {
			k.element = max(item.Segment.Key, 1)
		}
		rule, text := elementOf(item.Segment, k.ref)
		if text != "" {
			c.add(st.pos, e.path, text, "")
			return ch, false
		}
		for _, code := range k.codes {
			if len(code) > rule.Max && rule.Max > 0 {
				c.add(st.pos, e.path, fmt.Sprintf("%s%02d has at most %d characters, not %q", item.ID, k.element, rule.Max, code), "")
				return ch, false
			}
			if rule.Codes != nil && !rule.Codes.Partial && !rule.Codes.Has(code) {
				c.add(st.pos, e.path, fmt.Sprintf("%s has no code %s in %s", k.of(item.ID), code, c.schema.Release), "look whether it is the right one; a partner who sends it all the same is read")
				c.found[len(c.found)-1].Warning = true
			}
		}
		ch.conds = append(ch.conds, k)
	}
	return ch, true
}

func (c choice) equal(o choice) bool { return c.String() == o.String() }

// String is the choice as it is written.
func (c choice) String() string {
	switch {
	case c.rest:
		return "[other]"
	case c.all && len(c.conds) == 0:
		return "[*]"
	case len(c.conds) == 0:
		return ""
	}
	words := make([]string, len(c.conds))
	for i, k := range c.conds {
		words[i] = strings.Join(k.codes, "|")
		if k.element > 0 {
			words[i] = k.of("") + "=" + words[i]
		}
	}
	return "[" + strings.Join(words, ",") + "]"
}

// below finds a direct child of an item.
func below(item *translators.Item, id string) *translators.Item {
	if id == levelID && item.ID == levelID && item.Loop {
		return item
	}
	for i, k := range item.Items {
		if k.ID == id && !(i == 0 && item.Loop && item.Parent != nil) {
			return k
		}
	}
	return nil
}

// absent says where a segment is instead.
func absent(item *translators.Item, id string) (text, hint string) {
	where := item.ID
	if item.Parent == nil {
		where = "the set"
	}
	text = fmt.Sprintf("no segment %s in %s", id, where)
	if route := search(item, id, 0); route != "" {
		inside, _, _ := strings.Cut(route, "/")
		return text, "it is inside " + inside + ": write " + route
	}
	var ids []string
	for _, k := range item.Items {
		ids = append(ids, k.ID)
	}
	return text, suggestion(id, ids)
}

// search finds a segment at depth, for the hint only.
func search(item *translators.Item, id string, depth int) string {
	if depth > 6 {
		return ""
	}
	for _, k := range item.Items {
		if !k.Loop {
			continue
		}
		if below(k, id) != nil {
			return k.ID + "/" + id
		}
		if route := search(k, id, depth+1); route != "" {
			return k.ID + "/" + route
		}
	}
	return ""
}

// rule is what a schema says of the element or component; nil where it has none.
func (r ref) rule(of *translators.SegmentRule) *translators.ElementRule {
	if r.element > len(of.Elements) {
		return nil
	}
	e := &of.Elements[r.element-1]
	switch {
	case r.component > len(e.Components):
		return nil
	case r.component > 0:
		return &e.Components[r.component-1]
	case len(e.Components) > 0:
		return nil
	}
	return e
}

// elementOf finds what a schema says of an element or component.
func elementOf(rule *translators.SegmentRule, r ref) (translators.ElementRule, string) {
	if r.element > len(rule.Elements) {
		return translators.ElementRule{}, fmt.Sprintf("no element %02d in %s; %s has %d", r.element, rule.ID, rule.ID, len(rule.Elements))
	}
	e := rule.Elements[r.element-1]
	if r.component == 0 {
		if len(e.Components) > 0 {
			return e, fmt.Sprintf("%s%02d is a composite; name a component: %s%02d-01", rule.ID, r.element, rule.ID, r.element)
		}
		return e, ""
	}
	if r.component > len(e.Components) {
		if len(e.Components) == 0 {
			return e, fmt.Sprintf("%s%02d has no components", rule.ID, r.element)
		}
		return e, fmt.Sprintf("no component %02d in %s%02d; it has %d", r.component, rule.ID, r.element, len(e.Components))
	}
	return e.Components[r.component-1], ""
}
