package x12

import "waybill/translators"

// The walker looks ahead only where a segment has no place that is plainly its
// own: what comes later says which of several readings leaves least amiss.

// next is the index of the next segment with an id behind seg; the number of
// segments if there is none. Each segment is looked at once for each id asked for.
func (w *walker) next(id string, seg *translators.Segment) int {
	all := w.set.Segments
	n, asked := w.upcoming[id]
	if asked && n >= seg.Position { // seg itself stands at Position-1
		return n
	}
	for n = seg.Position; n < len(all) && all[n].ID != id; n++ {
	}
	if w.upcoming == nil {
		w.upcoming = map[string]int{}
	}
	w.upcoming[id] = n
	return n
}

// comes says whether an id comes behind seg before the loop at depth, or one
// around it, begins again.
func (w *walker) comes(depth int, id string, seg *translators.Segment) bool {
	n := w.next(id, seg)
	if n >= len(w.set.Segments) {
		return false
	}
	for d := 1; d <= depth; d++ {
		if w.next(w.frames[d].item.ID, seg) < n {
			return false
		}
	}
	return true
}

// owed is the mandatory segment, and the depth of its loop, that is still to come
// in a loop that would be left, or moved to place i, without it; nil if there is none.
func (w *walker) owed(depth, i int, seg *translators.Segment) (int, *translators.Item) {
	for d := len(w.frames) - 1; d >= depth; d-- {
		f := &w.frames[d]
		from, upTo := f.at, len(f.item.Items)
		if f.count > 0 {
			from++
		}
		if d == depth {
			upTo = i
		}
		for _, item := range f.item.Items[min(from, upTo):upTo] {
			if item.Usage == translators.Mandatory && w.comes(d, item.ID, seg) && countItems(f.item.Items, item.ID) == 1 {
				return d, item
			}
		}
	}
	return depth, nil
}

// early puts a segment where it belongs although one that must stand before it
// is still to come (X12 720 = 7). Nothing moves.
func (w *walker) early(depth, at int, seg *translators.Segment) {
	inside, owed := w.owed(depth, at, seg)
	w.closeTo(inside, seg)
	f := &w.frames[depth]
	item := f.item.Items[at]
	p := w.problem(seg, "7", w.loop(f), "the segment comes too early")
	p.Expected = "after " + owed.ID
	w.found.add(p)
	f.early = item
	w.put(f, item, seg)
	if item.Loop {
		w.frames[len(w.frames)-1].aside = true
	}
}

// countItems counts the places that have a segment, in loops too.
func countItems(items []*translators.Item, id string) int {
	n := 0
	for _, i := range items {
		if i.Loop {
			n += countItems(i.Items, id)
		} else if i.ID == id {
			n++
		}
	}
	return n
}

// headless looks for a loop that must have begun for the segment to stand here:
// one that is due and does not come any more, or one whose mandatory end is still to come.
func (w *walker) headless(seg *translators.Segment) (depth int, path []*translators.Item) {
	for depth := len(w.frames) - 1; depth >= 0; depth-- {
		f := &w.frames[depth]
		for _, item := range f.item.Items[f.at:] {
			open := depth+1 < len(w.frames) && w.frames[depth+1].item == item
			if !item.Loop || open || !w.lost(depth, item, seg) {
				continue
			}
			for levels := 1; levels <= deepest; levels++ {
				if path := down([]*translators.Item{item}, seg.ID, levels); path != nil {
					return depth, path
				}
			}
		}
	}
	return 0, nil
}

// lost says whether the beginning of a loop must have been lost.
func (w *walker) lost(depth int, loop *translators.Item, seg *translators.Segment) bool {
	if w.comes(depth, loop.ID, seg) {
		return false
	}
	if w.due(&w.frames[depth], loop) >= 0 {
		return true
	}
	last := loop.Items[len(loop.Items)-1]
	return last.ID == "LE" && w.comes(depth, "LE", seg)
}
