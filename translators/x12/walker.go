package x12

import (
	"waybill/translators"
)

// walker is a stack machine: each frame is an open loop with the place it has
// reached in its items. A segment belongs to the next place that has its id, in
// the innermost open loop first, then in those around it. A segment that belongs
// nowhere is a problem and moves nothing.
type walker struct {
	set      *translators.Set
	plan     *plan    // nil where the schema has none
	seen     []glance // of the segments
	found    *findings
	library  *Library
	frames   []frame
	nodes    nodeArena
	levels   levels
	seps     translators.Delimiters
	chars    *charset // agreed on, or nil
	trailing string   // separators at the end of a segment: what was agreed
	many     bool     // the release has codes for too many repetitions and components

	upcoming map[string]int // where ids come next
}

// frame is an open loop.
type frame struct {
	item  *translators.Item
	plan  *itemPlan
	node  *translators.Node
	at    int // place reached in item.Items
	count int // of segments or loops at that place
	aside bool
	early *translators.Item // came before its turn
}

// walk builds the set's tree and reports what does not fit.
func (w *walker) walk(set *translators.Set, found *findings, trailer bool) *translators.Node {
	w.set, w.found, w.seps = set, found, set.Interchange.Delimiters
	w.many = set.Schema.Release >= "005"
	w.nodes.used = 0
	w.levels.clear()
	clear(w.upcoming)
	root := w.nodes.node(set.Schema.Root, nil)
	w.frames = w.frames[:0]
	w.push(set.Schema.Root, root)
	for i := range set.Segments {
		if seg := &set.Segments[i]; !w.placed(seg, w.seen[i]) {
			w.place(seg)
		}
	}
	end := translators.Segment{Position: len(set.Segments) + 1, Offset: set.End}
	w.closeTo(0, &end)
	f := &w.frames[0]
	last := len(f.item.Items)
	if !trailer {
		last-- // that the SE is missing is said of the set
	}
	w.missing(f, last, &end)
	w.guided(root)
	return root
}

// placed puts a segment where it belongs, by the plan, if nothing is amiss there:
// what place does.
func (w *walker) placed(seg *translators.Segment, seen glance) bool {
	if w.plan == nil {
		return false
	}
	number, known := w.plan.symbol(seen.id)
	if !known {
		return false
	}
	for depth := len(w.frames) - 1; depth >= 0; depth-- {
		f := &w.frames[depth]
		i := int(f.plan.at[number])
		for i >= 0 && (i < f.at || i == f.at && f.item.Items[i].Max > 0 && f.count >= f.item.Items[i].Max) {
			i = int(f.plan.again[i])
		}
		if i < 0 {
			i = len(f.item.Items)
		}
		if f.lacks(i) {
			return false
		}
		if i < len(f.item.Items) {
			w.moveTo(depth, i, seg)
			w.attach(f, f.item.Items[i], seg, seen)
			return true
		}
	}
	return false
}

// lacks says whether a mandatory item is still to come before place i.
func (f *frame) lacks(i int) bool {
	from := f.at
	if f.count > 0 {
		from++
	}
	return int(f.plan.must[min(from, i)]) < i
}

// place finds where a segment belongs and puts it there.
func (w *walker) place(seg *translators.Segment) {
	fullDepth, fullAt := -1, 0
	earlyDepth, earlyAt := -1, 0
search:
	for depth := len(w.frames) - 1; depth >= 0; depth-- {
		f := &w.frames[depth]
		items := f.item.Items
		for i := f.at; i < len(items); i++ {
			if items[i].ID != seg.ID {
				continue
			}
			if i == f.at && items[i].Max > 0 && f.count >= items[i].Max {
				if trigger := i == 0 && depth > 0; fullDepth < 0 && !trigger { // a second trigger is another loop
					fullDepth, fullAt = depth, i
				}
				continue
			}
			if _, owed := w.owed(depth, i, seg); owed != nil {
				earlyDepth, earlyAt = depth, i
				break search // to move there would make the rest come too late
			}
			w.moveTo(depth, i, seg)
			w.put(f, items[i], seg)
			return
		}
	}
	if fullDepth >= 0 {
		w.tooMany(fullDepth, fullAt, seg)
		return
	}
	w.misplaced(earlyDepth, earlyAt, seg)
}

