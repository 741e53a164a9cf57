package mappings_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

const viewed = `map: acme
extends: base/850
tables:
  units:
    in: { XX: EA }
fields:
  promotion: REF[YD]02 | default("NO EVENT")
  under N1[ST]:
    extensions.acme.dock: N201
  lines[].item.sku:
    in: PO1(IN)
    out: PO1(SK@06)
  lines[]:
    write:
      PO105: PE
checks:
  dated: { expr: orderDate != nil, severity: warn, say: no day }
tests:
  - tests/order.x12
  - { sample: out/order.json, x12: out/sent.x12 }
  - { sample: tests/held.x12, json: tests/h.json, problems: ["MAP-LOOKUP lines[0].item.sku"] }
`

func resolve(t testing.TB, text string) *mappings.Resolved {
	t.Helper()
	r, found := mappings.Resolve(files(map[string]string{"acme.yaml": text}), "acme")
	if r == nil || settings.Fatal(found) {
		t.Fatal(settings.Problems(found))
	}
	return r
}

func pairsOf(r *mappings.Resolved, field string) []mappings.Pair {
	var all []mappings.Pair
	for _, p := range r.Pairs {
		if p.Field == field {
			all = append(all, p)
		}
	}
	return all
}

// TestResolve: each pair with its place, what it replaced, and through which part
// it came.
func TestResolve(t *testing.T) {
	r := resolve(t, viewed)
	if got := []string{r.Name, r.X12, r.Canonical, strings.Join(r.Chain, " ")}; !slices.Equal(got, []string{"acme", "850", "order/v1", "base/common base/850 acme"}) {
		t.Errorf("found %q", got)
	}
	for field, want := range map[string]string{
		"promotion":            `both REF[YD]02 | default("NO EVENT") acme.yaml:7:3 over 1`,
		"extensions.acme.dock": "both N1[ST]/N201 acme.yaml:9:5 over 0",
		"lines[].item.sku":     "in PO1(IN) acme.yaml:10:3 over 0, out PO1(SK@06) acme.yaml:10:3 over 0",
		"lines[]":              "both PO1 base/850.yaml over 0 block, both PO105 = PE acme.yaml:15:7 over 0",
		"parties.shipTo":       "both N1[ST] as party base/common.yaml over 0 block through 1",
		"parties.shipTo.name":  "both N102 base/common.yaml over 0 through 2",
	} {
		var words []string
		for _, p := range pairsOf(r, field) {
			at, _, _ := strings.Cut(p.At, ":")
			if at == "acme.yaml" {
				at = p.At
			}
			word := string(p.Way) + " " + p.Text() + " " + at + " over " + string(rune('0'+len(p.Over)))
			if p.Block {
				word += " block"
			}
			if n := len(p.Through); n > 0 {
				word += " through " + string(rune('0'+n))
			}
			words = append(words, word)
		}
		if got := strings.Join(words, ", "); got != want {
			t.Errorf("%s:\nfound    %s\nexpected %s", field, got, want)
		}
	}
}

func TestResolveTablesAndTests(t *testing.T) {
	r := resolve(t, viewed)
	i := slices.IndexFunc(r.Tables, func(t mappings.Table) bool { return t.Name == "units" })
	if i < 0 || !slices.ContainsFunc(r.Tables[i].Rows, func(row mappings.Row) bool {
		return row == mappings.Row{Code: "XX", Word: "EA", Way: mappings.In, At: "acme.yaml:5:11"}
	}) {
		t.Errorf("tables: %v", r.Tables)
	}
	if diff := cmp.Diff([]mappings.Check{{Name: "dated", Text: "orderDate != nil", Severity: "warn", Say: "no day", At: "acme.yaml:17:3"}}, r.Checks); diff != "" {
		t.Error(diff)
	}
	want := []mappings.Test{
		{Sample: "tests/order.x12", JSON: "tests/order.json", At: "acme.yaml:19:5"},
		{Sample: "out/order.json", X12: "out/sent.x12", At: "acme.yaml:20:5"},
		{Sample: "tests/held.x12", JSON: "tests/h.json", Problems: []string{"MAP-LOOKUP lines[0].item.sku"}, At: "acme.yaml:21:5"},
	}
	if diff := cmp.Diff(want, r.Tests); diff != "" {
		t.Error(diff)
	}
	if r.Tests[0].Writes() || !r.Tests[1].Writes() {
		t.Error("a .json sample is written, an X12 sample is read")
	}
}

func TestResolveWithoutFile(t *testing.T) {
	if r, found := mappings.Resolve(mappings.Base(), "base/851"); r != nil || !settings.Fatal(found) {
		t.Errorf("found %v, %v", r, found)
	}
	names := mappings.Names(files(map[string]string{"acme.yaml": viewed}))
	if !slices.Contains(names, "acme") || !slices.Contains(names, "base/850") || !slices.IsSorted(names) {
		t.Errorf("found %v", names)
	}
}

// TestTraceSteps: each function's value, the place in the file, and the inverse.
func TestTraceSteps(t *testing.T) {
	m := compile(t, files(map[string]string{"acme.yaml": "map: acme\nextends: base/850\n"}), "acme", "004010")
	by := map[string]mappings.TraceLine{}
	decode(t, order("DTM*002*20261201*1430", "N1*ST*ACME*92*7", "PO1**2*CS*2.50**UP*614141001019"), func(s *translators.Set) {
		_, lines, err := m.Trace(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			by[l.Field] = l
		}
	})
	if got := by["dates.requestedDelivery"]; got.Raw != "20261201 1430" || len(got.Steps) != 1 || got.Steps[0].Function != "datetime" || got.Steps[0].Value != got.Value || got.Back != "" || !got.Inverse {
		t.Errorf("a date: %+v", got)
	}
	if got := by["lines[0].quantity.unit"]; len(got.Steps) != 1 || got.Steps[0].Function != "table units" || got.Back != "" {
		t.Errorf("a unit: %+v", got)
	}
	if got := by["parties.shipTo.name"]; len(got.Through) != 2 || got.Offset < 200 || got.Offset > 400 {
		t.Errorf("a name: %+v", got)
	}
	if got := by["parties.shipTo.ids[0].value"]; got.Back != "" {
		t.Errorf("an id: %+v", got)
	}
}
