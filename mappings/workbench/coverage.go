package workbench

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// Coverage is what the samples of a mapping's tests use of the samples, of our
// fields, and of the mapping.
type Coverage struct {
	Elements int      `json:"elements"` // with data, in the samples
	Unused   []string `json:"unused"`   // of those, by place: 850/PO1[]/CTP[]/CTP05-01
	Fields   []string `json:"fields"`   // that the kind of document has
	Unfilled []string `json:"unfilled"` // of those
	Pairs    int      `json:"pairs"`    // of the mapping with what it extends
	Untried  []string `json:"untried"`  // of those, with their places

	pairs  []mappings.Pair
	own    string
	filled map[string]bool
	unused map[string]int
	order  []string
}

func (b *Bench) coverage(r *mappings.Resolved) (*Coverage, error) {
	c := &Coverage{own: r.Name + ".yaml:", filled: map[string]bool{}, unused: map[string]int{}}
	for _, p := range r.Pairs {
		if !p.Block && p.Fixed == "" {
			c.pairs = append(c.pairs, p)
		}
	}
	kind, _, _ := strings.Cut(r.Canonical, "/")
	schema, err := b.Canonical(kind)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: canonical %q: %w", r.Name, r.Canonical, err)
	}
	c.Fields, err = fieldsOf(schema)
	return c, err
}

// read counts a set that was read.
func (c *Coverage) read(s *translators.Set, result mappings.Result) {
	for i := range s.Segments {
		for _, e := range s.Segments[i].Elements {
			if e.Text != "" || len(e.Repeats) > 0 {
				c.Elements++
			}
		}
	}
	for _, u := range result.Unmapped {
		place := Unindexed(u.Path)
		if c.unused[place] == 0 {
			c.order = append(c.order, place)
		}
		c.unused[place]++
	}
	c.wrote(result.Body)
}

// wrote counts the fields of a document that has been read or written.
func (c *Coverage) wrote(body json.RawMessage) {
	all, err := leaves(body)
	if err != nil {
		return // In and Out have refused it
	}
	for _, l := range all {
		c.filled[Unindexed(l.path)] = true
	}
}

// Sum fills in what is counted when all samples have been read.
func (c *Coverage) Sum() {
	c.Unused, c.Unfilled, c.Untried = nil, nil, nil
	for _, place := range c.order {
		text := place
		if n := c.unused[place]; n > 1 {
			text += fmt.Sprintf(" (%d)", n)
		}
		c.Unused = append(c.Unused, text)
	}
	for _, f := range c.Fields {
		if !c.has(f) {
			c.Unfilled = append(c.Unfilled, f)
		}
	}
	seen := map[string]bool{}
	c.Pairs = 0
	for _, p := range c.pairs {
		if seen[p.Field] {
			continue
		}
		seen[p.Field] = true
		c.Pairs++
		if !c.has(p.Field) {
			c.Untried = append(c.Untried, p.Field+": "+p.Text()+" ("+p.At+")")
		}
	}
}

// Missed is how often an unused place was met.
func (c *Coverage) Missed() int {
	n := 0
	for _, k := range c.unused {
		n += k
	}
	return n
}

// OwnUntried are the pairs of the mapping's own file that no sample tried.
func (c *Coverage) OwnUntried() []string {
	return slices.DeleteFunc(slices.Clone(c.Untried), func(p string) bool { return !strings.Contains(p, "("+c.own) })
}

// Fold lists what is missing by the outermost field of which nothing is there, with
// how many there are in it: allowancesCharges[] (17).
func (c *Coverage) Fold(missing []string) []string {
	var all []string
	count := map[string]int{}
	for _, m := range missing {
		field, _, _ := strings.Cut(m, ": ") // of a pair
		whole := c.outermost(field)
		if count[whole] == 0 {
			all = append(all, whole)
		}
		count[whole]++
	}
	for i, f := range all {
		if n := count[f]; n > 1 {
			all[i] = fmt.Sprintf("%s (%d)", f, n)
		}
	}
	return all
}

// outermost is the widest part of a field's path that no document has.
func (c *Coverage) outermost(field string) string {
	for i, ch := range field {
		if ch == '.' && !c.has(field[:i]) {
			return field[:i]
		}
	}
	return field
}

// has says whether a document has the field or something in it.
func (c *Coverage) has(field string) bool {
	if c.filled[field] {
		return true
	}
	for f := range c.filled {
		if strings.HasPrefix(f, field) && (f[len(field)] == '.' || f[len(field)] == '[') {
			return true
		}
	}
	return false
}

// node is the part of a JSON Schema that says which fields there are.
type node struct {
	Ref        string           `json:"$ref"`
	Type       string           `json:"type"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Defs       map[string]*node `json:"$defs"`
}

// deepest bounds a schema whose types hold one another.
const deepest = 12

// fieldsOf lists the values that a JSON Schema has a place for.
func fieldsOf(schema json.RawMessage) ([]string, error) {
	var root node
	if err := json.Unmarshal(schema, &root); err != nil {
		return nil, fmt.Errorf("canonical schema: %w", err)
	}
	return root.fields(nil, "", root.Defs, 0), nil
}

func (n *node) fields(all []string, path string, defs map[string]*node, depth int) []string {
	if name, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok && defs[name] != nil {
		n = defs[name]
	}
	switch {
	case depth > deepest:
		return all
	case n.Items != nil:
		return n.Items.fields(all, path+"[]", defs, depth+1)
	case len(n.Properties) == 0:
		return append(all, path)
	}
	for _, name := range slices.Sorted(maps.Keys(n.Properties)) {
		at := name
		if path != "" {
			at = path + "." + name
		}
		all = n.Properties[name].fields(all, at, defs, depth+1)
	}
	return all
}
