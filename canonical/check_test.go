package canonical_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// edit returns the example order with one place changed: to a JSON value, or
// removed where it is empty. A list grows by one at the index behind its end.
func edit(t testing.TB, changes ...[2]string) json.RawMessage {
	t.Helper()
	var body any
	if err := json.Unmarshal(exampleBody(t), &body); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		var v any
		if c[1] != "" {
			if err := json.Unmarshal([]byte(c[1]), &v); err != nil {
				t.Fatal(err)
			}
		}
		steps := strings.Split(strings.ReplaceAll(strings.ReplaceAll(c[0], "]", ""), "[", "."), ".")
		body = put(t, body, steps, v, c[1] == "")
	}
	out, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t testing.TB, in any, steps []string, v any, remove bool) any {
	t.Helper()
	if len(steps) == 0 {
		return v
	}
	if list, ok := in.([]any); ok {
		i, err := strconv.Atoi(steps[0])
		if err != nil || i > len(list) {
			t.Fatalf("%s is no place in a list of %d", steps[0], len(list))
		}
		if i == len(list) {
			list = append(list, nil)
		}
		list[i] = put(t, list[i], steps[1:], v, remove)
		return list
	}
	m, ok := in.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	if remove && len(steps) == 1 {
		delete(m, steps[0])
		return m
	}
	m[steps[0]] = put(t, m[steps[0]], steps[1:], v, remove)
	return m
}

func lines(found []canonical.Problem) []string {
	var out []string
	for _, p := range found {
		out = append(out, p.Path+": "+p.Text)
	}
	return out
}

func TestTheExampleOrderIsRight(t *testing.T) {
	if found := checker(t).Check("order", exampleBody(t)); found != nil {
		t.Errorf("found problems in the example:\n%s", strings.Join(lines(found), "\n"))
	}
}

// broken is one change to the example, and the one problem that it makes.
type broken struct{ path, value, at, says string }

func refuses(t *testing.T, table []broken) {
	t.Helper()
	c := checker(t)
	for _, b := range table {
		t.Run(b.path+"="+b.value, func(t *testing.T) {
			found := c.Check("order", edit(t, [2]string{b.path, b.value}))
			if len(found) != 1 || found[0].Path != b.at || !strings.Contains(found[0].Text, b.says) {
				t.Errorf("found %q\nexpected one problem, %s: …%s…", lines(found), b.at, b.says)
			}
		})
	}
}

func TestCheckRefusesWhatTheSchemaSays(t *testing.T) {
	refuses(t, []broken{
		{"customerOrderNumber", "", "customerOrderNumber", "is missing; expected the buyer's order number"},
		{"customerOrderNumber", `"` + strings.Repeat("9", 36) + `"`, "customerOrderNumber", "at most 35 characters, not 36"},
		{"customerOrderNumber", `""`, "customerOrderNumber", "text that is not empty"},
		{"department", `"031 "`, "department", `found "031 "; expected text`},
		{"department", `"0\u00001"`, "department", "without control characters"},
		{"department", `31`, "department", "found 31; expected text"},
		{"department", `null`, "department", "found null; expected text"},
		{"purpose", `"orignal"`, "purpose", "one of: original, cancel, replace"},
		{"type", `"SA"`, "type", "one of: standalone, release"},
		{"revision", `0`, "revision", "at least 1"},
		{"revision", `1.5`, "revision", "a whole number"},
		{"currency", `"usd"`, "currency", "ISO 4217"},
		{"lines", `[]`, "lines", "found an empty list; expected no key at all"},
		{"lines", `{}`, "lines", "found an empty object; expected a list"},
		{"dates", `{}`, "dates", "found an empty object; expected no key at all"},
		{"dates.shipNotbefore", `"2026-11-18"`, "dates.shipNotbefore", "unknown field; did you mean shipNotBefore?"},
		{"colour", `"red"`, "colour", "unknown field; known here: accountNumber, "},
		{"lines[1].quantity.unit", `"CA"`, "lines[1].quantity.unit", `found "CA"; expected one of: EA, XCS`},
		{"lines[1].quantity.value", `400`, "lines[1].quantity.value", "found 400; expected a decimal number"},
		{"lines[1].quantity.value", `"4e2"`, "lines[1].quantity.value", "expected a decimal number"},
		{"lines[1].quantity.value", `"400.0"`, "lines[1].quantity.value", "in its shortest form"},
		{"lines[1].quantity.value", `"-0"`, "lines[1].quantity.value", "in its shortest form"},
		{"lines[1].quantity.value", `"1234567890123456789"`, "lines[1].quantity.value", "expected a decimal number"},
		{"lines[1].unitPrice.amount", `"3,75"`, "lines[1].unitPrice.amount", "expected an amount"},
		{"lines[1].item", `"A-10002"`, "lines[1].item", `found "A-10002"; expected keys and values`},
		{"lines[1].item.gtin", `"614141001026"`, "lines[1].item.gtin", "14 digits"},
		{"lines[1].lineNumberAssigned", `"yes"`, "lines[1].lineNumberAssigned", "true or false"},
		{"terms[0].netDays", `-1`, "terms[0].netDays", "at least 0"},
		{"parties.shipTo.address.lines", `["1","2","3","4","5"]`, "parties.shipTo.address.lines", "at most 4, not 5"},
		{"parties.shipTo.address.country", `"USA"`, "parties.shipTo.address.country", "ISO 3166-1"},
		{"parties.shipto", `{"name":"X"}`, "parties.shipto", "did you mean shipTo?"},
		{"orderDate", `"20261116"`, "orderDate", "2026-11-20"},
	})
}

