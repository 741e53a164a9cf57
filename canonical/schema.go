package canonical

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// documentSchema is the schema of the envelope, with any object as body.
func documentSchema() (json.RawMessage, error) {
	return generate("document", "envelope of every kind", reflect.TypeFor[Document]())
}

func generate(name, title string, t reflect.Type) (json.RawMessage, error) {
	g := generator{defs: map[string]*node{}}
	root, err := g.structure(t)
	if err != nil {
		return nil, err
	}
	root.Dialect = "https://json-schema.org/draft/2020-12/schema"
	root.ID = "urn:waybill:schema:" + name + ":v1"
	root.Title, root.Defs = title, g.defs
	data, err := json.MarshalIndent(root, "", "  ")
	return append(data, '\n'), err
}

// node is one JSON Schema, its keys in the order in which people read them.
type node struct {
	Dialect       string           `json:"$schema,omitempty"`
	ID            string           `json:"$id,omitempty"`
	Title         string           `json:"title,omitempty"`
	Description   string           `json:"description,omitempty"`
	Ref           string           `json:"$ref,omitempty"`
	Type          string           `json:"type,omitempty"`
	Format        string           `json:"format,omitempty"`
	Pattern       string           `json:"pattern,omitempty"`
	Enum          []string         `json:"enum,omitempty"`
	MinLength     *int             `json:"minLength,omitempty"`
	MaxLength     *int             `json:"maxLength,omitempty"`
	Minimum       *int             `json:"minimum,omitempty"`
	MinItems      *int             `json:"minItems,omitempty"`
	MaxItems      *int             `json:"maxItems,omitempty"`
	MinProperties *int             `json:"minProperties,omitempty"`
	Items         *node            `json:"items,omitempty"`
	Required      []string         `json:"required,omitempty"`
	Properties    map[string]*node `json:"properties,omitempty"`
	Additional    any              `json:"additionalProperties,omitempty"`
	Defs          map[string]*node `json:"$defs,omitempty"`
}

type generator struct{ defs map[string]*node }

// structure is the schema of a struct: nothing but its fields, and not nothing.
func (g *generator) structure(t reflect.Type) (*node, error) {
	n := &node{Type: "object", Properties: map[string]*node{}, Additional: false}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" {
			continue
		}
		child, required, err := g.field(f)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Name(), f.Name, err)
		}
		n.Properties[name] = child
		if required {
			n.Required = append(n.Required, name)
		}
	}
	if n.Required == nil {
		n.MinProperties = new(1)
	}
	return n, nil
}

// field is the schema of one field: its type's, narrowed by its tags.
func (g *generator) field(f reflect.StructField) (n *node, required bool, err error) {
	n, err = g.of(f.Type)
	if err != nil {
		return nil, false, err
	}
	n.Description = f.Tag.Get("doc")
	if list := f.Tag.Get("codes"); list != "" {
		of := n
		if n.Items != nil {
			of = n.Items
		}
		of.Enum, of.Pattern = codes(list), ""
		if len(of.Enum) == 0 {
			return nil, false, fmt.Errorf("no code list is named %q", list)
		}
	}
	for rule := range strings.SplitSeq(f.Tag.Get("canonical"), ",") {
		name, value, _ := strings.Cut(rule, "=")
		limit, _ := strconv.Atoi(value)
		switch {
		case name == "required":
			required = true
		case name == "empty":
			n.MinItems = nil
		case name == "min":
			n.Minimum = &limit
		case name == "max" && n.Type == "array":
			n.MaxItems = &limit
		case name == "max":
			n.MaxLength = &limit
		case name != "":
			return nil, false, fmt.Errorf("tag %q is not known", name)
		}
	}
	return n, required, nil
}

// textPattern is text that is not empty, has no blanks at its end, and no control
// characters but tabs and line ends.
const textPattern = `^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f]$`

// of is the schema of a type. Named structs and scalars stand under $defs.
func (g *generator) of(t reflect.Type) (*node, error) {
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.String:
		if t.Name() == "string" {
			return &node{Type: "string", Pattern: textPattern}, nil
		}
		return g.def(t, scalar)
	case reflect.Struct:
		return g.def(t, g.structure)
	case reflect.Bool:
		return &node{Type: "boolean"}, nil
	case reflect.Int:
		return &node{Type: "integer"}, nil
	case reflect.Map:
		return g.named(t)
	case reflect.Slice:
		if t == reflect.TypeFor[json.RawMessage]() {
			return &node{Type: "object"}, nil
		}
		items, err := g.of(t.Elem())
		return &node{Type: "array", MinItems: new(1), Items: items}, err
	}
	return nil, fmt.Errorf("no schema for %s", t)
}

// named is the schema of an object with names that the model does not know. The
// Checker holds the names against the rule for them.
func (g *generator) named(t reflect.Type) (*node, error) {
	n := &node{Type: "object", MinProperties: new(1)}
	if t == reflect.TypeFor[Private]() {
		return n, nil
	}
	values, err := g.of(t.Elem())
	n.Additional = values
	return n, err
}

// def refers to a type under $defs and puts it there once.
func (g *generator) def(t reflect.Type, describe func(reflect.Type) (*node, error)) (*node, error) {
	if _, known := g.defs[t.Name()]; !known {
		g.defs[t.Name()] = nil // a type may hold itself
		n, err := describe(t)
		if err != nil {
			return nil, err
		}
		g.defs[t.Name()] = n
	}
	return &node{Ref: "#/$defs/" + t.Name()}, nil
}

// scalar is the schema of a named text type; its title says what is expected.
func scalar(t reflect.Type) (*node, error) {
	n := &node{Type: "string"}
	switch t {
	case reflect.TypeFor[Decimal]():
		n.Format, n.Title = "decimal", `a decimal number in its shortest form, as text, such as "2.5" or "1200"`
		n.Pattern = `^(0|-?[1-9]\d{0,17}|-?(0|[1-9]\d{0,17})\.\d{0,8}[1-9])$`
	case reflect.TypeFor[Amount]():
		n.Format, n.Title = "amount", `an amount as text, with the digits of its currency, such as "2.50"`
		n.Pattern = `^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$`
	case reflect.TypeFor[Date]():
		n.Format, n.Title = "waybill-date", `a day, a local time, or a time with its offset: 2026-11-20, 2026-11-20T14:30, 2026-11-20T14:30-06:00`
		n.Pattern = `^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$`
	case reflect.TypeFor[Unit]():
		n.Title, n.Enum = "a unit of UNECE Recommendation 20, or a package with X in front", codes("unit")
	case reflect.TypeFor[Currency]():
		n.Format, n.Title, n.Pattern = "currency", "an ISO 4217 code such as USD", `^[A-Z]{3}$`
	case reflect.TypeFor[Country]():
		n.Format, n.Title, n.Pattern = "country", "an ISO 3166-1 alpha-2 code such as US", `^[A-Z]{2}$`
	case reflect.TypeFor[GTIN]():
		n.Format, n.Title, n.Pattern = "gtin", "14 digits with a right check digit", `^\d{14}$`
	case reflect.TypeFor[SSCC]():
		n.Format, n.Title, n.Pattern = "sscc", "18 digits with a right check digit", `^\d{18}$`
	case reflect.TypeFor[UPC]():
		n.Format, n.Title, n.Pattern = "upc", "12 digits with a right check digit", `^\d{12}$`
	default:
		return nil, fmt.Errorf("no schema for %s", t)
	}
	return n, nil
}
