package mappings

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"waybill/settings"
)

// System is a compiled mapping between a kind of canonical document and the JSON
// of one of our own systems: pairs, our field on the left, theirs on the right,
// in the language of all mappings. It is immutable.
type System struct {
	name     string
	kind     string
	envelope []*namePair
	root     *nameScope
	ignore   [][]nameStep
}

// Name is the mapping's file without its ending.
func (s *System) Name() string { return s.name }

// Canonical is the kind of document that the mapping is for.
func (s *System) Canonical() string { return s.kind }

// A nameScope is the document, or an item of a list: pairs, and lists below.
type nameScope struct {
	pairs []*namePair
	lists []*nameList
	fixed []*namePair // what write: puts there
}

// A namePair is one of our fields and one of theirs.
type namePair struct {
	ours     []string
	theirs   []nameStep
	root     bool // theirs is looked for from their root: /header.po
	in, out  bool
	convs    []conv
	codes    *codes
	number   bool   // a JSON number there
	kind     string // of our field: string, integer, boolean; "" is anything
	required bool
	fallback string // default(x), on reading
	has      bool   // there is one
	text     string // of a fixed value
	field    string // our path, for messages: lines[].item.sku
	pos      place
}

// A nameStep is one name of theirs; all says that it is a list whose items all
// have the rest: rows[].po.
type nameStep struct {
	name string
	all  bool
}

// A nameList is a list of ours whose items are those of a list of theirs.
type nameList struct {
	ours   []string
	theirs []nameStep
	items  *nameScope
	field  string
	pos    place
}

// envelopeFields are the fields of a document's envelope that a mapping may name.
func envelopeFields() []string {
	return []string{"id", "partner", "role", "direction", "channel", "environment", "correlationId", "causationId", "idempotencyKey", "createdAt"}
}

// CompileSystem reads the named mapping of a system's names. All problems are
// returned; the System is nil if one of them is more than a warning.
func CompileSystem(fsys fs.FS, name string, canonical func(kind string) (json.RawMessage, error)) (*System, []settings.Problem) {
	l := &loader{fsys: fsys}
	path := name + ".yaml"
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		l.add(place{file: path}, "", "there is no mapping "+name, l.known(name))
		return nil, l.found
	}
	root, found := settings.Parse(path, data)
	l.found = found
	if root == nil {
		return nil, l.found
	}
	c := &nameCompiler{loading: &loading{loader: l, path: path}, codes: map[string]*codes{}}
	s := c.file(name, root, canonical)
	l.found = sorted(l.found)
	if settings.Fatal(l.found) {
		return nil, l.found
	}
	return s, l.found
}

// under is the object of a name, made where it is missing; of ids[assignedByBuyer]
// the item of that type.
func (o *ordered) under(name string) *ordered {
	list, of, chosen := cutChoice(name)
	if !chosen {
		if v, ok := o.values[name].(*ordered); ok {
			return v
		}
		child := newOrdered()
		o.set(name, child)
		return child
	}
	items, _ := o.values[list].([]any)
	for _, item := range items {
		if x, ok := item.(*ordered); ok && x.values["type"] == of {
			return x
		}
	}
	child := newOrdered()
	child.set("type", of)
	o.set(list, append(items, child))
	return child
}

// cutChoice takes ids[assignedByBuyer] apart.
func cutChoice(name string) (list, of string, ok bool) {
	list, rest, found := strings.Cut(name, "[")
	of, closed := strings.CutSuffix(rest, "]")
	return list, of, found && closed && of != ""
}

// ordered is a JSON object that keeps the order in which it was filled.
type ordered struct {
	names  []string
	values map[string]any
}

func newOrdered() *ordered { return &ordered{values: map[string]any{}} }

func (o *ordered) set(name string, v any) {
	if _, had := o.values[name]; !had {
		o.names = append(o.names, name)
	}
	o.values[name] = v
}

// MarshalJSON writes the fields in their order.
func (o *ordered) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(o.values[name])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// sorted orders all objects below by name, so that a document is the same bytes
// whatever mapping made it.
func (o *ordered) sorted() {
	slices.Sort(o.names)
	for _, v := range o.values {
		sortBelow(v)
	}
}

func sortBelow(v any) {
	switch v := v.(type) {
	case *ordered:
		v.sorted()
	case []any:
		for _, item := range v {
			sortBelow(item)
		}
	}
}

// marshal writes JSON as it is, without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
