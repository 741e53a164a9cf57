package mappings

import (
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/types"

	"waybill/translators"
)

// compiler turns merged pairs into plans for both directions.
type compiler struct {
	*loader
	merged *merged
	schema *translators.Schema
	codes  map[string]*codes
	taken  map[taken]writing // what is written, to find collisions
	order  int               // of claims and pairs as they come
	rank   map[string]int    // of the files in their chain, the root first
	todo   []func()          // what is compiled when all fields have their slots

	zone     *time.Location
	m        *Map
	root     *shape
	document types.Type // the document as a type of expressions
	unsure   []unsure   // choices of several codes that are written
}

// compile builds the Map; problems are left with the loader.
func (c *compiler) compile(a Against) *Map {
	m := &Map{name: c.merged.name, schema: a.Schema, currency: -1}
	if !c.heads() {
		return m
	}
	kind, err := kindOf(c.merged.canonical)
	if err != nil {
		c.add(c.merged.schema, "canonical", err.Error(), "")
		return m
	}
	m.kind = kind
	root := &shape{}
	if a.Canonical != nil {
		schema, err := a.Canonical(kind)
		if err == nil {
			root, err = shapeOf(schema)
		}
		if err != nil {
			c.add(c.merged.schema, "canonical", err.Error(), "")
			return m
		}
	}
	for _, name := range c.merged.order {
		c.codes[name] = c.merged.tables[name].compile(c.loader)
	}
	c.loadZone()
	tree := c.grow()
	c.taken = map[taken]writing{}
	m.root = &template{}
	m.in, m.out = newScope(a.Schema.Root), newScope(a.Schema.Root)
	x := context{in: m.in, out: m.out, template: m.root, fields: &m.root.fields, shape: root, item: root}
	c.root, c.m, m.shape = root, m, root
	c.branches(tree.children, x)
	c.later(m)
	c.sure()
	c.decideDay(m)
	m.root.objects()
	m.root.mark(m.root.fields, 0, m.root.slots, true)
	c.check(m)
	c.pieces(m.in, false)
	c.pieces(m.out, true)
	m.in.settle()
	m.out.sequence()
	m.out.readBy(m.in)
	for _, path := range []string{"currency", "header.currency"} { // the second is an order change's
		if n := m.root.at(path); m.currency < 0 && n != nil && n.leaf == text {
			m.currency = n.slot
		}
	}
	return m
}

// heads checks that the chain says what it maps, and for which set.
func (c *compiler) heads() bool {
	set, version, _ := strings.Cut(c.merged.x12, " ")
	switch {
	case c.merged.x12 == "":
		c.add(place{file: c.merged.name + ".yaml", line: 1, column: 1}, "x12", "is missing; a file with only parts and tables cannot be run", `write x12: "850", or extends: base/850`)
	case c.schema == nil:
		c.add(c.merged.head, "x12", "there is no X12 schema to compile against", "")
	case set != c.schema.Set:
		c.add(c.merged.head, "x12", "the mapping is for "+set+" and the schema is "+c.schema.Set, "")
	case version != "" && !strings.HasPrefix(c.schema.Release, version):
		c.add(c.merged.head, "x12", "the mapping is for "+version+" and the schema is "+c.schema.Release, "")
	default:
		return true
	}
	return false
}

// context is where a branch is compiled: the scopes of both directions, the
// template that its values go to, and what the canonical schema says.
type context struct {
	in, out  *scope // nil where the direction is not mapped
	template *template
	fields   *[]*node
	shape    *shape
	parent   *shape
	item     *shape // of the frame that the fields are in
}

func (c *compiler) branches(all []*branch, x context) {
	seen := map[string]*branch{}
	for _, b := range all {
		if other, twice := seen[b.name]; twice {
			c.add(b.pos(), b.path, "is also written as "+other.path, "a field is a list or it is not")
			continue
		}
		seen[b.name] = b
		c.branch(b, x)
	}
}