func TestCheckRefusesWhatNoSchemaCanSay(t *testing.T) {
	const sac = `{"kind":"allowance","code":"discount"}`
	refuses(t, []broken{
		{"type", `"release"`, "releaseNumber", "is missing; expected the call-off number"},
		{"parties.shipTo", "", "parties.shipTo", "lines[0] has neither destinations nor a shipTo"},
		{"parties.shipTo", `{"address":{"city":"RENO"}}`, "parties.shipTo", "a name or one of ids"},
		{"otherParties", `[{"role":"other","address":{"city":"RENO"}}]`, "otherParties[0]", "a name or one of ids"},
		{"orderDate", `"2026-02-30"`, "orderDate", "in the calendar"},
		{"dates.shipped", `"2026-11-20T24:30"`, "dates.shipped", "on the clock"},
		{"lines[0].schedule", `[{"date":"2026-13-01","quantity":{"value":"1","unit":"EA"}}]`, "lines[0].schedule[0].date", "in the calendar"},
		{"totals.amount.currency", `"XYZ"`, "totals.amount.currency", "ISO 4217"},
		{"parties.shipTo.address.country", `"XX"`, "parties.shipTo.address.country", "ISO 3166-1"},
		{"lines[0].lineNumber", `"2"`, "lines[1].lineNumber", `found "2", which lines[0] has too`},
		{"lines[1].parentLine", `"9"`, "lines[1].parentLine", "the lineNumber of another line"},
		{"lines[1].parentLine", `"2"`, "lines[1].parentLine", "that of another line"},
		{"lines[1].quantity", "", "lines[1].quantity", "only a blanket order"},
		{"lines[1].quantity.value", `"-1"`, "lines[1].quantity.value", "not negative"},
		{"lines[1].item", `{"lot":"L1"}`, "lines[1].item", "expected one of sku, gtin"},
		{"lines[1].item.gtin", `"00614141001027"`, "lines[1].item.gtin", "expected 6 as last digit"},
		{"lines[1].item.upcCase", `"614141001020"`, "lines[1].item.upcCase", "expected 6 as last digit"},
		{"lines[1].unitPrice.amount", `"3.7"`, "lines[1].unitPrice.amount", `expected "3.70"`},
		{"lines[1].unitPrice.amount", `"3.750"`, "lines[1].unitPrice.amount", `expected "3.75"`},
		{"lines[1].unitPrice.amount", `"-0.00"`, "lines[1].unitPrice.amount", `expected "0.00"`},
		{"lines[1].unitPrice.per", `"0"`, "lines[1].unitPrice.per", "more than 0 units"},
		{"lines[1].subLines", `[{"item":{"lot":"L1"}}]`, "lines[1].subLines[0].item", "names no item"},
		{"lines[1].subLines", `[{"item":{"sku":"S"},"quantityPer":{"value":"-2","unit":"EA"}}]`, "lines[1].subLines[0].quantityPer.value", "not negative"},
		{"lines[1].destinations", `[{"locationId":"1","quantity":{"value":"-2","unit":"EA"}}]`, "lines[1].destinations[0].quantity.value", "not negative"},
		{"lines[1].schedule", `[{"date":"2026-11-20","quantity":{"value":"-2","unit":"EA"}}]`, "lines[1].schedule[0].quantity.value", "not negative"},
		{"totals.amount", `{"amount":"3500","currency":"USD"}`, "totals.amount.amount", `expected "3500.00"`},
		{"totals.amount", `{"amount":"3500.00","currency":"JPY"}`, "totals.amount.amount", `expected "3500"`},
		{"allowancesCharges[0]", sac, "allowancesCharges[0]", "one of amount, percent, rate"},
		{"lines[0].allowancesCharges", "[" + sac + "]", "lines[0].allowancesCharges[0]", "one of amount, percent, rate"},
		{"references", `[{"type":"mutual","typeAsSent":"ZZ"}]`, "references[0]", "a value or a description"},
		{"exchangeRate", `"0"`, "exchangeRate", "more than 0"},
		{"extensions", `{"Acme":{"event":1}}`, "extensions.Acme", "no name of a partner"},
		{"extensions", `{"acme":{"Event":1}}`, "extensions.acme.Event", "no name"},
	})
}

