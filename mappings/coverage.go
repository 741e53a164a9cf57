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

	open   []*translators.Segment // with elements that nothing used
	places wayfinder
}

func newCoverage(set *translators.Set) *coverage {
	c := &coverage{}
	c.begin(set)
	return c
}

// begin forgets what was used before.
func (c *coverage) begin(set *translators.Set) {
	last := len(set.Segments)
	for i := range set.Segments {
		last = max(last, set.Segments[i].Position)
	}
	if cap(c.used) <= last {
		c.used = make([]uint64, last+1)
	}
	c.used = c.used[:last+1]
	clear(c.used)
	clear(c.parts)
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
	open := c.open[:0]
	for i := range set.Segments {
		if seg := &set.Segments[i]; seg.Position >= len(c.used) || !c.covered(seg) {
			open = append(open, seg)
		}
	}
	if c.open = open; len(open) == 0 {
		return nil
	}
	w := &c.places
	w.begin(set.ID, len(c.used))
	for _, seg := range open {
		if seg.Position < len(w.names) {
			w.names[seg.Position].wanted = true
		}
	}
	if set.Root != nil {
		w.below(set.Root)
	}
	all := make([]Unmapped, 0, len(open))
	for _, seg := range open {
		all = c.missing(all, seg, w.path(seg))
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

func (c *coverage) missing(all []Unmapped, seg *translators.Segment, path []byte) []Unmapped {
	for i := range seg.Elements {
		e := &seg.Elements[i]
		if owned(seg.ID, i+1) || i < 64 && seg.Position < len(c.used) && c.used[seg.Position]&(1<<i) != 0 && len(e.Repeats) < 2 {
			continue
		}
		if len(e.Repeats) == 0 {
			if e.Text != "" {
				all = append(all, Unmapped{Path: elementName(path, seg.ID, i+1), Value: e.Text})
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
				place := fmt.Sprintf("%s-%02d", elementName(path, seg.ID, i+1), k+1)
				if len(e.Repeats) > 1 {
					place += fmt.Sprintf("^%d", n+1)
				}
				all = append(all, Unmapped{Path: place, Value: text})
			}
		}
	}
	return all
}

// elementName names an element of the segment at a place.
func elementName(path []byte, segment string, n int) string {
	if n > 99 {
		return fmt.Sprintf("%s/%s%d", path, segment, n)
	}
	digits := [2]byte{byte('0' + n/10), byte('0' + n%10)}
	return string(path) + "/" + segment + string(digits[:])
}

// wayfinder names the places of segments in the tree: 850/PO1[3]/CTP[1].
type wayfinder struct {
	set   string
	way   []turn      // to the node that is looked at
	names []placeName // by position
	text  []byte      // all names
}

// placeName is where in the text a name stands.
type placeName struct {
	wanted   bool
	from, to int
}

// turn is a child of a node.
type turn struct {
	node *translators.Node
	at   int
}

func (w *wayfinder) begin(set string, positions int) {
	w.set, w.way, w.text = set, w.way[:0], w.text[:0]
	if cap(w.names) < positions {
		w.names = make([]placeName, positions)
	}
	w.names = w.names[:positions]
	clear(w.names)
}

// path is the name of a segment's place.
func (w *wayfinder) path(seg *translators.Segment) []byte {
	if seg.Position < len(w.names) {
		if n := w.names[seg.Position]; n.to > 0 {
			return w.text[n.from:n.to]
		}
	}
	return fmt.Appendf(nil, "%s/%s@%d", w.set, seg.ID, seg.Position)
}

// below names what is wanted below a node.
func (w *wayfinder) below(n *translators.Node) {
	for i, k := range n.Children {
		w.way = append(w.way, turn{n, i})
		if k.Segment == nil {
			w.below(k)
		} else if at := k.Segment.Position; at < len(w.names) && w.names[at].wanted {
			from := len(w.text)
			w.name()
			w.names[at].from, w.names[at].to = from, len(w.text)
		}
		w.way = w.way[:len(w.way)-1]
	}
}

// name writes the name of the place that the way leads to.
func (w *wayfinder) name() {
	b := append(w.text, w.set...)
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
}

// begins says whether a child is the segment that the node's loop begins with: it
// has the name of the loop.
func (t turn) begins(at int) bool {
	return at == 0 && t.node.Item.Parent != nil && t.node.Children[0].Segment != nil
}
