package mappings

import (
	"slices"
	"strings"
)

// A dayOfTables is the field of a document whose day decides which rows of tables
// hold. On reading it is looked up before all else, wherever it stands.
type dayOfTables struct {
	path  string
	slot  int // of the document
	scope *scope
	own   *template // of one slot, that it is read into first
}

// dayField is the field that decides, by kind, where the mapping does not say.
func dayField(kind string) string {
	switch kind {
	case "order", "orderChange":
		return "orderDate"
	case "orderResponse":
		return "responseDate"
	case "invoice":
		return "invoiceDate"
	case "warehouseOrder":
		return "dates.order"
	case "shipment", "shipmentTree":
		return "issuedAt"
	case "warehouseShipmentTree":
		return "dates.shipped"
	case "inventory":
		return "asOf"
	}
	return ""
}

// decideDay compiles the field whose day decides, if a table has rows by day.
func (c *compiler) decideDay(m *Map) {
	name := ""
	for _, n := range c.merged.order {
		if c.codes[n].dated() {
			name = n
		}
	}
	path, at := c.merged.dated, c.merged.datedPlace
	if name == "" {
		if path != "" {
			c.add(at, "dated", "no table has rows for some days only", "leave it out")
		}
		return
	}
	if path == "" {
		path, at = dayField(m.kind), c.merged.schema
	}
	n, e := m.root.at(path), c.merged.find(path)
	if path == "" || n == nil || n.leaf != text || e == nil || len(e.in) == 0 {
		c.add(at, "dated", "table "+name+" has rows for some days only, and no pair reads "+orWord(path, "a day")+", whose day decides", "write dated: and a field of the document, such as dated: orderDate")
		return
	}
	m.day = &dayOfTables{path: path, slot: n.slot, scope: newScope(c.schema.Root), own: &template{slots: 1}}
	steps := c.placeAbove(path)
	for _, v := range e.in {
		own := *v
		p := *v.path
		p.steps = append(slices.Clone(steps), p.steps...)
		own.path = &p
		c.reads(&own, 0, m.day.scope, e.field())
	}
	m.day.scope.settle()
}

// placeAbove is where the blocks around a field stand.
func (c *compiler) placeAbove(path string) []step {
	var steps []step
	names := strings.Split(path, ".")
	for i := 1; i < len(names); i++ {
		if e := c.merged.find(strings.Join(names[:i], ".")); e != nil && len(e.in) > 0 {
			steps = append(steps, e.in[0].path.steps...)
		}
	}
	return steps
}

// at finds the node of a path without lists.
func (t *template) at(path string) *node {
	fields := t.fields
	var found *node
	for _, name := range strings.Split(path, ".") {
		i := slices.IndexFunc(fields, func(n *node) bool { return n.name == name })
		if i < 0 {
			return nil
		}
		found, fields = fields[i], fields[i].fields
	}
	return found
}

// of is the day of a date in any form.
func (d *dayOfTables) of(v string) string {
	day, _, _ := strings.Cut(v, "T")
	return day
}

// readDay looks up the day before the set is read. What is wrong with it is said
// when it is read as a field.
func (r *reader) readDay() {
	d := r.m.day
	if d == nil {
		return
	}
	found, traced, tracing := len(r.problems), len(r.trace), r.tracing
	r.tracing = false
	f := r.arena.frame(d.own, nil, 0)
	r.scope(d.scope, r.set.Root, f, 0)
	r.problems, r.trace, r.tracing = r.problems[:found], r.trace[:traced], tracing
	r.day = d.of(f.get(0))
}

// find is what a code or a word becomes on a day.
func (c *codes) find(plain map[string]string, on map[string][]spell, from, day string) (string, bool) {
	if to, ok := plain[from]; ok {
		return to, true
	}
	if len(on) == 0 || day == "" {
		return "", false
	}
	for _, s := range on[from] {
		if s.on(day) {
			return s.text, true
		}
	}
	return "", false
}

// when says on which days a row would hold, for a message.
func (c *codes) when(spells []spell, day string) string {
	if len(spells) == 0 {
		return ""
	}
	if day == "" {
		return "; its rows are for some days only, and the document has none that decides"
	}
	var words []string
	for _, s := range spells {
		words = append(words, strings.TrimSpace(strings.TrimSpace("from "+s.since)+" "+strings.TrimSpace("to "+s.until)))
	}
	return " on " + day + "; there are rows " + strings.Join(words, ", ")
}
