package mappings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/translators"
)

// Out turns a body into a transaction set: its segments in the order of the
// schema, without ST and SE, and the same as a tree. What is wrong with the body
// is in the problems; the error is for what is no JSON object.
func (m *Map) Out(body json.RawMessage) (*translators.Set, []Problem, error) {
	w := m.writer()
	defer w.leave()
	if err := w.scanner.object(string(body)); err != nil {
		return nil, nil, fmt.Errorf("mapping %s: body: %w", m.name, err)
	}
	set := w.set()
	return set, w.problems, nil
}

// writer writes one set.
type writer struct {
	filler
	drafts
	m       *Map
	counts  []counted
	numbers map[numbering]int
}

func (m *Map) writer() *writer {
	if w, ok := m.writers.Get().(*writer); ok {
		return w
	}
	return &writer{m: m}
}

// leave forgets the body and the set, and keeps the room for the next.
func (w *writer) leave() {
	w.scanner.leave()
	w.arena.reset()
	w.drafts.leave()
	clear(w.counts)
	*w = writer{m: w.m, drafts: w.drafts, counts: w.counts[:0],
		filler: filler{scanner: w.scanner, arena: w.arena, path: w.path[:0], found: w.found[:0]}}
	w.m.writers.Put(w)
}

// set writes the body that was scanned.
func (w *writer) set() *translators.Set {
	m := w.m
	w.begin(len(w.scanner.tokens)/8 + chunk)
	if m.writes || len(m.checks) > 0 {
		w.env = w.scanner.environment(m.shape)
	}
	w.currency = w.scanner.currency()
	f := w.arena.frame(m.root, nil, 0)
	w.object(m.root.fields, 0, f)
	if m.day != nil {
		w.day = m.day.of(f.get(m.day.slot))
	}
	w.ready(f)
	w.problems = append(w.problems, m.checked(w.env, f, false)...)
	root := w.scope(m.out, f)
	if root == nil {
		root = &translators.Node{Item: m.schema.Root}
	}
	set := &translators.Set{ID: m.schema.Set, Schema: m.schema, Root: root}
	set.Group.Functional, set.Group.Version = m.schema.Functional, m.schema.Release
	w.count(root)
	numberLevels(root)
	settle(set)
	return set
}

// counted is an element that the writer computes.
type counted struct {
	segment *translators.Segment
	element int
}

// scope writes one occurrence; nil where no data reached it.
func (w *writer) scope(s *scope, f *frame) *translators.Node {
	n, data := w.whole(s, f)
	if !data {
		return nil
	}
	return n
}

// whole writes one occurrence, and says whether data reached it.
func (w *writer) whole(s *scope, f *frame) (n *translators.Node, data bool) {
	seg := w.draft(s.item)
	data = w.elements(s, seg, f)
	if s.item.Loop {
		var below bool
		n, below = w.loop(s, seg, f)
		data = data || below
	} else {
		n = w.nodeOf(s.item, seg)
	}
	if w.fixElements(s, seg, f) {
		data = true
	}
	return n, data
}

// loop writes what is below a loop, its trigger first, and says whether that has data.
func (w *writer) loop(s *scope, seg *translators.Segment, f *frame) (n *translators.Node, data bool) {
	n = w.nodeOf(s.item, nil)
	base := len(w.open)
	if len(s.item.Items) > 0 {
		w.open = append(w.open, w.nodeOf(s.item.Items[0], seg))
	}
	for _, g := range s.groups {
		if !g.always && !f.meets(g.needs) {
			continue
		}
		for _, k := range g.claims {
			nodes := w.claim(k, f)
			if k.choice.rest {
				w.strays(g, k, nodes, f)
			}
			data = data || len(nodes) > 0
			if len(nodes) == 0 {
				if !k.must {
					continue
				}
				one, _ := w.whole(k.scope, f)
				w.complete(k, one.Trigger(), f)
				nodes = w.only(one)
			}
			w.open = put(w.open, base, nodes, g.item)
		}
	}
	n.Children = w.close(base)
	return n, data
}

