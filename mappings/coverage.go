package mappings

import (
	"fmt"

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
	var all []Unmapped
	var paths map[int]string
	for i := range set.Segments {
		seg := &set.Segments[i]
		if seg.Position < len(c.used) && c.covered(seg) {
			continue
		}
		if paths == nil {
			paths = map[int]string{}
			if set.Root != nil {
				treePaths(set.Root, set.ID, paths)
			}
		}
		path, ok := paths[seg.Position]
		if !ok {
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
		name := fmt.Sprintf("%s%02d", path, i+1)
		if len(e.Repeats) == 0 && e.Text != "" {
			all = append(all, Unmapped{Path: name, Value: e.Text})
		}
		if c.parts[[2]int{seg.Position, i + 1}]&allRepeats != 0 {
			continue
		}
		for n, parts := range e.Repeats {
			for k, text := range parts {
				if text == "" || n == 0 && c.parts[[2]int{seg.Position, i + 1}]&(1<<k) != 0 {
					continue
				}
				place := fmt.Sprintf("%s-%02d", name, k+1)
				if len(e.Repeats) > 1 {
					place += fmt.Sprintf("^%d", n+1)
				}
				all = append(all, Unmapped{Path: place, Value: text})
			}
		}
	}
	return all
}

// treePaths names the place of each segment in the tree: 850/PO1[3]/CTP[1].
func treePaths(n *translators.Node, path string, paths map[int]string) {
	count := map[string]int{}
	for i, k := range n.Children {
		if k.Segment != nil {
			if i == 0 && n.Item.Parent != nil {
				paths[k.Segment.Position] = path
				continue
			}
			count[k.Item.ID]++
			paths[k.Segment.Position] = fmt.Sprintf("%s/%s[%d]", path, k.Item.ID, count[k.Item.ID])
			continue
		}
		count[k.Item.ID]++
		treePaths(k, fmt.Sprintf("%s/%s[%d]", path, k.Item.ID, count[k.Item.ID]), paths)
	}
}
