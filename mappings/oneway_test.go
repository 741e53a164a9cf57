package mappings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/mappings"
	"waybill/settings"
)

// TestBasePairsAreTwoWay counts the pairs of the base mappings: at least 95 of 100
// are read and written. The others stand in a list, each with its reason.
func TestBasePairsAreTwoWay(t *testing.T) {
	reasons := map[string]string{}
	for line := range strings.Lines(string(read(t, "testdata/one-way.tsv"))) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 3 && cells[2] != "?" {
			reasons[cells[0]+" "+cells[1]] = cells[2]
		}
	}
	both, single, one := 0, 0, map[string]bool{}
	var b strings.Builder
	for _, name := range mappings.Names(mappings.Base()) {
		if name == "base/common" {
			continue
		}
		r, found := mappings.Resolve(mappings.Base(), name)
		if r == nil {
			t.Fatalf("%s: %s", name, settings.Problems(found).Error())
		}
		ways := map[string][]mappings.Way{}
		var fields []string
		for _, p := range r.Pairs {
			if p.Fixed != "" {
				continue
			}
			if ways[p.Field] == nil {
				fields = append(fields, p.Field)
			}
			ways[p.Field] = append(ways[p.Field], p.Way)
		}
		for _, f := range fields {
			w := ways[f]
			if slices.Contains(w, mappings.Both) || slices.Contains(w, mappings.In) && slices.Contains(w, mappings.Out) {
				both++
				continue
			}
			key := strings.TrimSuffix(name, "-005010") + " " + general(f)
			if !one[key] && !strings.HasSuffix(name, "-005010") {
				reason := reasons[key]
				if reason == "" {
					reason = "?"
					t.Errorf("%s: %s is one-way, and testdata/one-way.tsv does not say why", name, f)
				}
				fmt.Fprintf(&b, "%s\t%s\t%s\n", name, general(f), reason)
			}
			one[key] = true
			single++
		}
	}
	golden(t, "testdata/one-way.tsv", b.String())
	total := both + single
	t.Logf("%d of %d pairs are two-way", both, total)
	if both*100 < total*95 {
		t.Errorf("%d of %d pairs are two-way, expected 95 of 100", both, total)
	}
}

// general is a field of a level whatever levels are above it.
func general(field string) string {
	if i := strings.LastIndex(field, "items[]."); i > 0 {
		return field[i:]
	}
	return field
}
