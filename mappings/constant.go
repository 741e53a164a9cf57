package mappings

import (
	"strconv"
	"strings"
)

// constant compiles one element that write: fixes.
func (c *compiler) constant(e *entry, x context) {
	p := &pairing{compiler: c, field: e.field()}
	for _, from := range []*scope{x.in, x.out} {
		if from == nil {
			continue
		}
		at, last := c.walk(from, e.out.path, e)
		if at == nil {
			return
		}
		if last != nil || len(e.out.path.refs) != 1 {
			c.add(e.pos, e.path, "write fixes elements of the block's own segment", "")
			return
		}
		r := e.out.path.refs[0]
		if _, wrong := elementOf(at.item.Segment, r); wrong != "" {
			c.add(e.pos, e.path, wrong, "")
			return
		}
		if strings.HasPrefix(e.fixed, "=") && e.fixed != ordinalText {
			c.add(e.pos, e.path, "expressions are not built yet; the one that is known is "+ordinalText, "")
			return
		}
		if from == x.out {
			p.take(at, r, e.out)
		}
		at.consts = append(at.consts, constant{r, e.fixed})
	}
}

// ordinalText is the expression for the number of an item in its list, from 1.
const ordinalText = "= ordinal"

// of is what the constant says of a frame.
func (k constant) of(f *frame) string {
	if k.text == ordinalText {
		return strconv.Itoa(f.index + 1)
	}
	return k.text
}
