package x12

import (
	"math/rand/v2"
	"strings"
	"testing"

	"waybill/translators"
)

// TestRulePlan: what a plan calls right, the rule finds nothing wrong with; of
// values made for the rule nearly all are called right.
func TestRulePlan(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 2))
	values := []string{"", "A", "AB", "EA", "UP", "1", "-1", "12.5", ".", "-", "1.2.3", "20261201", "20260230", "0915", "2560", "00", "ST", "EA ", strings.Repeat("9", 12), strings.Repeat("X", 90)}
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		right := 0
		rules := map[*translators.SegmentRule]bool{}
		allItems(s.Root, func(item *translators.Item) { rules[item.Segment] = true })
		for rule := range rules {
			p := newRulePlan(rule)
			for range 200 {
				seg := &translators.Segment{ID: rule.ID, Position: 1}
				for range r.IntN(len(rule.Elements) + 2) {
					text := ""
					if r.IntN(3) > 0 {
						text = values[r.IntN(len(values))]
					}
					seg.Elements = append(seg.Elements, translators.Element{Text: text})
				}
				if !p.fits(seg.Elements) {
					continue
				}
				right++
				w := walker{found: &findings{limit: 10}, seps: translators.Delimiters{Component: '>'}}
				w.check(seg, rule, "")
				if len(w.found.kept) > 0 {
					t.Fatalf("%+v\n%+v", seg, w.found.kept)
				}
			}
		}
		if right < 100 {
			t.Errorf("%d right", right)
		}
	})
}

func allItems(item *translators.Item, see func(*translators.Item)) {
	see(item)
	for _, i := range item.Items {
		allItems(i, see)
	}
}

// TestCodeTable has what the list has, and nothing near it.
func TestCodeTable(t *testing.T) {
	lists := map[*translators.Codes]bool{}
	eachSchema(t, func(_ *testing.T, _ *maker, s *translators.Schema) {
		allItems(s.Root, func(item *translators.Item) {
			for _, e := range item.Segment.Elements {
				if e.Codes != nil && len(e.Codes.Members) > 0 {
					lists[e.Codes] = true
				}
			}
		})
	})
	if len(lists) < 50 {
		t.Fatal(len(lists), "lists")
	}
	const chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -"
	for list := range lists {
		table := newCodeTable(list)
		for code := range list.Members {
			if len(code) <= 8 && !table.has(code) {
				t.Errorf("%s: %q is not there", list.Number, code)
			}
		}
		for _, a := range chars {
			for _, b := range chars {
				for _, code := range []string{string(a), string(a) + string(b), string(a) + "0" + string(b)} {
					if _, want := list.Members[code]; table.has(code) != want {
						t.Errorf("%s: %q: %v", list.Number, code, !want)
					}
				}
			}
		}
	}
	if newCodeTable(&translators.Codes{Members: map[string]struct{}{"123456789": {}}}).has("123456789") {
		t.Error("a code too long for the table")
	}
}
