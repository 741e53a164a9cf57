package x12

import (
	"strings"

	"waybill/translators"
)

// The policies of trailing separators; all else allows them.
const (
	trailingForbid  = "forbid"
	trailingRequire = "require"
)

// separators judges what stands at the end of a segment and of its composites
// where that was agreed on. The codes are of element 723, because 720 has none for
// it that all partners share: an empty element at the end is one too many (3, at
// the first extra position), an empty component 13, before 005010 also 3; where
// all were agreed on, the first that does not come is missing (1).
func (w *walker) separators(seg *translators.Segment, rule *translators.SegmentRule, loop string) {
	at := place{seg: seg, loop: loop}
	switch w.trailing {
	case trailingForbid:
		w.trailingComponents(seg, rule, at)
		if n := filled(seg.Elements); n < len(seg.Elements) {
			at.element = n + 1
			w.fault(at, elementRule(rule, n), "3", "an element separator stands before the segment's end, with nothing behind it", "", "no separator behind the last value")
		}
	case trailingRequire:
		if n := len(seg.Elements); n < len(rule.Elements) && !isEnvelope(seg.ID) {
			at.element = n + 1
			w.fault(at, elementRule(rule, n), "1", "the segment ends before its last element, and all separators were agreed on", "", exactly(len(rule.Elements)))
		}
	}
}

// isEnvelope says that a segment ends as its envelope has it.
func isEnvelope(id string) bool { return id == "ST" || id == "SE" }

func exactly(n int) string {
	return strings.TrimPrefix(atMost(n), "at most ") + " elements, empty ones too"
}

func elementRule(rule *translators.SegmentRule, i int) *translators.ElementRule {
	if i < len(rule.Elements) {
		return &rule.Elements[i]
	}
	return nil
}

// filled counts the elements up to the last that is not empty.
func filled(elements []translators.Element) int {
	n := len(elements)
	for n > 0 && empty(&elements[n-1]) {
		n--
	}
	return n
}

// trailingComponents finds composites that end in component separators.
func (w *walker) trailingComponents(seg *translators.Segment, rule *translators.SegmentRule, at place) {
	code := "13"
	if !w.many {
		code = "3"
	}
	for i := range seg.Elements {
		e := elementRule(rule, i)
		if e == nil || e.Components == nil {
			continue
		}
		at.element = i + 1
		texts := []string{seg.Elements[i].Text}
		if w.seps.Repetition != 0 {
			texts = strings.Split(texts[0], string([]byte{w.seps.Repetition}))
		}
		for n, text := range texts {
			kept := strings.TrimRight(text, string([]byte{w.seps.Component}))
			if len(kept) == len(text) {
				continue
			}
			at.component, at.repetition = 1, 0
			if kept != "" {
				at.component = 2 + strings.Count(kept, string([]byte{w.seps.Component}))
			}
			if e.Repeat != 1 {
				at.repetition = n + 1
			}
			w.fault(at, e, code, "a component separator stands at the composite's end, with nothing behind it", text, "no separator behind the last component")
		}
	}
}

// widths are how many elements the segments of a schema have.
func widths(schema *translators.Schema) map[string]int {
	out := map[string]int{}
	var list func(*translators.Item)
	list = func(item *translators.Item) {
		if item.Segment != nil {
			out[item.Segment.ID] = max(out[item.Segment.ID], len(item.Segment.Elements))
		}
		for _, i := range item.Items {
			list(i)
		}
	}
	list(schema.Root)
	return out
}
