package mappings_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// A difference is one way in which a document came back in another form, with the
// segments that it is about. It says the same.
type difference struct{ file, class, segments string }

// reasons are why each class of difference is allowed. The rest of the list is what
// is not compared: counts and the numbers of levels (computed), control numbers,
// trailing separators.
func reasons() map[string]string {
	return map[string]string{
		"siblings": "the order of like segments says nothing in X12; they go out in the order of the schema and of the mapping",
		"slots":    "qualifier pairs have no order; they go out in that of the mapping",
		"numbers":  "the same number, in our form: no needless zeros and no point without what follows it",
		"place":    "said in another place: the table of losses has the reason",
	}
}

// differences classes how two documents differ in form.
func differences(file string, sent, written *translators.Node, unmapped []mappings.Unmapped, set string) []difference {
	without := map[string]bool{}
	for _, u := range unmapped {
		without[u.Path] = true
	}
	unlike := func(even evening) map[string]bool {
		return unmatched(show(sent, without, set, even).lines(), show(written, nil, set, even).lines())
	}
	left := unlike(evening{true, true})
	var out []difference
	add := func(class string, ids map[string]bool) {
		if len(ids) > 0 {
			out = append(out, difference{file, class, strings.Join(slices.Sorted(maps.Keys(ids)), " ")})
		}
	}
	add("place", left)
	add("slots", lessThan(unlike(evening{numbers: true}), left))
	add("numbers", lessThan(unlike(evening{slots: true}), left))
	a, b := show(sent, without, set, evening{true, true}), show(written, nil, set, evening{true, true})
	add("siblings", lessThan(moved(a.lines(), b.lines()), left))
	return out
}

// unmatched are the ids of lines that one side has and the other has not, however
// they are ordered.
func unmatched(want, got []string) map[string]bool {
	out, left := map[string]bool{}, map[string]int{}
	for _, line := range want {
		left[line]++
	}
	for _, line := range got {
		left[line]--
	}
	for line, n := range left {
		if n != 0 {
			out[begins(line)] = true
		}
	}
	return out
}

// moved are the ids of lines that both have, in another order among those that both
// have.
func moved(want, got []string) map[string]bool {
	out := map[string]bool{}
	a, b := shared(want, got), shared(got, want)
	for i := range a {
		if a[i] != b[i] {
			out[begins(a[i])] = true
		}
	}
	return out
}

// shared are the lines that the other has as well, in their order.
func shared(lines, other []string) []string {
	left := map[string]int{}
	for _, line := range other {
		left[line]++
	}
	var out []string
	for _, line := range lines {
		if left[line]--; left[line] >= 0 {
			out = append(out, line)
		}
	}
	return out
}

func lessThan(ids, known map[string]bool) map[string]bool {
	out := maps.Clone(ids)
	maps.DeleteFunc(out, func(id string, _ bool) bool { return known[id] })
	return out
}

// differenceText is the table of differences, each with its reason.
func differenceText(all []difference) string {
	var b strings.Builder
	b.WriteString("file\tclass\tsegments\treason\n")
	for _, d := range all {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", d.file, d.class, d.segments, reasons()[d.class])
	}
	return b.String()
}
