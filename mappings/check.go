package mappings

import (
	"fmt"
	"slices"
	"strings"
)

// taken is one element of one scope that some field writes.
type taken struct {
	scope *scope
	ref   ref
	piece int // of split; 0 is the whole element
}

// take notes that a field writes an element; a second one is a collision.
func (p *pairing) take(at *scope, r ref, v *value) {
	key := taken{at, r, 0}
	if n := pieceOf(v); n > 0 {
		if _, whole := p.taken[key]; !whole {
			key.piece = n
		}
	}
	other, twice := p.taken[key]
	if !twice {
		p.taken[key] = writing{p.field, v}
		return
	}
	mine := writing{p.field, v}
	if v.nullable() != other.value.nullable() {
		return // a constant, where the other has nothing to say
	}
	if p.rank[p.field.pos.file] < p.rank[other.field.pos.file] {
		mine, other = other, mine // the base is not to blame
	}
	p.add(mine.value.path.pos, mine.field.path, r.of(at.item.ID)+" is also written by "+other.field.path, "keep one, or read it only: in: "+mine.value.path.String())
}

// A writing is a field that writes an element, and how.
type writing struct {
	field *field
	value *value
}

// writable checks that what a single choice tests can be written from it alone.
func (c *compiler) writable(last *claim, e *entry) {
	if last != nil && last.choice.several() {
		c.unsure = append(c.unsure, unsure{last, e})
	}
}

// itemsWritable checks the same for a list, whose items may say which code it is.
func (c *compiler) itemsWritable(e *entry, at *scope) {
	steps := e.out.path.steps
	last := steps[len(steps)-1]
	if at == nil || !last.choice.several() {
		return
	}
	settled, _ := c.settled(last, at.item, e)
	for _, k := range settled.conds {
		says := func(a *access) bool { return slices.Contains(a.refs, k.ref) }
		if len(k.codes) > 1 && !slices.ContainsFunc(at.reads, says) {
			c.severalCodes(e.out, e.path)
			return
		}
	}
}

// owned says which elements only the writer writes: envelopes, counts and the
// numbers of levels.
func owned(segment string, element int) bool {
	switch segment {
	case "ISA", "GS", "ST", "SE", "GE", "IEA":
		return true
	case "HL":
		return element == 1 || element == 2 || element == 4
	case "CTT":
		return element <= 2
	}
	return false
}

// mark tells each rule what makes the parent of its field exist.
func (t *template) mark(fields []*node, lo, hi int, top bool) {
	own := map[int]bool{}
	for _, n := range fields {
		switch {
		case n.item != nil:
			n.item.mark(n.item.fields, 0, n.item.slots, true)
		case len(n.fields) > 0:
			t.mark(n.fields, n.lo, n.hi, false)
		default:
			own[n.slot] = true
		}
	}
	for _, r := range t.rules {
		if own[r.slot] {
			r.always, r.lo, r.hi = top, lo, hi
		}
	}
}

// check looks for claims on the same occurrences, in both directions.
func (c *compiler) check(m *Map) {
	c.overlaps(m.in)
	c.slotted(m.out)
}

// slotted reports elements that are written as such and are places of qualifier
// pairs too.
func (c *compiler) slotted(s *scope) {
	for _, a := range s.reads {
		for _, pair := range s.slots {
			e := a.refs[0].element
			if len(s.pairs) > 0 && (pair.Qualifier == e || pair.Value == e) {
				c.add(a.value.path.pos, a.field.path, a.refs[0].of(s.item.ID)+" is a place of qualifier pairs, such as that of "+s.pairs[0].access.field.path, "write it as a pair")
			}
		}
	}
	for _, g := range s.groups {
		for _, k := range g.claims {
			c.slotted(k.scope)
		}
	}
}

func (c *compiler) overlaps(s *scope) {
	for _, g := range s.groups {
		for i, a := range g.claims {
			for _, b := range g.claims[:i] {
				c.overlap(g, a, b)
			}
			c.overlaps(a.scope)
		}
	}
	c.guards(s)
}

// overlap reports two claims that may match the same occurrence and say nothing
// of which comes first.
func (c *compiler) overlap(g *group, later, earlier *claim) {
	if g.item.Max == 1 && !later.many && !earlier.many { // they do not compete: all may read the one there is
		return
	}
	if later.peek || earlier.peek || later.choice.rest != earlier.choice.rest || !meet(later.choice, earlier.choice) {
		return
	}
	if len(later.choice.conds) != len(earlier.choice.conds) && len(later.choice.conds) > 0 && len(earlier.choice.conds) > 0 {
		return
	}
	if c.rank[later.pos.file] < c.rank[earlier.pos.file] {
		later, earlier = earlier, later // the base is not to blame
	}
	a, b := g.item.ID+later.choice.String(), g.item.ID+earlier.choice.String()
	text := fmt.Sprintf("%s and %s of %s may mean the same segment", a, b, earlier.path)
	if a == b {
		text = fmt.Sprintf("%s is also the place of %s", a, earlier.path)
	}
	hint := "give both conditions, or one of them [other]"
	if a == b && strings.HasSuffix(earlier.path, "[]") && !strings.HasSuffix(later.path, "[]") {
		hint = "write it below that list, or " + hint
	}
	c.add(later.pos, later.path, text, hint)
}

// meet says whether an occurrence can satisfy both choices.
func meet(a, b choice) bool {
	for _, x := range a.conds {
		for _, y := range b.conds {
			if x.ref == y.ref && !share(x.codes, y.codes) {
				return false
			}
		}
	}
	return true
}

func share(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	for _, code := range a {
		if slices.Contains(b, code) {
			return true
		}
	}
	return false
}

// guards checks qualifier alternatives: without a length only the last may
// stand in a pair that is written.
func (c *compiler) guards(s *scope) {
	claimed := map[string]*pairRule{}
	for _, r := range s.pairs {
		if r.peek {
			continue
		}
		v := r.access.value
		for i, a := range r.alts {
			key := fmt.Sprintf("%s:%d@%d", a.code, a.length, a.slot)
			if other := claimed[key]; other != nil && other.list < 0 {
				continue // the second pair of the same qualifier
			}
			claimed[key] = r
			if i < len(r.alts)-1 && a.length == 0 && r.access.twoWay && r.access.sent < 0 {
				c.add(v.path.pos, r.access.field.path,
					fmt.Sprintf("%s: only the last alternative may lack a length", v.path),
					fmt.Sprintf("write in: %s and out: %s(%s)", v.path, strings.TrimSuffix(v.path.steps[len(v.path.steps)-1].segment, "/"), a.code))
				break
			}
		}
	}
}
