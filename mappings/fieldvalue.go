package mappings

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// CheckField says what is wrong with a path to single values of a canonical
// document, such as currency, lines[].item.sku (of all lines) or
// parties.shipTo.ids[assignedByBuyer].value (of the id of that type).
func CheckField(schema json.RawMessage, path string) error {
	here, err := shapeOf(schema)
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(path, ".") {
		base, list := strings.CutSuffix(name, "[]")
		of, chosen := "", false
		if !list {
			if base, of, chosen = cutChoice(name); !chosen {
				base = name
			}
		}
		found, text, hint := here.field(base, list || chosen)
		if text == "" && chosen {
			text, hint = typed(found, base, of)
		}
		if text != "" {
			return errors.New(strings.Join(strings.Fields(path+" "+text+"; "+hint), " "))
		}
		here = found
	}
	if here.kind == "object" || here.kind == "array" {
		return fmt.Errorf("%s is %s, and no single value", path, kindWord(here))
	}
	return nil
}

// FieldValues are the values that stand at a path of a canonical document's body,
// as texts.
func FieldValues(body json.RawMessage, path string) ([]string, error) {
	var from any
	if err := decode(body, &from); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	at := []any{from}
	for name := range strings.SplitSeq(path, ".") {
		var next []any
		for _, v := range at {
			if base, list := strings.CutSuffix(name, "[]"); list {
				items, _ := getOurs(v, []string{base}).([]any)
				next = append(next, items...)
			} else if x := getOurs(v, []string{name}); x != nil {
				next = append(next, x)
			}
		}
		at = next
	}
	var out []string
	for _, v := range at {
		if oneValue(v) {
			out = append(out, fmt.Sprint(v))
		}
	}
	return out, nil
}