// claim writes the occurrences of one claim, with what its choice says.
func (w *writer) claim(k *claim, f *frame) []*translators.Node {
	var nodes []*translators.Node
	switch {
	case k.folded:
		return nil
	case k.inner != nil:
		return w.share(k, f.list(k.list))
	case k.all:
		nodes = w.spread(k, f)
	case len(k.refs) > 0:
		nodes = w.fold(k, f.list(k.list))
	case k.many:
		items := f.list(k.list)
		nodes = w.one.take(len(items))[:0]
		for _, item := range items {
			if n := w.scope(k.scope, item); n != nil {
				nodes = append(nodes, n)
			}
		}
	case f.meets(k.scope.needs) || k.scope.computes:
		if n := w.scope(k.scope, f); n != nil {
			nodes = w.only(n)
		}
	}
	for _, n := range nodes {
		w.complete(k, n.Trigger(), f)
	}
	return nodes
}

// complete writes what a claim's choice says. Of several codes the document must
// have said which.
func (w *writer) complete(k *claim, seg *translators.Segment, f *frame) {
	for _, c := range k.choice.conds {
		switch {
		case len(c.codes) == 0 || textOf(seg, c.ref, 0) != "":
		case len(c.codes) == 1:
			set(seg, c.ref, c.codes[0])
		case !k.many: // the compiler has seen that something in it may say another
			set(seg, c.ref, c.codes[0])
		default:
			w.problems = append(w.problems, Problem{Severity: missingError, Code: CodeWrite, Segment: seg.ID, Field: fullPath(k.path, f),
				Pair: k.pos.String(), Text: "nothing says which of " + strings.Join(c.codes, ", ") + " belongs in " + c.of(seg.ID)})
		}
	}
}

// elements writes the accesses and pairs of a scope into its segment.
func (w *writer) elements(s *scope, seg *translators.Segment, f *frame) bool {
	data := false
	for _, a := range s.reads {
		if a.silentIn(f) {
			continue
		}
		text, parts, ok := w.access(a, f)
		if !ok {
			continue
		}
		for i, r := range a.refs {
			if i > 0 {
				text = ""
			}
			if i < len(parts) {
				text = parts[i]
			}
			if text != "" {
				w.put(s, seg, r, text, a, f)
				data = data || f.has(a.slot)
			}
		}
		if a.sent >= 0 {
			w.putSent(a, seg, f)
		}
		if a.owned {
			w.counts = append(w.counts, counted{seg, a.refs[0].element})
		}
	}
	for _, rep := range s.repeats {
		data = w.repetitions(rep, s, seg, f) || data
	}
	for _, k := range s.inside {
		data = w.inside(k, seg, f) || data
	}
	if len(s.pairs) > 0 && w.pairs(s, seg, f) {
		data = true
	}
	return data
}

// access converts the value of one access into a text, or where it takes several
// into parts; not ok where there is none to write.
func (w *writer) access(a *access, f *frame) (text string, parts []string, ok bool) {
	v := f.get(a.slot)
	if a.counts {
		v = w.next(a, f, v)
	}
	if a.with >= 0 {
		v = a.joined(v, f)
	}
	if v == "" {
		if a.keep >= 0 && f.has(a.keep) || a.sent >= 0 && f.has(a.sent) {
			w.alone(a, f)
		}
		return "", nil, false
	}
	kept := ""
	if a.keep >= 0 {
		kept = f.get(a.keep)
	}
	if a.room > 0 && len(kept) > a.room { // of another release, or never right
		kept = ""
	}
	text, parts, bad := a.write(v, kept, w.day)
	if bad != nil {
		w.fault(a, bad, f)
	}
	return text, parts, bad == nil
}

// silentIn says whether a frame has nothing of what the access writes.
func (a *access) silentIn(f *frame) bool {
	return !f.has(a.slot) && !a.counts && a.with < 0 && (a.keep < 0 || !f.has(a.keep)) && (a.sent < 0 || !f.has(a.sent))
}

// alone refuses a kept code without the value that it is for.
func (w *writer) alone(a *access, f *frame) {
	w.fault(a, &fault{missingError, CodeWrite, "is absent, and the code kept beside it is not written alone"}, f)
}

