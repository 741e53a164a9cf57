package x12

import (
	"slices"

	"waybill/translators"
)

// notes breaks each syntax note in each way it can be broken, keeping the
// others where that can be.
func (b *breaker) notes(notes []translators.Note, n int, see func(there []bool, faults []flaw)) {
	for _, note := range notes {
		for _, want := range breaches(note) {
			if there := b.breach(notes, n, want); there != nil {
				see(there, violated(notes, there))
			}
		}
	}
}

// breaches lists which elements of a note are there in each way that it fails: 1 there, -1 not.
func breaches(n translators.Note) []map[int]int {
	with := func(there ...int) map[int]int {
		m := map[int]int{}
		for _, e := range n.Elements {
			m[e] = -1
		}
		for _, e := range there {
			m[e] = 1
		}
		return m
	}
	first, others := n.Elements[0], n.Elements[1:]
	var all []map[int]int
	switch n.Kind {
	case 'R':
		return []map[int]int{with()}
	case 'L':
		return []map[int]int{with(first)}
	case 'P', 'C':
		for _, e := range n.Elements {
			if n.Kind == 'P' || e != first { // one is missing
				one := with(n.Elements...)
				one[e] = -1
				all = append(all, one)
			}
		}
	case 'E':
		for _, e := range others {
			all = append(all, with(first, e))
		}
	}
	return all
}

// breach finds elements that are as wanted and keep as many of the notes as can be.
func (b *breaker) breach(notes []translators.Note, n int, want map[int]int) []bool {
	var best []bool
	fewest := 0
	for range 60 {
		there := make([]bool, n)
		for i := range there {
			there[i] = b.r.IntN(3) == 0 || n == len(b.rule.Elements) && b.rule.Elements[i].Usage == translators.Mandatory
		}
		for range 10 {
			for _, note := range notes {
				b.satisfy(note, there)
			}
			for e, w := range want {
				there[e-1] = w > 0
			}
		}
		mandatory := true
		for i := range there {
			mandatory = mandatory && (there[i] || n != len(b.rule.Elements) || b.rule.Elements[i].Usage != translators.Mandatory)
		}
		if !mandatory || !slices.Contains(there, true) {
			continue
		}
		if wrong := len(violated(notes, there)); wrong > 0 && (best == nil || wrong < fewest) {
			best, fewest = there, wrong
		}
	}
	return best
}

// violated says which notes do not hold and where that is reported: the missing
// elements (X12 723 = 2; of R and L the first that would do), or those too many (10).
func violated(notes []translators.Note, there []bool) []flaw {
	var found []flaw
	for _, n := range notes {
		var present, missing []int
		for _, e := range n.Elements {
			if there[e-1] {
				present = append(present, e)
			} else {
				missing = append(missing, e)
			}
		}
		first := there[n.Elements[0]-1]
		switch {
		case n.Kind == 'P' && len(present) > 0, n.Kind == 'C' && first:
		case n.Kind == 'R' && len(present) == 0, n.Kind == 'L' && first && len(present) == 1:
			missing = missing[:1]
		case n.Kind == 'E' && len(present) > 1:
			for _, e := range present[1:] {
				found = append(found, flaw{"10", e, 0, 0})
			}
			continue
		default:
			continue
		}
		for _, e := range missing {
			found = append(found, flaw{"2", e, 0, 0})
		}
	}
	return found
}
