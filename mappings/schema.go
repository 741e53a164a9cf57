package mappings

import (
	"encoding/json"
	"strings"
)

// schemaDialect is the JSON Schema that editors read.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// FileSchema is a JSON Schema of mapping files, for editors: which keys there are,
// what stands where, and the form of places in X12. What only the X12 schema and
// the canonical one know, compiling says.
func FileSchema() json.RawMessage {
	s := objectOf("a mapping: which field of a canonical document is which element of a transaction set", map[string]any{
		"map":       about("the name of the file under mappings/, without .yaml", anyText()),
		"extends":   about("the mapping that this one changes, such as base/850", anyText()),
		"x12":       about("the transaction set, or set and version: 850 005010", scalars()),
		"canonical": about("the kind of document, such as order/v1", pattern("^[A-Za-z][A-Za-z0-9]*/v1$")),
		"zone":      about("where the times hang that come without a time code, such as America/New_York", anyText()),
		"dated":     about("the field whose day decides which rows of tables hold", pattern(fieldForm)),
		"parts":     about("groups of pairs without a place of their own", named(nameForm, reference("fields"))),
		"tables":    about("code tables", named(nameForm, reference("table"))),
		"fields":    about("the pairs: our field on the left, its place in X12 on the right", reference("fields")),
		"checks":    about("what must hold for a document", named(".", reference("check"))),
		"tests":     about("samples and what must come of them", listOf(reference("test"))),
	}, "map")
	s["$defs"] = definitions()
	return marshalled(s)
}

// TableSchema is a JSON Schema of tables in files of their own, for editors.
func TableSchema() json.RawMessage {
	s := tableDefinition()
	delete(s["properties"].(map[string]any), "table")
	return marshalled(s)
}

func marshalled(s map[string]any) json.RawMessage {
	s["$schema"] = schemaDialect
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil { // maps of texts always can be
		return nil
	}
	return out
}

// Forms of what is written, as regular expressions.
const (
	nameForm  = `^[A-Za-z][A-Za-z0-9]*$`
	fieldForm = `^[A-Za-z][A-Za-z0-9]*(\[\])?(\.[A-Za-z][A-Za-z0-9]*(\[\])?)*$`
	// stepForm is a segment or loop with its choice.
	stepForm = `[A-Z][A-Z0-9]{1,2}(\[[^\]]+\])?`
	// lastForm is what a path may end in: elements, a group of them, or a pair.
	lastForm = `([0-9]{2}(-[0-9]{2})?(\+[0-9]{2}(-[0-9]{2})?)*(\.\.(\.|[0-9]{2}))?|\([^)]+\))?`
	// placeForm is a path with its part and its functions.
	placeForm = `^/?(` + stepForm + `/)*` + stepForm + lastForm + `( +as +[A-Za-z][A-Za-z0-9]*)?( *\|.+)?$`
	valueForm = `^drop$|` + placeForm
	readForm  = `^=|` + placeForm
)

func definitions() map[string]any {
	value := pattern(valueForm)
	place := pattern(placeForm)
	return map[string]any{
		"scalar": scalars(),
		"fields": map[string]any{
			"type":                 "object",
			"description":          "fields of a document; nested keys and dots are the same",
			"properties":           map[string]any{"write": reference("write"), "at": false, "as": false, "in": false, "out": false, "when": false},
			"patternProperties":    map[string]any{"^under .+$": reference("fields")},
			"propertyNames":        pattern("^under .+$|" + fieldForm),
			"additionalProperties": reference("field"),
		},
		"field": map[string]any{"anyOf": []any{value, reference("block")}},
		"block": map[string]any{
			"type":        "object",
			"description": "a field with keys below it: a place, directions, or more fields",
			"properties": map[string]any{
				"at":    about("the segment or loop that the block stands at; of a list the one that repeats", place),
				"as":    about("a part whose fields are put here", pattern(nameForm)),
				"in":    about("where it is read: a place, an expression after =, or a list of which the first with data counts", map[string]any{"anyOf": []any{pattern(readForm), listOf(pattern(readForm))}}),
				"out":   about("where it is written", place),
				"when":  about("an expression; nothing is written where it does not hold", anyText()),
				"write": reference("write"),
			},
			"patternProperties":    map[string]any{"^under .+$": reference("fields")},
			"propertyNames":        pattern("^under .+$|" + fieldForm),
			"additionalProperties": reference("field"),
		},
		"write": map[string]any{
			"type": "object", "description": "elements that are fixed: a text, = ordinal, = counted, or an expression after =",
			"patternProperties": map[string]any{placeForm: scalars()}, "additionalProperties": false,
		},
		"table": tableDefinition(),
		"check": map[string]any{"anyOf": []any{anyText(), objectOf("what must hold", map[string]any{
			"expr":     about("an expression that is true or false", anyText()),
			"severity": about("what happens where it does not hold; error where nothing is said", words(severities())),
			"say":      about("what a person reads", anyText()),
		})}},
		"test": map[string]any{"anyOf": []any{anyText(), objectOf("a sample", map[string]any{
			"sample":   about("an X12 file, or a .json to be written", anyText()),
			"json":     about("the bodies that reading must give", anyText()),
			"x12":      about("the sets that writing must give", anyText()),
			"problems": about("what reading is expected to report: CODE FIELD", listOf(anyText())),
		}, "sample")}},
	}
}

func tableDefinition() map[string]any {
	rows := map[string]any{"type": "object", "additionalProperties": scalars()}
	return map[string]any{
		"type": "object", "description": "X12 code left, our word right, one to one",
		"properties": map[string]any{
			"in":      about("rows that are read and never written", rows),
			"out":     about("rows that are written and never read: our word left", rows),
			"missing": about("what a code does that is not here: "+strings.Join(missingModes(), ", "), words(missingModes())),
			"table":   about("a file of its own with more rows: tables/skus.csv", pattern(`\.(csv|yaml)$`)),
		},
		"additionalProperties": scalars(),
	}
}

func objectOf(about string, properties map[string]any, required ...string) map[string]any {
	s := map[string]any{"type": "object", "description": about, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func about(words string, s map[string]any) map[string]any {
	c := map[string]any{"description": words}
	for k, v := range s {
		if k != "description" {
			c[k] = v
		}
	}
	return c
}

func named(form string, of map[string]any) map[string]any {
	return map[string]any{"type": "object", "patternProperties": map[string]any{form: of}, "additionalProperties": false}
}

func reference(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }

func pattern(form string) map[string]any { return map[string]any{"type": "string", "pattern": form} }

func anyText() map[string]any { return map[string]any{"type": "string", "minLength": 1} }

func listOf(of map[string]any) map[string]any { return map[string]any{"type": "array", "items": of} }

func words(of []string) map[string]any { return map[string]any{"enum": of} }

// scalars are what YAML may take a text for: every scalar is its text.
func scalars() map[string]any {
	return map[string]any{"type": []string{"string", "number", "boolean", "null"}}
}
