package mappings

import (
	"strings"

	"waybill/translators"
)

// A computed is a field that an expression makes on reading.
type computed struct {
	field   *field
	slot    int
	program *program
}

// A rootCopy is a field of an item that is read from the root of the set.
type rootCopy struct {
	field    *field
	from, to int // slots of the document and of the item
}

// A condition holds, or the slots from lo to below hi are not written; hi -1 is
// all of the frame.
type condition struct {
	program *program
	lo, hi  int
}

// later compiles what reads into slots that are no fields.
func (c *compiler) later(m *Map) {
	c.compileChecks()
	for _, do := range c.todo {
		do()
	}
	m.late = m.root.late()
}

// late says whether something of the template is known only once the whole set is
// read.
func (t *template) late() bool {
	found := len(t.copies) > 0 || len(t.makes) > 0
	t.each(func(item *template) { found = found || item.late() })
	return found
}

// each calls for the templates of the lists below.
func (t *template) each(do func(*template)) {
	var walk func([]*node)
	walk = func(fields []*node) {
		for _, n := range fields {
			if n.item != nil {
				do(n.item)
			}
			walk(n.fields)
		}
	}
	walk(t.fields)
}

// hide gives a template a slot that is no field.
func (t *template) hide() int {
	slot := t.slots
	t.slots++
	t.hidden = t.hidden.with(slot)
	return slot
}

// computed compiles an expression under in:.
func (c *compiler) computed(v *value, f *field, slot int, x context) {
	c.todo = append(c.todo, func() {
		if p := c.program(v, source{item: x.item, template: x.template, scope: x.in, field: f}); p != nil {
			x.template.makes = append(x.template.makes, &computed{f, slot, p})
		}
	})
}

// when compiles what must hold for a block to be written: of a list each item.
func (c *compiler) when(b *branch, n *node, x context) {
	f := &field{path: b.path, pos: b.entry.when.pos}
	from, k := source{item: x.item, template: x.template, field: f}, &condition{lo: n.lo, hi: n.hi}
	if n.item != nil {
		from.item, from.template = x.shape, n.item
		k.lo, k.hi = 0, -1
	}
	c.todo = append(c.todo, func() {
		if k.program = c.program(b.entry.when, from); k.program != nil {
			from.template.whens = append(from.template.whens, k)
			c.m.writes = true
		}
	})
}

// fixes compiles an expression of write:.
func (c *compiler) fixes(e *entry, at *scope, r ref, x context) {
	f := e.field()
	i := len(at.consts)
	at.consts = append(at.consts, constant{ref: r, text: e.fixed})
	c.todo = append(c.todo, func() {
		at.consts[i].program = c.program(e.fixes, source{item: x.item, template: x.template, field: f})
		c.m.writes = true
	})
}

// hidden compiles what x12("…") reads, into a slot of its own.
func (c *compiler) hidden(text string, v *value, from source) (slot int, ok bool) {
	s := &scanner{text: text, base: v.pos}
	path, err := s.path()
	switch {
	case err != nil:
		c.add(v.pos, from.field.path, "x12("+quote(text)+"): "+err.text, err.hint)
		return 0, false
	case !s.end() || !path.element() || path.group || path.rest:
		c.add(v.pos, from.field.path, "x12("+quote(text)+") does not end in one element", "such as BEG03, N1[BY]/N104 or PO1(VN)")
		return 0, false
	}
	scope, template := from.scope, from.template
	if path.root {
		c.add(v.pos, from.field.path, "x12("+quote(text)+"): a path from the root is for in: alone", "give the document a field of it, and name doc.FIELD")
		return 0, false
	}
	slot = template.hide()
	f := *from.field
	f.path += " x12(" + quote(text) + ")"
	return slot, c.reads(&value{path: path, text: text, pos: v.pos}, slot, scope, &f)
}

// reads adds a pair that only reads into a slot, and claims nothing.
func (c *compiler) reads(v *value, slot int, from *scope, f *field) bool {
	found := len(c.found)
	p := &pairing{compiler: c, field: f, node: &node{slot: slot, leaf: text}, oneWay: true, kind: -1,
		context: context{in: from, shape: &shape{}, parent: &shape{}}, keeper: &keeper{parent: &shape{}, slot: -1}}
	p.read(v, 0)
	return len(c.found) == found
}

