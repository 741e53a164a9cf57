package mappings

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"testing"

	"waybill/canonical"
	"waybill/translators/x12"
)

// baseTables are the code tables of base/850, with the shape of a field that each is for.
func baseTables(t testing.TB) (map[string]*codes, map[string]*table, *shape) {
	t.Helper()
	l := &loader{fsys: Base()}
	m := l.merge(l.chain("base/850"))
	compiled := map[string]*codes{}
	for name, table := range m.tables {
		compiled[name] = table.compile(l)
	}
	if len(l.found) > 0 {
		t.Fatal(l.found)
	}
	schema, err := canonical.Schema("order")
	if err != nil {
		t.Fatal(err)
	}
	s, err := shapeOf(schema)
	if err != nil {
		t.Fatal(err)
	}
	return compiled, m.tables, s
}

// walkShape finds the shape at a dotted path.
func walkShape(t testing.TB, s *shape, path string) *shape {
	t.Helper()
	for _, name := range strings.Split(path, ".") {
		bare, list := strings.CutSuffix(name, "[]")
		next, text, _ := s.field(bare, list)
		if text != "" {
			t.Fatalf("%s: %s", path, text)
		}
		s = next
	}
	return s
}

// TestTablesSpeakTheCanonicalLists holds each table against the list of the field
// that it is for: no word that the list lacks, no word of the list that no code
// reaches, unless it is named here with the reason.
func TestTablesSpeakTheCanonicalLists(t *testing.T) {
	tables, _, root := baseTables(t)
	for _, c := range []struct {
		table, path string
		unreached   []string // other documents' words
	}{
		{"units", "lines[].quantity.unit", nil},
		{"partyRoles", "otherParties[].role", nil},
		{"partyIds", "parties.shipTo.ids[].type", nil},
		{"contactFunctions", "contacts[].function", nil},
		{"dateMeanings", "lines[].schedule[].dateMeaning", nil},
		{"references", "references[].type", nil},
		{"notes", "notes[].code", []string{"label", "packing"}}, // by partners' codes
		{"freightPayments", "freight.payment", nil},
		{"freightLocations", "freight.location", nil},
		{"modes", "carrier.mode", nil},
		{"termsTypes", "terms[].type", nil},
		{"termsBases", "terms[].basis", nil},
		{"allowanceKinds", "allowancesCharges[].kind", nil},
		{"allowanceCodes", "allowancesCharges[].code", nil},
		{"percentBases", "allowancesCharges[].percentBasis", nil},
		{"allowanceMethods", "allowancesCharges[].method", nil},
		{"taxTypes", "taxes[].type", nil},
		{"priceBases", "lines[].unitPrice.basis", []string{"unitCost"}}, // CTP02, of invoices and returns
		{"purposes", "purpose", nil},
		{"orderTypes", "type", nil},
		{"responses", "responseRequested", []string{"yes"}}, // not told apart from detail by X12 587
		{"backorders", "backorderPolicy", nil},
	} {
		words := walkShape(t, root, c.path).enum
		if len(words) == 0 {
			t.Errorf("%s has no list", c.path)
			continue
		}
		codes := tables[c.table]
		reached := map[string]bool{}
		for code, word := range codes.words {
			reached[word] = true
			if !slices.Contains(words, word) {
				t.Errorf("table %s: %s becomes %q, which %s does not have", c.table, code, word, c.path)
			}
			if word != codes.words[codes.back[word]] {
				t.Errorf("table %s: %q is written as %q, which is read as %q", c.table, word, codes.back[word], codes.words[codes.back[word]])
			}
		}
		var missing []string
		for _, word := range words {
			if !reached[word] && word != "other" {
				missing = append(missing, word)
			}
		}
		sort.Strings(missing)
		if strings.Join(missing, " ") != strings.Join(c.unreached, " ") {
			t.Errorf("table %s: no code for %q, expected %q", c.table, missing, c.unreached)
		}
		if open := slices.Contains(words, "other"); open != (codes.missing == missingOther) {
			t.Errorf("table %s: its list is open: %v, and a missing code is %s", c.table, open, codes.missing)
		}
	}
}

