package mappings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// nameCompiler reads one mapping of a system's names.
type nameCompiler struct {
	*loading
	codes  map[string]*codes
	tables []string
}

// systemKeys are the keys of such a file.
func systemKeys() []string {
	return []string{"map", "canonical", "tables", "envelope", "fields", "write", "ignore"}
}

func (c *nameCompiler) file(name string, root *yaml.Node, canonical func(string) (json.RawMessage, error)) *System {
	s := &System{name: name, root: &nameScope{}}
	heads := map[string]*yaml.Node{}
	c.pairs(root, "", func(k, v *yaml.Node) {
		if !slices.Contains(systemKeys(), k.Value) {
			c.add(c.at(k), k.Value, "unknown key", suggestion(k.Value, systemKeys()))
		}
		heads[k.Value] = v
	})
	if v := heads["map"]; v == nil || c.scalar(v, "map") != name {
		c.add(c.at(root), "map", "is missing, or is not the file's name", "write map: "+name)
	}
	of := c.shape(s, heads["canonical"], root, canonical)
	if v := heads["tables"]; v != nil {
		for _, t := range c.loading.tables(v) {
			c.codes[t.name], c.tables = t.compile(c.loader), append(c.tables, t.name)
		}
	}
	if v := heads["envelope"]; v != nil {
		words := &shape{kind: "object", fields: map[string]*shape{}}
		for _, f := range envelopeFields() {
			words.fields[f] = &shape{kind: "string"}
		}
		e := &nameScope{}
		c.fields(v, e, words, nil, "")
		s.envelope = e.pairs
	}
	if v := heads["fields"]; v == nil {
		c.add(c.at(root), "fields", "is missing", "write the pairs: our field: theirs")
	} else {
		c.fields(v, s.root, of, nil, "")
	}
	if v := heads["write"]; v != nil {
		c.fixed(v, s.root)
	}
	if v := heads["ignore"]; v != nil {
		for _, n := range v.Content {
			s.ignore = append(s.ignore, c.steps(c.scalar(n, "ignore"), c.at(n), "ignore"))
		}
	}
	c.overlaps(s)
	return s
}

// shape is what the canonical schema says of the document.
func (c *nameCompiler) shape(s *System, v, root *yaml.Node, canonical func(string) (json.RawMessage, error)) *shape {
	if v == nil {
		c.add(c.at(root), "canonical", "is missing", "write the kind of document, such as order/v1")
		return &shape{}
	}
	kind, err := kindOf(c.scalar(v, "canonical"))
	if err == nil {
		s.kind = kind
		var schema json.RawMessage
		if schema, err = canonical(kind); err == nil {
			var of *shape
			if of, err = shapeOf(schema); err == nil {
				return of
			}
		}
	}
	c.add(c.at(v), "canonical", err.Error(), "write the kind of document, such as order/v1")
	return &shape{}
}

// fields reads pairs below a path of ours.
func (c *nameCompiler) fields(n *yaml.Node, into *nameScope, of *shape, ours []string, prefix string) {
	c.pairs(n, prefix, func(k, v *yaml.Node) {
		if k.Value == "at" && prefix != "" || k.Value == "write" && prefix != "" {
			return // of the list, and read there
		}
		path, here, list, ok := c.field(k, of, ours)
		if !ok {
			return
		}
		field := joinPath(prefix, k.Value)
		switch {
		case list && v.Kind == yaml.MappingNode:
			c.list(v, into, here, path, field)
		case list:
			c.add(c.at(v), field, "a list needs at:, and its fields below", "write at: and the name of their list")
		case v.Kind == yaml.MappingNode && oneWay(v):
			c.pairs(v, field, func(way, x *yaml.Node) { c.pair(x, into, here, path, field, way.Value) })
		case v.Kind == yaml.MappingNode:
			c.fields(v, into, here, path, field)
		default:
			c.pair(v, into, here, path, field, "")
		}
	})
}

// oneWay says whether a block holds directions and no fields.
func oneWay(v *yaml.Node) bool {
	for i := 0; i+1 < len(v.Content); i += 2 {
		if v.Content[i].Value != "in" && v.Content[i].Value != "out" {
			return false
		}
	}
	return len(v.Content) > 0
}

