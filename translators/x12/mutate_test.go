package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// spot is an element of a made set that a mutation may change.
type spot struct {
	segment, element int
	rule             *translators.ElementRule
}

// spots lists the plain elements that accept takes.
func spots(s *translators.Schema, segments []translators.Segment, accept func(string, *translators.ElementRule) bool) []spot {
	rules := map[string]*translators.SegmentRule{}
	var walk func(i *translators.Item)
	walk = func(i *translators.Item) {
		rules[i.ID] = i.Segment
		for _, c := range i.Items {
			walk(c)
		}
	}
	walk(s.Root)
	var all []spot
	for i, seg := range segments {
		for j, e := range seg.Elements {
			rule := &rules[seg.ID].Elements[j]
			if e.Text != "" && seg.ID != "HL" && accept(e.Text, rule) {
				all = append(all, spot{i, j, rule})
			}
		}
	}
	return all
}

// mutate changes one element of each of many made sets and compares what is found with what was done.
func mutate(t *testing.T, code string, accept func(string, *translators.ElementRule) bool, change func(*maker, *translators.ElementRule) string) {
	t.Helper()
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		done := 0
		for range 15 {
			segments := m.set(s)
			all := spots(s, segments, accept)
			if len(all) == 0 {
				continue
			}
			done++
			at := all[m.r.IntN(len(all))]
			before := segments[at.segment].Elements[at.element].Text
			segments[at.segment].Elements[at.element].Text = change(m, at.rule)
			text := plainText(s, segments)
			want := fmt.Sprintf("element %s@%d %s%02d", code, at.segment+2, segments[at.segment].ID, at.element+1)
			if diff := cmp.Diff([]string{want}, codesOf(decode(t, text))); diff != "" {
				t.Fatalf("%q became %q: %s\n%s", before, segments[at.segment].Elements[at.element].Text, diff, strings.ReplaceAll(text, "~", "~\n"))
			}
		}
		if done == 0 && s.Set != "997" && s.Set != "999" {
			t.Error("nothing was changed")
		}
	})
}

// TestTooLong: one character more than the longest value, anywhere in any set.
func TestTooLong(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Max > 0 }
	mutate(t, "5", accept, func(m *maker, r *translators.ElementRule) string { return m.text("1234567890", r.Max+1) })
}

// TestTooShort: one character less than the shortest value.
func TestTooShort(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Min > 1 }
	mutate(t, "4", accept, func(m *maker, r *translators.ElementRule) string { return m.text("1234567890", r.Min-1) })
}

// TestControlCharacter: no text may hold one.
func TestControlCharacter(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Type == "AN" || r.Type == "ID" }
	mutate(t, "6", accept, func(m *maker, r *translators.ElementRule) string { return strings.Repeat("\x02", max(r.Min, 1)) })
}

// TestNoNumber: letters where a number must stand.
func TestNoNumber(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Type[0] == 'N' || r.Type == "R" }
	mutate(t, "6", accept, func(m *maker, r *translators.ElementRule) string { return m.text("ABC", max(r.Min, 1)) })
}

// TestNoCode: a code that no list has.
func TestNoCode(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool {
		return r.Codes != nil && !r.Codes.Partial && r.Max > 0
	}
	mutate(t, "7", accept, func(m *maker, r *translators.ElementRule) string { return strings.Repeat("!", max(r.Min, 1)) })
}

// TestNoDate: the thirteenth month.
func TestNoDate(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Type == "DT" }
	mutateSome(t, "8", accept, func(_ *maker, r *translators.ElementRule) string { return "20261301"[8-r.Max:] })
}

// TestNoTime: the twenty-fifth hour.
func TestNoTime(t *testing.T) {
	accept := func(_ string, r *translators.ElementRule) bool { return r.Type == "TM" && r.Min <= 4 }
	mutateSome(t, "9", accept, func(*maker, *translators.ElementRule) string { return "2561" })
}

