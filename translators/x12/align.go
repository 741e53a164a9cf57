package x12

import (
	"fmt"
	"slices"

	"waybill/translators"
)

// alignCells is how large the table may be that finds the longest common run of
// segments; what differs over more than that is compared in order.
const alignCells = 4 << 20

// differences aligns two lists of segments and names what differs.
func differences(a, b []textSegment) []Difference {
	var all []Difference
	for len(a) > 0 && len(b) > 0 && a[0].same(b[0]) {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1].same(b[len(b)-1]) {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	i, j := 0, 0
	for _, match := range append(common(a, b), [2]int{len(a), len(b)}) {
		all = append(all, block(a[i:match[0]], b[j:match[1]])...)
		i, j = match[0]+1, match[1]+1
	}
	return all
}

// common is the longest list of pairs of segments that are the same, in order.
func common(a, b []textSegment) [][2]int {
	rows, columns := len(a)+1, len(b)+1
	if rows*columns > alignCells {
		return nil
	}
	length := make([]int32, rows*columns)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			at := i*columns + j
			if a[i].same(b[j]) {
				length[at] = length[at+columns+1] + 1
			} else {
				length[at] = max(length[at+columns], length[at+1])
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch at := i*columns + j; {
		case a[i].same(b[j]):
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[at+columns] >= length[at+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// block compares segments that stand between two that are the same: those with
// the same id are one that changed, in order; the others were removed or added.
func block(a, b []textSegment) []Difference {
	var all []Difference
	for _, x := range a {
		at := slices.IndexFunc(b, func(y textSegment) bool { return y.id == x.id })
		if at < 0 {
			all = append(all, Difference{Kind: "removed", Place: x.place, Segment: x.id, A: x.position, From: x.text()})
			continue
		}
		all = append(all, added(b[:at])...)
		all = append(all, changes(x, b[at])...)
		b = b[at+1:]
	}
	return append(all, added(b)...)
}

func added(b []textSegment) []Difference {
	var all []Difference
	for _, y := range b {
		all = append(all, Difference{Kind: "added", Place: y.place, Segment: y.id, B: y.position, To: y.text()})
	}
	return all
}

// text is the segment in the usual delimiters.
func (s textSegment) text() string {
	text := s.id
	for _, e := range s.elements {
		text += "*" + e
	}
	return printable(text)
}

// changes names the elements of a segment that are not the same.
func changes(x, y textSegment) []Difference {
	var all []Difference
	for i := range max(len(x.elements), len(y.elements)) {
		var from, to string
		if i < len(x.elements) {
			from = x.elements[i]
		}
		if i < len(y.elements) {
			to = y.elements[i]
		}
		if from == to {
			continue
		}
		d := Difference{
			Kind: "changed", Place: x.place, Segment: x.id, A: x.position, B: y.position,
			Element: translators.Problem{Segment: x.id, Element: i + 1}.Where(), From: printable(from), To: printable(to),
		}
		if x.rule != nil && i < len(x.rule.Elements) {
			d.Name = x.rule.Elements[i].Name
		}
		all = append(all, d)
	}
	return all
}

// String says the difference on a line.
func (d Difference) String() string {
	switch d.Kind {
	case "removed":
		return fmt.Sprintf("- %s, segment %d: %s", d.Place, d.A, d.From)
	case "added":
		return fmt.Sprintf("+ %s, segment %d: %s", d.Place, d.B, d.To)
	}
	where := d.Element
	if d.Name != "" {
		where += " " + d.Name
	}
	return fmt.Sprintf("~ %s, segment %d and %d: %s: %q became %q", d.Place, d.A, d.B, where, d.From, d.To)
}
