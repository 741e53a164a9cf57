package mappings

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// scopeText is what "under PATH:" puts before the X12 paths below it.
type scopeText struct{ steps []step }

// entries flattens a block of fields: nested keys join into canonical paths.
func (l *loading) entries(n *yaml.Node, prefix string, under scopeText) []*entry {
	var all []*entry
	l.pairs(n, orWord(prefix, "fields"), func(k, v *yaml.Node) {
		if scope, ok := strings.CutPrefix(k.Value, "under "); ok {
			all = append(all, l.under(k, v, scope, prefix, under)...)
			return
		}
		if k.Value == "write" {
			all = append(all, l.constants(v, prefix)...)
			return
		}
		if !l.isField(k, prefix) {
			return
		}
		path := joinPath(prefix, k.Value)
		if v.Kind == yaml.MappingNode {
			all = append(all, l.block(k, v, path, under)...)
			return
		}
		if e := l.short(k, v, path, under); e != nil {
			all = append(all, e)
		}
	})
	return all
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

func reserved(key string) bool {
	switch key {
	case "at", "as", "in", "out", "write", "when":
		return true
	}
	return false
}

// isField checks the spelling of a key: names joined by dots, lists marked [].
func (l *loading) isField(k *yaml.Node, prefix string) bool {
	if reserved(k.Value) {
		l.add(l.at(k), orWord(prefix, "fields"), k.Value+" is a word of the language and stands inside a field's block", "")
		return false
	}
	for _, name := range strings.Split(k.Value, ".") {
		if !isName(strings.TrimSuffix(name, "[]")) {
			l.add(l.at(k), joinPath(prefix, k.Value), "is no field", "names of letters and digits joined by dots; a list ends in []")
			return false
		}
	}
	return true
}

func (l *loading) under(k, v *yaml.Node, scope, prefix string, under scopeText) []*entry {
	at := l.at(k).right(len("under "))
	s := &scanner{text: scope, base: at}
	p, err := s.path()
	if err != nil {
		l.syntax(err, prefix)
		return nil
	}
	if p.element() || !s.end() {
		l.add(at, prefix, "under "+scope+" does not end in a segment or loop", "")
		return nil
	}
	steps := append(append([]step{}, under.steps...), p.steps...)
	return l.entries(v, prefix, scopeText{steps})
}

func (l *loading) syntax(err *syntaxError, key string) { l.add(err.pos, key, err.text, err.hint) }

// short reads field: VALUE.
func (l *loading) short(k, v *yaml.Node, path string, under scopeText) *entry {
	e := &entry{path: path, pos: l.at(k)}
	val := l.value(v, path, under)
	if val == nil {
		return nil
	}
	if val.drop {
		e.drop = true
		return e
	}
	if val.expr != "" {
		l.add(val.pos, path, "an expression has no way back", "write it under in:")
		return nil
	}
	e.in, e.out = []*value{val}, val
	return e
}

func (l *loading) value(v *yaml.Node, path string, under scopeText) *value {
	if v.Kind != yaml.ScalarNode || v.Value == "" {
		l.add(l.at(v), path, "expected where the field stands in X12, such as BEG03", "")
		return nil
	}
	val, err := parseValue(v.Value, l.at(v))
	if err != nil {
		l.syntax(err, path)
		return nil
	}
	if len(under.steps) > 0 && val.path != nil && !val.path.root {
		val.path.steps = append(append([]step{}, under.steps...), val.path.steps...)
	}
	return val
}

// block reads a field with keys below it: a binding, directions, or more fields.
func (l *loading) block(k, v *yaml.Node, path string, under scopeText) []*entry {
	e := &entry{path: path, pos: l.at(k)}
	as, asPos := "", place{}
	rest := &yaml.Node{Kind: yaml.MappingNode, Line: v.Line, Column: v.Column}
	for i := 0; i+1 < len(v.Content); i += 2 {
		key, val := v.Content[i], v.Content[i+1]
		switch key.Value {
		case "at":
			if got := l.place(val, path, under); got != nil {
				e.in, e.out = []*value{got}, got
			}
		case "as":
			as, asPos = l.scalar(val, path), l.at(val)
		case "in":
			e.in, e.computed = l.several(val, path, under)
		case "out":
			e.out = l.place(val, path, under)
		case "when":
			e.when = l.expression(val, path)
		default:
			rest.Content = append(rest.Content, key, val)
		}
	}
	return l.bound(e, rest, as, asPos, under)
}

// place reads a value that must stand somewhere in X12.
func (l *loading) place(n *yaml.Node, path string, under scopeText) *value {
	v := l.value(n, path, under)
	if v != nil && v.expr != "" {
		l.add(v.pos, path, "an expression has no place to be written to", "fix the element: write: { PO105: '= …' }")
		return nil
	}
	return v
}

// expression reads an expression; the sign before it may be left out.
func (l *loading) expression(n *yaml.Node, path string) *value {
	text := l.scalar(n, path)
	if text == "" {
		return nil
	}
	if !strings.HasPrefix(text, "=") {
		return &value{text: text, expr: text, pos: l.at(n)}
	}
	v, err := parseValue(text, l.at(n))
	if err != nil {
		l.syntax(err, path)
		return nil
	}
	return v
}

// constants reads write: elements that are fixed.
func (l *loading) constants(n *yaml.Node, path string) []*entry {
	var all []*entry
	l.pairs(n, path, func(k, v *yaml.Node) {
		val := l.value(k, path, scopeText{})
		if val == nil {
			return
		}
		text := l.scalar(v, path)
		e := &entry{path: joinPath(path, constantMark+k.Value), pos: l.at(k), in: []*value{val}, out: val, fixed: text}
		if strings.HasPrefix(text, "=") && text != ordinalText && text != countedText {
			if e.fixes = l.expression(v, path); e.fixes == nil {
				return
			}
			e.in = nil
		}
		all = append(all, e)
	})
	return all
}

// constantMark begins the last name of a constant's path, which no field can have.
const constantMark = "write "

// bound puts a block's own place before the fields below it.
func (l *loading) bound(e *entry, rest *yaml.Node, as string, asPos place, under scopeText) []*entry {
	var all []*entry
	if v := e.any(); v != nil {
		all, under = append(all, e), scopeText{}
		if as != "" {
			v.as = as
		}
	} else if as != "" {
		c := *e
		c.as, c.pos, c.when = as, asPos, nil
		all = append(all, &c)
		if e.when != nil {
			all = append(all, e)
		}
	} else if e.computed != nil || e.when != nil {
		all = append(all, e)
	}
	if len(rest.Content) > 0 {
		e.filled = true
		if v := e.any(); v != nil && v.path != nil && v.path.element() && !v.path.group {
			l.add(e.pos, e.path, "has a value and fields below it", "give it at: a segment or loop")
			return nil
		}
		all = append(all, l.entries(rest, e.path, under)...)
	}
	return all
}

// several reads the values under in:, one or a list of which the first with data
// counts; an expression counts where none has.
func (l *loading) several(n *yaml.Node, path string, under scopeText) (all []*value, computed *value) {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for i, c := range nodes {
		v := l.value(c, path, under)
		switch {
		case v == nil:
		case v.expr == "":
			all = append(all, v)
		case i < len(nodes)-1:
			l.add(v.pos, path, "an expression counts where no place has data", "write it last")
		default:
			computed = v
		}
	}
	return all, computed
}
