package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/mappings"
	"waybill/settings"
)

// compiled is a mapping of 850s with these fields and tables.
func compiled(t testing.TB, fields, tables string) *mappings.Map {
	t.Helper()
	text := "map: s\nx12: \"850\"\ncanonical: order/v1\n" + tables + "fields:\n" + fields
	m, found := mappings.Compile(files(map[string]string{"s.yaml": text}), "s", against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	return m
}

// TestRulesComeBack draws lines with and without what required, default, ordinal
// and counter are about: what is read is written, and reads as the same.
func TestRulesComeBack(t *testing.T) {
	m := compiled(t, `  lines[]:
    at: PO1
    lineNumber: PO101 | ordinal
    quantity.value: PO102 | required
    quantity.unit: PO103 | default(EA)
    item.vendorItem: PO1(VN)
`, "")
	rapid.Check(t, func(r *rapid.T) {
		var segments []string
		missing := 0
		for i := range rapid.IntRange(1, 5).Draw(r, "lines") {
			number := rapid.SampledFrom([]string{"", fmt.Sprint(i + 1), "A7"}).Draw(r, "number")
			quantity := rapid.SampledFrom([]string{"", "5", "2.5"}).Draw(r, "quantity")
			unit := rapid.SampledFrom([]string{"", "CA", "EA"}).Draw(r, "unit")
			if quantity == "" {
				missing++
			}
			segments = append(segments, fmt.Sprintf("PO1*%s*%s*%s***VN*V", number, quantity, unit))
		}
		first := in(t, m, interchangeOf(t, "850", segments...))
		required := 0
		for _, p := range first.Problems {
			if p.Code == mappings.CodeRequired {
				required++
			}
		}
		if required > missing {
			r.Fatalf("%d lines without a quantity gave %v", missing, first.Problems)
		}
		set, _, err := m.Out(first.Body)
		if err != nil {
			r.Fatal(err)
		}
		second, err := m.In(set)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(value(t, first.Body), value(t, second.Body)); diff != "" {
			r.Fatalf("in, out, in (-first +second):\n%s\n%s", diff, strings.Join(segments, "\n"))
		}
	})
}

// TestCountersCount draws items of which some have numbers: what is written has
// numbers everywhere, those that were given stay, and a second round changes nothing.
func TestCountersCount(t *testing.T) {
	m := compiled(t, "  lines[]:\n    at: PO1\n    lineNumber: PO101 | counter\n    quantity.value: PO102\n", "")
	rapid.Check(t, func(r *rapid.T) {
		type line struct {
			LineNumber string            `json:"lineNumber,omitempty"`
			Quantity   map[string]string `json:"quantity"`
		}
		var lines []line
		for range rapid.IntRange(1, 6).Draw(r, "lines") {
			lines = append(lines, line{rapid.SampledFrom([]string{"", "", "3", "10", "X"}).Draw(r, "number"), map[string]string{"value": "1"}})
		}
		body, err := json.Marshal(map[string]any{"lines": lines})
		if err != nil {
			r.Fatal(err)
		}
		set, problems, err := m.Out(body)
		if err != nil || len(problems) > 0 {
			r.Fatal(err, problems)
		}
		for i := range set.Segments {
			got := set.Segments[i].Element(1)
			if got == "" || lines[i].LineNumber != "" && got != lines[i].LineNumber {
				r.Fatalf("line %d is numbered %q, and had %q", i, got, lines[i].LineNumber)
			}
		}
		first, err := m.In(set)
		if err != nil {
			r.Fatal(err)
		}
		again, _, err := m.Out(first.Body)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(written(set), written(again)); diff != "" {
			r.Fatalf("once more (-first +second):\n%s", diff)
		}
	})
}

// TestTablesComeBack draws codes, known and not, through tables of every kind:
// what is read without a problem is written as a code that means the same, and
// where the partner's is kept, as that.
func TestTablesComeBack(t *testing.T) {
	for _, missing := range []string{"error", "warn", "hold", "other", "absent"} {
		m := compiled(t, "  type: BEG02 | table(t, keep)\n  customerOrderNumber: BEG03\n",
			"tables:\n  t: { SA: standalone, RL: release, in: { NE: standalone, DR: dropShip }, out: { rush: RO }, missing: "+missing+" }\n")
		rapid.Check(t, func(r *rapid.T) {
			code := rapid.SampledFrom([]string{"SA", "RL", "NE", "DR", "QQ", ""}).Draw(r, "code")
			first := in(t, m, interchangeOf(t, "850", "BEG**"+code+"*PO1"))
			set, problems, err := m.Out(first.Body)
			if err != nil {
				r.Fatal(err)
			}
			second, err := m.In(set)
			if err != nil {
				r.Fatal(err)
			}
			if diff := cmp.Diff(value(t, first.Body), value(t, second.Body)); diff != "" && len(problems) == 0 {
				r.Fatalf("%s with missing: %s (-first +second):\n%s", code, missing, diff)
			}
			known := code != "QQ" && code != ""
			if got := set.Segments[0].Element(2); known && got != code && len(problems) == 0 {
				r.Fatalf("%s is written %s", code, got)
			}
			if !known && code != "" && missing != "absent" && missing != "other" && len(first.Problems) != 1 {
				r.Fatalf("%s with missing: %s gave %v", code, missing, first.Problems)
			}
		})
	}
}