// mutateSome is mutate for what not every set has.
func mutateSome(t *testing.T, code string, accept func(string, *translators.ElementRule) bool, change func(*maker, *translators.ElementRule) string) {
	t.Helper()
	done := 0
	l := translator(t).library
	for _, set := range []string{"850", "856", "810", "945"} {
		s, err := l.Schema(set, "004010")
		if err != nil {
			t.Fatal(err)
		}
		m := newMaker(3)
		for range 60 {
			segments := m.set(s)
			for _, at := range spots(s, segments, accept) {
				segments := slices.Clone(segments)
				segments[at.segment].Elements = slices.Clone(segments[at.segment].Elements)
				segments[at.segment].Elements[at.element].Text = change(m, at.rule)
				want := fmt.Sprintf("element %s@%d %s%02d", code, at.segment+2, segments[at.segment].ID, at.element+1)
				if diff := cmp.Diff([]string{want}, codesOf(decode(t, plainText(s, segments)))); diff != "" {
					t.Fatal(diff)
				}
				done++
			}
		}
	}
	if done < 20 {
		t.Errorf("only %d were changed", done)
	}
}

// TestMandatoryElement: each mandatory element that is taken away is missed at its place.
func TestMandatoryElement(t *testing.T) {
	mandatory := func(_ string, r *translators.ElementRule) bool { return r.Usage == translators.Mandatory }
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		segments := m.set(s)
		for _, at := range spots(s, segments, mandatory) {
			kept := segments[at.segment].Elements[at.element].Text
			segments[at.segment].Elements[at.element].Text = ""
			want := fmt.Sprintf("element 1@%d %s%02d", at.segment+2, segments[at.segment].ID, at.element+1)
			if got := codesOf(decode(t, plainText(s, segments))); !slices.Contains(got, want) {
				t.Errorf("want %s, got %v", want, got)
			}
			segments[at.segment].Elements[at.element].Text = kept
		}
	})
}

// TestStraySegment: a segment that nobody knows is one problem wherever it stands, and moves nothing.
func TestStraySegment(t *testing.T) {
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 10 {
			segments := m.set(s)
			at := m.r.IntN(len(segments) + 1)
			segments = slices.Insert(segments, at, line3("ZZZ", "1"))
			if diff := cmp.Diff([]string{fmt.Sprintf("segment 1@%d ZZZ", at+2)}, codesOf(decode(t, plainText(s, segments)))); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestLostSegment: the second segment of a set, always mandatory, is missed and nothing else is.
func TestLostSegment(t *testing.T) {
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 10 {
			segments := m.set(s)
			lost := segments[0].ID
			if second := s.Root.Items[1]; second.ID != lost || second.Usage != translators.Mandatory || second.Loop {
				t.Fatalf("the set does not begin with a mandatory segment, but with %s", second.ID)
			}
			segments = segments[1:]
			if diff := cmp.Diff([]string{"segment 3@2 " + lost}, codesOf(decode(t, plainText(s, segments)))); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestAnyDamage: whatever segments are lost, doubled or swapped, the walker ends,
// loses no known segment and the answer to it can be written.
func TestAnyDamage(t *testing.T) {
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 20 {
			segments := m.set(s)
			for range 3 {
				i, j := m.r.IntN(len(segments)), m.r.IntN(len(segments))
				switch m.r.IntN(3) {
				case 0:
					segments = slices.Insert(slices.Clone(segments), i, segments[j])
				case 1:
					segments[i], segments[j] = segments[j], segments[i]
				default:
					if len(segments) > 1 {
						segments = slices.Delete(slices.Clone(segments), i, i+1)
					}
				}
			}
			text := plainText(s, segments)
			eachSet(t, text, func(set *translators.Set) {
				inOrder(t, set)
				if n := countSegments(set.Root); n != len(segments)+2 {
					t.Fatalf("%d segments in the tree of %d\n%s", n, len(segments)+2, strings.ReplaceAll(text, "~", "~\n"))
				}
			})
			if s.Functional != "FA" {
				if got := reply(t, text, translators.AckPolicy{Functional: "997", Accepted: true}); !strings.Contains(got, "AK9*") {
					t.Error(got)
				}
			}
		}
	})
}
