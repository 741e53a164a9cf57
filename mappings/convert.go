package mappings

import (
	"fmt"
	"slices"
	"strings"

	"waybill/translators"
)

// convert compiles the functions of a value, or what the types say where none is written.
func (p *pairing) convert(a *access, v *value, rule translators.ElementRule) bool {
	made := false
	for _, c := range v.calls {
		switch c.name {
		case "required", "default", "ordinal", "keep":
			continue
		case "counter":
			if p.context.template.path == "" {
				p.add(c.pos, p.field.path, "counter counts the items of a list", "use it inside one")
				return false
			}
			a.counts = true
			continue
		case "table":
			if !p.lookUp(a, v, c) {
				return false
			}
			made = true
			continue
		}
		maker, ok := makers()[c.name]
		if !ok {
			p.add(c.pos, p.field.path, fmt.Sprintf("%q is no function", c.name), suggestion(c.name, functions()))
			return false
		}
		if made && c.name == "nullable" {
			p.add(c.pos, p.field.path, "nullable looks at what stands in X12", "write it first")
			return false
		}
		k, wrong := maker(c, rule)
		if c.name == "datetime" {
			k = dateTimeConv(len(a.refs), p.zone)
		}
		if wrong != "" {
			p.add(c.pos, p.field.path, wrong, "")
			return false
		}
		if k.parts > 0 && k.parts < len(a.refs) || k.parts == 0 && len(a.refs) > 1 {
			p.add(c.pos, p.field.path, fmt.Sprintf("%s does not take %d elements", c.name, len(a.refs)), "")
			return false
		}
		a.convs = append(a.convs, k)
		if k.split != nil {
			a.split = k.split
		}
		made = made || !k.typed
	}
	return made || p.byType(a, v, rule)
}

// byType adds the conversion that needs no writing.
func (p *pairing) byType(a *access, v *value, rule translators.ElementRule) bool {
	s := p.context.shape
	if p.kind >= 0 {
		s = &shape{kind: "string"}
	}
	k, wrong := byType(rule, s)
	if wrong != "" {
		p.fail(v, "look whether it is the right element, or name a function: "+v.path.String()+" | "+functionFor(s), "%s", wrong)
		return false
	}
	if k.in != nil {
		a.convs = append(a.convs, k)
	}
	return true
}

// functionFor is the function that makes a field's kind of most texts.
func functionFor(s *shape) string {
	switch {
	case s.def == "Date":
		return "date"
	case s.kind == "integer":
		return "int"
	}
	return "decimal"
}

// lookUp compiles table(name[, keep][, missing:…]).
func (p *pairing) lookUp(a *access, v *value, c call) bool {
	name, _ := c.plain(0)
	t, ok := p.codes[name.text]
	if !ok {
		p.add(c.pos, p.field.path, fmt.Sprintf("there is no table %q", name.text), suggestion(name.text, p.merged.order))
		return false
	}
	if mode, ok := c.named("missing"); ok {
		if !slices.Contains(missingModes(), mode) {
			p.add(c.pos, p.field.path, "missing:"+mode+" is unknown", suggestion(mode, missingModes()))
			return false
		}
		own := *t
		own.missing = mode
		t = &own
	}
	a.codes = t
	if !p.beside(a, c) {
		return false
	}
	mode, named := c.named("keep")
	a.always = named && mode == "always"
	if !c.has("keep") && !named {
		return p.words(c, t, false)
	}
	slot, ok := p.keeper.at()
	if !ok {
		p.add(c.pos, p.field.path, "keep needs a field "+p.keeper.name+"AsSent, and "+p.merged.canonical+" has none", "leave keep out")
		return false
	}
	a.keep = slot
	return p.words(c, t, true)
}

