package mappings

import (
	"fmt"

	"waybill/translators"
)

// maxItems bounds the items that one set may make: those of a list in an outer
// segment are read again for each item that shares it.
const maxItems = 1 << 18

// An occurrence is a node that is read through a scope.
type occurrence struct {
	scope *scope
	node  *translators.Node
}

// descend makes the items of a list whose outer segments repeat: one for each
// occurrence of the last step, with what it and those around it say.
func (r *reader) descend(k *claim, n *translators.Node, f *frame, around []occurrence) {
	around = append(around, occurrence{k.scope, n})
	inner := k.inner
	for _, child := range n.Children {
		if child.Item.Index != inner.scope.item.Index || !r.matches(inner.choice, child, "") {
			continue
		}
		if inner.inner != nil {
			r.descend(inner, child, f, around)
			continue
		}
		if r.full(k, child, f) {
			return
		}
		item := r.arena.frame(inner.item, f, len(f.list(inner.list)))
		item.segment = child.Trigger()
		r.scope(inner.scope, child, item, 0)
		for _, o := range around {
			r.scope(o.scope, o.node, item, 0)
		}
		if item.empty() {
			continue
		}
		r.finish(item)
		f.add(inner.list, item)
	}
}

// full counts the items of a set, and reports once that they are too many.
func (r *reader) full(k *claim, n *translators.Node, f *frame) bool {
	r.made++
	if r.made != maxItems+1 {
		return r.made > maxItems
	}
	p := Problem{Severity: missingError, Code: CodeType, Field: fullPath(k.path, f), Pair: k.pos.String(),
		Text: fmt.Sprintf("more than %d items of lists are too many for one document", maxItems)}
	if seg := n.Trigger(); seg != nil {
		p.Segment, p.Position = seg.ID, seg.Position
	}
	r.problems = append(r.problems, p)
	return true
}

// repetitions reads the repetitions of one element as the items of a list.
func (r *reader) repetitions(rep *repeat, seg *translators.Segment, f *frame) {
	at := rep.access.refs[0]
	for _, text := range repeatsOf(seg, at.element) {
		if text == "" {
			continue
		}
		item := r.arena.frame(rep.item, f, len(f.list(rep.list)))
		item.segment = seg
		if !r.store(rep.access, text, nil, seg, at, item) {
			return
		}
		f.add(rep.list, item)
	}
	r.useAll(seg, at.element)
}

// repeatsOf are the texts of an element's repetitions.
func repeatsOf(seg *translators.Segment, element int) []string {
	if seg == nil || element > len(seg.Elements) {
		return nil
	}
	e := &seg.Elements[element-1]
	if len(e.Repeats) == 0 {
		return []string{e.Text}
	}
	texts := make([]string, 0, len(e.Repeats))
	for _, parts := range e.Repeats {
		text := ""
		if len(parts) > 0 {
			text = parts[0]
		}
		texts = append(texts, text)
	}
	return texts
}
