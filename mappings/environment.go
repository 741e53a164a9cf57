package mappings

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/vm"
)

// An environment is the document that expressions see: as it was read, or as it
// is to be written. Lists that are absent are empty.
type environment struct {
	shape *shape
	doc   map[string]any
	items int // of all lists
}

// maxCrossed bounds the items of a document in which lists in lists are gone
// through.
const maxCrossed = 4000

// environmentOf reads a body.
func environmentOf(body json.RawMessage, s *shape) (*environment, error) {
	var scan bodyScanner
	if err := scan.object(string(body)); err != nil {
		return nil, err
	}
	return scan.environment(s), nil
}

// environment is the object that was scanned.
func (s *bodyScanner) environment(of *shape) *environment {
	e := &environment{shape: of}
	e.doc, _ = e.fill(s.any(0), of).(map[string]any)
	return e
}

// fill makes a value of JSON one of expressions.
func (e *environment) fill(v any, s *shape) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		return v.String()
	case []any:
		of := s.items
		if of == nil {
			of = &shape{}
		}
		for i := range v {
			e.items++
			v[i] = e.fill(v[i], of)
		}
	case map[string]any:
		for name := range v {
			v[name] = e.fill(v[name], s.below(name))
		}
		for name, f := range s.fields {
			if _, ok := v[name]; !ok && f.kind == "array" {
				v[name] = []any{}
			}
		}
	}
	return v
}

// below is the shape of a name; of one that is not known, anything.
func (s *shape) below(name string) *shape {
	if f := s.fields[name]; f != nil {
		return f
	}
	if s.names != nil {
		return s.names
	}
	return &shape{}
}

// item finds what a frame was read into, or is written from.
func (e *environment) item(f *frame) map[string]any {
	if f.parent == nil {
		return e.doc
	}
	var at any = e.item(f.parent)
	path := strings.TrimPrefix(strings.TrimPrefix(f.template.path, f.parent.template.path), ".")
	for _, name := range strings.Split(strings.TrimSuffix(path, "[]"), ".") {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	list, _ := at.([]any)
	if f.index >= len(list) {
		return nil
	}
	m, _ := list[f.index].(map[string]any)
	return m
}

// eval runs a program for a frame; "" is no value.
func (e *environment) eval(p *program, f *frame) (string, *fault) {
	v, bad := e.value(p, f)
	if bad != nil {
		return "", bad
	}
	text, err := textOfResult(v)
	if err != nil {
		return "", wrongType("%s: %s", p.text, err)
	}
	return text, nil
}

// holds runs a program that answers yes or no.
func (e *environment) holds(p *program, f *frame) (bool, *fault) {
	v, bad := e.value(p, f)
	if bad != nil {
		return false, bad
	}
	yes, ok := v.(bool)
	if !ok && v != nil {
		return false, wrongType("%s: is not true or false", p.text)
	}
	return yes, nil
}

// reasonOf is what an expression found wrong, without its place in the text.
func reasonOf(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if i := strings.LastIndex(text, " ("); i > 0 && strings.HasSuffix(text, ")") && strings.Trim(text[i+2:len(text)-1], "0123456789:") == "" {
		text = text[:i]
	}
	return text
}

func (e *environment) value(p *program, f *frame) (any, *fault) {
	if p.crosses && e.items > maxCrossed {
		return nil, wrongType("%s: goes through lists in lists, and the document has %d items, more than %d", p.text, e.items, maxCrossed)
	}
	item := e.item(f)
	env := make(map[string]any, len(item)+2)
	for name, v := range item {
		env[name] = v
	}
	read := map[string]any{}
	for path, slot := range p.paths {
		if text := f.get(slot); text != "" {
			read[path] = text
		}
	}
	env["doc"], env["x12"] = e.doc, read
	machine := vm.VM{MemoryBudget: maxBudget}
	v, err := machine.Run(p.run, env)
	if err != nil {
		return nil, wrongType("%s: %s", p.text, reasonOf(err))
	}
	return v, nil
}
