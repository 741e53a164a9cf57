package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/canonical"
)

// schema is a JSON Schema, as far as ours need it.
type schema struct {
	Title       string
	Description string
	Type        string
	Ref         string `json:"$ref"`
	Required    []string
	Properties  map[string]*schema
	Items       *schema
	Enum        []string
	MaxLength   int
	Minimum     *json.Number
	MinItems    int
	Defs        map[string]*schema `json:"$defs"`
}

// order writes the page of the canonical order from its schema.
func order(string) (string, error) {
	raw, err := canonical.Schema("order")
	if err != nil {
		return "", err
	}
	var s schema
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The canonical order\n\n%s\n", made)
	fmt.Fprintf(&b, "What the ERP gets as `body`, whoever sent the order: schema order/%s, as JSON Schema in [canonical/schemas/order-v1.json](../../canonical/schemas/order-v1.json). What is absent is an absent key: there is no null, no empty text, no empty list. Numbers with a fraction, money and quantities are texts such as `\"2.50\"`, so that no reader rounds them. A field whose name ends in `AsSent` holds the partner's own code beside our word for it.\n\n## order\n\n", canonical.SchemaVersion)
	s.fields(&b)
	for _, name := range reached(&s) {
		fmt.Fprintf(&b, "\n## %s\n\n", name)
		s.Defs[name].render(&b)
	}
	return b.String(), nil
}

// render writes one definition: its fields, or what its text looks like.
func (s *schema) render(b *strings.Builder) {
	if s.Description != "" {
		b.WriteString(sentence(s.Description) + "\n\n")
	}
	if len(s.Properties) > 0 {
		s.fields(b)
		return
	}
	fmt.Fprintf(b, "%s\n", sentence(s.kind()))
}

func (s *schema) fields(b *strings.Builder) {
	head(b, "field", "value", "required", "meaning")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		required := ""
		if slices.Contains(s.Required, name) {
			required = "yes"
		}
		row(b, code(name), p.kind(), required, cell(p.Description))
	}
}

// kind says what a value is, with a link where it is described.
func (s *schema) kind() string {
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, "#/$defs/")
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	case s.Type == "array" && s.Items != nil:
		return "list of " + s.Items.kind()
	case len(s.Enum) > 40:
		return fmt.Sprintf("one of %d codes", len(s.Enum))
	case len(s.Enum) > 0:
		return "`" + strings.Join(s.Enum, "`, `") + "`"
	case s.Type == "integer" && s.Minimum != nil:
		return "whole number from " + s.Minimum.String()
	case s.Type == "string" && s.MaxLength > 0:
		return fmt.Sprintf("text, at most %d", s.MaxLength)
	case s.Type == "string":
		return "text"
	}
	return s.Type
}

// reached are the definitions in the order in which a reader comes to them.
func reached(s *schema) []string {
	var names []string
	var visit func(s *schema)
	visit = func(at *schema) {
		var next []*schema
		for _, name := range slices.Sorted(maps.Keys(at.Properties)) {
			p := at.Properties[name]
			if p.Items != nil {
				p = p.Items
			}
			name := strings.TrimPrefix(p.Ref, "#/$defs/")
			if p.Ref != "" && !slices.Contains(names, name) {
				names = append(names, name)
				next = append(next, s.Defs[name])
			}
		}
		for _, n := range next {
			visit(n)
		}
	}
	visit(s)
	return names
}