// words checks that a table's words are the field's.
func (p *pairing) words(c call, t *codes, kept bool) bool {
	enum := p.context.shape.enum
	if p.kind >= 0 || strings.HasSuffix(p.field.path, "[]") {
		enum = p.context.shape.fieldEnum("type")
	}
	ok := true
	if t.missing == missingPass && len(enum) > 0 {
		at, key := p.mode(c, t)
		p.add(at, key, "missing: pass would let any code into "+p.field.path+", which has a list of words", "use warn, hold, or other with keep")
		ok = false
	}
	if t.missing == missingOther && (!kept && !p.oneWay || !slices.Contains(enum, missingOther)) {
		at, key := p.mode(c, t)
		p.add(at, key, "missing: other needs a field that has the word other, and keep: "+p.field.path+" does not", "use warn or hold")
		ok = false
	}
	if len(enum) == 0 {
		return ok
	}
	for _, r := range p.merged.tables[t.name].read() {
		word := r.to
		if _, with := c.named("with"); with {
			word, _, _ = strings.Cut(word, besideMark)
		}
		if !slices.Contains(enum, word) {
			p.add(r.pos, "table "+t.name, fmt.Sprintf("%q is no word that %s may have", word, p.field.path), suggestion(word, enum))
			ok = false
		}
	}
	return ok
}

// mode is where it is said what a missing code does: in the call or in the table.
func (p *pairing) mode(c call, t *codes) (at place, key string) {
	if _, own := c.named("missing"); own {
		return c.pos, p.field.path
	}
	return p.merged.tables[t.name].mode, "table " + t.name
}

// all returns the rows that are read.
func (t *table) all() []row { return append(append([]row{}, t.rows...), t.in...) }

// read returns the rows that are read, with those of a file.
func (t *table) read() []row {
	all := t.all()
	for _, r := range t.file {
		if r.way != "out" {
			all = append(all, r)
		}
	}
	return all
}

func (s *shape) fieldEnum(name string) []string {
	if f := s.fields[name]; f != nil {
		return f.enum
	}
	return nil
}

// rules compiles required, default and ordinal.
func (p *pairing) rules(v *value) {
	r := &rule{field: p.field, slot: p.node.slot, ordinal: -1, from: v.path.String(), reads: !p.writeOnly, writes: !p.oneWay}
	found := false
	for _, c := range v.calls {
		switch c.name {
		case "required":
			r.required, found = true, true
		case "default":
			a, ok := c.plain(0)
			if !ok {
				p.add(c.pos, p.field.path, "default takes the word that an absent value becomes", "")
				continue
			}
			if enum := p.context.shape.enum; len(enum) > 0 && !slices.Contains(enum, a.text) {
				p.add(c.pos, p.field.path, fmt.Sprintf("default %q is no word that the field may have", a.text), suggestion(a.text, enum))
			}
			r.fill, found = a.text, true
			if c.has("marked") {
				p.marked(c, r)
			}
		case "ordinal":
			p.ordinal(c, r)
			found = true
		}
	}
	if found {
		p.context.template.rules = append(p.context.template.rules, r)
	}
}

// ordinal counts items that came without a number, and marks that it did.
func (p *pairing) ordinal(c call, r *rule) {
	if p.context.template.path == "" {
		p.add(c.pos, p.field.path, "ordinal counts the items of a list", "use it inside one")
		return
	}
	p.marked(c, r)
}

// marked gives a field a mark beside it that its value was made up, so that it
// is not written.
func (p *pairing) marked(c call, r *rule) {
	name := p.node.name + "Assigned"
	if _, wrong, hint := p.context.parent.field(name, false); wrong != "" {
		p.add(c.pos, p.field.path, c.name+" needs a field "+name+": "+p.merged.canonical+" "+wrong, hint)
		return
	}
	n := newNode(name)
	p.context.template.give(n, bare)
	*p.context.fields = append(*p.context.fields, n)
	r.ordinal = n.slot
}

// keeper makes the field that holds the partner's own code, once.
type keeper struct {
	template *template
	parent   *shape
	name     string
	slot     int
	node     *node
}

// at returns the slot of the AsSent field; it must be in the canonical schema.
func (k *keeper) at() (slot int, ok bool) {
	if k.slot >= 0 {
		return k.slot, true
	}
	name := k.name + "AsSent"
	if _, wrong, _ := k.parent.field(name, false); wrong != "" {
		return -1, false
	}
	k.node = newNode(name)
	k.template.give(k.node, text)
	k.slot = k.node.slot
	return k.slot, true
}