func (c *compiler) branch(b *branch, x context) {
	if b.entry != nil && b.entry.fixed != "" {
		c.constant(b.entry, x)
		return
	}
	s, text, hint := x.shape.field(b.name, b.list)
	if text != "" {
		c.add(b.pos(), b.path, c.merged.canonical+" "+text, hint)
		return
	}
	n := newNode(b.name)
	n.lo = x.template.slots
	x.shape, x.parent = s, x.shape
	var kept *node
	switch {
	case b.list:
		c.list(b, n, x)
	case b.entry != nil && !b.entry.binds() && !b.entry.bare():
		kept = c.leaf(b, n, x)
	default:
		c.object(b, n, x)
	}
	n.hi = x.template.slots
	if b.entry != nil && b.entry.when != nil {
		c.when(b, n, x)
	}
	if n.leaf != noLeaf || len(n.fields) > 0 || n.item != nil {
		*x.fields = append(*x.fields, n)
	}
	if kept != nil {
		*x.fields = append(*x.fields, kept)
	}
}

func newNode(name string) *node { return &node{name: name, quoted: strconv.Quote(name) + ":"} }

// object compiles an object: with a place of its own, or only a name that
// others share.
func (c *compiler) object(b *branch, n *node, x context) {
	if e := b.entry; e != nil && !e.bare() {
		x.in, x.out = c.bind(e, e.in, x.in), c.bindOut(e, x.out)
	}
	if len(b.children) == 0 {
		if b.entry != nil && b.entry.said() {
			return
		}
		c.add(b.pos(), b.path, "has a place but no fields", "name a part: as party, or write fields below it")
		return
	}
	if x.shape.kind != "" && x.shape.kind != "object" {
		c.add(b.pos(), b.path, "is "+kindWord(x.shape)+", not an object", "")
		return
	}
	x.fields = &n.fields
	c.branches(b.children, x)
}

// bind leads to the scope that an object is read in.
func (c *compiler) bind(e *entry, values []*value, from *scope) *scope {
	if len(values) == 0 || from == nil {
		return nil
	}
	if len(values) > 1 {
		c.add(e.pos, e.path, "a block has one place", "keep one under in:")
	}
	at, _ := c.walk(from, values[0].path, e)
	return at
}

// bindOut leads to the scope that an object is written in.
func (c *compiler) bindOut(e *entry, from *scope) *scope {
	if e.out == nil || from == nil {
		return nil
	}
	at, last := c.walk(from, e.out.path, e)
	if at != nil {
		c.writable(last, e)
	}
	return at
}

// leaf compiles one value, and returns the field that keeps the partner's own
// code beside it, if there is one.
func (c *compiler) leaf(b *branch, n *node, x context) (kept *node) {
	f := b.entry.field()
	if len(b.children) > 0 {
		c.add(b.entry.where(), b.path, "has a value and fields below it", "give it a segment or loop, without an element")
		return nil
	}
	k := &keeper{template: x.template, name: b.name, parent: x.parent, slot: -1}
	p := &pairing{compiler: c, field: f, node: n, context: x, keeper: k, oneWay: b.entry.out == nil, writeOnly: len(b.entry.in) == 0, both: b.entry.both()}
	if !p.place() {
		return nil
	}
	for rank, v := range b.entry.in {
		switch {
		case v.path.root:
			p.rootRead(v)
		case x.in != nil:
			p.read(v, rank)
		}
	}
	if v := b.entry.computed; v != nil {
		c.computed(v, f, n.slot, x)
	}
	if v := b.entry.out; v != nil && x.out != nil {
		p.write(v)
	}
	if v := b.entry.any(); v != nil {
		p.rules(v)
	}
	return k.node
}

func leafOf(s *shape) leaf {
	switch {
	case s.money():
		return money
	case s.amount():
		return amount
	case s.kind == "integer" || s.kind == "boolean":
		return bare
	}
	return text
}

// give gives a node a slot of its own.
func (t *template) give(n *node, l leaf) {
	n.leaf, n.slot = l, t.slots
	n.lo, n.hi = t.slots, t.slots+1
	t.slots++
}
