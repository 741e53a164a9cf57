package settings

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Decode fills into, a pointer to a struct, from a mapping node. Fields are
// named by their yaml tag; a field without one is not read. A key that no field
// has, and a value of another kind than its field, are problems. What is absent
// keeps its value; `required:"true"` makes absence a problem, `words:"a b c"`
// any other text, `min:"1"` and `max:"9"` any other number. Scalars are taken as
// their source text: 0711 stays 0711 in a string.
//
// Fields may be string, bool, int, int64, time.Duration ("30s", "90d"), Size
// ("20MB"), Secret, yaml.Node (kept raw, with its place), and slices, maps with
// string keys, structs and pointers of these.
func Decode(file string, node *yaml.Node, into any) []Problem {
	return DecodeBlock(file, node, "", into)
}

// DecodeBlock is Decode for a block inside a file: what is said of its keys
// begins with prefix, the path of the block.
func DecodeBlock(file string, node *yaml.Node, prefix string, into any) []Problem {
	d := decoder{file: file}
	d.value(node, reflect.ValueOf(into).Elem(), prefix)
	return d.found
}

type decoder struct {
	file  string
	found []Problem
}

func (d *decoder) add(n *yaml.Node, key, text, hint string) {
	d.found = append(d.found, Problem{File: d.file, Line: n.Line, Column: n.Column, Key: key, Text: text, Hint: hint})
}

// value decodes one node into one place.
func (d *decoder) value(n *yaml.Node, v reflect.Value, key string) {
	switch v.Addr().Interface().(type) {
	case *yaml.Node:
		v.Set(reflect.ValueOf(*n))
		return
	case *time.Duration, *Size, *Secret:
		d.scalar(n, v, key)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.value(n, p.Elem(), key)
		v.Set(p)
	case reflect.Struct:
		d.structure(n, v, key)
	case reflect.Map:
		d.mapping(n, v, key)
	case reflect.Slice:
		d.list(n, v, key)
	default:
		d.scalar(n, v, key)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, key string) {
	if !d.expect(n, yaml.MappingNode, key, "keys and values") {
		return
	}
	fields, required := fieldsOf(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		at := join(key, k.Value)
		index, known := fields[k.Value]
		if !known {
			d.add(k, at, "unknown key", hintFor(k.Value, fields))
			continue
		}
		delete(required, k.Value)
		before := len(d.found)
		d.value(n.Content[i+1], v.Field(index), at)
		if len(d.found) == before {
			d.allowed(n.Content[i+1], v.Field(index), v.Type().Field(index).Tag, at)
		}
	}
	missing := make([]string, 0, len(required))
	for name := range required {
		missing = append(missing, name)
	}
	sort.Strings(missing)
	for _, name := range missing {
		d.add(n, join(key, name), "is missing", "it must be given")
	}
}

// fieldsOf maps yaml names to field numbers, and lists the required ones.
func fieldsOf(t reflect.Type) (fields map[string]int, required map[string]bool) {
	fields, required = map[string]int{}, map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = i
		if f.Tag.Get("required") == "true" {
			required[name] = true
		}
	}
	return fields, required
}

func hintFor(word string, fields map[string]int) string {
	known := make([]string, 0, len(fields))
	for name := range fields {
		known = append(known, name)
	}
	sort.Strings(known)
	if s := Suggest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	return "known here: " + strings.Join(known, ", ")
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, key string) {
	if !d.expect(n, yaml.MappingNode, key, "keys and values") {
		return
	}
	m := reflect.MakeMap(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], item, join(key, n.Content[i].Value))
		m.SetMapIndex(reflect.ValueOf(n.Content[i].Value).Convert(v.Type().Key()), item)
	}
	v.Set(m)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, key string) {
	if !d.expect(n, yaml.SequenceNode, key, "a list") {
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.value(c, list.Index(i), fmt.Sprintf("%s[%d]", key, i))
	}
	v.Set(list)
}

func (d *decoder) expect(n *yaml.Node, kind yaml.Kind, key, want string) bool {
	if n.Kind == kind {
		return true
	}
	d.add(n, key, "found "+describe(n)+", expected "+want, "")
	return false
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Value == "" {
		return "nothing"
	}
	if len(n.Value) > shown {
		return strconv.Quote(strings.ToValidUTF8(n.Value[:shown], "")) + "…"
	}
	return strconv.Quote(n.Value)
}

// shown is how much of a found value a problem repeats.
const shown = 60

// scalar decodes a single value.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, key string) {
	if !d.expect(n, yaml.ScalarNode, key, "a single value") {
		return
	}
	var err error
	want := "text"
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		want = `a time span such as 30s, 5m, 24h or 90d`
		*p, err = ParseDuration(n.Value)
	case *Size:
		want = "a size such as 64kB, 20MB or 2GB"
		*p, err = ParseSize(n.Value)
	case *Secret:
		want = "a reference: secret://env/NAME or secret://file/PATH"
		*p, err = ParseSecret(n.Value)
		if err != nil { // what stands there may be the secret itself
			d.add(n, key, "found a plain value, expected "+want, "")
			return
		}
	default:
		want, err = plain(n.Value, v)
	}
	if err != nil {
		d.add(n, key, "found "+describe(n)+", expected "+want, "")
	}
}

func plain(text string, v reflect.Value) (want string, err error) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return "text", nil
	case reflect.Bool:
		if text != "true" && text != "false" {
			return "true or false", strconv.ErrSyntax
		}
		v.SetBool(text == "true")
		return "", nil
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
		return "a whole number", err
	}
	return "nothing that can be read into a " + v.Kind().String(), strconv.ErrSyntax
}
