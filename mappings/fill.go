package mappings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// filler puts a body into frames.
type filler struct {
	arena    arena
	currency string
	day      string       // that decides which rows of tables hold
	env      *environment // of a mapping that has expressions
	problems []Problem
}

func (w *filler) report(severity, pointer, format string, args ...any) {
	w.problems = append(w.problems, Problem{Severity: severity, Code: CodeWrite, Field: pointer, Text: fmt.Sprintf(format, args...)})
}

// parse reads the body's JSON with its numbers as they are written.
func parse(body json.RawMessage) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var fields map[string]any
	if err := d.Decode(&fields); err != nil {
		return nil, err
	}
	if _, err := d.Token(); fields == nil || !errors.Is(err, io.EOF) {
		return nil, errors.New("is not one JSON object")
	}
	return fields, nil
}

// object fills the fields of one object. What the mapping has no pair for is a
// warning: it will not be written.
func (w *filler) object(fields []*node, values map[string]any, f *frame, pointer string) {
	known := 0
	for _, n := range fields {
		if v, ok := values[n.name]; ok {
			known++
			w.node(n, v, f, pointer)
		}
	}
	if known < len(values) {
		w.unknown(fields, values, pointer)
	}
}

// unknown reports the names that no field has, but for what is the gateway's.
func (w *filler) unknown(fields []*node, values map[string]any, pointer string) {
	names := slices.Sorted(maps.Keys(values))
	for _, name := range names {
		at := pointer + "/" + name
		if at != "/revision" && !slices.ContainsFunc(fields, func(n *node) bool { return n.name == name }) {
			w.report(missingWarn, at, "no pair writes it")
		}
	}
}

// node fills one field of the object at the pointer.
func (w *filler) node(n *node, v any, f *frame, pointer string) {
	if s, ok := v.(string); ok && n.leaf == text {
		f.put(n.slot, s)
		return
	}
	at := pointer + "/" + n.name
	switch {
	case v == nil:
	case n.item != nil:
		w.list(n, v, f, at)
	case n.leaf == noLeaf:
		if fields, ok := v.(map[string]any); ok {
			w.object(n.fields, fields, f, at)
			return
		}
		w.report(missingError, at, "is no object")
	case n.leaf == money:
		w.money(n, v, f, at)
	default:
		w.leaf(n, v, f, at)
	}
}

func (w *filler) list(n *node, v any, f *frame, at string) {
	items, ok := v.([]any)
	if !ok {
		w.report(missingError, at, "is no list")
		return
	}
	for i, v := range items {
		item := w.arena.frame(n.item, f, i)
		here := fmt.Sprintf("%s/%d", at, i)
		if n.item.scalar {
			w.leaf(n.item.fields[0], v, item, here)
		} else if fields, ok := v.(map[string]any); ok {
			w.object(n.item.fields, fields, item, here)
		} else {
			w.report(missingError, here, "is no object")
		}
		w.ready(item, here)
		f.add(n.slot, item)
	}
}

// currencyOf is the currency of a body's amounts; an order change has it in its header.
func currencyOf(fields map[string]any) string {
	if c, ok := fields["currency"].(string); ok {
		return c
	}
	header, _ := fields["header"].(map[string]any)
	c, _ := header["currency"].(string)
	return c
}

func (w *filler) money(n *node, v any, f *frame, at string) {
	fields, ok := v.(map[string]any)
	text, isText := fields["amount"].(string)
	if !ok || !isText {
		w.report(missingError, at, "is no amount with its currency")
		return
	}
	if c, _ := fields["currency"].(string); c != "" && c != w.currency {
		w.report(missingError, at+"/currency", "is %s in a document in %s", c, orWord(w.currency, "no currency"))
	}
	f.put(n.slot, text)
}

func (w *filler) leaf(n *node, v any, f *frame, at string) {
	switch v := v.(type) {
	case string:
		if n.leaf == bare {
			w.report(missingError, at, "is text where a number or true belongs")
			return
		}
		f.put(n.slot, v)
	case json.Number:
		if n.leaf != bare {
			w.report(missingError, at, "is a number where text belongs")
			return
		}
		f.put(n.slot, v.String())
	case bool:
		if v {
			f.put(n.slot, "true")
		}
	default:
		w.report(missingError, at, "is not a single value")
	}
}

// ready applies what holds for a filled frame before it is written.
func (w *filler) ready(f *frame, at string) {
	if len(f.template.whens) > 0 {
		w.leaveOut(f)
	}
	for _, r := range f.template.rules {
		if r.ordinal >= 0 && f.get(r.ordinal) == "true" {
			f.put(r.slot, "")
		}
		if r.required && r.writes && f.get(r.slot) == "" && r.applies(f) {
			w.problems = append(w.problems, Problem{Severity: missingError, Code: CodeRequired,
				Field: fullPath(r.field.path, f), Text: "is required", Pair: r.field.pos.String()})
		}
	}
}
