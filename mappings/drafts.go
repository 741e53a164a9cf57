package mappings

import "waybill/translators"

// A slab hands out pieces of a slice, and makes a larger one when it is used up.
type slab[T any] struct {
	left, made []T
	grown      bool // pieces were taken of a smaller one before
}

// take is a piece of n, with no room behind it.
func (s *slab[T]) take(n int) []T {
	if len(s.left) < n {
		s.grown = len(s.made) > 0
		s.made = make([]T, max(n, chunk, 2*len(s.made)))
		s.left = s.made
	}
	piece := s.left[:n:n]
	s.left = s.left[n:]
	return piece
}

// used are the pieces that were taken of the slice.
func (s *slab[T]) used() []T { return s.made[:len(s.made)-len(s.left)] }

// reset takes all pieces back.
func (s *slab[T]) reset() {
	clear(s.used())
	s.left, s.grown = s.made, false
}

// drafts are the segments of a set while it is written: placing copies them, and
// their room serves the next set. Nodes are the set's from the start.
type drafts struct {
	segments slab[translators.Segment]
	elements slab[translators.Element]
	nodes    slab[translators.Node]
	children slab[*translators.Node]
	one      slab[*translators.Node] // lists of one node
	open     []*translators.Node     // children of the loops that are being written, as a stack
}

// begin makes room for about so many nodes.
func (d *drafts) begin(nodes int) {
	d.nodes.left, d.children.left = make([]translators.Node, nodes), make([]*translators.Node, nodes)
	d.nodes.made, d.children.made = d.nodes.left, d.children.left
}

// leave forgets the set, but keeps the room of its drafts.
func (d *drafts) leave() {
	d.nodes, d.children = slab[translators.Node]{}, slab[*translators.Node]{}
	if !d.segments.grown { // most of the elements of a draft were never written
		for i := range d.segments.used() {
			clear(d.segments.used()[i].Elements)
		}
		d.elements.left = d.elements.made
	}
	d.segments.reset()
	d.elements.reset()
	d.one.reset()
	clear(d.open[:cap(d.open)])
}

// draft is an empty segment of an item.
func (d *drafts) draft(of *translators.Item) *translators.Segment {
	seg := &d.segments.take(1)[0]
	seg.ID = of.ID
	if of.Segment != nil {
		seg.Elements = d.elements.take(len(of.Segment.Elements))[:0]
	}
	return seg
}

// nodeOf is a node of an item; of a loop its segment is a child.
func (d *drafts) nodeOf(of *translators.Item, seg *translators.Segment) *translators.Node {
	n := &d.nodes.take(1)[0]
	n.Item, n.Segment = of, seg
	return n
}

// only is a list of one node; more can be appended.
func (d *drafts) only(n *translators.Node) []*translators.Node {
	list := d.one.take(1)
	list[0] = n
	return list
}

// close makes the open nodes from base on a list of their own.
func (d *drafts) close(base int) []*translators.Node {
	if len(d.open) == base {
		return nil
	}
	list := d.children.take(len(d.open) - base)
	copy(list, d.open[base:])
	d.open = d.open[:base]
	return list
}

// placing numbers the segments of a tree and lists them, in room of their own.
type placing struct {
	segments []translators.Segment
	elements []translators.Element
}

// settle gives the set the segments below its root, without ST.
func settle(set *translators.Set) {
	segments, elements := measure(set.Root)
	p := &placing{make([]translators.Segment, 0, segments), make([]translators.Element, 0, elements)}
	p.below(set.Root)
	set.Segments = p.segments
	if len(p.segments) > 0 && p.segments[0].ID == "ST" {
		set.Segments = p.segments[1:]
	}
}

// measure counts the segments below a node, and their elements.
func measure(n *translators.Node) (segments, elements int) {
	if n.Segment != nil {
		segments, elements = 1, len(n.Segment.Elements)
	}
	for _, k := range n.Children {
		s, e := measure(k)
		segments, elements = segments+s, elements+e
	}
	return segments, elements
}

func (p *placing) below(n *translators.Node) {
	if n.Segment != nil {
		from := len(p.elements)
		p.elements = append(p.elements, n.Segment.Elements...)
		to := len(p.elements)
		p.segments = append(p.segments, translators.Segment{ID: n.Segment.ID, Position: len(p.segments) + 1, Elements: p.elements[from:to:to]})
		n.Segment = &p.segments[len(p.segments)-1]
	}
	for _, k := range n.Children {
		p.below(k)
	}
}
