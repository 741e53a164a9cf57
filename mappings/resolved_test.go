package mappings_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

// TestResolvedExpressions shows expressions, conditions and tables of files as
// people see them.
func TestResolvedExpressions(t *testing.T) {
	fsys := files(map[string]string{"tables/t.csv": skus, "a.yaml": `map: a
x12: "850"
canonical: order/v1
tables: { t: { table: tables/t.csv, B: two } }
fields:
  orderDate: BEG05
  extensions.acme:
    a: { in: '= concat(x12("BEG03"),   orderDate)' }
    b:
      at: N1[ST]
      when: '= orderDate != nil'
      name: N102
      write: { N103: '= "9" + "2"' }
`})
	r, found := mappings.Resolve(fsys, "a")
	if r == nil || len(found) > 0 {
		t.Fatal(found)
	}
	var got []string
	for _, p := range r.Pairs {
		got = append(got, p.Field+" "+string(p.Way)+" "+p.Text())
	}
	want := []string{
		"orderDate both BEG05",
		`extensions.acme.a in = concat(x12("BEG03"), orderDate)`,
		"extensions.acme.b both N1[ST] when orderDate != nil",
		"extensions.acme.b.name both N102",
		`extensions.acme.b out N103 = = "9" + "2"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	var rows []string
	for _, row := range r.Tables[0].Rows {
		rows = append(rows, row.Code+"="+row.Word+" "+string(row.Way)+" "+row.From+" "+row.To+" "+row.At)
	}
	if diff := cmp.Diff([]string{
		"B=two both   a.yaml:4:37", "A-1=SKU-1 both  2026-06-30 tables/t.csv:2:1", "A-1=SKU-1B both 2026-07-01  tables/t.csv:3:1",
		"A-2=SKU-2 both   tables/t.csv:4:1", "A-3=SKU-2 in   tables/t.csv:5:1", "A,4=SKU-4 both 2026-01-01 2026-12-31 tables/t.csv:6:1",
	}, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestOperators compares and counts with decimals, on either side of a count.
func TestOperators(t *testing.T) {
	for expression, want := range map[string]string{
		`decimal("1.50") == decimal("1.5")`: "true", `decimal("1.5") != 2`: "true", `2 > decimal("1.5")`: "true", `decimal("2") >= 2`: "true",
		`decimal("2") <= 1`: "false", `1 < decimal("0.5")`: "false", `decimal("1") - decimal("0.9")`: "0.1", `3 * decimal("0.1")`: "0.3",
		`decimal("1") / 8`: "0.125", `decimal(7) + 1`: "8", `sum([decimal("0.1"), 2])`: "2.1", `concat("a", nil, 2, true)`: "a2true", `upper(trim(" a "))`: "A",
		`days("2026-02-28", "2026-03-01T10:00Z")`: "1", `date("2026-03-01T10:00Z") < "2026-03-02"`: "true",
	} {
		text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  customerOrderNumber: BEG03\n  extensions.acme.a:\n    in: " + quoted("= "+expression) + "\n"
		m, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", against(t, "850", "004010"))
		if m == nil {
			t.Errorf("%s: %s", expression, settings.Problems(found).Error())
			continue
		}
		got := in(t, m, order())
		var body struct {
			Extensions struct{ Acme struct{ A string } }
		}
		if err := json.Unmarshal(got.Body, &body); err != nil || len(got.Problems) > 0 || body.Extensions.Acme.A != want {
			t.Errorf("%s is %q %v %v, expected %s", expression, body.Extensions.Acme.A, got.Problems, err, want)
		}
	}
}

// TestWrittenExpressionFails says so, and writes the rest.
func TestWrittenExpressionFails(t *testing.T) {
	text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  department: REF[DP]02\n  write: { 'REF[ZZ]02': '= string(decimal(department))', 'REF[YY]02': '= concat(department, \"" + "0123456789012345678901234567890" + "\")' }\n"
	m, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	set, problems, err := m.Out(json.RawMessage(`{"department":"toys"}`))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(problems, func(a, b mappings.Problem) int { return len(a.Text) - len(b.Text) })
	same(t, []string{
		`error MAP-TYPE write REF[ZZ]02: string(decimal(department)): "toys" is no decimal number`,
		`error MAP-WRITE write REF[YY]02: "toys0123456789012345678901234567890" is too long for REF02`,
	}, problems)
	if got := written(set); !slices.Contains(got, "REF*DP*toys") {
		t.Errorf("written %q", got)
	}
}

// TestWordsOfATableFile holds the rows of a file against the field's words too.
func TestWordsOfATableFile(t *testing.T) {
	fsys := files(map[string]string{"tables/t.csv": "x12,ours\n00,original\n01,cancelled\n", "a.yaml": "map: a\nx12: \"850\"\ncanonical: order/v1\ntables: { t: { table: tables/t.csv } }\nfields:\n  purpose: BEG01 | table(t)\n"})
	_, found := mappings.Compile(fsys, "a", against(t, "850", "004010"))
	if len(found) != 1 || found[0].File != "tables/t.csv" || found[0].Line != 3 || found[0].Hint != "did you mean cancel?" {
		t.Errorf("found %v", found)
	}
}
