package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/canonical"
	"waybill/translators"
	"waybill/translators/x12"
)

// rowCases are a segment for each table, where the code stands in it, and where
// its word is found.
func rowCases() map[string]struct{ segments, path string } {
	return map[string]struct{ segments, path string }{
		"units":            {"PO1*1*1*%s", "lines.0.quantity.unit"},
		"partyIds":         {"N1*ST*X*%s*1", "parties.shipTo.ids.0.type"},
		"contactFunctions": {"PER*%s*X", "contacts.0.function"},
		"dateMeanings":     {"PO1*1*1*EA~SCH*1*EA***%s*20261201", "lines.0.schedule.0.dateMeaning"},
		"references":       {"REF*%s*X", "references.0.type"},
		"notes":            {"N9*L1*%s~MSG*X", "notes.0.code"},
		"freightPayments":  {"FOB*%s", "freight.payment"},
		"freightLocations": {"FOB*CC*%s", "freight.location"},
		"modes":            {"TD5****%s", "carrier.mode"},
		"termsTypes":       {"ITD*%s", "terms.0.type"},
		"termsBases":       {"ITD*01*%s", "terms.0.basis"},
		"allowanceKinds":   {"SAC*%s*D240***1", "allowancesCharges.0.kind"},
		"allowanceCodes":   {"SAC*C*%s***1", "allowancesCharges.0.code"},
		"percentBases":     {"SAC*C*D240****%s*1", "allowancesCharges.0.percentBasis"},
		"allowanceMethods": {"SAC*C*D240***1*******%s", "allowancesCharges.0.method"},
		"taxTypes":         {"TXI*%s*1", "taxes.0.type"},
		"exemptions":       {"TXI*ST*1****%s", "taxes.0.exempt"},
		"priceBases":       {"PO1*1*1*EA*1*%s", "lines.0.unitPrice.basis"},
		"partyRoles":       {"N1*%[1]s*FIRST~N1*%[1]s*SECOND", "otherParties.0.role"},
		"backorders":       {"CSH*%s", "backorderPolicy"},
	}
}

// TestEveryRow sends every code of every table through the base map: its word is
// read, and written as a code that means the same; where the partner's code has
// room, it is written as it came.
func TestEveryRow(t *testing.T) {
	tables, _, _ := baseTables(t)
	l, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Schema("850", "004010")
	if err != nil {
		t.Fatal(err)
	}
	m, found := Compile(Base(), "base/850", Against{s, canonical.Schema})
	if m == nil {
		t.Fatal(found)
	}
	for table, c := range rowCases() {
		for _, code := range slices.Sorted(keys(tables[table].words)) {
			segments := fmt.Sprintf(c.segments, code)
			body, out := through(t, x12.New(l), m, segments)
			if got := dig(body, c.path); got != tables[table].words[code] {
				t.Errorf("table %s: %s is read as %v, expected %s", table, code, got, tables[table].words[code])
				continue
			}
			again, err := m.In(out)
			if err != nil {
				t.Fatal(err)
			}
			var second any
			if err := json.Unmarshal(again.Body, &second); err != nil {
				t.Fatal(err)
			}
			if got := dig(second, c.path); got != tables[table].words[code] {
				t.Errorf("table %s: %s came back as %v", table, code, got)
			}
			first := strings.Split(segments, "~")[0]
			if code != "DZN" && table != "partyRoles" && !slices.ContainsFunc(out.Segments, func(s translators.Segment) bool { return line(s) == first }) {
				t.Errorf("table %s: %s is not written as it came", table, first)
			}
		}
	}
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// through reads an order with the segments, and writes it.
func through(t *testing.T, x *x12.Translator, m *Map, segments string) (any, *translators.Set) {
	t.Helper()
	text := "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261116*0830*U*00401*000000101*0*T*>~" +
		"GS*PO*A*B*20261116*0830*101*X*004010~ST*850*0001~BEG*00*SA*PO1**20261116~" + segments +
		fmt.Sprintf("~SE*%d*0001~GE*1*101~IEA*1*000000101~", strings.Count(segments, "~")+4)
	var body any
	var out *translators.Set
	_, err := x.Decode(bytes.NewReader([]byte(text)), translators.Options{}, func(s *translators.Set) error {
		got, err := m.In(s)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(got.Body, &body); err != nil {
			return err
		}
		var problems []Problem
		if out, problems, err = m.Out(got.Body); err == nil && len(problems) > 0 {
			t.Errorf("%s: %v", segments, problems)
		}
		return err
	})
	if err != nil || out == nil {
		t.Fatal(err, out)
	}
	return body, out
}

func line(s translators.Segment) string {
	text := s.ID
	for _, e := range s.Elements {
		text += "*" + e.Text
	}
	return text
}

// dig walks a dotted path with numbers for items.
func dig(v any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[name]
		case []any:
			if len(here) == 0 {
				return nil
			}
			v = here[0]
		}
	}
	return v
}
