package workbench

import (
	"regexp"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// Explained is one field of a mapping in words.
type Explained struct {
	Field  string   `json:"field"`
	Arrow  string   `json:"arrow"` // ⇄ both ways, ← read only, → written only
	Place  string   `json:"place"` // from the set's root: PO1/PID[F]05
	Words  string   `json:"words,omitempty"`
	At     string   `json:"at"`
	Values []string `json:"values,omitempty"` // found in a sample
}

// Arrow is the sign of a way: our field is on the left, X12 on the right.
func Arrow(w mappings.Way) string {
	switch w {
	case mappings.In:
		return "←"
	case mappings.Out:
		return "→"
	}
	return "⇄"
}

// Explain says where each field of a merged mapping stands; traced are the lines
// of a sample, if there is one.
func Explain(r *mappings.Resolved, traced []mappings.TraceLine) []Explained {
	var all []Explained
	roots := map[string]string{}
	for _, p := range r.Pairs {
		if p.Block {
			if p.Place != "" && p.Way != mappings.Out {
				roots[p.Field] = from(roots, p.Field) + bare(p.Place)
			}
			continue
		}
		e := Explained{Field: p.Field, Arrow: Arrow(p.Way), Place: whole(from(roots, p.Field), p.Place), Words: Words(p.Functions), At: p.At}
		if p.Fixed != "" {
			e.Words = "always " + strings.TrimPrefix(p.Fixed, "= ")
		} else if p.Way != mappings.Out {
			e.Values = found(p.Field, traced)
		}
		all = append(all, e)
	}
	return all
}

// from is where the nearest block around a field stands.
func from(roots map[string]string, field string) string {
	for {
		if at, ok := roots[field]; ok {
			return strings.TrimSuffix(at, "/") + "/"
		}
		i := strings.LastIndexByte(field, '.')
		if i < 0 {
			return ""
		}
		field = field[:i]
	}
}

// bare is a block's place without the elements that its groups begin at.
func bare(place string) string {
	if !strings.ContainsAny(place, "+.") {
		return place
	}
	return regexp.MustCompile(`\d\d(\+\d\d)*(\.\.\.|\.\.\d\d)?$`).ReplaceAllString(place, "")
}

// whole joins a block's place and that of a field in it; the block's own segment
// is named once.
func whole(root, place string) string {
	trimmed := strings.TrimSuffix(root, "/")
	last := trimmed[strings.LastIndexByte(trimmed, '/')+1:]
	id, choice, _ := strings.Cut(last, "[")
	rest, own := strings.CutPrefix(place, id)
	if id == "" || !own || rest == "" || rest[0] >= 'A' && rest[0] <= 'Z' || rest[0] == '[' {
		return root + place
	}
	if rest[0] == '/' { // N1/LDT is of the same occurrence
		return root + rest[1:]
	}
	if choice != "" {
		choice = "[" + choice
	}
	return strings.TrimSuffix(trimmed, last) + id + choice + rest
}

// found are the different values that a sample has for a field, as they came.
func found(field string, traced []mappings.TraceLine) []string {
	var all []string
	for _, l := range traced {
		if Unindexed(l.Field) == field && !slices.Contains(all, l.Value) {
			all = append(all, l.Value)
		}
	}
	return all
}

// Unindexed is a path with [] for each index: lines[].item.sku.
func Unindexed(path string) string {
	var b strings.Builder
	for path != "" {
		i := strings.IndexByte(path, '[')
		j := strings.IndexByte(path, ']')
		if i < 0 || j < i {
			break
		}
		b.WriteString(path[:i] + "[]")
		path = path[j+1:]
	}
	return b.String() + path
}

// Traced reads a sample with the mapping and returns what its sets gave.
func (b *Bench) Traced(name string, data []byte) ([]mappings.TraceLine, error) {
	var all []mappings.TraceLine
	own, err := b.set(name)
	if err != nil {
		return nil, err
	}
	err = b.Sets(data, func(s *translators.Set) error {
		if s.ID != own {
			return nil
		}
		m, err := b.mapped(name, s)
		if err != nil {
			return err
		}
		_, lines, err := m.Trace(s)
		all = append(all, lines...)
		return err
	})
	return all, err
}
