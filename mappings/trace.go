package mappings

import (
	"cmp"
	"slices"
	"strings"

	"waybill/translators"
)

// TraceLine says where the value of one field came from.
type TraceLine struct {
	Field    string      `json:"field"` // lines[0].item.gtin
	Value    string      `json:"value"`
	Pair     string      `json:"pair"`              // file:line:column of the pair
	Over     []string    `json:"over,omitempty"`    // pairs that it replaced
	Through  []string    `json:"through,omitempty"` // where the parts were named that brought it here
	Segment  string      `json:"segment"`
	Position int         `json:"position"` // of the segment in its set, ST = 1
	Element  string      `json:"element"`  // PO109; "" where nobody sent it and the pair filled it in
	Offset   int64       `json:"offset"`   // of the segment in the file
	Raw      string      `json:"raw"`      // as it stood there
	Steps    []TraceStep `json:"steps,omitempty"`
	Inverse  bool        `json:"inverse"`        // the pair serves both directions, and its inverse was tried
	Back     string      `json:"back,omitempty"` // what the inverse gives, where that is not what stood there
}

// TraceStep is the value after one function of a pair.
type TraceStep struct {
	Function string `json:"function"`
	Value    string `json:"value"`
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

func (r *reader) note(a *access, v, kept string, parts []string, seg *translators.Segment, at ref, f *frame) {
	l := TraceLine{Field: fullPath(a.field.path, f), Value: v, Pair: a.field.pos.String(),
		Over: texts(a.field.over), Through: texts(a.field.via),
		Segment: seg.ID, Position: seg.Position, Offset: seg.Offset, Element: at.of(seg.ID),
		Raw: joined(parts), Steps: a.steps(parts, v)}
	if l.Inverse = a.twoWay; a.twoWay {
		back, parts, bad := a.write(v, kept, r.day)
		sent := l.Raw
		if a.split != nil { // the pair is one piece of it
			sent, _ = a.split.in(sent)
		}
		switch text := joined(partsOf(back, parts)); {
		case bad != nil:
			l.Back = bad.text
		case text != sent:
			l.Back = quote(text)
		}
	}
	r.trace = append(r.trace, l)
}

// joined is a tuple as one text.
func joined(parts []string) string {
	trimmed := make([]string, len(parts))
	for i, p := range parts {
		trimmed[i] = strings.TrimRight(p, " ")
	}
	return strings.TrimRight(strings.Join(trimmed, " "), " ")
}

// steps are the values between the functions of an access; the last one is v.
func (a *access) steps(parts []string, v string) []TraceStep {
	var all []TraceStep
	for _, c := range a.convs {
		got, bad := c.in(parts)
		if bad != nil {
			return all
		}
		parts = []string{got}
		all = append(all, TraceStep{c.name, got})
	}
	if a.codes != nil {
		all = append(all, TraceStep{"table " + a.codes.name, v})
	}
	return all
}
