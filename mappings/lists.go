package mappings

import (
	"cmp"
	"fmt"
	"slices"

	"waybill/translators"
)

// list compiles a field whose items repeat.
func (c *compiler) list(b *branch, n *node, x context) {
	if b.entry == nil {
		c.add(b.pos(), b.path, "is a list without a place", "add at: the segment or loop that repeats")
		return
	}
	n.item = &template{path: b.path}
	x.template.give(n, noLeaf)
	l := &listing{compiler: c, branch: b, node: n, outer: x, shape: x.shape}
	e := b.entry
	if e.computed != nil || e.any() == nil {
		c.add(e.pos, b.path, "an expression makes one value, not a list", "add at: the segment or loop that repeats")
		return
	}
	if e.any().path.root {
		c.add(e.any().pos, b.path, "a list stands below its place", "leave the slash out, and bind it at the top of the document")
		return
	}
	if len(e.in) > 1 {
		c.add(e.pos, b.path, "a list has one place", "keep one under in:")
		return
	}
	if v := e.any(); v.path.pair() {
		l.pairs()
		return
	} else if from := cmp.Or(x.in, x.out); len(b.children) == 0 && c.repeats(from, v.path) {
		l.repetitions()
		return
	}
	inner := context{template: n.item, fields: &n.fields, shape: x.shape, parent: x.parent, item: x.shape}
	if len(e.in) == 1 && x.in != nil {
		inner.in = l.place(e.in[0], x.in, e.out == nil)
	}
	if e.out != nil && x.out != nil {
		inner.out = l.place(e.out, x.out, false)
	}
	l.items(inner)
	if e.out != nil {
		c.itemsWritable(e, inner.out)
	}
	n.item.fields, n.fields = n.fields, nil
}

// listing compiles one list.
type listing struct {
	*compiler
	branch *branch
	node   *node
	outer  context
	shape  *shape
}

// place claims all occurrences that the list's path names, for one direction.
func (l *listing) place(v *value, from *scope, oneWay bool) *scope {
	e := &entry{path: l.branch.path, pos: l.branch.entry.pos, in: []*value{v}}
	if !oneWay {
		e.out = v
	}
	if v.path.until > 0 {
		return l.inside(v, from, e)
	}
	at, steps := l.single(from, v.path.steps, e)
	var outer *claim
	for _, st := range steps {
		k := l.repeating(at, st, v, e)
		if k == nil {
			return nil
		}
		if outer != nil {
			outer.inner, k.folded, k.scope.outer = k, true, at
		}
		outer, at = k, k.scope
	}
	for _, r := range v.path.refs {
		if v.path.group && outer != nil {
			outer.refs = append(outer.refs, r.element)
		}
	}
	return at
}

// single walks the steps before the last that name one occurrence: by a code in
// brackets, because the schema says so, or because another field has its place there.
func (l *listing) single(at *scope, steps []step, e *entry) (*scope, []step) {
	for i := 0; i < len(steps)-1 && at != nil; i++ {
		own, _ := l.own(at, steps[i], e)
		item := below(at.item, steps[i].segment)
		if i > 0 {
			own = nil
		}
		bare := len(steps[i].choice.conds) == 0
		if own == nil && item != nil && item.Max != 1 && bare && !l.shared(at, item, steps[i], e) {
			return at, steps[i:]
		}
		p := &path{steps: steps[i : i+1], pos: steps[i].pos}
		at, _ = l.walk(at, p, e)
	}
	if at == nil {
		return nil, nil
	}
	return at, steps[len(steps)-1:]
}

// shared says whether a single field has its place at the step already.
func (l *listing) shared(at *scope, item *translators.Item, st step, e *entry) bool {
	if item.Segment == nil {
		return false
	}
	ch, ok := l.settled(st, item, e)
	return ok && slices.ContainsFunc(at.group(item).claims, func(k *claim) bool { return !k.many && k.choice.equal(ch) })
}

// repeating claims all occurrences that one step names.
func (l *listing) repeating(at *scope, st step, v *value, e *entry) *claim {
	if at.item.Parent != nil && st.segment == at.item.ID && (st.segment != levelID || st.choice.none()) {
		l.add(v.path.pos, e.path, st.segment+" is the segment that this block stands at; it does not repeat here", "")
		return nil
	}
	item := below(at.item, st.segment)
	if item == nil || item.Segment == nil {
		text, hint := absent(at.item, st.segment)
		l.add(st.pos, e.path, text, hint)
		return nil
	}
	ch, ok := l.settled(st, item, e)
	if !ok {
		return nil
	}
	k := &claim{choice: ch, many: true, peek: e.out == nil, scope: newScope(item), list: l.node.slot, item: l.node.item, pos: v.path.pos, path: e.path, order: l.order}
	l.order++
	g := at.group(item)
	g.claims = append(g.claims, k)
	return k
}