func TestCheckAccepts(t *testing.T) {
	c := checker(t)
	for _, a := range []struct {
		name    string
		changes [][2]string
	}{
		{"a release with its number", [][2]string{{"type", `"release"`}, {"releaseNumber", `"007"`}}},
		{"a blanket order without quantities", [][2]string{{"type", `"blanket"`}, {"lines[0].quantity", ""}}},
		{"a split by store instead of a shipTo", [][2]string{{"parties.shipTo", ""},
			{"lines[0].destinations", `[{"locationId":"0711","idType":"assignedByBuyer","quantity":{"value":"800","unit":"EA"}}]`},
			{"lines[1].parties", `{"shipTo":{"name":"STORE 712"}}`}}},
		{"a price of nothing", [][2]string{{"lines[0].unitPrice.amount", `"0.00"`}}},
		{"a price finer than the currency", [][2]string{{"lines[0].unitPrice.amount", `"0.01875"`}}},
		{"yen without a point", [][2]string{{"currency", `"JPY"`}, {"lines[0].unitPrice.amount", `"250"`}, {"lines[1].unitPrice.amount", `"375.5"`}}},
		{"dinars with three digits", [][2]string{{"currency", `"KWD"`}, {"lines[0].unitPrice.amount", `"2.500"`}, {"lines[1].unitPrice.amount", `"3.750"`}}},
		{"no allowance, said in so many words", [][2]string{{"allowancesCharges[0]", `{"kind":"none","code":"freight"}`}}},
		{"a line that was added to another", [][2]string{{"lines[1].parentLine", `"1"`}}},
		{"free JSON of a partner", [][2]string{{"extensions", `{"acme-retail":{"event":{"a":[1.5,null,""]}}}`}}},
		{"the three forms of a date", [][2]string{{"dates.shipped", `"2026-11-20T14:30"`}, {"dates.delivered", `"2026-11-20T14:30-06:00"`}}},
	} {
		t.Run(a.name, func(t *testing.T) {
			if found := c.Check("order", edit(t, a.changes...)); found != nil {
				t.Errorf("found:\n%s", strings.Join(lines(found), "\n"))
			}
		})
	}
}

func TestCheckReportsAllProblemsInTheOrderOfTheirPlaces(t *testing.T) {
	body := longOrder(t, 12)
	var order map[string]any
	if err := json.Unmarshal(body, &order); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{10, 2} {
		line := order["lines"].([]any)[i].(map[string]any)
		line["item"] = map[string]any{"lot": "L"}
		line["quantity"] = map[string]any{"value": "1"}
	}
	order["orderDate"] = "2026-02-30"
	body, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range checker(t).Check("order", body) {
		got = append(got, p.Path)
	}
	want := []string{"lines[2].item", "lines[2].quantity.unit", "lines[10].item", "lines[10].quantity.unit", "orderDate"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestCheckOfThingsThatAreNoOrder(t *testing.T) {
	c := checker(t)
	for _, n := range []struct{ name, kind, body, says string }{
		{"another kind", "customer", `{}`, "there is no schema of this kind"},
		{"nothing", "order", ``, "not JSON: it ends at byte 0"},
		{"half of it", "order", `{"lines":[`, "not JSON: it ends at byte 10"},
		{"more than one", "order", `{} {}`, `not JSON: found '{' at byte 3; expected the end`},
		{"a list", "order", `[1]`, "found a list; expected keys and values"},
		{"null", "order", `null`, "found null; expected keys and values"},
		{"a key twice", "order", `{"currency":"USD","lines":[{"item":{},"item":{}}]}`, `key "item" stands twice`},
		{"a key twice, once with an escape", "order", `{"type":"a","t\u0079pe":"b"}`, `key "type" stands twice`},
		{"another encoding", "order", "{\"department\":\"\xff\"}", "not UTF-8"},
		{"too deep", "order", strings.Repeat("[", 100), "nested deeper than 64 levels at byte 65"},
		{"too long", "order", strings.Repeat(" ", 32<<20+1), "33554433 bytes are too many"},
	} {
		t.Run(n.name, func(t *testing.T) {
			found := c.Check(n.kind, json.RawMessage(n.body))
			if len(found) != 1 || found[0].Path != n.kind || !strings.Contains(found[0].Text, n.says) {
				t.Errorf("found %q\nexpected one problem about the %s: …%s…", lines(found), n.kind, n.says)
			}
		})
	}
}

// A stranger cannot make us write a report without end.
func TestCheckStopsListingAtAThousand(t *testing.T) {
	var b strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&b, `"unknown%d":1,`, i)
	}
	body := strings.Replace(string(exampleBody(t)), "{", "{"+b.String(), 1)
	found := checker(t).Check("order", json.RawMessage(body))
	if len(found) != 1001 || !strings.Contains(found[1000].Text, "this and 499 more") {
		t.Errorf("found %d problems, the last %v; expected 1000 and one that counts the rest", len(found), found[len(found)-1])
	}
}

func TestAProblemCutsWhatItRepeats(t *testing.T) {
	long := strings.Repeat("é", 5000)
	found := checker(t).Check("order", edit(t, [2]string{"orderDate", `"` + long + `"`}, [2]string{long, `1`}))
	if len(found) != 2 {
		t.Fatalf("found %d problems, expected 2", len(found))
	}
	for _, p := range found {
		if len(p.Path)+len(p.Text) > 1200 {
			t.Errorf("a problem of %d bytes", len(p.Path)+len(p.Text))
		}
	}
}
