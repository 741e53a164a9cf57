package mappings

import (
	"slices"
	"strings"
)

// beside compiles with: in table(answers, with:changes): a row's word such as
// accepted/price+date is the field's word and those of a list beside it.
func (p *pairing) beside(a *access, c call) bool {
	name, named := c.named("with")
	if !named {
		return true
	}
	s, wrong, hint := p.context.parent.field(name, true)
	if wrong != "" {
		p.add(c.pos, p.field.path, "with: names a list beside the field: "+p.merged.canonical+" "+wrong, hint)
		return false
	}
	for _, r := range p.merged.tables[a.codes.name].all() {
		_, rest, _ := strings.Cut(r.to, besideMark)
		for _, word := range strings.FieldsFunc(rest, func(c rune) bool { return c == '+' }) {
			if len(s.enum) > 0 && !slices.Contains(s.enum, word) {
				p.add(r.pos, "table "+a.codes.name, quote(word)+" is no word that "+name+"[] may have", suggestion(word, s.enum))
				return false
			}
		}
	}
	a.with, a.beside = p.list(name)
	return true
}

// besideMark parts a table's word from those of the list beside it.
const besideMark = "/"

// list finds or makes the list of words beside the field.
func (p *pairing) list(name string) (slot int, item *template) {
	for _, n := range *p.context.fields {
		if n.name == name && n.item != nil {
			return n.slot, n.item
		}
	}
	n, word := newNode(name), &node{}
	n.item = &template{path: p.field.path, scalar: true}
	n.item.give(word, text)
	n.item.fields = []*node{word}
	p.context.template.give(n, noLeaf)
	*p.context.fields = append(*p.context.fields, n)
	return n.slot, n.item
}

// split puts the words behind the mark into the list beside, and is the field's own.
func (r *reader) split(a *access, v string, f *frame) string {
	v, rest, _ := strings.Cut(v, besideMark)
	for _, word := range strings.FieldsFunc(rest, func(c rune) bool { return c == '+' }) {
		item := r.arena.frame(a.beside, f, len(f.list(a.with)))
		item.put(0, word)
		f.add(a.with, item)
	}
	return v
}

// joined is the word that the table has for a value and the list beside it.
func (a *access) joined(v string, f *frame) string {
	var words []string
	for _, item := range f.list(a.with) {
		words = append(words, item.get(0))
	}
	if v == "" || len(words) == 0 {
		return v
	}
	return v + besideMark + strings.Join(words, "+")
}