// field finds a field of ours in the schema.
func (c *nameCompiler) field(k *yaml.Node, of *shape, ours []string) (path []string, here *shape, list, ok bool) {
	path, here = slices.Clone(ours), of
	names := strings.Split(k.Value, ".")
	for i, name := range names {
		name, list = strings.CutSuffix(name, "[]")
		if list && i < len(names)-1 {
			c.add(c.at(k), k.Value, "the fields of a list stand below it", "write "+strings.Join(names[:i+1], ".")+": and at: under it")
			return nil, nil, false, false
		}
		whole := name
		base, of, chosen := cutChoice(name)
		if chosen {
			name = base
		}
		found, text, hint := here.field(name, list || chosen)
		if chosen && text == "" {
			text, hint = typed(found, name, of)
		}
		if text != "" {
			c.add(c.at(k), k.Value, text, hint)
			return nil, nil, false, false
		}
		path, here = append(path, whole), found
	}
	return path, here, list, true
}

// typed says what is wrong with the choice of an item by its type.
func typed(item *shape, list, of string) (text, hint string) {
	t := item.fields["type"]
	switch {
	case t == nil:
		return "the items of " + list + " have no type to choose them by", "bind the list with at:"
	case len(t.enum) > 0 && !slices.Contains(t.enum, of):
		return fmt.Sprintf("no item of %s has the type %q", list, of), suggestion(of, t.enum)
	}
	return "", ""
}

func (c *nameCompiler) list(v *yaml.Node, into *nameScope, of *shape, path []string, field string) {
	l := &nameList{ours: path, items: &nameScope{}, field: field, pos: c.at(v)}
	for i := 0; i+1 < len(v.Content); i += 2 {
		switch v.Content[i].Value {
		case "at":
			at := v.Content[i+1]
			l.theirs = c.steps(c.scalar(at, field), c.at(at), field)
		case "write":
			c.fixed(v.Content[i+1], l.items)
		}
	}
	if l.theirs == nil {
		c.add(c.at(v), field, "at: is missing", "write at: and the name of their list")
	}
	c.fields(v, l.items, of, nil, field)
	into.lists = append(into.lists, l)
}

// fixed reads what is always written.
func (c *nameCompiler) fixed(n *yaml.Node, into *nameScope) {
	c.pairs(n, "write", func(k, v *yaml.Node) {
		steps := c.steps(k.Value, c.at(k), "write")
		into.fixed = append(into.fixed, &namePair{theirs: steps, text: c.scalar(v, "write"), field: "write " + k.Value, pos: c.at(k)})
	})
}

// pair reads a place of theirs and the functions behind it.
func (c *nameCompiler) pair(n *yaml.Node, into *nameScope, of *shape, path []string, field, way string) {
	if of.kind == "object" || of.kind == "array" {
		c.add(c.at(n), field, "is "+kindWord(of)+", and no single value", "map its fields one by one")
		return
	}
	p := &namePair{ours: path, in: way != "out", out: way != "in", kind: of.kind, field: field, pos: c.at(n)}
	text := c.scalar(n, field)
	first, rest, piped := strings.Cut(text, "|")
	p.theirs = c.steps(strings.TrimPrefix(strings.TrimSpace(first), "/"), c.at(n), field)
	p.root = strings.HasPrefix(first, "/")
	s := &scanner{text: rest, base: c.at(n).right(len(first) + 1)}
	for piped {
		call, err := s.call()
		if err != nil {
			c.syntax(err, field)
			return
		}
		c.function(p, call)
		s.blanks()
		if piped = s.take('|'); !piped && !s.end() {
			c.syntax(s.fail("", "found %s, expected |", s.found()), field)
		}
	}
	if p.root && p.out {
		c.add(p.pos, field, "a place from the root can only be read", "write it under in:")
	}
	into.pairs = append(into.pairs, p)
}

// function adds one function to a pair.
func (c *nameCompiler) function(p *namePair, f call) {
	first, _ := f.plain(0)
	switch f.name {
	case "required":
		p.required = true
	case "default":
		p.fallback, p.has = first.text, true
	case "number":
		p.number = true
	case "table":
		if p.codes = c.codes[first.text]; p.codes == nil {
			c.add(f.pos, p.field, fmt.Sprintf("there is no table %q", first.text), suggestion(first.text, c.tables))
		}
	case "date":
		k, wrong := dayIn(first.text)
		if wrong != "" {
			c.add(f.pos, p.field, wrong, "write it as they do, such as date(MM/DD/YYYY)")
		}
		p.convs = append(p.convs, k)
	default:
		c.other(p, f)
	}
}

// systemFunctions are those of all mappings that make one text of one.
func systemFunctions() []string {
	return []string{"country", "date", "decimal", "default", "gtin", "implied", "nullable", "number", "pad", "prefix", "required", "scale", "table", "trim", "upper"}
}
