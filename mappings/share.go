package mappings

import (
	"slices"
	"strconv"

	"waybill/translators"
)

// share writes items below outer segments: consecutive items share one while
// they write the same there.
func (w *writer) share(k *claim, items []*frame) []*translators.Node {
	var nodes []*translators.Node
	if k.inner == nil {
		for _, item := range items {
			if n := w.scope(k.scope, item); n != nil {
				w.complete(k, n.Trigger(), item)
				nodes = append(nodes, n)
			}
		}
		return nodes
	}
	for from := 0; from < len(items); {
		outer, data := w.whole(k.scope, items[from])
		w.complete(k, outer.Trigger(), items[from])
		to := from + 1
		for ; to < len(items); to++ {
			if !w.shares(k, outer, items[to]) {
				break
			}
		}
		inner := w.share(k.inner, items[from:to])
		if len(inner) > 0 || data {
			k.put(outer, inner)
			nodes = append(nodes, outer)
		}
		if len(inner) == 0 && data {
			w.problems = append(w.problems, Problem{Severity: missingWarn, Code: CodeWrite, Segment: outer.Item.ID, Field: fullPath(k.path, items[from]),
				Pair: k.pos.String(), Text: "has nothing for " + k.inner.scope.item.ID + ", and " + outer.Item.ID + " alone is not read back"})
		}
		from = to
	}
	return nodes
}

// shares says whether an item writes the same outer segment. What is wrong there
// has been said of the first.
func (w *writer) shares(k *claim, outer *translators.Node, item *frame) bool {
	if k.scope.counting(item) {
		return false
	}
	problems, counts := len(w.problems), len(w.counts)
	n, _ := w.whole(k.scope, item)
	w.complete(k, n.Trigger(), item)
	w.counts = w.counts[:counts]
	if alike(outer, n) {
		w.problems = w.problems[:problems]
		return true
	}
	w.problems = w.problems[:problems]
	return false
}

// counting says whether a new number would be written for the item.
func (s *scope) counting(item *frame) bool {
	return slices.ContainsFunc(s.reads, func(a *access) bool { return a.counts && !item.has(a.slot) })
}

// alike says whether two nodes are the same segments.
func alike(a, b *translators.Node) bool {
	if a.Item != b.Item || (a.Segment == nil) != (b.Segment == nil) || len(a.Children) != len(b.Children) {
		return false
	}
	if a.Segment != nil && !sameElements(a.Segment, b.Segment) {
		return false
	}
	return slices.EqualFunc(a.Children, b.Children, alike)
}

func sameElements(a, b *translators.Segment) bool {
	return slices.EqualFunc(a.Elements, b.Elements, func(x, y translators.Element) bool {
		return x.Text == y.Text && slices.EqualFunc(x.Repeats, y.Repeats, slices.Equal[[]string])
	})
}

// put puts inner nodes among the outer node's others, where the schema has them.
func (k *claim) put(outer *translators.Node, inner []*translators.Node) {
	at := len(outer.Children)
	if k.inner.scope.item != outer.Item {
		for at > 1 && outer.Children[at-1].Item.Index > k.inner.scope.item.Index {
			at--
		}
	}
	outer.Children = slices.Insert(outer.Children, at, inner...)
}

// next is the number after the last one that was written in the same list.
func (w *writer) next(a *access, f *frame, v string) string {
	if w.numbers == nil {
		w.numbers = map[numbering]int{}
	}
	key := numbering{a, f.parent}
	if v == "" {
		w.numbers[key]++
		return strconv.Itoa(w.numbers[key])
	}
	if n, err := strconv.Atoi(v); err == nil && n > 0 && n < maxItems {
		w.numbers[key] = n
	}
	return v
}

// A numbering is what a counter counts: the items of one list.
type numbering struct {
	access *access
	parent *frame
}

// repetitions writes the items of a list as repetitions of one element.
func (w *writer) repetitions(rep *repeat, s *scope, seg *translators.Segment, f *frame) bool {
	var texts [][]string
	for _, item := range f.list(rep.list) {
		if text, _, _ := w.access(rep.access, item); text != "" {
			texts = append(texts, []string{text})
		}
	}
	at := rep.access.refs[0]
	rule, _ := elementOf(s.item.Segment, at)
	switch {
	case len(texts) == 0:
		return false
	case rule.Repeat > 0 && len(texts) > rule.Repeat:
		w.fault(rep.access, &fault{missingError, CodeWrite, at.of(seg.ID) + " may repeat " + strconv.Itoa(rule.Repeat) + " times, not " + strconv.Itoa(len(texts))}, f)
		return false
	case len(texts) == 1:
		w.put(s, seg, at, texts[0][0], rep.access, f)
		return true
	}
	for _, t := range texts {
		w.put(s, seg, at, t[0], rep.access, f)
	}
	seg.Elements[at.element-1] = translators.Element{Repeats: texts}
	return true
}
