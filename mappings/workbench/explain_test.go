package workbench_test

import (
	"strings"
	"testing"

	"waybill/mappings"
	"waybill/mappings/workbench"
)

const explained = `map: acme
extends: base/850
fields:
  promotion: REF[YD]02 | default(NONE)
  lines[].item.sku:
    out: PO1(SK@06)
  notes[]:
    write:
      N907-01: PE
`

// TestExplain: arrow, place from the set's root, functions in words, values found.
func TestExplain(t *testing.T) {
	b := bench(t, map[string]string{"acme": explained})
	traced, err := b.Traced("acme", sample(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range workbench.Explain(resolve(t, b, "acme"), traced) {
		key := e.Field + " " + e.Arrow
		for got[key] != "" {
			key += "'"
		}
		got[key] = strings.TrimRight(e.Place+"; "+e.Words+"; "+strings.Join(e.Values, ", "), "; ")
	}
	for field, want := range map[string]string{
		"promotion ⇄":        "REF[YD]02; NONE where they say nothing; NONE",
		"lines[].item.sku →": "PO1(SK@06)",
		"notes[] ⇄":          "N901; always L1", "notes[] ⇄'": "N907-01; always PE",
		"vendorNumber ⇄":                      "REF[IA|VR]02; their code kept beside it; 70512",
		"parties.shipTo.address.city ⇄":       "N1[ST]/N401; ; KANSAS CITY",
		"parties.shipTo.name ⇄":               "N1[ST]02; ; ACME DC 042",
		"parties.seller.name ⇄":               "N1[SE|SU|VN]02",
		"lines[].quantity.unit ⇄":             "PO103; by table units, their code kept beside it; EA",
		"lines[].pack.unitsPerPack ⇄":         "PO1/PO401; ; 100",
		"lines[].destinations[].locationId ⇄": "PO1/SDQ03",
		"totals.amount ⇄":                     "CTT/AMT[TT]02; ; 3500",
		"dates.cancelAfter ⇄":                 "DTM[001]02+03+04; a day, with its time where they say it; 2026-12-04",
	} {
		if got[field] != want {
			t.Errorf("%s\nfound    %s\nexpected %s", field, got[field], want)
		}
	}
}

func TestWords(t *testing.T) {
	got := workbench.Words([]mappings.Function{
		{Name: "table", Args: []string{"units", "keep", "missing:warn"}}, {Name: "pad", Args: []string{"6", `"0"`}}, {Name: "required"}, {Name: "polish", Args: []string{"x"}},
	})
	want := `by table units, their code kept beside it, a code it lacks: warn; without the "0" that fill it to 6 on the left; must be there; polish(x)`
	if got != want {
		t.Errorf("found %s", got)
	}
	for way, want := range map[mappings.Way]string{mappings.Both: "⇄", mappings.In: "←", mappings.Out: "→"} {
		if got := workbench.Arrow(way); got != want {
			t.Errorf("%s: found %s", way, got)
		}
	}
}

func TestUnindexed(t *testing.T) {
	for path, want := range map[string]string{"a[0].b[12].c": "a[].b[].c", "850/PO1[3]/CTP05-01": "850/PO1[]/CTP05-01", "plain": "plain", "odd]": "odd]", "open[": "open["} {
		if got := workbench.Unindexed(path); got != want {
			t.Errorf("%s: found %s, expected %s", path, got, want)
		}
	}
}

func TestTracedOfBadSamples(t *testing.T) {
	b := bench(t, map[string]string{"bad": "map: bad\nextends: base/850\nfields:\n  promotoin: REF01\n"})
	for name, c := range map[string]struct{ mapping, data, want string }{
		"no X12":          {"base/850", "hello", "no interchange"},
		"a bad mapping":   {"bad", string(sample(t)), "did you mean promotion?"},
		"no such version": {"base/850", strings.ReplaceAll(string(sample(t)), "*004010~", "*003010~"), "there is no schema for it"},
	} {
		if _, err := b.Traced(c.mapping, []byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found %v", name, err)
		}
	}
}
