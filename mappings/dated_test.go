package mappings_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

const skus = `x12,ours,from,to,way
A-1,SKU-1,,2026-06-30,
A-1,SKU-1B,2026-07-01,,
A-2,SKU-2,,,
A-3,SKU-2,,,in
"A,4",SKU-4,2026-01-01,2026-12-31,
`

// withTable is an order's mapping with a table in a file of its own.
func withTable(t *testing.T, csv, more string) (*mappings.Map, []settings.Problem) {
	t.Helper()
	text := "map: a\nextends: base/850\n" + more + "tables:\n  items: { table: tables/items.csv, A-9: SKU-9, missing: hold }\nfields:\n" +
		"  lines[].item.sku:\n    in: PO1(IN) | table(items)\n    out: PO1(VN) | table(items)\n  lines[].item.vendorItem: drop\n  lines[].item.buyerItem: drop\n"
	return mappings.Compile(files(map[string]string{"a.yaml": text, "tables/items.csv": csv}), "a", against(t, "850", "004010"))
}

// sold reads one line of an order of a day and says which item of ours it is.
func sold(t *testing.T, m *mappings.Map, day, item string) (string, []mappings.Problem) {
	t.Helper()
	got := in(t, m, interchange("004010", "BEG*00*SA*PO1**"+day, "CUR*BY*USD", "PO1*1*1*EA***IN*"+item))
	var body struct {
		Lines []struct{ Item struct{ Sku string } }
	}
	if err := json.Unmarshal(got.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Lines[0].Item.Sku, got.Problems
}

// TestTablesByDay looks codes up as of the document's day, not today's.
func TestTablesByDay(t *testing.T) {
	m, found := withTable(t, skus, "")
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	for _, c := range []struct{ day, item, want, problem string }{
		{"20260101", "A-1", "SKU-1", ""},
		{"20260630", "A-1", "SKU-1", ""},
		{"20260701", "A-1", "SKU-1B", ""},
		{"20260701", "A-2", "SKU-2", ""},
		{"20260701", "A-3", "SKU-2", ""},
		{"20260701", "A-9", "SKU-9", ""},
		{"20260701", "A,4", "SKU-4", ""},
		{"20270101", "A,4", "", `hold MAP-LOOKUP lines[0].item.sku: table items has no row for "A,4" on 2027-01-01; there are rows from 2026-01-01 to 2026-12-31`},
		{"", "A-1", "", `hold MAP-LOOKUP lines[0].item.sku: table items has no row for "A-1"; its rows are for some days only, and the document has none that decides`},
		{"20260701", "A-5", "", `hold MAP-LOOKUP lines[0].item.sku: table items has no row for "A-5" (`},
	} {
		sku, problems := sold(t, m, c.day, c.item)
		if sku != c.want {
			t.Errorf("%s on %s is %q, expected %q", c.item, c.day, sku, c.want)
		}
		var of []mappings.Problem
		for _, p := range problems {
			if p.Code == mappings.CodeLookup {
				of = append(of, p)
			}
		}
		same(t, slices.DeleteFunc([]string{c.problem}, func(s string) bool { return s == "" }), of)
	}
}

// TestTablesByDayWrite writes the code that the document's day has.
func TestTablesByDayWrite(t *testing.T) {
	m, found := withTable(t, skus, "")
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	for _, c := range []struct{ day, sku, want string }{
		{"2026-06-30", "SKU-1", "PO1*1*****VN*A-1"}, {"2026-07-01", "SKU-1B", "PO1*1*****VN*A-1"}, {"2026-07-01", "SKU-1", ""}, {"2026-07-01", "SKU-2", "PO1*1*****VN*A-2"},
	} {
		set, problems, err := m.Out(json.RawMessage(`{"orderDate":"` + c.day + `","lines":[{"lineNumber":"1","item":{"sku":"` + c.sku + `"}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" {
			if !slices.ContainsFunc(problems, func(p mappings.Problem) bool {
				return strings.Contains(p.Text, "has no code for \"SKU-1\" on 2026-07-01")
			}) {
				t.Errorf("%s on %s: %v", c.sku, c.day, problems)
			}
			continue
		}
		if got := written(set); !slices.Contains(got, c.want) {
			t.Errorf("%s on %s is written %q, expected %s", c.sku, c.day, got, c.want)
		}
	}
}

// TestTablesByAnotherDay lets the mapping say which day decides.
func TestTablesByAnotherDay(t *testing.T) {
	m, found := withTable(t, skus, "dated: dates.requestedDelivery\n")
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	got := in(t, m, interchange("004010", "BEG*00*SA*PO1**20260101", "CUR*BY*USD", "DTM*002*20260801*1200*ET", "PO1*1*1*EA***IN*A-1"))
	if !strings.Contains(string(got.Body), "SKU-1B") {
		t.Errorf("by the delivery's day: %s", got.Body)
	}
}

// TestTableFiles reads tables of their own, and says what is wrong with them.
func TestTableFiles(t *testing.T) {
	for name, c := range map[string]struct{ csv, want string }{
		"empty":            {"", "tables/items.csv:1:1: table items: has no line with the names of the columns; write x12,ours"},
		"no header":        {"A,B\n", `tables/items.csv:1:1: table items: column "A" is unknown, or there twice; known here: x12, ours, from, to, way`},
		"half a header":    {"x12,from\n", "tables/items.csv:1:1: table items: there is no column ours; the first line is x12,ours and, if wanted, from, to, way"},
		"twice":            {"x12,ours,ours\n", `tables/items.csv:1:1: table items: column "ours" is unknown, or there twice; did you mean ours?`},
		"half a row":       {"x12,ours\nA,B\nC\n", "tables/items.csv:3:1: table items: a row without its code or its word"},
		"no day":           {"x12,ours,from\nA,B,2026-13-01\n", `tables/items.csv:2:1: table items: "2026-13-01" is no day such as 2026-11-20`},
		"backwards":        {"x12,ours,from,to\nA,B,2026-02-01,2026-01-01\n", "tables/items.csv:2:1: table items: ends on 2026-01-01, before it begins on 2026-02-01"},
		"no way":           {"x12,ours,way\nA,B,up\n", `tables/items.csv:2:1: table items: way is "up"; write in, out, or nothing for both`},
		"quotes":           {"x12,ours\nA,\"B\n", `tables/items.csv:2:6: table items: extraneous or missing " in quoted-field`},
		"two words":        {"x12,ours\nA,B\nA,C\n", "tables/items.csv:3:1: table items: A becomes B and C; keep one"},
		"two codes":        {"x12,ours\nA,B\nC,B\n", "tables/items.csv:3:1: table items: B becomes A and C; give one of them the way in: it is read, never written"},
		"the same day":     {"x12,ours,from,to\nA,B,2026-01-01,2026-06-30\nA,C,2026-06-30,\n", "tables/items.csv:3:1: table items: A becomes B and C on the same day (tables/items.csv:2:1); keep one"},
		"with and without": {"x12,ours,from,to\nA,B,,\nA,C,2026-06-30,\n", "tables/items.csv:3:1: table items: A becomes B and C; keep one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := withTable(t, c.csv, "")
			if len(found) == 0 || found[0].String() != c.want {
				t.Errorf("found %v, expected %s", found, c.want)
			}
		})
	}
}

// TestYAMLTableFiles reads a table that is a YAML file, shared by mappings.
func TestYAMLTableFiles(t *testing.T) {
	text := "map: a\nx12: \"850\"\ncanonical: order/v1\ntables: { t: { table: tables/t.yaml, B: two } }\nfields:\n  extensions.acme.a: REF[AA]02 | table(t)\n"
	fsys := files(map[string]string{"a.yaml": text, "tables/t.yaml": "A: one\nin: { C: one }\nmissing: warn\n"})
	m, found := mappings.Compile(fsys, "a", against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	got := in(t, m, order("REF*AA*C"))
	if diff := cmp.Diff(`{"extensions":{"acme":{"a":"one"}}}`, string(got.Body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if names := mappings.Names(fsys); slices.Contains(names, "tables/t") {
		t.Errorf("a table is listed as a mapping: %v", names)
	}
}

// TestDatedRefusals are mappings in which no day can decide.
func TestDatedRefusals(t *testing.T) {
	for name, c := range map[string]struct{ csv, more, want string }{
		"not a field":   {skus, "dated: nothing\n", "a.yaml:3:8: dated: table items has rows for some days only, and no pair reads nothing, whose day decides; write dated: and a field of the document, such as dated: orderDate"},
		"nothing to do": {"x12,ours\nA,B\n", "dated: orderDate\n", "a.yaml:3:8: dated: no table has rows for some days only; leave it out"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := withTable(t, c.csv, c.more)
			if len(found) != 1 || found[0].String() != c.want {
				t.Errorf("found %v, expected %s", found, c.want)
			}
		})
	}
}
