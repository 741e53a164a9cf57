package workbench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Change is one value that two documents do not share.
type Change struct {
	Path string `json:"path"` // lines[0].item.sku
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// String is the change on one line: - gone, + new, ~ changed.
func (c Change) String() string {
	switch {
	case c.New == "":
		return fmt.Sprintf("- %s: %s", c.Path, c.Old)
	case c.Old == "":
		return fmt.Sprintf("+ %s: %s", c.Path, c.New)
	}
	return fmt.Sprintf("~ %s: %s → %s", c.Path, c.Old, c.New)
}

// A leaf is one value of a document, as JSON.
type leaf struct{ path, text string }

// Changes compares two documents value by value, in the order of the paths of the
// first and then those that only the second has.
func Changes(old, now json.RawMessage) ([]Change, error) {
	a, err := leaves(old)
	if err != nil {
		return nil, err
	}
	b, err := leaves(now)
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(b))
	for _, l := range b {
		texts[l.path] = l.text
	}
	var all []Change
	for _, l := range a {
		if text, ok := texts[l.path]; !ok || text != l.text {
			all = append(all, Change{l.path, l.text, text})
		}
		delete(texts, l.path)
	}
	for _, l := range b {
		if _, fresh := texts[l.path]; fresh {
			all = append(all, Change{Path: l.path, New: l.text})
		}
	}
	return all, nil
}

// leaves lists the values of a document; an object or list without any is one.
func leaves(doc json.RawMessage) ([]leaf, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return below(nil, "", v), nil
}

func below(all []leaf, path string, v any) []leaf {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := name
			if path != "" {
				at = path + "." + name
			}
			all = below(all, at, v[name])
		}
		if len(v) > 0 {
			return all
		}
	case []any:
		for i, item := range v {
			all = below(all, path+"["+strconv.Itoa(i)+"]", item)
		}
		if len(v) > 0 {
			return all
		}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // it came out of JSON
	return append(all, leaf{path, string(bytes.TrimSpace(text.Bytes()))})
}
