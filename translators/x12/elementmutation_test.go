package x12

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"waybill/translators"
)

// everySegment lists every place of a schema once, in order, without ST and SE.
func everySegment(s *translators.Schema) []*translators.Item {
	var all []*translators.Item
	var walk func(i *translators.Item)
	walk = func(i *translators.Item) {
		for _, c := range i.Items {
			if c.Loop {
				walk(c)
			} else if c.ID != "ST" && c.ID != "SE" {
				all = append(all, c)
			}
		}
	}
	walk(s.Root)
	return all
}

// elementMutations breaks every element of every place of every set in every
// way, one in each segment of a document at a time.
func elementMutations(t *testing.T, seen *tally) {
	sampledSchemas(t, func(t *testing.T, m *maker, s *translators.Schema) {
		places := everySegment(s)
		mutants := make([][]mutant, len(places))
		rounds := 0
		for i, p := range places {
			mutants[i] = m.mutants(p.Segment, s.Release)
			rounds = max(rounds, len(mutants[i]))
		}
		for round := range rounds {
			var segments []translators.Segment
			want := []string{}
			for i, list := range mutants {
				if round < len(list) {
					seen.faults++
				}
				mu := mutant{segment: m.good(places[i].Segment)}
				if round < len(list) {
					mu = list[round]
				}
				segments = append(segments, mu.segment)
				for _, f := range mu.findings {
					want = append(want, f.at(i+2, mu.segment.ID))
					seen.provoked("723", f.code, mu.what)
				}
			}
			text := plainText(s, segments)
			rep := decode(t, text)
			if diff := cmp.Diff(want, codesOf(rep)); diff != "" {
				t.Fatalf("%s\n%s", diff, strings.ReplaceAll(text, "~", "~\n"))
			}
			seen.answered(t, s, rep, want)
			seen.provoked("720", "8", "any fault in an element")
			seen.add(s, "elements", text)
		}
	})
}

// at writes the fault as codesOf does.
func (f flaw) at(position int, segment string) string {
	p := translators.Problem{Segment: segment, Element: f.element, Component: f.component}
	line := fmt.Sprintf("element %s@%d %s", f.code, position, p.Where())
	if f.repetition > 0 {
		line += fmt.Sprintf(" repetition %d", f.repetition)
	}
	return line
}

// answeredAs writes the 997 and the 999 for a report, reads them, and finds in
// both what was found, no more and no less.
func answeredAs(t *testing.T, s *translators.Schema, rep *translators.Report, want []string) {
	t.Helper()
	if s.Functional == "FA" {
		return // acknowledgements are not answered
	}
	functionals := []string{"997", "999"}
	if s.Release < "005" {
		functionals = functionals[:1] // there is no 999
	}
	for _, functional := range functionals {
		var out strings.Builder
		now := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
		if _, err := translator(t).Reply(&out, rep, translators.AckPolicy{Functional: functional}, now); err != nil {
			t.Fatal(err)
		}
		got := []string{}
		eachSet(t, out.String(), func(set *translators.Set) {
			answers, err := translator(t).Answers(set)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range answers {
				for _, p := range a.Problems {
					got = append(got, told(p))
				}
			}
		})
		var expected []string
		for _, w := range want {
			if s.Release < "005" { // AK401 has no third component there
				w, _, _ = strings.Cut(w, " repetition")
			}
			expected = append(expected, w)
		}
		if diff := cmp.Diff(expected, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s: %s\n%s", functional, diff, strings.ReplaceAll(out.String(), "~", "~\n"))
		}
	}
}

// answered is answeredAs, unless the document is only made for another reader.
func (y *tally) answered(t *testing.T, s *translators.Schema, rep *translators.Report, want []string) {
	t.Helper()
	if y.broken == nil {
		answeredAs(t, s, rep, want)
	}
}

// told writes a problem as codesOf does.
func told(p translators.Problem) string {
	line := fmt.Sprintf("%s %s@%d %s", p.Level, p.Code, p.Position, p.Where())
	if p.Repetition > 0 {
		line += fmt.Sprintf(" repetition %d", p.Repetition)
	}
	return line
}

// tally gathers which codes were provoked, and how often something was broken.
type tally struct {
	count  int
	faults int                                            // in them, of elements
	parts  int                                            // of the test that are done
	broken func(s *translators.Schema, what, text string) // is shown every document, if set
	codes  map[string]map[string]bool                     // list and code, then what provoked it
}

// add counts a document that was broken.
func (y *tally) add(s *translators.Schema, what, text string) {
	y.count++
	if y.broken != nil {
		y.broken(s, what, text)
	}
}

func (y *tally) provoked(list, code, by string) {
	key := list + " " + code
	if y.codes[key] == nil {
		y.codes[key] = map[string]bool{}
	}
	y.codes[key][by] = true
}

// TestMutations breaks documents of every set in every way there is a code for,
// and expects that code, at that place, and nothing else: found, in the 997 and in
// the 999. Which code is provoked by what stands in testdata/mutations.tsv.
func TestMutations(t *testing.T) {
	seen := &tally{codes: map[string]map[string]bool{}}
	ok := true
	for _, part := range []struct {
		name string
		run  func(*testing.T, *tally)
	}{
		{"elements", elementMutations}, {"structure", structureMutations}, {"envelopes", envelopeMutations},
		{"levels", levelMutations}, {"modes", modeMutations}, {"guides", guideMutations},
	} {
		ok = t.Run(part.name, func(t *testing.T) { part.run(t, seen); seen.parts++ }) && ok
	}
	t.Log(seen.count, "documents broken, with", seen.faults, "segments that have a fault in an element")
	if ok && seen.parts == 6 && !raceEnabled { // all of them were asked for
		seen.compare(t)
	}
}