func (w *writer) fault(a *access, bad *fault, f *frame) {
	w.problems = append(w.problems, Problem{Severity: bad.severity, Code: bad.code,
		Field: fullPath(a.field.path, f), Text: bad.text, Pair: a.field.pos.String()})
}

// write is the way back of read: a text, or of a function that gives several all
// parts.
func (a *access) write(v, kept, day string) (text string, parts []string, bad *fault) {
	if a.codes != nil {
		if v, bad = a.codes.code(v, kept, day); bad != nil {
			return "", nil, bad
		}
	}
	for i := len(a.convs) - 1; i >= 0; i-- {
		c := &a.convs[i]
		switch {
		case c.one != nil:
			v, bad = c.one(v)
			parts = nil
		case c.out == nil:
			bad = wrongType("%s has no way back", c.name)
		default:
			if parts, bad = c.out(v); len(parts) > 0 {
				v = parts[0]
			}
		}
		if bad != nil {
			return "", nil, bad
		}
	}
	return v, parts, nil
}

// code finds the code of a word: the partner's own, while it still means the
// word, else the table's.
func (c *codes) code(word, kept, day string) (string, *fault) {
	if kept != "" {
		means, known := c.find(c.words, c.wordsOn, kept, day)
		if means == word || !known && c.missing == missingOther && word == missingOther {
			return kept, nil
		}
	}
	if code, ok := c.find(c.back, c.backOn, word, day); ok {
		return code, nil
	}
	if c.missing == missingPass {
		return word, nil
	}
	severity := c.missing
	if severity != missingWarn && severity != missingHold {
		severity = missingError
	}
	return "", &fault{severity: severity, code: CodeLookup, text: fmt.Sprintf("table %s has no code for %s", c.name, quote(word)) + c.when(c.backOn[word], day)}
}

// put sets an element if the schema has room for the text; nothing is cut off.
func (w *writer) put(s *scope, seg *translators.Segment, r ref, v string, a *access, f *frame) {
	if a.split != nil {
		v = a.split.put(textOf(seg, r, 0), v)
	}
	if rule := r.rule(s.item.Segment); rule != nil && rule.Max > 0 && len(v) > rule.Max && lengthOf(v, rule.Type) > rule.Max {
		w.fault(a, &fault{missingError, CodeWrite, fmt.Sprintf("%s is too long for %s, which has room for %d characters", quote(v), r.of(seg.ID), rule.Max)}, f)
		return
	}
	set(seg, r, v)
}

// lengthOf counts as X12 does: a point and a sign are no part of a number's length.
func lengthOf(v, kind string) int {
	n := utf8.RuneCountInString(v)
	if kind == "R" || strings.HasPrefix(kind, "N") {
		n -= strings.Count(v, ".") + strings.Count(v, "-")
	}
	return n
}

// set puts text into an element or component, and makes room for it.
func set(seg *translators.Segment, r ref, v string) {
	if len(seg.Elements) < r.element {
		seg.Elements = slices.Grow(seg.Elements, r.element-len(seg.Elements))[:r.element]
	}
	e := &seg.Elements[r.element-1]
	if r.component == 0 {
		e.Text = v
		return
	}
	if len(e.Repeats) == 0 {
		e.Repeats = [][]string{nil}
	}
	for len(e.Repeats[0]) < r.component {
		e.Repeats[0] = append(e.Repeats[0], "")
	}
	e.Repeats[0][r.component-1] = v
}

// put appends nodes to the children from base on. Where a segment may occur once, what claims on it write is
// one segment, as all of them read it.
func put(children []*translators.Node, base int, nodes []*translators.Node, item *translators.Item) []*translators.Node {
	last := len(children) - 1
	if item.Max != 1 || item.Loop || len(nodes) != 1 || last < base || children[last].Item != item {
		return append(children, nodes...)
	}
	have := children[last].Segment
	for i, e := range nodes[0].Segment.Elements {
		for len(have.Elements) <= i {
			have.Elements = append(have.Elements, translators.Element{})
		}
		if h := &have.Elements[i]; h.Text == "" && len(h.Repeats) == 0 {
			*h = e
		}
	}
	return children
}
