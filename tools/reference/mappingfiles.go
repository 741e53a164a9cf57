package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/mappings"
)

// keySchema is what a JSON Schema says of the keys of a mapping file.
type keySchema struct {
	Description string
	Properties  map[string]json.RawMessage
	Defs        map[string]keySchema `json:"$defs"`
}

// mappingFiles is the page of the keys of mapping files and of the places in X12.
func mappingFiles(string) (string, error) {
	var s keySchema
	if err := json.Unmarshal(mappings.FileSchema(), &s); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Mapping files\n\n%s\n", made)
	b.WriteString("What a file under mappings/ may say. Functions have a page of their own: [mapping functions](mapping-functions.md). How one is written, step by step: [write a mapping](../howto/write-a-mapping.md). Editors check and complete a file by the same schema.\n\n## Keys of a file\n\n")
	if err := keys(&b, s); err != nil {
		return "", err
	}
	for _, of := range []struct{ name, title, words string }{
		{"block", "Keys of a field's block", "A field is `field: PLACE`, or a block of these keys and of further fields. No field has one of these names."},
		{"table", "Keys of a table", "All other keys are rows: the X12 code left, our word right."},
		{"check", "Keys of a check", ""}, {"test", "Keys of a test", ""},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", of.title, of.words)
		def, err := definition(s, of.name)
		if err != nil {
			return "", err
		}
		if err := keys(&b, def); err != nil {
			return "", err
		}
	}
	b.WriteString("\n## Places in X12\n\n")
	head(&b, "write", "means")
	for _, f := range mappings.Forms() {
		row(&b, "`"+strings.ReplaceAll(f.Write, "|", `\|`)+"`", f.Means)
	}
	fmt.Fprintf(&b, "\n## Grammar\n\n```ebnf\n%s```\n", mappings.Grammar)
	b.WriteString(expressionWords)
	text := b.String()
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return text, nil
}

// definition is one of the schema's; of several forms the one with keys.
func definition(s keySchema, name string) (keySchema, error) {
	var all struct {
		Defs map[string]struct {
			keySchema
			AnyOf []keySchema
		} `json:"$defs"`
	}
	if err := json.Unmarshal(mappings.FileSchema(), &all); err != nil {
		return s, err
	}
	d := all.Defs[name]
	for _, one := range d.AnyOf {
		if len(one.Properties) > 0 {
			return one, nil
		}
	}
	if len(d.Properties) == 0 {
		return s, fmt.Errorf("the schema of mapping files has no keys of %s", name)
	}
	return d.keySchema, nil
}

func keys(b *strings.Builder, s keySchema) error {
	head(b, "key", "what it says")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		var one struct{ Description string }
		if err := json.Unmarshal(s.Properties[name], &one); err != nil {
			return err
		}
		if one.Description == "" {
			one.Description = "elements that are fixed: a text, `= ordinal`, `= counted`, or an expression"
		}
		row(b, "`"+name+"`", strings.ReplaceAll(one.Description, "|", `\|`))
	}
	return nil
}

// expressionWords say what an expression may name.
const expressionWords = `
## Expressions

The names in an expression are the fields of the item that it stands in; in a check those
of the document. A field that is absent is ` + "`nil`" + `, a list that is absent is empty. Names
and types are checked when the mapping is compiled; there are no clocks and no floats. The
rest is [the language of expr](https://expr-lang.org/docs/language-definition).

| name | is |
|---|---|
| ` + "`doc`" + ` | the whole document |
| ` + "`x12(\"REF[DP]02\")`" + ` | the first match of a path, from where the block stands; on reading alone |
| ` + "`decimal(v)`" + ` | a number to compare and to count with; ` + "`decimal(v ?? \"0\")`" + ` where v may be absent |
| ` + "`sum(list, each)`" + ` | all of a list added up |
| ` + "`date(v)`, `days(from, to)`" + ` | the day of a date in any form; the days between two |
| ` + "`concat(a, b, …)`" + ` | texts behind one another, what is absent left out |
| ` + "`lookup(\"table\", code)`" + ` | the word of a table |
| ` + "`upper(v)`, `trim(v)`, `len(v)`, `all(list, …)`, `any(list, …)`, `count(list, …)`" + ` | as their names say |
`
