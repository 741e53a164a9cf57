package settings

import (
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Dialect is the JSON Schema that Schema writes.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of what Decode takes into v, a struct or a pointer
// to one: it is read from the same fields and tags, so that neither knows a key
// that the other does not. A field that is kept raw has the schema that blocks
// has for its path, such as as2; a map of such fields, that for each of them.
func Schema(title string, v any, blocks map[string]any) map[string]any {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	out := describer{blocks}.structure(t, "")
	out["$schema"], out["title"] = Dialect, title
	return out
}

// describer writes the schemas of one Schema.
type describer struct{ blocks map[string]any }

func (d describer) structure(t reflect.Type, path string) map[string]any {
	properties := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		properties[name] = d.field(f.Type, f.Tag, join(path, name))
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if must := requiredOf(t); len(must) > 0 {
		out["required"] = must
	}
	return out
}

// requiredOf are the keys that must be there, in the order of the fields.
func requiredOf(t reflect.Type) []any {
	var out []any
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("required") == "true" {
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			out = append(out, name)
		}
	}
	return out
}

func (d describer) field(t reflect.Type, tag reflect.StructTag, path string) any {
	switch t {
	case reflect.TypeFor[yaml.Node]():
		if block, ok := d.blocks[path]; ok {
			return block
		}
		return true
	case reflect.TypeFor[time.Duration]():
		return map[string]any{"type": []any{"string", "integer"}, "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^[0-9]+[dy]$|^0$`}
	case reflect.TypeFor[Size]():
		return map[string]any{"type": []any{"string", "integer"}, "pattern": `^[0-9]+ *(KiB|MiB|GiB|[kK]B|MB|GB|B)?$`}
	case reflect.TypeFor[Secret]():
		return map[string]any{"type": "string", "pattern": "^secret://(env|file)/.+$"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.field(t.Elem(), tag, path)
	case reflect.Struct:
		return d.structure(t, path)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": d.field(t.Elem(), tag, path+"[]")}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": d.field(t.Elem(), tag, path)}
	}
	return scalarSchema(t, tag)
}

// scalarSchema is that of a text, number or truth value. What looks like a number
// or a truth value in YAML is a text where a text is wanted.
func scalarSchema(t reflect.Type, tag reflect.StructTag) any {
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		out := map[string]any{"type": "integer"}
		if low, high, ok := bounds(tag); ok {
			out["minimum"], out["maximum"] = low, high
		}
		return out
	}
	words := strings.Fields(tag.Get("words"))
	if len(words) == 0 {
		return map[string]any{"type": []any{"string", "number", "boolean"}}
	}
	var values []any
	for _, w := range words {
		var plain any
		values = append(values, w)
		if yaml.Unmarshal([]byte(w), &plain) == nil && plain != any(w) {
			values = append(values, plain)
		}
	}
	return map[string]any{"enum": values}
}
