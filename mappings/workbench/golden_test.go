package workbench_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/mappings/workbench"
)

const golden = `map: retail/acme
extends: base/850
fields:
  promotion: REF[YD]02
tests:
  - tests/order.x12
  - { sample: tests/order.x12, x12: tests/again.x12 }
  - { sample: tests/order.json, x12: tests/out.x12 }
`

// TestGolden: files are beside the mapping; written once they hold, and a change
// of the mapping shows at its path.
func TestGolden(t *testing.T) {
	b := bench(t, map[string]string{"retail/acme": golden})
	files := memory{"retail/tests/order.x12": string(sample(t))}
	r := resolve(t, b, "retail/acme")
	all, _, err := b.Test(r, files, true)
	if err != nil || len(all) != 3 || len(files) != 4 || !all[0].Good() || !all[2].Good() {
		t.Fatalf("%+v %v %d files", all, err, len(files))
	}
	if !strings.Contains(files["retail/tests/again.x12"], "BEG*00*SA*4500012345**20261116~\n") {
		t.Errorf("written: %s", files["retail/tests/again.x12"])
	}
	all, c, err := b.Test(r, files, false)
	c.Sum()
	if err != nil || slices.ContainsFunc(all, func(g workbench.Golden) bool { return !g.Good() }) {
		t.Fatalf("%+v %v", all, err)
	}
	if c.Elements < 80 || c.Missed() != 0 || len(c.OwnUntried()) != 1 || c.Pairs < 300 || len(c.Untried) >= c.Pairs || len(c.Unfilled) >= len(c.Fields) {
		t.Errorf("%d elements, %d missed, own untried %v, %d of %d pairs, %d of %d fields", c.Elements, c.Missed(), c.OwnUntried(), len(c.Untried), c.Pairs, len(c.Unfilled), len(c.Fields))
	}
	if got := strings.Join(c.Fold([]string{"taxes[].type", "department", "taxes[].id: TXI09 (a)", "lines[].dates.order", "lines[].dates.end", "lines[].item.isbn"}), " "); got != "taxes[] (2) department lines[].dates (2) lines[].item.isbn" {
		t.Errorf("folded: %s", got)
	}
	changed := bench(t, map[string]string{"retail/acme": strings.Replace(golden, "promotion: REF[YD]02", "department:\n    in: REF[IA]02", 1)})
	all, _, err = changed.Test(resolve(t, changed, "retail/acme"), files, false)
	if err != nil || !slices.Contains(all[0].Changes, `~ department: "031" → "70512"`) || len(all[1].Changes) == 0 {
		t.Errorf("%+v %v", all, err)
	}
}

// TestGoldenRefusals: a test that cannot be run says why, and the others go on.
func TestGoldenRefusals(t *testing.T) {
	b := bench(t, map[string]string{"retail/acme": golden})
	files := memory{"retail/tests/order.json": `{"customerOrderNumber":"1"}`, "retail/tests/order.x12": "hello", "retail/tests/out.x12": "hello"}
	all, _, err := b.Test(resolve(t, b, "retail/acme"), files, false)
	if err != nil || all[0].Good() || !strings.Contains(all[0].Error, "no interchange") {
		t.Errorf("%+v %v", all, err)
	}
	if g := all[2]; g.Good() || !strings.Contains(g.Error, "is not written") || !slices.ContainsFunc(g.Problems, func(p string) bool { return strings.Contains(p, "MAP-REQUIRED orderDate") }) {
		t.Errorf("%+v", g)
	}
	files["retail/tests/order.x12"] = strings.Replace(string(sample(t)), "PO1*1*800*", "PO1*1*X*", 1)
	files["retail/tests/order.json"] = "{"
	all, _, _ = b.Test(resolve(t, b, "retail/acme"), files, false)
	if !strings.Contains(all[0].Error, "document 1") || !strings.Contains(strings.Join(all[0].Problems, " "), "MAP-TYPE lines[0].quantity.value") {
		t.Errorf("%+v", all[0])
	}
	if !strings.Contains(all[2].Error, "document 1") {
		t.Errorf("%+v", all[2])
	}
}

// TestProve: a value that an inverse cannot give back is named.
func TestProve(t *testing.T) {
	b := bench(t, map[string]string{"acme": "map: acme\nextends: base/850\ntables:\n  two:\n    D: day\n    in: { 031: day }\nfields:\n  department: REF[DP]02 | table(two)\n  promotion: drop\n"})
	p := prove(t, b, "acme", string(sample(t)))
	if p.Holds() || len(p.Lost) != 1 || !strings.Contains(p.Lost[0], `department: REF02 "031" gives back "D" (acme.yaml:8:3)`) || len(p.X12) == 0 || p.Inverted == 0 || p.Inverted >= p.Values {
		t.Errorf("%+v", p)
	}
	if p := prove(t, b, "base/850", string(sample(t))); !p.Holds() || len(p.X12) != 0 {
		t.Errorf("%+v", p)
	}
	if p := prove(t, b, "base/850", strings.Replace(string(sample(t)), "CTT*2*1200~\n", "", 1)); len(p.X12) == 0 {
		t.Errorf("%+v", p)
	}
}

func TestWrite(t *testing.T) {
	b := bench(t, map[string]string{"five": "map: five\nextends: base/850-005010\n"})
	body := `{"customerOrderNumber":"7","purpose":"original","type":"standalone","orderDate":"2026-11-16","lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"}}]}`
	for name, want := range map[string]string{"five": "*00501*", "base/850": "*00401*"} {
		text, problems, err := b.Write(resolve(t, b, name), []byte(`{"schemaVersion":"1.0","body":`+body+"}\n"+body), workbench.Envelope{})
		if err != nil || len(problems) > 0 || !strings.Contains(string(text), want) || strings.Count(string(text), "BEG*00*SA*7**20261116~") != 2 {
			t.Errorf("%s: %v %v\n%s", name, err, problems, text)
		}
	}
	for name, c := range map[string]struct{ mapping, data string }{"nothing": {"base/850", ""}, "no object": {"base/850", "[]"}, "no set": {"base/common", body}} {
		if _, _, err := b.Write(resolve(t, b, c.mapping), []byte(c.data), workbench.Envelope{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestProvePieces: pairs that are pieces of one element come back together, and none
// of them is lost; a piece that goes back as another code is.
func TestProvePieces(t *testing.T) {
	b := bench(t, map[string]string{"five": "map: five\nextends: base/850\ntables: { days: { D: day, in: { T: day } } }\nfields:\n" +
		"  extensions.acme:\n    a: REF[YD]02 | split(\"-\", 1)\n    b: REF[YD]02 | split(\"-\", 2) | table(days)\n"})
	with := func(ref string) string {
		return strings.Replace(string(sample(t)), "REF*IA*", ref+"~\nREF*IA*", 1)
	}
	if p := prove(t, b, "five", with("REF*YD*L-D")); len(p.Lost)+len(p.Body) > 0 || p.Inverted < 20 {
		t.Errorf("%+v", p)
	}
	if p := prove(t, b, "five", with("REF*YD*L-T")); len(p.Lost) != 1 || !strings.Contains(p.Lost[0], `extensions.acme.b: REF02 "L-T" gives back "D"`) {
		t.Errorf("%+v", p)
	}
}