// rootRead compiles /BEG03: it is read once for the document, and copied.
func (p *pairing) rootRead(v *value) {
	for _, k := range v.calls {
		if k.name == "table" && (k.has("keep") || len(k.args) > 1) {
			p.fail(v, "write table(NAME) alone", "a path from the root keeps no code")
			return
		}
	}
	t, to := p.context.template, p.node.slot
	own := *v
	own.path = &path{steps: v.path.steps, refs: v.path.refs, alts: v.path.alts, pos: v.path.pos}
	p.todo = append(p.todo, func() {
		slot := p.m.root.hide()
		q := &pairing{compiler: p.compiler, field: p.field, node: &node{slot: slot}, oneWay: true, kind: -1, keeper: p.keeper,
			context: context{in: p.m.in, shape: p.context.shape, parent: p.context.parent}}
		q.read(&own, 0)
		t.copies = append(t.copies, rootCopy{p.field, slot, to})
	})
}

// compute fills what is known only once the whole set is read, and applies the
// rules of all frames: items before what they are in.
func (r *reader) compute(root *frame) {
	env, err := environmentOf(r.body(root), r.m.shape)
	if err != nil { // what we have emitted is JSON
		r.problems = append(r.problems, Problem{Severity: missingError, Code: CodeType, Text: err.Error()})
		return
	}
	root.eachFrame(func(f *frame) {
		for _, k := range f.template.copies {
			if v := root.get(k.from); v != "" && f.get(k.to) == "" {
				r.fill(k.field, k.to, v, f)
			}
		}
		for _, k := range f.template.makes {
			if f.get(k.slot) != "" {
				continue
			}
			v, bad := env.eval(k.program, f)
			if bad != nil {
				r.report(&access{field: k.field}, bad, f.segment, ref{}, f)
			} else if v != "" {
				r.fill(k.field, k.slot, v, f)
			}
		}
		r.rules(f)
	})
}

// eachFrame calls for all frames below, and then for the frame.
func (f *frame) eachFrame(do func(*frame)) {
	for _, l := range f.lists {
		for _, item := range l.all {
			item.eachFrame(do)
		}
	}
	do(f)
}

// fixed is what a constant or an expression of write: says of a frame; data says
// that it came from the document.
func (w *writer) fixed(k constant, f *frame) (text string, data bool) {
	if k.program == nil {
		return k.of(f), false
	}
	text, bad := w.env.eval(k.program, f)
	if bad != nil {
		w.fault(&access{field: k.program.field}, bad, f)
		return "", false
	}
	return text, text != ""
}

// fixElements writes the constants of a scope into its segment.
func (w *writer) fixElements(s *scope, seg *translators.Segment, f *frame) (data bool) {
	for _, k := range s.consts {
		if k.text == countedText {
			w.counts = append(w.counts, counted{seg, k.element})
			continue
		}
		text, own := w.fixed(k, f)
		if text == "" {
			continue
		}
		data = data || own
		if own {
			w.put(s, seg, k.ref, text, &access{field: k.program.field}, f)
			continue
		}
		if textOf(seg, k.ref, 0) == "" {
			set(seg, k.ref, text)
		}
	}
	return data
}

// leaveOut takes away what a condition forbids to write.
func (w *filler) leaveOut(f *frame) {
	for _, k := range f.template.whens {
		ok, bad := w.env.holds(k.program, f)
		if bad != nil {
			w.problems = append(w.problems, Problem{Severity: bad.severity, Code: bad.code, Field: fullPath(k.program.field.path, f), Text: bad.text, Pair: k.program.pos.String()})
		}
		if ok {
			continue
		}
		hi := k.hi
		if hi < 0 {
			hi = f.template.slots
		}
		f.clear(k.lo, hi)
	}
}

// trimmed is an expression without the blanks of its lines, for a message.
func trimmed(text string) string { return strings.Join(strings.Fields(text), " ") }
