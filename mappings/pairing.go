package mappings

import (
	"fmt"
	"strings"

	"waybill/settings"
	"waybill/translators"
)

// pairing compiles one field: its reads, its write and its rules.
type pairing struct {
	*compiler
	field     *field
	node      *node
	context   context
	keeper    *keeper
	oneWay    bool // read only
	writeOnly bool // written only
	both      bool // one value serves both directions
	kind      int  // slot of the type, where the field is {type, value}
}

// place gives the field its slots in the template.
func (p *pairing) place() bool {
	s, t := p.context.shape, p.context.template
	p.kind = -1
	for _, names := range [][2]string{{"type", "value"}, {"codeAsSent", "date"}} {
		if s.kind == "object" && !s.money() && s.fields[names[0]] != nil && s.fields[names[1]] != nil {
			return p.typed(s, t, names)
		}
	}
	if s.kind == "object" && !s.money() || s.kind == "array" {
		p.add(p.field.pos, p.field.path, "is "+kindWord(s), "write its fields below it")
		return false
	}
	t.give(p.node, leafOf(s))
	return true
}

// typed makes an object of type and value, or of code and date, for a pair with
// (other).
func (p *pairing) typed(s *shape, t *template, names [2]string) bool {
	kind, val := newNode(names[0]), newNode(names[1])
	t.give(kind, text)
	t.give(val, text)
	p.node.fields = []*node{kind, val}
	p.node.slot, p.kind = val.slot, kind.slot
	p.keeper.parent, p.keeper.name = s, names[0]
	return true
}

