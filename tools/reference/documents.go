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

// document is one kind of document with a page of its own.
type document struct{ kind, file, title, about string }

func bodies() []document {
	return []document{
		{"order", "order", "order", "What the ERP gets as `body`, whoever sent the order"},
		{"orderChange", "order-change", "change of an order", "What a buyer changes of an order, as `body`"},
		{"orderResponse", "order-response", "answer to an order", "What a seller answers to an order, as `body`"},
		{"warehouseOrder", "warehouse-order", "warehouse order", "What a warehouse is told to ship, as `body`"},
		{"shipment", "shipment", "shipment", "What was shipped and how it is packed, as `body`: ship notices to buyers and reports of warehouses"},
		{"invoice", "invoice", "invoice", "What is to be paid or credited, as `body`"},
		{"acknowledgement", "acknowledgement", "acknowledgement", "What became of something that was sent, as `body`"},
		{"inventory", "inventory", "inventory", "What is where, as `body`"},
	}
}

// shared is the document whose page describes the types that others have too.
const shared = "order"

// page writes the page of a kind from its schema.
func (d document) page(string) (string, error) {
	s, err := schemaOf(d.kind)
	if err != nil {
		return "", err
	}
	if d.kind != shared {
		first, err := schemaOf(shared)
		if err != nil {
			return "", err
		}
		s.link(first.Defs, shared+".md")
		for _, def := range s.Defs {
			def.link(first.Defs, shared+".md")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The canonical %s\n\n%s\n", d.title, made)
	fmt.Fprintf(&b, "%s: schema %s/%s, as JSON Schema in [canonical/schemas/%s-v1.json](../../canonical/schemas/%[4]s-v1.json). What is absent is an absent key: there is no null, no empty text, no empty list%s. Numbers with a fraction, money and quantities are texts such as `\"2.50\"`, so that no reader rounds them. A field whose name ends in `AsSent` holds the partner's own code beside our word for it.\n\n## %s\n\n", d.about, d.kind, canonical.SchemaVersion, d.kind, emptyLists(s), d.kind)
	s.fields(&b)
	for _, name := range reached(s) {
		fmt.Fprintf(&b, "\n## %s\n\n", name)
		s.Defs[name].render(&b)
	}
	return b.String(), nil
}

// emptyLists says so where a list may be empty.
func emptyLists(s *schema) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if p := s.Properties[name]; p.Type == "array" && p.MinItems == 0 {
			names = append(names, code(name))
		}
	}
	if names == nil {
		return ""
	}
	return " but " + strings.Join(names, " and ")
}

func schemaOf(kind string) (*schema, error) {
	raw, err := canonical.Schema(kind)
	if err != nil {
		return nil, err
	}
	s := &schema{}
	return s, json.Unmarshal(raw, s)
}

// link makes references to what another page describes lead there.
func (s *schema) link(there map[string]*schema, file string) {
	for _, p := range s.Properties {
		if p.Items != nil {
			p = p.Items
		}
		if name, ok := strings.CutPrefix(p.Ref, "#/$defs/"); ok && there[name] != nil {
			p.Ref = file + p.Ref
		}
	}
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
		file, name, _ := strings.Cut(s.Ref, "#/$defs/")
		return fmt.Sprintf("[%s](%s#%s)", name, file, strings.ToLower(name))
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
			name, own := strings.CutPrefix(p.Ref, "#/$defs/")
			if own && !slices.Contains(names, name) {
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