// moveTo closes the loops above depth and moves that frame forward to place i.
func (w *walker) moveTo(depth, i int, seg *translators.Segment) {
	w.closeTo(depth, seg)
	f := &w.frames[depth]
	if i == f.at {
		f.count++
		return
	}
	w.missing(f, i, seg)
	f.at, f.count = i, 1
}

// closeTo closes every loop above depth; seg is what comes instead.
func (w *walker) closeTo(depth int, seg *translators.Segment) {
	for len(w.frames) > depth+1 {
		f := &w.frames[len(w.frames)-1]
		if !f.aside {
			w.missing(f, len(f.item.Items), seg)
		}
		w.frames = w.frames[:len(w.frames)-1]
	}
}

// missing reports the mandatory items between the place reached and upTo.
func (w *walker) missing(f *frame, upTo int, seg *translators.Segment) {
	from := f.at
	if f.count > 0 {
		from++
	}
	from = min(from, upTo)
	if f.plan != nil && int(f.plan.must[from]) >= upTo {
		return
	}
	for _, item := range f.item.Items[from:upTo] {
		if item.Usage == translators.Mandatory && item != f.early {
			w.absent(f, item, seg)
		}
	}
}

// absent reports a mandatory segment; its position is that of the segment that
// came where it should have been (X12 997 AK302).
func (w *walker) absent(f *frame, item *translators.Item, seg *translators.Segment) {
	w.found.add(translators.Problem{
		Level: translators.AtSegment, Code: "3", Segment: item.ID, Position: seg.Position, Loop: w.loop(f), Offset: seg.Offset,
		Text: "a mandatory segment is missing", Found: clip(seg.ID), Expected: item.ID + " " + item.Name,
		Guide: demandedUse(item),
	})
}

func (w *walker) loop(f *frame) string {
	if f.item.Parent == nil {
		return ""
	}
	return f.item.ID
}

// put attaches a segment at an item of the frame.
func (w *walker) put(f *frame, item *translators.Item, seg *translators.Segment) {
	w.attach(f, item, seg, glance{odd: true})
}

// attach puts a segment that was seen in passing, and opens the loop that it begins.
func (w *walker) attach(f *frame, item *translators.Item, seg *translators.Segment, seen glance) {
	loop := w.loop(f)
	if !item.Loop {
		f.node.Children = append(f.node.Children, w.nodes.node(item, seg))
	} else {
		opened := w.openLoop(f, item, seg)
		opened.node.Children = append(opened.node.Children, w.nodes.node(item.Items[0], seg))
		opened.count = 1
		loop = item.ID
	}
	if w.trailing != "" {
		w.separators(seg, item.Segment, loop)
	}
	if seen.odd || w.plan == nil || w.chars != nil && !w.chars.plain(seg.Elements) || !w.plan.items[item.Index].rule.fits(seg.Elements) {
		w.check(seg, item.Segment, loop)
	}
}

// openLoop pushes a frame; HL loops hang below their parent level, not in the order they stand.
func (w *walker) openLoop(f *frame, item *translators.Item, seg *translators.Segment) *frame {
	node := w.nodes.node(item, nil)
	parent := f.node
	if item.ID == "HL" && seg != nil && seg.ID == "HL" {
		parent = w.level(node, seg, parent)
	}
	parent.Children = append(parent.Children, node)
	return w.push(item, node)
}

func (w *walker) push(item *translators.Item, node *translators.Node) *frame {
	f := frame{item: item, node: node}
	if w.plan != nil {
		f.plan = &w.plan.items[item.Index]
	}
	w.frames = append(w.frames, f)
	return &w.frames[len(w.frames)-1]
}

// nodeArena hands out nodes and takes them all back at once.
type nodeArena struct {
	chunks [][]translators.Node
	used   int
}

const nodeChunk = 128

func (a *nodeArena) node(item *translators.Item, seg *translators.Segment) *translators.Node {
	chunk := a.used / nodeChunk
	if chunk == len(a.chunks) {
		a.chunks = append(a.chunks, make([]translators.Node, nodeChunk))
	}
	n := &a.chunks[chunk][a.used%nodeChunk]
	a.used++
	n.Item, n.Segment, n.Children = item, seg, n.Children[:0]
	return n
}
