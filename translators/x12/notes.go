package x12

import (
	"strings"

	"waybill/translators"
)

// notes holds the syntax notes of a segment or composite against what is there.
// at names the segment, or the element whose components the notes are about.
func (w *walker) notes(notes []translators.Note, rules []translators.ElementRule, at place, there func(int) bool) {
	for i := range notes {
		w.note(&notes[i], rules, at, there)
	}
}

func (w *walker) note(n *translators.Note, rules []translators.ElementRule, at place, there func(int) bool) {
	first, others := n.Elements[0], n.Elements[1:]
	switch n.Kind {
	case 'P': // any of them brings all of them
		if anyOf(n.Elements, there) {
			w.lacking(n.Elements, rules, at, there, "these elements come together", n)
		}
	case 'R': // at least one of them
		if !anyOf(n.Elements, there) {
			w.lacking(n.Elements[:1], rules, at, there, "one of these elements must be there", n)
		}
	case 'C': // the first brings the others
		if there(first) {
			w.lacking(others, rules, at, there, "the first of these elements needs the others", n)
		}
	case 'L': // the first brings at least one of the others
		if there(first) && !anyOf(others, there) {
			w.lacking(others[:1], rules, at, there, "the first of these elements needs one of the others", n)
		}
	case 'E': // at most one of them
		w.exclusive(n, rules, at, there)
	}
}

func anyOf(elements []int, there func(int) bool) bool {
	for _, e := range elements {
		if there(e) {
			return true
		}
	}
	return false
}

// lacking reports each element that is not there (X12 723 = 2).
func (w *walker) lacking(elements []int, rules []translators.ElementRule, at place, there func(int) bool, text string, n *translators.Note) {
	for _, e := range elements {
		if !there(e) {
			w.fault(noted(at, e), &rules[e-1], "2", text, "", named(at, n))
		}
	}
}

// exclusive reports each element after the first that is there (X12 723 = 10).
func (w *walker) exclusive(n *translators.Note, rules []translators.ElementRule, at place, there func(int) bool) {
	seen := false
	for _, e := range n.Elements {
		if !there(e) {
			continue
		}
		if seen {
			w.fault(noted(at, e), &rules[e-1], "10", "only one of these elements may be there", "", "one of "+named(at, n))
		}
		seen = true
	}
}

// noted is the place of an element, or of a component where at is in an element.
func noted(at place, n int) place {
	if at.component > 0 {
		at.component = n
	} else {
		at.element = n
	}
	return at
}

// named lists a note's elements as guides write them: SAC05, SAC08.
func named(at place, n *translators.Note) string {
	p := translators.Problem{Segment: at.seg.ID, Element: at.element}
	words := make([]string, len(n.Elements))
	for i, e := range n.Elements {
		if at.component > 0 {
			p.Component = e
		} else {
			p.Element = e
		}
		words[i] = p.Where()
	}
	return strings.Join(words, ", ")
}
