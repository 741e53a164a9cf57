package mappings

import (
	"strconv"

	"waybill/translators"
)

// inside compiles a list of groups of elements in a segment that other fields
// have places in too: W1004..05, W2705+06+07..07.
func (l *listing) inside(v *value, from *scope, e *entry) *scope {
	at, _ := l.walk(from, &path{steps: v.path.steps, pos: v.path.pos}, e)
	if at == nil {
		return nil
	}
	if width := v.path.until - v.path.refs[0].element + 1; width < len(v.path.refs) || width%len(v.path.refs) > 0 {
		l.add(v.path.pos, e.path, "groups of "+strconv.Itoa(len(v.path.refs))+" do not end at element "+strconv.Itoa(v.path.until), "")
		return nil
	}
	if _, wrong := elementOf(at.item.Segment, ref{element: v.path.until}); wrong != "" {
		l.add(v.path.pos, e.path, wrong, "")
		return nil
	}
	k := &claim{many: true, peek: e.out == nil, scope: newScope(at.item), list: l.node.slot, item: l.node.item, pos: v.path.pos, path: e.path, order: l.order, until: v.path.until}
	l.order++
	for _, r := range v.path.refs {
		k.refs = append(k.refs, r.element)
	}
	at.inside = append(at.inside, k)
	return k.scope
}

// inside writes such a list into the segment.
func (w *writer) inside(k *claim, seg *translators.Segment, f *frame) bool {
	next := k.refs[0]
	for _, item := range f.list(k.list) {
		one := w.draft(k.scope.item)
		if !w.elements(k.scope, one, item) {
			continue
		}
		if next+len(k.refs)-1 > k.until {
			w.problems = append(w.problems, Problem{Severity: missingError, Code: CodeWrite, Segment: seg.ID, Field: fullPath(k.path, item), Pair: k.pos.String(),
				Text: seg.ID + " has no room for another one"})
			return true
		}
		for i, element := range k.refs {
			if v := one.Element(element); v != "" {
				set(seg, ref{element: next + i}, v)
			}
		}
		next += len(k.refs)
	}
	return next > k.refs[0]
}
