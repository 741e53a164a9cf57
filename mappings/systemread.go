package mappings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// SystemRead is what a system's JSON came to.
type SystemRead struct {
	Envelope map[string]string // of the document's envelope, what the mapping names
	Body     json.RawMessage   // its fields in the order of their names; nil with a problem that is more than a warning
	Unmapped []Unmapped        // what no pair read
	Problems []Problem
}

// Read turns a system's JSON into the body of a canonical document. What is wrong
// with the data is in the result; the error is for what is no JSON object.
func (s *System) Read(data []byte) (SystemRead, error) {
	var from map[string]any
	if err := decode(data, &from); err != nil {
		return SystemRead{}, fmt.Errorf("read by %s: %w", s.name, err)
	}
	s.root.listed(from)
	r := &nameReader{root: from, used: map[string]bool{}, result: SystemRead{Envelope: map[string]string{}}}
	envelope := newOrdered()
	for _, p := range s.envelope {
		r.pair(p, from, envelope, "", "")
	}
	for name, v := range envelope.values {
		if text, ok := v.(string); ok {
			r.result.Envelope[name] = text
		}
	}
	body := newOrdered()
	r.scope(s.root, from, body, "", "")
	for _, steps := range s.ignore {
		r.used[spelt(steps)] = true
	}
	r.rest(from, "", "")
	for _, p := range r.result.Problems {
		if p.Severity != missingWarn {
			return r.result, nil
		}
	}
	body.sorted()
	var err error
	r.result.Body, err = marshal(body)
	return r.result, err
}

// listed makes lists of one item of objects that stand where a list is expected:
// XML does not tell one from the other.
func (s *nameScope) listed(from map[string]any) {
	for _, l := range s.lists {
		parent, last := from, len(l.theirs)-1
		for _, step := range l.theirs[:last] {
			parent, _ = parent[step.name].(map[string]any)
		}
		v := parent[l.theirs[last].name]
		if one, ok := v.(map[string]any); ok {
			v = []any{one}
			parent[l.theirs[last].name] = v
		}
		items, _ := v.([]any)
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				l.items.listed(o)
			}
		}
	}
}

type nameReader struct {
	root   map[string]any
	used   map[string]bool // places that are read, without the numbers of items
	result SystemRead
}

// scope reads one document or item. at is its place in ours, where the one in theirs.
func (r *nameReader) scope(s *nameScope, from map[string]any, to *ordered, at, where string) {
	for _, p := range s.pairs {
		r.pair(p, from, to, at, where)
	}
	for _, l := range s.lists {
		r.list(l, from, to, at, where)
	}
	for _, p := range s.fixed {
		if v, _ := getTheirs(from, p.theirs); v == p.text { // one that differs is said to be unmapped
			r.used[where+spelt(p.theirs)] = true
		}
	}
}

func (r *nameReader) list(l *nameList, from map[string]any, to *ordered, at, where string) {
	v, _ := getTheirs(from, l.theirs)
	items, ok := v.([]any)
	if v != nil && !ok {
		r.fault(&namePair{field: l.field, pos: l.pos}, wrongType("%s is no list", spelt(l.theirs)), at)
		return
	}
	var out []any
	for i, item := range items {
		fields, ok := item.(map[string]any)
		if !ok {
			r.fault(&namePair{field: l.field, pos: l.pos}, wrongType("item %d of %s is no object", i+1, spelt(l.theirs)), at)
			continue
		}
		o := newOrdered()
		r.scope(l.items, fields, o, at+lastOf(l.field[:len(l.field)-2])+"["+strconv.Itoa(i)+"].", where+spelt(l.theirs)+"[].")
		if len(o.names) > 0 {
			out = append(out, o)
		}
	}
	if len(out) > 0 {
		setOurs(to, l.ours, out)
	}
}

