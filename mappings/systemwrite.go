package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Write turns a canonical document, envelope and body, into the system's JSON.
// What is wrong with the data is in the problems; the JSON is nil if one of them
// is more than a warning.
func (s *System) Write(document json.RawMessage) (json.RawMessage, []Problem, error) {
	var doc map[string]any
	if err := decode(document, &doc); err != nil {
		return nil, nil, fmt.Errorf("write for %s: %w", s.name, err)
	}
	body, _ := doc["body"].(map[string]any)
	if kind, _ := doc["kind"].(string); kind != s.kind || body == nil {
		return nil, nil, fmt.Errorf("write for %s: the document is %q, and the mapping is for %s", s.name, kind, s.kind)
	}
	w := &nameWriter{}
	out := newOrdered()
	w.pairs(s.envelope, false, doc, out, "")
	w.scope(s.root, body, out, "")
	w.pairs(s.envelope, true, doc, out, "")
	for _, p := range w.problems {
		if p.Severity != missingWarn {
			return nil, w.problems, nil
		}
	}
	data, err := marshal(out)
	return data, w.problems, err
}

// mostNested is how deep objects and lists may lie in one another.
const mostNested = 64

// decode reads JSON with its numbers as they are written.
func decode(data []byte, into any) error {
	if nesting(data) > mostNested {
		return fmt.Errorf("objects and lists lie more than %d deep in one another", mostNested)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("more follows the document")
	}
	return nil
}

// nesting is how deep brackets lie in one another.
func nesting(data []byte) (most int) {
	at, quoted, escaped := 0, false, false
	for _, c := range data {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			at++
			most = max(most, at)
		case c == '}' || c == ']':
			at--
		}
	}
	return most
}

type nameWriter struct{ problems []Problem }

func (w *nameWriter) fault(p *namePair, f *fault, at string) {
	w.problems = append(w.problems, Problem{Severity: f.severity, Code: f.code, Field: at + lastOf(p.field), Text: f.text, Pair: p.pos.String()})
}

// lastOf is a field's path below the list that it stands in.
func lastOf(field string) string {
	for i := len(field) - 1; i > 0; i-- {
		if field[i] == '.' && field[i-1] == ']' {
			return field[i+1:]
		}
	}
	return field
}

// scope writes one document or item; at is its place in ours, with a dot.
func (w *nameWriter) scope(s *nameScope, from map[string]any, to *ordered, at string) {
	w.pairs(s.pairs, false, from, to, at)
	for _, l := range s.lists {
		w.list(l, from, to, at)
	}
	w.pairs(s.pairs, true, from, to, at)
	for _, p := range s.fixed {
		setTheirs(to, p.theirs, p.text)
	}
}

// pairs writes the values that stand in each item of a list of theirs, which must
// be there before, or the others.
func (w *nameWriter) pairs(all []*namePair, inItems bool, from map[string]any, to *ordered, at string) {
	for _, p := range all {
		if slices.ContainsFunc(p.theirs, func(s nameStep) bool { return s.all }) == inItems {
			w.pair(p, from, to, at)
		}
	}
}

func (w *nameWriter) list(l *nameList, from map[string]any, to *ordered, at string) {
	items, _ := getOurs(from, l.ours).([]any)
	var out []any
	for i, item := range items {
		fields, ok := item.(map[string]any)
		if !ok {
			continue
		}
		o := newOrdered()
		w.scope(l.items, fields, o, at+lastOf(l.field[:len(l.field)-2])+"["+strconv.Itoa(i)+"].")
		out = append(out, o)
	}
	if len(out) > 0 {
		setTheirs(to, l.theirs, out)
	}
}

// pair writes one value.
func (w *nameWriter) pair(p *namePair, from map[string]any, to *ordered, at string) {
	if !p.out {
		return
	}
	v := getOurs(from, p.ours)
	if v == nil {
		if p.required {
			w.fault(p, &fault{missingError, CodeRequired, "is missing, and the system needs it as " + spelt(p.theirs)}, at)
		}
		return
	}
	t, ok := v.(string)
	if !ok {
		setTheirs(to, p.theirs, v)
		return
	}
	t, bad := p.write(t)
	if bad != nil {
		w.fault(p, bad, at)
		return
	}
	if p.number {
		setTheirs(to, p.theirs, json.Number(t))
		return
	}
	setTheirs(to, p.theirs, t)
}

// write is a text of ours as theirs.
func (p *namePair) write(v string) (string, *fault) {
	var bad *fault
	if p.codes != nil {
		if v, bad = p.codes.code(v, "", ""); bad != nil {
			return "", bad
		}
	}
	for i := len(p.convs) - 1; i >= 0; i-- {
		if v, bad = p.convs[i].one(v); bad != nil {
			return "", bad
		}
	}
	if p.number {
		return asNumber(v)
	}
	return v, nil
}

// asNumber is a decimal as JSON may have it, with the zeros that it came with.
func asNumber(v string) (string, *fault) {
	n, bad := normal(v)
	if bad == nil && json.Valid([]byte(v)) && !strings.ContainsAny(v, "eE") {
		n = v
	}
	return n, bad
}

// getOurs finds a value of ours.
func getOurs(from any, path []string) any {
	for _, name := range path {
		o, ok := from.(map[string]any)
		if !ok {
			return nil
		}
		list, of, chosen := cutChoice(name)
		if !chosen {
			from = o[name]
			continue
		}
		items, _ := o[list].([]any)
		from = nil
		for _, item := range items {
			if x, ok := item.(map[string]any); ok && x["type"] == of {
				from = item
				break
			}
		}
	}
	return from
}

// setTheirs puts a value where a place of theirs leads; through a list, into each of
// its items, of which there is one at least.
func setTheirs(to *ordered, steps []nameStep, v any) {
	for i, s := range steps[:len(steps)-1] {
		if !s.all {
			to = to.under(s.name)
			continue
		}
		items, _ := to.values[s.name].([]any)
		if len(items) == 0 {
			items = []any{newOrdered()}
			to.set(s.name, items)
		}
		for _, item := range items {
			if o, ok := item.(*ordered); ok {
				setTheirs(o, steps[i+1:], v)
			}
		}
		return
	}
	to.set(steps[len(steps)-1].name, v)
}