// items compiles what an item is: an object's fields, or one value.
func (l *listing) items(x context) {
	e := l.branch.entry
	v := e.any()
	if len(v.calls) > 0 && !v.path.element() {
		l.add(v.calls[0].pos, l.branch.path, v.calls[0].name+" is for values, not for blocks", "")
	}
	if len(l.branch.children) > 0 {
		if l.shape.kind != "object" && l.shape.kind != "" {
			l.add(e.pos, l.branch.path, "its items are "+kindWord(l.shape)+", not objects", "write the element: "+l.branch.path+": MAN[GM]02")
			return
		}
		l.branches(l.branch.children, x)
		return
	}
	if e.said() {
		return
	}
	if !v.path.element() {
		l.add(e.pos, l.branch.path, "has a place but no fields", "name a part: as reference, or write fields below it")
		return
	}
	l.values(x)
}

// values compiles a list whose items are one element each.
func (l *listing) values(x context) {
	l.node.item.scalar = true
	n := &node{}
	p := &pairing{compiler: l.compiler, field: l.branch.entry.field(), node: n, context: x,
		keeper: &keeper{template: x.template, parent: &shape{}, name: "value", slot: -1}, oneWay: l.branch.entry.out == nil}
	if !p.place() {
		return
	}
	at := func(v *value, s *scope, fits func(*value, *access) bool) {
		own := *v
		own.path = &path{steps: v.path.steps[len(v.path.steps)-1:], refs: v.path.refs[:1], pos: v.path.pos}
		a := p.access(&own, s, nil)
		if a == nil || a.owned || !fits(&own, a) {
			return
		}
		s.reads = append(s.reads, a)
	}
	e := l.branch.entry
	if len(e.in) == 1 && x.in != nil {
		at(e.in[0], x.in, p.reads)
	}
	if e.out != nil && x.out != nil {
		at(e.out, x.out, p.writes)
	}
	*x.fields = append(*x.fields, n)
}

// pairs compiles a list of what stands behind qualifiers in one segment.
func (l *listing) pairs() {
	e := l.branch.entry
	t := l.node.item
	x := context{template: t, fields: &t.fields, shape: l.shape, parent: l.shape}
	n := &node{}
	p := &pairing{compiler: l.compiler, field: e.field(), node: n, context: x,
		keeper: &keeper{template: t, parent: &shape{}, name: "value", slot: -1}, oneWay: e.out == nil, both: e.both()}
	if !p.place() {
		return
	}
	if p.kind < 0 {
		t.scalar = true
		t.fields = []*node{n}
	} else {
		t.fields = n.fields
	}
	in := func(v *value, from *scope, oneWay bool, fits func(*value, *access) bool) {
		at, last := l.walk(from, v.path, p.entry(v, oneWay))
		if at == nil {
			return
		}
		a := p.access(v, at, last)
		if a == nil || !fits(v, a) {
			return
		}
		before := len(at.pairs)
		p.pairRule(v, at, a, oneWay)
		if len(at.pairs) > before {
			r := at.pairs[before]
			r.list, r.item = l.node.slot, t
		}
	}
	if len(e.in) == 1 && l.outer.in != nil {
		in(e.in[0], l.outer.in, e.out == nil, p.reads)
	}
	if e.out != nil && l.outer.out != nil && (len(l.found) == 0 || !e.both() || l.outer.in == nil) {
		in(e.out, l.outer.out, false, p.writes)
	}
	if p.keeper.node != nil {
		t.fields = append(t.fields, p.keeper.node)
	}
}

func (c *compiler) severalCodes(v *value, path string) {
	last := v.path.steps[len(v.path.steps)-1]
	var first string
	for _, k := range last.choice.conds {
		if len(k.codes) > 1 {
			first = k.codes[0]
		}
	}
	written := *v.path
	written.steps = append(append([]step{}, v.path.steps[:len(v.path.steps)-1]...), step{segment: last.segment,
		choice: choice{conds: []cond{{codes: []string{first}}}}})
	c.add(v.path.pos, path, fmt.Sprintf("%s would be written as %s for all of them", v.path, first),
		fmt.Sprintf("write in: %s and out: %s", v.path, &written))
}
