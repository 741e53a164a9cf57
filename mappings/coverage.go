package mappings

import (
	"fmt"
	"strconv"

	"waybill/translators"
)

// shiftBits separates, in the shift of an access, how far a group stands to the
// right from the element that groups begin at.
const shiftBits = 12

// shifted is where an element of a group's item stands: elements before the
// first group are shared.
func shifted(element, shift int) int {
	if first := shift >> shiftBits; first == 0 || element < first {
		return element
	}
	return element + shift&(1<<shiftBits-1)
}

// textOf is the text of an element or component.
func textOf(seg *translators.Segment, r ref, shift int) string {
	if r.component > 0 {
		return seg.Component(shifted(r.element, shift), r.component)
	}
	return seg.Element(shifted(r.element, shift))
}

// coverage holds which elements of a set were used.
type coverage struct {
	used  []uint64          // by position of the segment: one bit for each element
	parts map[[2]int]uint64 // by position and element of a composite: one bit for each component
}

func newCoverage(set *translators.Set) *coverage {
	last := len(set.Segments)
	for i := range set.Segments {
		last = max(last, set.Segments[i].Position)
	}
	return &coverage{used: make([]uint64, last+1)}
}

// use marks an element as read.
func (c *coverage) use(seg *translators.Segment, r ref, shift int) {
	element := shifted(r.element, shift)
	if seg == nil || seg.Position >= len(c.used) || element > 64 {
		return
	}
	if r.component == 0 || element > len(seg.Elements) || len(seg.Elements[element-1].Repeats) == 0 {
		c.used[seg.Position] |= 1 << (element - 1)
		return
	}
	if c.parts == nil {
		c.parts = map[[2]int]uint64{}
	}
	c.parts[[2]int{seg.Position, element}] |= 1 << (r.component - 1)
}

// useAll marks every repetition of an element as read.
func (c *coverage) useAll(seg *translators.Segment, element int) {
	if seg == nil || seg.Position >= len(c.used) || element > len(seg.Elements) {
		return
	}
	if len(seg.Elements[element-1].Repeats) == 0 {
		c.use(seg, ref{element: element}, 0)
		return
	}
	if c.parts == nil {
		c.parts = map[[2]int]uint64{}
	}
	c.parts[[2]int{seg.Position, element}] |= allRepeats
}

// allRepeats is the bit of an element whose repetitions are all used.
const allRepeats = 1 << 63

// unmapped lists the elements with data that nothing used and no writer owns.
func (c *coverage) unmapped(set *translators.Set) []Unmapped {
	var open []*translators.Segment
	for i := range set.Segments {
		if seg := &set.Segments[i]; seg.Position >= len(c.used) || !c.covered(seg) {
			open = append(open, seg)
		}
	}
	if len(open) == 0 {
		return nil
	}
	w := wayfinder{set: set.ID, want: make([]bool, len(c.used)), names: make([]string, len(c.used))}
	for _, seg := range open {
		if seg.Position < len(w.want) {
			w.want[seg.Position] = true
		}
	}
	if set.Root != nil {
		w.below(set.Root)
	}
	all := make([]Unmapped, 0, len(open))
	for _, seg := range open {
		path := ""
		if seg.Position < len(w.names) {
			path = w.names[seg.Position]
		}
		if path == "" {
			path = fmt.Sprintf("%s/%s@%d", set.ID, seg.ID, seg.Position)
		}
		all = c.missing(all, seg, path+"/"+seg.ID)
	}
	return all
}

// covered is the quick look: every element is used or empty.
func (c *coverage) covered(seg *translators.Segment) bool {
	bits := c.used[seg.Position]
	for i := range seg.Elements {
		e := &seg.Elements[i]
		if len(e.Repeats) > 0 {
			return false
		}
		if e.Text != "" && (i >= 64 || bits&(1<<i) == 0) && !owned(seg.ID, i+1) {
			return false
		}
	}
	return true
}

func (c *coverage) missing(all []Unmapped, seg *translators.Segment, path string) []Unmapped {
	for i := range seg.Elements {
		e := &seg.Elements[i]
		if owned(seg.ID, i+1) || i < 64 && seg.Position < len(c.used) && c.used[seg.Position]&(1<<i) != 0 && len(e.Repeats) < 2 {
			continue
		}
		if len(e.Repeats) == 0 {
			if e.Text != "" {
				all = append(all, Unmapped{Path: fmt.Sprintf("%s%02d", path, i+1), Value: e.Text})
			}
			continue
		}
		if c.parts[[2]int{seg.Position, i + 1}]&allRepeats != 0 {
			continue
		}
		for n, parts := range e.Repeats {
			for k, text := range parts {
				if text == "" || n == 0 && c.parts[[2]int{seg.Position, i + 1}]&(1<<k) != 0 {
					continue
				}
				place := fmt.Sprintf("%s%02d-%02d", path, i+1, k+1)
				if len(e.Repeats) > 1 {
					place += fmt.Sprintf("^%d", n+1)
				}
				all = append(all, Unmapped{Path: place, Value: text})
			}
		}
	}
	return all
}

// wayfinder names the places of segments in the tree: 850/PO1[3]/CTP[1].
type wayfinder struct {
	set   string
	way   []turn   // to the node that is looked at
	want  []bool   // by position
	names []string // by position
	text  []byte
}

// turn is a child of a node.
type turn struct {
	node *translators.Node
	at   int
}

// below names what is wanted below a node.
func (w *wayfinder) below(n *translators.Node) {
	for i, k := range n.Children {
		w.way = append(w.way, turn{n, i})
		if k.Segment == nil {
			w.below(k)
		} else if at := k.Segment.Position; at < len(w.want) && w.want[at] {
			w.names[at] = w.name()
		}
		w.way = w.way[:len(w.way)-1]
	}
}

// name is the name of the place that the way leads to.
func (w *wayfinder) name() string {
	b := append(w.text[:0], w.set...)
	for _, t := range w.way {
		if t.begins(t.at) {
			break
		}
		id, count := t.node.Children[t.at].Item.ID, 0
		for i, k := range t.node.Children[:t.at+1] {
			if k.Item.ID == id && !t.begins(i) {
				count++
			}
		}
		b = append(append(append(b, '/'), id...), '[')
		b = append(strconv.AppendInt(b, int64(count), 10), ']')
	}
	w.text = b
	return string(b)
}

// begins says whether a child is the segment that the node's loop begins with: it
// has the name of the loop.
func (t turn) begins(at int) bool {
	return at == 0 && t.node.Item.Parent != nil && t.node.Children[0].Segment != nil
}