// pair reads one value.
func (r *nameReader) pair(p *namePair, from map[string]any, to *ordered, at, where string) {
	if !p.in {
		if v, _ := getTheirs(from, p.theirs); v != nil && p.out { // it is ours, sent back
			r.used[where+spelt(p.theirs)] = true
		}
		return
	}
	if p.root {
		from, where = r.root, ""
	}
	r.used[where+spelt(p.theirs)] = true
	v, differ := getTheirs(from, p.theirs)
	if differ {
		r.fault(p, wrongType("the items of the list have different values at %s", spelt(p.theirs)), at)
		return
	}
	got, bad := p.read(v)
	switch {
	case bad != nil:
		r.fault(p, bad, at)
	case got != nil:
		setOurs(to, p.ours, got)
	case p.has:
		setOurs(to, p.ours, p.fallback)
	case p.required:
		r.fault(p, &fault{missingError, CodeRequired, "is missing: there is nothing at " + spelt(p.theirs)}, at)
	}
}

func (r *nameReader) fault(p *namePair, f *fault, at string) {
	r.result.Problems = append(r.result.Problems, Problem{Severity: f.severity, Code: f.code, Field: at + lastOf(p.field), Text: f.text, Pair: p.pos.String()})
}

// read is a value of theirs as ours; nil is none.
func (p *namePair) read(v any) (any, *fault) {
	var t string
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if p.kind == "boolean" || p.kind == "" {
			return v, nil
		}
		return nil, wrongType("found %t, expected a text", v)
	case json.Number:
		if p.kind == "integer" {
			return v, nil
		}
		if !p.number {
			return nil, wrongType("found the number %s, expected a text; if they write numbers there, add | number", v)
		}
		t = v.String()
	case string:
		t = v
	default:
		return nil, wrongType("found a list or an object, expected a single value")
	}
	return p.turn(t)
}

// turn turns one text.
func (p *namePair) turn(t string) (any, *fault) {
	var bad *fault
	if p.number && t != "" {
		if t, bad = asNumber(t); bad != nil {
			return nil, bad
		}
	}
	for _, k := range p.convs {
		if t == "" {
			break
		}
		if t, bad = k.text(t); bad != nil {
			return nil, bad
		}
	}
	if p.codes != nil && t != "" {
		if t, bad = p.codes.word(t, ""); bad != nil {
			return nil, bad
		}
	}
	switch {
	case t == "":
		return nil, nil
	case p.kind == "integer":
		if t, bad = normal(t); bad != nil {
			return nil, bad
		}
		return json.Number(t), nil
	case p.kind == "boolean":
		if t != "true" && t != "false" {
			return nil, wrongType("%s is neither true nor false", quote(t))
		}
		return t == "true", nil
	}
	return t, nil
}

// getTheirs looks for a value of theirs; through a list it is that of all items, and
// differ says that they have not one.
func getTheirs(from any, steps []nameStep) (v any, differ bool) {
	for i, s := range steps {
		o, ok := from.(map[string]any)
		if !ok {
			return nil, false
		}
		from = o[s.name]
		if !s.all {
			continue
		}
		items, _ := from.([]any)
		for k, item := range items {
			x, apart := getTheirs(item, steps[i+1:])
			if apart || !oneValue(x) || k > 0 && x != v {
				return nil, true
			}
			v = x
		}
		return v, false
	}
	return from, false
}

// oneValue says whether a value is none or a single one.
func oneValue(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// setOurs sets a value of ours.
func setOurs(to *ordered, path []string, v any) {
	for _, name := range path[:len(path)-1] {
		to = to.under(name)
	}
	to.set(path[len(path)-1], v)
}

// rest lists what nothing read. place has the numbers of items, where has not.
func (r *nameReader) rest(v any, place, where string) {
	if where != "" && r.used[where] || v == nil || v == "" {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			r.rest(v[name], joinPath(place, name), joinPath(where, name))
		}
	case []any:
		for i, item := range v {
			r.rest(item, place+"["+strconv.Itoa(i)+"]", where+"[]")
		}
	default:
		r.result.Unmapped = append(r.result.Unmapped, Unmapped{Path: place, Value: fmt.Sprint(v)})
	}
}
