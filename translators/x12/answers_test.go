package x12

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// answersTo sends an order out, lets a partner answer it with its own engine's
// policy, and reads that answer.
func answersTo(t testing.TB, text string, p translators.AckPolicy) []string {
	t.Helper()
	var out strings.Builder
	if _, err := translator(t).Reply(&out, decode(t, text), p, time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	var all []string
	rep := eachSet(t, out.String(), func(s *translators.Set) {
		answers, err := translator(t).Answers(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range answers {
			line := strings.TrimSpace(fmt.Sprintf("%s %s %s", a.SetID, a.Control, a.Result))
			for _, x := range a.Problems {
				line += fmt.Sprintf(", %s@%d %s", x.Code, x.Position, x.Where())
			}
			if len(a.Codes) > 0 {
				line += " " + strings.Join(a.Codes, "+")
			}
			if a.Received >= 0 {
				line += fmt.Sprintf(" %d of %d", a.Accepted, a.Received)
			}
			all = append(all, line)
		}
	})
	if found := codesOf(rep); len(found) > 0 {
		t.Errorf("the answer itself is at fault: %v", found)
	}
	return all
}

// TestBothWays: what one side says in a 997 or 999, the other side reads.
func TestBothWays(t *testing.T) {
	good, bad := order("0001", nil, nil), order("0002", []string{"REF*DP", "ZZZ*1"}, []string{"REF*DP*1**PO>1>VN"})
	for _, release := range []string{"004010", "005010"} {
		text := wrap(release, "PO", append(append([]string{}, good...), bad...)...)
		for _, functional := range []string{"997", "999"} {
			for name, c := range map[string]struct {
				p    translators.AckPolicy
				want []string
			}{
				"refusing": {translators.AckPolicy{}, []string{
					"850 0002 rejected, 2@3 REF02, 1@4 ZZZ, 2@6 REF04-04 5", "partiallyAccepted 1 of 2"}},
				"naming all": {translators.AckPolicy{Accepted: true}, []string{
					"850 0001 accepted", "850 0002 rejected, 2@3 REF02, 1@4 ZZZ, 2@6 REF04-04 5", "partiallyAccepted 1 of 2"}},
				"without detail": {translators.AckPolicy{Detail: "none"}, []string{
					"850 0002 rejected 5", "partiallyAccepted 1 of 2"}},
				"lenient": {translators.AckPolicy{Mode: "with-errors"}, []string{
					"850 0002 acceptedWithErrors, 2@3 REF02, 1@4 ZZZ, 2@6 REF04-04 5", "acceptedWithErrors 2 of 2"}},
			} {
				t.Run(release+"/"+functional+"/"+name, func(t *testing.T) {
					c.p.Functional = functional
					if diff := cmp.Diff(c.want, answersTo(t, text, c.p)); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

// TestManyGroups: every group has an answer of its own, also when it is empty of faults.
func TestManyGroups(t *testing.T) {
	one := wrap("004010", "PO", smallOrder("0001")...)
	group := one[strings.Index(one, "GS*"):strings.Index(one, "IEA*")]
	other := strings.NewReplacer("*417", "*418", "BEG*00", "BEG*").Replace(group)
	text := strings.Replace(one, group, group+other, 1)
	text = strings.Replace(text, "IEA*1", "IEA*2", 1)
	rep := decode(t, text)
	acks, err := translator(t).Acknowledge(rep, translators.AckPolicy{Functional: "997"})
	if err != nil || len(acks.Sets) != 2 {
		t.Fatal(err, len(acks.Sets))
	}
	for i, want := range []string{"417", "418"} {
		if a := acks.Sets[i]; a.Group.Control != want || a.Set.Segments[0].Element(2) != want || a.Interchange.Control != "000000417" {
			t.Errorf("%+v", a)
		}
	}
	if diff := cmp.Diff([]string{"accepted 1 of 1", "850 0001 rejected, 1@2 BEG01 5", "rejected 0 of 1"}, answersTo(t, text, translators.AckPolicy{Functional: "997"})); diff != "" {
		t.Error(diff)
	}
}

// TestVerdicts: each code of X12 715, 717 and I17 in the words of an Answer.
func TestVerdicts(t *testing.T) {
	for code, want := range map[string]string{
		"A": "accepted", "E": "acceptedWithErrors", "P": "partiallyAccepted",
		"R": "rejected", "M": "rejected", "W": "rejected", "X": "rejected", "": "rejected",
	} {
		if got := result(code); got != want {
			t.Errorf("%q: %s", code, got)
		}
	}
}

// TestFaultsInWords: every code that the lists of 720 and 723 have has words.
func TestFaultsInWords(t *testing.T) {
	s, err := translator(t).library.Schema("997", "005010")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]*translators.SegmentRule{}
	var walk func(i *translators.Item)
	walk = func(i *translators.Item) {
		rules[i.ID] = i.Segment
		for _, c := range i.Items {
			walk(c)
		}
	}
	walk(s.Root)
	for _, c := range []struct {
		level translators.Level
		list  *translators.Codes
	}{{translators.AtSegment, rules["AK3"].Elements[3].Codes}, {translators.AtElement, rules["AK4"].Elements[2].Codes}} {
		said := 0
		for code := range c.list.Members {
			if text := fault(c.level, code); text == "" {
				t.Errorf("%s %s", c.level, code)
			} else if !strings.HasPrefix(text, "code ") {
				said++
			}
		}
		if said < 8 {
			t.Errorf("%s: only %d codes have words", c.level, said)
		}
	}
	if got := fault(translators.AtElement, "I99"); got != "code I99" {
		t.Error(got)
	}
}

// TestPlaceInAnswers: AK401 read with and without a schema, whole and in part.
func TestPlaceInAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		ak401  translators.Element
		places [3]int
	}{
		{"one", translators.Element{Text: "2"}, [3]int{2, 0, 0}},
		{"cut up", translators.Element{Repeats: [][]string{{"2", "3", "4"}}}, [3]int{2, 3, 4}},
		{"as it came", translators.Element{Text: "2>3>4"}, [3]int{2, 3, 4}},
		{"two as they came", translators.Element{Text: "2>3"}, [3]int{2, 3, 0}},
		{"a repetition without a component", translators.Element{Repeats: [][]string{{"2", "", "4"}}}, [3]int{2, 0, 4}},
		{"nothing", translators.Element{}, [3]int{}},
		{"no number", translators.Element{Text: "X>Y"}, [3]int{}},
		{"negative", translators.Element{Text: "-2"}, [3]int{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := &translators.Set{ID: "997", Interchange: translators.Interchange{Delimiters: translators.Delimiters{Component: '>'}}}
			set.Segments = []translators.Segment{line3("AK1", "PO", "1"), line3("AK2", "850", "0001"), line3("AK3", "REF", "3", "", "8"),
				{ID: "AK4", Elements: []translators.Element{c.ak401, {Text: "127"}, {Text: "5"}}}, line3("AK5", "R", "5")}
			got, err := translator(t).Answers(set)
			if err != nil || len(got) != 1 || len(got[0].Problems) != 1 {
				t.Fatalf("%v %+v", err, got)
			}
			p := got[0].Problems[0]
			if diff := cmp.Diff(c.places, [3]int{p.Element, p.Component, p.Repetition}); diff != "" || p.Number != "127" || p.Position != 3 {
				t.Error(diff, p)
			}
		})
	}
}
