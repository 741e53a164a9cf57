package mappings

import (
	"strconv"
	"strings"

	"waybill/translators"
)

// spread writes one value as several occurrences: the way back of [*].
func (w *writer) spread(k *claim, f *frame) []*translators.Node {
	var nodes []*translators.Node
	for _, a := range k.scope.reads {
		text, parts, _ := w.access(a, f)
		for _, part := range partsOf(text, parts) {
			if part == "" {
				continue
			}
			seg := w.draft(k.scope.item)
			w.put(k.scope, seg, a.refs[0], part, a, f)
			w.fixElements(k.scope, seg, f)
			nodes = append(nodes, w.nodeOf(k.scope.item, seg))
		}
	}
	return nodes
}

// strays refuses items of an [other] list that would read back as the field of a
// named choice, because that field is empty.
func (w *writer) strays(g *group, rest *claim, nodes []*translators.Node, f *frame) {
	if len(nodes) == 0 {
		return
	}
	told := map[*claim]bool{}
	for i, n := range nodes {
		for _, k := range g.readers {
			if k.choice.rest || k.many || k.peek || told[k] || f.meets(k.scope.needs) || !k.choice.claims(n.Trigger()) {
				continue
			}
			w.problems = append(w.problems, Problem{Severity: missingError, Code: CodeWrite, Segment: g.item.ID,
				Field: fullPath(strings.TrimSuffix(rest.path, "[]"), f) + "[" + strconv.Itoa(i) + "]", Pair: rest.pos.String(),
				Text: "will be read back as " + k.path + ": put it there"})
			told[k] = true
			break
		}
	}
}

// claims says whether a written segment satisfies the choice.
func (c choice) claims(seg *translators.Segment) bool {
	for _, k := range c.conds {
		if !k.holds(textOf(seg, k.ref, 0), "") {
			return false
		}
	}
	return true
}

// fold writes items as groups of elements: a segment takes as many as it has
// room for, and those only that share the elements before the first group.
func (w *writer) fold(k *claim, items []*frame) []*translators.Node {
	var nodes []*translators.Node
	var open *translators.Segment
	width := len(k.refs)
	room := len(k.scope.item.Segment.Elements) - k.refs[0] + 1
	next := 0
	for _, item := range items {
		one := w.draft(k.scope.item)
		if !w.elements(k.scope, one, item) {
			continue
		}
		if open == nil || next+width > room || !sameStart(open, one, k.refs[0]) {
			open, next = w.draft(k.scope.item), 0
			for e := 1; e < k.refs[0]; e++ {
				if v := one.Element(e); v != "" {
					set(open, ref{element: e}, v)
				}
			}
			nodes = append(nodes, w.nodeOf(k.scope.item, open))
		}
		for i := range width {
			if v := one.Element(k.refs[0] + i); v != "" {
				set(open, ref{element: k.refs[0] + next + i}, v)
			}
		}
		next += width
	}
	return nodes
}

func sameStart(a, b *translators.Segment, first int) bool {
	for e := 1; e < first; e++ {
		if a.Element(e) != b.Element(e) {
			return false
		}
	}
	return true
}

// pairs writes qualifier pairs into the slots of a segment: fixed ones first,
// the others into the lowest that is free.
func (w *writer) pairs(s *scope, seg *translators.Segment, f *frame) bool {
	data := false
	for _, rule := range s.pairs {
		frames := []*frame{f}
		if rule.list >= 0 {
			frames = f.list(rule.list)
		}
		for _, from := range frames {
			if w.pair(s, rule, seg, from) {
				data = true
			}
		}
	}
	return data
}

func (w *writer) pair(s *scope, rule *pairRule, seg *translators.Segment, f *frame) bool {
	v, code, at := f.get(rule.access.slot), "", 0
	if v == "" {
		if rule.kind >= 0 && f.has(rule.kind) {
			w.fault(rule.access, &fault{missingError, CodeWrite, "has a type and no value"}, f)
		}
		if a := rule.access; a.sent >= 0 && f.has(a.sent) {
			w.alone(a, f)
		}
		return false
	}
	if rule.rest {
		at = rule.access.value.path.slot
		a := *rule.access
		a.slot, a.convs = rule.kind, nil
		if code, _, _ = w.access(&a, f); code != "" {
			w.strayPair(s, rule, code, v, f)
		}
		var bad *fault
		if v, bad = rule.access.plainOut(v); bad != nil {
			w.fault(rule.access, bad, f)
			return false
		}
	} else {
		text, _, ok := w.access(rule.access, f)
		if !ok {
			return false
		}
		v, code, at = w.chosen(rule, text, f)
	}
	if code == "" {
		w.fault(rule.access, &fault{missingError, CodeWrite, quote(v) + " has no qualifier to be written with"}, f)
		return false
	}
	for i, pair := range s.slots {
		if s.may(at, i) && seg.Element(pair.Qualifier) == "" && seg.Element(pair.Value) == "" {
			w.put(s, seg, ref{element: pair.Value}, v, rule.access, f)
			set(seg, ref{element: pair.Qualifier}, code)
			return true
		}
	}
	w.fault(rule.access, &fault{missingError, CodeWrite, seg.ID + " has no room for another pair"}, f)
	return false
}

// strayPair refuses a pair of (other) that would read back as a field of its own.
func (w *writer) strayPair(s *scope, rest *pairRule, code, v string, f *frame) {
	home := f
	if rest.list >= 0 {
		home = f.parent
	}
	for _, r := range s.readers {
		if r.rest || r.peek || r.list >= 0 || home.has(r.access.slot) {
			continue
		}
		for _, a := range r.alts {
			if a.code != code || a.slot > 0 || a.length > 0 && a.length != len(v) {
				continue
			}
			if _, _, bad := r.access.read(v, nil, w.day); bad == nil {
				w.fault(rest.access, &fault{missingError, CodeWrite, "will be read back as " + r.access.field.path + ": put it there"}, f)
				return
			}
		}
	}
}

// choose finds the first qualifier that fits the value.
func (r *pairRule) choose(v string) (code string, slot int) {
	for _, a := range r.alts {
		if a.length == 0 || a.length == len(v) {
			return a.code, a.slot
		}
	}
	return "", 0
}
