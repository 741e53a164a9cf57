package mappings

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"waybill/settings"
)

// A shape is what the canonical schema says of one path.
type shape struct {
	kind   string // object, array, string, integer, boolean; "" is anything
	def    string // name under $defs: Date, Money …
	enum   []string
	fields map[string]*shape
	names  *shape // of an object with free names: what each is
	items  *shape
}

// schemaNode is the part of a JSON Schema that says what a path may be.
type schemaNode struct {
	Ref        string                 `json:"$ref"`
	Type       string                 `json:"type"`
	Enum       []string               `json:"enum"`
	Properties map[string]*schemaNode `json:"properties"`
	Additional json.RawMessage        `json:"additionalProperties"`
	Items      *schemaNode            `json:"items"`
	Defs       map[string]*schemaNode `json:"$defs"`
}

// shapeOf reads the JSON Schema of a body. A type that holds itself is a shape that
// holds itself.
func shapeOf(schema json.RawMessage) (*shape, error) {
	var root schemaNode
	if err := json.Unmarshal(schema, &root); err != nil {
		return nil, fmt.Errorf("canonical schema: %w", err)
	}
	defs := make(map[string]*shape, len(root.Defs))
	for name := range root.Defs {
		defs[name] = &shape{def: name}
	}
	for name, n := range root.Defs {
		n.fill(defs[name], defs)
	}
	return root.shape(defs), nil
}

func (n *schemaNode) shape(defs map[string]*shape) *shape {
	if n == nil {
		return &shape{}
	}
	if name, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok && defs[name] != nil {
		return defs[name]
	}
	s := &shape{}
	n.fill(s, defs)
	return s
}

// fill says of s what n says.
func (n *schemaNode) fill(s *shape, defs map[string]*shape) {
	if n == nil {
		return
	}
	s.kind, s.enum = n.Type, n.Enum
	if n.Items != nil {
		s.items = n.Items.shape(defs)
	}
	if len(n.Properties) > 0 {
		s.fields = make(map[string]*shape, len(n.Properties))
		for name, p := range n.Properties {
			s.fields[name] = p.shape(defs)
		}
		return
	}
	if n.Type == "object" {
		s.names = &shape{}
		var additional schemaNode
		if json.Unmarshal(n.Additional, &additional) == nil {
			s.names = additional.shape(defs)
		}
	}
}

// money says whether the shape is an amount with its currency.
func (s *shape) money() bool { return s.def == "Money" }

// amount says whether a number has at least the currency's digits.
func (s *shape) amount() bool { return s.def == "Amount" }

// field finds one name; list says that it was written with []. The words say
// what is wrong where nothing is found.
func (s *shape) field(name string, list bool) (found *shape, text, hint string) {
	if s.kind == "" {
		return &shape{}, "", ""
	}
	if s.names != nil {
		return s.names, "", ""
	}
	f, ok := s.fields[name]
	mark := map[bool]string{true: "[]"}[list]
	switch {
	case !ok:
		return nil, fmt.Sprintf("has no %q", name+mark), s.near(name)
	case f.kind == "array" && !list:
		return nil, fmt.Sprintf("%s is a list", name), "did you mean " + name + "[]?"
	case f.kind != "array" && f.kind != "" && list:
		return nil, fmt.Sprintf("%s is no list", name), "did you mean " + name + "?"
	case list && f.items != nil:
		return f.items, "", ""
	}
	return f, "", ""
}

func (s *shape) near(name string) string {
	known := make([]string, 0, len(s.fields))
	for n := range s.fields {
		known = append(known, n)
	}
	sort.Strings(known)
	if near := settings.Suggest(name, known); near != "" {
		if s.fields[near].kind == "array" {
			near += "[]"
		}
		return "did you mean " + near + "?"
	}
	if len(known) <= 12 {
		return "it has " + strings.Join(known, ", ")
	}
	return ""
}
