package x12

import (
	"waybill/translators"
)

// tooMany keeps an occurrence over the limit where it stands, and reports it.
func (w *walker) tooMany(depth, at int, seg *translators.Segment) {
	w.closeTo(depth, seg)
	f := &w.frames[depth]
	f.count++
	item := f.item.Items[at]
	p := w.problem(seg, "5", w.loop(f), "the segment occurs more often than it may")
	if item.Loop {
		p.Code, p.Loop, p.Text = "4", item.ID, "the loop occurs more often than it may"
	}
	p.Expected, p.Guide = atMost(item.Max), demandedMax(item)
	w.found.add(p)
	w.put(f, item, seg)
}

func (w *walker) problem(seg *translators.Segment, code, loop, text string) translators.Problem {
	return translators.Problem{
		Level: translators.AtSegment, Code: code, Segment: clip(seg.ID), Position: seg.Position, Loop: loop, Offset: seg.Offset,
		Text: text, Found: clip(seg.ID),
	}
}

// misplaced deals with a segment that has no place from here on, or one that it
// would be too early to move to.
func (w *walker) misplaced(earlyDepth, earlyAt int, seg *translators.Segment) {
	if depth, path := w.headless(seg); path != nil {
		w.unopened(depth, path, seg)
		return
	}
	for depth := len(w.frames) - 1; depth >= 0; depth-- {
		f := &w.frames[depth]
		for i, item := range f.item.Items {
			if i < f.at && item.ID == seg.ID {
				w.late(depth, item, seg)
				return
			}
		}
	}
	if earlyDepth >= 0 {
		w.early(earlyDepth, earlyAt, seg)
		return
	}
	if depth, path := w.route(seg.ID); path != nil {
		w.unopened(depth, path, seg)
		return
	}
	p := w.problem(seg, "6", w.loop(&w.frames[len(w.frames)-1]), "the segment is not part of this set")
	if !w.library.hasSegment(w.set.Schema.Release, seg.ID) {
		p.Code, p.Text = "1", "the segment id is not known"
	}
	w.found.add(p)
}

// late puts a segment where it belongs although its turn has passed (X12 720 = 7).
// The loop that it begins is open for its segments, but moves nothing around it.
func (w *walker) late(depth int, item *translators.Item, seg *translators.Segment) {
	f := &w.frames[depth]
	inside, _ := w.owed(depth, f.at, seg) // a loop that has not come to its end stays open
	w.closeTo(inside, seg)
	p := w.problem(seg, "7", w.loop(f), "the segment comes too late")
	p.Expected = "before " + f.item.Items[f.at].ID
	w.found.add(p)
	w.put(f, item, seg)
	if item.Loop {
		w.frames[len(w.frames)-1].aside = true
	}
}

// unopened deals with a segment of a loop that is not open. The loop is opened
// without its first segment, so that the segments after this one find their
// place: one problem, not one for each of them.
func (w *walker) unopened(depth int, path []*translators.Item, seg *translators.Segment) {
	w.closeTo(depth, seg)
	f := &w.frames[depth]
	first := path[0]
	if at := w.due(f, first); at >= 0 {
		w.missing(f, at, seg)
		f.at, f.count = at, 1
		w.absent(f, first, seg)
	} else {
		p := w.problem(seg, "2", w.loop(f), "the segment belongs to a loop that is not open")
		p.Expected = first.ID + " before it"
		w.found.add(p)
	}
	for _, item := range path[:len(path)-1] {
		f = w.openLoop(&w.frames[len(w.frames)-1], item, nil)
		f.aside, f.count = true, 1
	}
	last := path[len(path)-1]
	for i, item := range f.item.Items {
		if item == last {
			f.at, f.count = i, 1
		}
	}
	w.put(f, last, seg)
}

// due says where in the frame a loop stands that must come and has not; -1 if it is no such loop.
func (w *walker) due(f *frame, loop *translators.Item) int {
	if loop.Usage != translators.Mandatory {
		return -1
	}
	for i, item := range f.item.Items {
		if item == loop && (i > f.at || i == f.at && f.count == 0) {
			return i
		}
	}
	return -1
}

// deepest is how many loops deep a segment is looked for.
const deepest = 8

// route looks for a loop below an open one that has the segment: innermost
// frame first, places still to come before those passed, the shortest way down.
func (w *walker) route(id string) (depth int, path []*translators.Item) {
	for _, ahead := range []bool{true, false} {
		for depth := len(w.frames) - 1; depth >= 0; depth-- {
			f := &w.frames[depth]
			items := f.item.Items
			if ahead {
				items = items[f.at:]
			}
			for levels := 1; levels <= deepest; levels++ {
				if path := down(items, id, levels); path != nil {
					return depth, path
				}
			}
		}
	}
	return 0, nil
}

// down finds the segment exactly so many loops below items, as the path to it.
func down(items []*translators.Item, id string, levels int) []*translators.Item {
	for _, item := range items {
		if levels == 0 && item.ID == id {
			return []*translators.Item{item}
		}
		if levels == 0 || !item.Loop {
			continue
		}
		if path := down(item.Items[1:], id, levels-1); path != nil {
			return append([]*translators.Item{item}, path...)
		}
	}
	return nil
}