// TestTablesKnowX12 holds the codes of the tables against the code lists of the
// schema, where the schema has a whole one.
func TestTablesKnowX12(t *testing.T) {
	tables, _, _ := baseTables(t)
	l, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Schema("850", "004010")
	if err != nil {
		t.Fatal(err)
	}
	for table, at := range map[string]string{
		"purposes": "BEG01", "orderTypes": "BEG02", "responses": "BEG07", "freightPayments": "FOB01", "modes": "TD504",
		"termsTypes": "ITD01", "termsBases": "ITD02", "units": "PO103", "priceBases": "PO105", "dateMeanings": "DTM01",
		"partyRoles": "N101", "partyIds": "N103", "contactFunctions": "PER01",
	} {
		v, bad := parseValue(at, place{})
		if bad != nil {
			t.Fatal(bad)
		}
		id := v.path.steps[0].segment
		item := below(s.Root, id)
		if item == nil {
			item = below(below(s.Root, "PO1"), id)
		}
		if id == "PO1" {
			item = below(s.Root, "PO1")
		}
		rule := item.Segment.Elements[v.path.refs[0].element-1]
		for code := range tables[table].words {
			if len(code) > rule.Max || len(code) < rule.Min {
				if table == "units" && code == "DZN" { // of retail guides: three characters
					continue
				}
				t.Errorf("table %s: %s has a length that %s does not", table, code, at)
			}
			if rule.Codes != nil && !rule.Codes.Partial && !rule.Codes.Has(code) {
				t.Errorf("table %s: %s is no code of %s (element %s)", table, code, at, rule.Number)
			}
		}
	}
}

// TestShapeFollowsTheSchema walks the canonical schema as the compiler does.
func TestShapeFollowsTheSchema(t *testing.T) {
	_, _, root := baseTables(t)
	for path, want := range map[string]string{
		"orderDate": "Date", "lines[].quantity": "Quantity", "lines[].quantity.value": "Decimal", "totals.amount": "Money",
		"lines[].unitPrice.amount": "Amount", "currency": "Currency", "lines[].item.gtin": "GTIN", "parties.shipTo": "Party",
	} {
		if got := walkShape(t, root, path).def; got != want {
			t.Errorf("%s is %q, expected %q", path, got, want)
		}
	}
	for path, want := range map[string]string{"totals.lines": "integer", "lines[].lineNumberAssigned": "boolean", "department": "string", "extensions.acme.event": ""} {
		if got := walkShape(t, root, path).kind; got != want {
			t.Errorf("%s is %q, expected %q", path, got, want)
		}
	}
	for name, hint := range map[string]string{"departmnt": "did you mean department?", "line": "did you mean lines[]?", "xyzzyx": ""} {
		if _, text, got := root.field(name, false); text == "" || got != hint {
			t.Errorf("%s: %q, %q; expected the hint %q", name, text, got, hint)
		}
	}
	for _, bad := range []string{"", "[]", `{"properties": 1}`} {
		if _, err := shapeOf(json.RawMessage(bad)); err == nil {
			t.Errorf("%q is a schema", bad)
		}
	}
	loop, err := shapeOf(json.RawMessage(`{"properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"properties":{"a":{"$ref":"#/$defs/a"}}}}}`))
	if err != nil || loop.fields["a"] == nil {
		t.Errorf("a type that holds itself: %v", err)
	}
}

// TestNoReservedWordIsAField keeps the words of the language out of the schemas.
func TestNoReservedWordIsAField(t *testing.T) {
	seen := map[*shape]bool{}
	var walk func(s *shape, path string)
	walk = func(s *shape, path string) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		for name, f := range s.fields {
			if reserved(name) || strings.HasPrefix(name, "under") {
				t.Errorf("%s.%s is a word of the mapping language", path, name)
			}
			walk(f, path+"."+name)
			walk(f.items, path+"."+name)
		}
	}
	for _, kind := range append(canonical.Kinds(), canonical.Trees()...) {
		schema, err := canonical.Schema(kind)
		if err != nil {
			t.Fatal(err)
		}
		root, err := shapeOf(schema)
		if err != nil {
			t.Fatal(err)
		}
		walk(root, kind)
	}
	if len(seen) < 1000 {
		t.Errorf("only %d shapes were looked at", len(seen))
	}
}
