package mappings

import (
	"slices"
	"strconv"

	"waybill/translators"
)

// constant compiles one element that write: fixes.
func (c *compiler) constant(e *entry, x context) {
	p := &pairing{compiler: c, field: e.field()}
	for _, from := range []*scope{x.in, x.out} {
		if from == nil || from == x.in && e.fixes != nil {
			continue
		}
		at, last := c.walk(from, e.out.path, e)
		if at == nil {
			return
		}
		if len(e.out.path.refs) != 1 || last != nil && (last.all || last.choice.rest || last.choice.several()) {
			c.add(e.pos, e.path, "write fixes one element of one segment", "")
			return
		}
		r := e.out.path.refs[0]
		if _, wrong := elementOf(at.item.Segment, r); wrong != "" {
			c.add(e.pos, e.path, wrong, "")
			return
		}
		if own := owned(at.item.Segment.ID, r.element); own != (e.fixed == countedText) {
			text, hint := r.of(at.item.ID)+" is written by the writer", "remove it; where the set wants a count, write "+countedText
			if !own {
				text, hint = r.of(at.item.ID)+" is no count", "CTT01 and CTT02 are"
			}
			c.add(e.pos, e.path, text, hint)
			return
		}
		if from == x.out {
			p.take(at, r, e.out)
		}
		if e.fixes != nil {
			c.fixes(e, at, r, x)
			continue
		}
		at.consts = append(at.consts, constant{ref: r, text: e.fixed})
	}
}

// ordinalText is the expression for the number of an item in its list, from 1.
const ordinalText = "= ordinal"

// countedText is the expression for what the writer counts: CTT01 and CTT02.
const countedText = "= counted"

// forced says whether the claim's segment is written without data, as long as
// there is some around it: what must be there and says something of its own, and
// counts.
func (k *claim) forced() bool {
	if k.many || k.all || k.choice.rest || k.choice.several() {
		return false
	}
	for _, c := range k.scope.consts {
		if c.text == countedText {
			return true
		}
	}
	fixed := func(c constant) bool { return c.program == nil }
	says := slices.ContainsFunc(k.scope.consts, fixed) || slices.ContainsFunc(k.choice.conds, func(c cond) bool { return len(c.codes) == 1 })
	return says && k.scope.item.Usage == translators.Mandatory
}

// of is what the constant says of a frame.
func (k constant) of(f *frame) string {
	if k.text == ordinalText {
		return strconv.Itoa(f.index + 1)
	}
	return k.text
}

// sole says whether one single claim alone speaks of the group's segment: of
// several, such as N1[ST] and N1[WH], none must be there.
func (g *group) sole() bool {
	n := 0
	for _, k := range g.claims {
		if !k.many && !k.choice.rest {
			n++
		}
	}
	return n == 1
}
