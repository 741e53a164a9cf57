package mappings

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"waybill/translators"
)

// TraceLine says where the value of one field came from.
type TraceLine struct {
	Field    string `json:"field"` // lines[0].item.gtin
	Value    string `json:"value"`
	Pair     string `json:"pair"` // file:line:column of the pair
	Segment  string `json:"segment"`
	Position int    `json:"position"` // of the segment in its set, ST = 1
	Element  string `json:"element"`  // PO109; "" where nobody sent it and the pair filled it in
	Raw      string `json:"raw"`      // as it stood there
}

// Trace reads as In does, and says for each field where it came from, in the
// order of the segments.
func (m *Map) Trace(set *translators.Set) (Result, []TraceLine, error) {
	r, err := m.reader(set)
	if err != nil {
		return Result{}, nil, err
	}
	r.tracing = true
	result := r.read()
	slices.SortStableFunc(r.trace, func(a, b TraceLine) int { return cmp.Compare(a.Position, b.Position) })
	return result, r.trace, nil
}

func (r *reader) note(a *access, v, raw string, seg *translators.Segment, at ref, f *frame) {
	r.trace = append(r.trace, TraceLine{Field: fullPath(a.field.path, f), Value: v, Pair: a.field.pos.String(),
		Segment: seg.ID, Position: seg.Position, Element: at.of(seg.ID), Raw: raw})
}

// WriteTrace prints a trace as a table, and after it what was not used.
func WriteTrace(w io.Writer, lines []TraceLine, unmapped []Unmapped) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "field\tvalue\tfrom\tas sent\tpair")
	for _, l := range lines {
		from, raw := fmt.Sprintf("segment %d %s", l.Position, l.Element), quote(l.Raw)
		if l.Element == "" {
			from, raw = "filled in", ""
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.Field, quote(l.Value), from, raw, l.Pair)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(unmapped) == 0 {
		_, err := fmt.Fprintln(w, "everything was used")
		return err
	}
	if _, err := fmt.Fprintln(w, "not used:"); err != nil {
		return err
	}
	for _, u := range unmapped {
		fmt.Fprintf(t, "  %s\t%s\n", u.Path, quote(u.Value))
	}
	return t.Flush()
}