func (p *pairing) fail(v *value, hint, format string, args ...any) {
	p.found = append(p.found, settings.Problem{
		File: v.path.pos.file, Line: v.path.pos.line, Column: v.path.pos.column, Key: p.field.path,
		Text: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// entry is what walk needs to know of the pair.
func (p *pairing) entry(v *value, oneWay bool) *entry {
	e := &entry{path: p.field.path, pos: p.field.pos, in: []*value{v}}
	if !oneWay {
		e.out = v
	}
	return e
}

// read compiles one place that the field is read from.
func (p *pairing) read(v *value, rank int) {
	at, last := p.walk(p.context.in, v.path, p.entry(v, p.oneWay))
	if at == nil {
		return
	}
	a := p.access(v, at, last)
	if a == nil {
		return
	}
	a.rank = rank
	if rank > 0 && last != nil {
		last.late = true
	}
	if a.owned && !p.oneWay {
		return // write says so
	}
	if !p.reads(v, a) {
		return
	}
	if a.owned && p.context.out != nil {
		p.counted(v, a)
	}
	if v.path.pair() {
		p.pairRule(v, at, a, p.oneWay)
		return
	}
	at.reads = append(at.reads, a)
}

// counted lets the writer put its own count where the document has one.
func (p *pairing) counted(v *value, a *access) {
	if at, _ := p.walk(p.context.out, v.path, p.entry(v, false)); at != nil {
		at.reads = append(at.reads, a)
	}
}

// write compiles the place that the field is written to.
func (p *pairing) write(v *value) {
	if v.path.root {
		p.fail(v, "write it under in:", "a path from the root is read only")
		return
	}
	at, last := p.walk(p.context.out, v.path, p.entry(v, false))
	if at == nil {
		return
	}
	found := len(p.found)
	a := p.access(v, at, last)
	if a == nil {
		if len(p.found) > found && p.both && p.context.in != nil {
			p.found = p.found[:found] // read has said so
		}
		return
	}
	if a.owned {
		p.fail(v, "remove this pair, or read it only: in: "+v.path.String(), "%s is counted by the writer", v.path)
		return
	}
	if a.sent < 0 {
		p.writable(last, p.entry(v, false))
	}
	if !p.writes(v, a) {
		return
	}
	if v.path.pair() {
		p.pairRule(v, at, a, false)
		return
	}
	for _, r := range a.refs {
		p.take(at, r, v)
	}
	at.reads = append(at.reads, a)
}

// reads says whether every function of a value can read; upper and trim cannot.
func (p *pairing) reads(v *value, a *access) bool {
	for _, c := range a.convs {
		if c.in == nil {
			p.fail(v, "write it under out:", "%s has no way in", c.name)
			return false
		}
	}
	return true
}

// writes says whether every function of a value can write.
func (p *pairing) writes(v *value, a *access) bool {
	for _, c := range a.convs {
		if c.out == nil {
			p.fail(v, "write it under in:", "%s has no way back", c.name)
			return false
		}
	}
	return true
}

// access compiles the elements and conversions of a value.
func (p *pairing) access(v *value, at *scope, last *claim) *access {
	if v.as != "" {
		p.fail(v, "as is for blocks: a segment or loop without an element", "as %s behind an element", v.as)
		return nil
	}
	a := &access{field: p.field, slot: p.node.slot, keep: -1, with: -1, sent: -1, refs: v.path.refs, value: v, twoWay: p.both}
	rule, ok := p.element(v, at)
	if !ok {
		return nil
	}
	a.room = rule.Max
	if len(v.path.refs) > 0 {
		a.owned = owned(at.item.Segment.ID, v.path.refs[0].element)
	}
	if !p.convert(a, v, rule) {
		return nil
	}
	if last != nil && p.fixed(v, at, last) {
		return nil
	}
	if !p.keepSent(a, v, last) {
		return nil
	}
	several := last != nil && last.choice.all
	gathers := len(a.convs) > 0 && a.convs[0].parts == -1
	switch {
	case several && !gathers:
		p.fail(v, `add | join("\n") or | wrap(n)`, "[*] takes all occurrences and one value holds them")
		return nil
	case gathers && !several:
		p.fail(v, "write "+at.item.ID+"[*]", "%s takes all occurrences", a.convs[0].name)
		return nil
	}
	return a
}

// fixed reports a value on an element that the brackets before it already say.
func (p *pairing) fixed(v *value, at *scope, last *claim) bool {
	for _, k := range last.choice.conds {
		for _, r := range v.path.refs {
			if r == k.ref && len(k.codes) == 1 {
				p.fail(v, "", "%s is always %s here: the brackets say so", r.of(at.item.ID), k.codes[0])
				return true
			}
		}
	}
	return false
}

// element finds what the schema says of the value's element.
func (p *pairing) element(v *value, at *scope) (translators.ElementRule, bool) {
	if v.path.pair() {
		return p.slotRule(v, at)
	}
	if len(v.path.refs) > 1 && len(v.calls) == 0 {
		p.fail(v, "add | datetime", "several elements make one value only with a function")
		return translators.ElementRule{}, false
	}
	var first translators.ElementRule
	for i, r := range v.path.refs {
		e, wrong := elementOf(at.item.Segment, r)
		if wrong != "" {
			p.fail(v, "", "%s", wrong)
			return e, false
		}
		if i == 0 {
			first = e
		}
	}
	return first, true
}

// slotRule checks that the segment has qualifier pairs, and adds those that @
// names and the schema does not.
func (p *pairing) slotRule(v *value, at *scope) (translators.ElementRule, bool) {
	rule := at.item.Segment
	for _, a := range append([]alt{{slot: v.path.slot}}, v.path.alts...) {
		if a.slot == 0 {
			continue
		}
		if a.slot+1 > len(rule.Elements) {
			p.fail(v, "", "no elements %02d and %02d in %s; %s has %d", a.slot, a.slot+1, rule.ID, rule.ID, len(rule.Elements))
			return translators.ElementRule{}, false
		}
		if !at.hasSlot(a.slot) {
			at.slots = append(at.slots, translators.Pair{Qualifier: a.slot, Value: a.slot + 1})
		}
	}
	if len(at.slots) == 0 {
		p.fail(v, fmt.Sprintf("name the qualifier's element: %s(%s@03)", rule.ID, "CODE"), "%s has no qualifier pairs", rule.ID)
		return translators.ElementRule{}, false
	}
	return rule.Elements[at.slots[0].Value-1], true
}

func (s *scope) hasSlot(qualifier int) bool {
	for _, pair := range s.slots {
		if pair.Qualifier == qualifier {
			return true
		}
	}
	return false
}

// pairRule puts an access behind qualifiers.
func (p *pairing) pairRule(v *value, at *scope, a *access, peek bool) {
	if v.path.rest && p.kind < 0 {
		p.fail(v, "write it as a list of {type, value}", "(other) has types, and %s is one value", p.field.path)
		return
	}
	if !v.path.rest && p.kind >= 0 {
		p.fail(v, "write (other), or name the field's value", "%s is an object", p.field.path)
		return
	}
	at.pairs = append(at.pairs, &pairRule{
		access: a, alts: v.path.alts, rest: v.path.rest, peek: peek, list: -1, kind: p.kind, kept: p.keeper.slot, order: p.order,
	})
	p.order++
}

// String is the path as it is written.
func (p *path) String() string {
	var b strings.Builder
	for i, s := range p.steps {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(s.segment + s.choice.String())
	}
	for i, r := range p.refs {
		if i > 0 {
			b.WriteByte('+')
		}
		fmt.Fprintf(&b, "%02d", r.element)
		if r.component > 0 {
			fmt.Fprintf(&b, "-%02d", r.component)
		}
	}
	if p.pair() {
		b.WriteString("(" + p.qualifiers() + ")")
	}
	return b.String()
}

func (p *path) qualifiers() string {
	if p.rest {
		return "other"
	}
	var words []string
	for _, a := range p.alts {
		words = append(words, a.code)
	}
	return strings.Join(words, "|")
}
