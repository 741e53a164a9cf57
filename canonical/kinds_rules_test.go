package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"waybill/canonical"
)

// changed is the body of a golden document with places changed or removed.
func changed(t testing.TB, golden string, changes ...[2]string) (kind string, body json.RawMessage) {
	t.Helper()
	doc := goldens(t)[golden]
	v := anything(t, doc.Body)
	for _, c := range changes {
		var to any
		if c[1] != "" {
			to = anything(t, []byte(c[1]))
		}
		v = put(t, v, strings.Split(strings.ReplaceAll(strings.ReplaceAll(c[0], "]", ""), "[", "."), "."), to, c[1] == "")
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Kind, out
}

// Every line is one change to a golden document, and the one problem that it makes.
func TestRulesOfEveryKind(t *testing.T) {
	c := checker(t)
	for golden, table := range map[string][]broken{
		"order-change": {
			{"type", `"release"`, "releaseNumber", "because the type is release"},
			{"lines[0].quantity", "", "", ""},
			{"lines[0].changes", `["quantity"]`, "", ""},
			{"lines[0]", `{"action":"change","changes":["quantity"],"lineNumber":"1"}`, "lines[0].quantity.newTotal", "expected what is ordered from now on"},
			{"lines[0]", `{"action":"add","lineNumber":"9","quantity":{"newTotal":"1","unit":"EA"}}`, "lines[0].item", "because the action is add"},
			{"lines[0]", `{"action":"delete"}`, "lines[0].lineNumber", "that is how the line is found"},
			{"lines[0].action", `"move"`, "lines[0].action", "add, change, delete, none"},
			{"lines[0].changes", `["colour"]`, "lines[0].changes[0]", "quantity, price, date, item, mode, all"},
			{"lines[0].quantity.newTotal", `"-1"`, "lines[0].quantity.newTotal", "not negative"},
			{"lines[0].quantity.delta", `"-1"`, "", ""},
			{"header.remove", `["department"]`, "", ""},
			{"header.remove", `["orderDate"]`, "header.remove[0]", `found "orderDate"; expected a field of the order's header`},
			{"purpose", `"original"`, "purpose", "change, cancel, replace"},
		},
		"order-response": {
			{"respondsTo", `"orderChange"`, "changeNumber", "because it answers a change"},
			{"lines", "", "", ""},
			{"lines[1].lineNumber", `"1"`, "lines[1].lineNumber", "which lines[0] has too"},
			{"lines[0].results[0].quantity.value", `"700"`, "lines[0].results", "found 700 in all; expected 800"},
			{"lines[0].results[0].quantity", "", "", ""},
			{"lines[0].results[1]", `{"status":"backordered"}`, "lines[0].results[1].quantity", "because the line has several"},
			{"lines[0].results[0]", `{"status":"accepted","changes":["quantity"],"quantity":{"value":"5","unit":"EA"}}`, "", ""},
			{"lines[0].results[0].status", `"maybe"`, "lines[0].results[0].status", "accepted, backordered, rejected"},
			{"lines[0].ordered.value", `"-1"`, "", "many"},
			{"lines[0].item", `{"lot":"7"}`, "lines[0].item", "names no item"},
			{"result", `"fine"`, "result", "one of: accepted"},
		},
		"warehouse-order": {
			{"parties.shipTo", "", "parties.shipTo", "where the goods go"},
			{"parties.depositor", "", "parties.depositor", "whose goods they are"},
			{"part.number", "3", "part.number", "found 3; expected at most 2"},
			{"lines[1].lineNumber", `"1"`, "lines[1].lineNumber", "which lines[0] has too"},
			{"lines[0].quantity.value", `"-2"`, "lines[0].quantity.value", "not negative"},
			{"temperature", `{"min":"5","max":"2","unit":"celsius"}`, "temperature.max", `found "2"; expected at least "5"`},
			{"temperature", `{"min":"2","max":"8","unit":"celsius"}`, "", ""},
			{"totals.quantity", `"-1"`, "totals.quantity", "not negative"},
			{"warehouseOrderNumber", `"12345678901234567890123"`, "warehouseOrderNumber", "at most 22 characters"},
		},
		"shipment-rno": {
			{"structure", "", "structure", "how it is nested"},
			{"orders", "[]", "", "many"},
			{"dates", "", "dates.shipped", "when it was shipped"},
			{"parties.shipTo", "", "parties.shipTo", "where the goods go"},
			{"parties.shipFrom", "", "parties.shipFrom", "where the goods come from"},
			{"orders[0].customerOrderNumber", "", "", ""},
			{"lines[0].order", "1", "lines[0].order", "found 1; expected the index of one of 1 order(s)"},
			{"lines[1].lineId", `"1"`, "", "many"},
			{"units[1].unitId", `"P1"`, "", "many"},
			{"units[1].parent", `"X"`, "units[1].parent", "expected the unitId of another unit"},
			{"units[0].parent", `"C1"`, "", "many"},
			{"units[1].sscc", `"006141410005521018"`, "units[1].sscc", "expected 7 as last digit"},
			{"units[1].sscc", `"006141410005521000"`, "units[1].sscc", "which units[0] has too"},
			{"units[1].sscc", `"12"`, "units[1].sscc", "18 digits"},
			{"units[1].contents[0].lineId", `"9"`, "units[1].contents[0].lineId", "expected the lineId of a line"},
			{"units[1].contents[0].quantity.unit", `"XCT"`, "units[1].contents[0].quantity.unit", `expected "EA"`},
			{"units[1].contents[0].quantity.value", `"101"`, "lines[0].shipped", `expected at least "201"`},
			{"units", "[]", "", ""},
			{"units", "", "units", "is missing"},
		},
		"warehouse-shipment": {
			{"warehouseOrderNumber", "", "warehouseOrderNumber", "our number on the 940"},
			{"warehouse", "", "warehouse", "which warehouse shipped"},
			{"final", "", "final", "whether more will come"},
			{"orders", "[]", "", ""},
			{"lines[0].status", "", "lines[0].status", "how the line was shipped"},
			{"lines[0].status", `"substitution"`, "lines[0].substitutedFor", "the item that was ordered"},
			{"lines[1].short.value", `"-4"`, "lines[1].short.value", "not negative"},
			{"purpose", `"cancel"`, "", ""},
		},
		"invoice": {
			{"customerOrderNumber", "", "customerOrderNumber", "because the type is invoice"},
			{"parties", "", "parties.remitTo", "one of remitTo, billTo, shipTo"},
			{"lines", "", "lines", "what is invoiced"},
			{"totals.due.amount", `"1945.31"`, "totals.due.amount", `expected "1945.30": goods less allowances`},
			{"totals.due.amount", `"-1945.30"`, "totals.due.amount", ""},
			{"totals.due.currency", `"EUR"`, "totals.due.currency", `expected "USD"`},
			{"totals.due.amount", `"1945.3"`, "totals.due.amount", `expected "1945.30", with at least the 2 digits`},
			{"totals", "", "totals", "is missing"},
			{"allowancesCharges[0].amount.amount", `"-39.70"`, "allowancesCharges[0].amount.amount", "not negative"},
			{"lines[0].unitPrice.amount", `"2.5"`, "lines[0].unitPrice.amount", `expected "2.50"`},
			{"lines[0].quantity.value", `"-1"`, "", ""},
			{"invoiceDate", `"2026-02-30"`, "invoiceDate", "a day that is in the calendar"},
		},
		"credit-memo": {
			{"lines[0].quantity.value", `"-24"`, "lines[0].quantity.value", "not negative"},
			{"originalInvoiceNumber", "", "", ""},
			{"type", `"debitMemo"`, "", ""},
			{"lines", "", "", ""},
		},
		"acknowledgement": {
			{"form", `"MDN"`, "mdn", "what the receipt says"},
			{"of", `{}`, "of", "no key at all"},
			{"errors[0].code", `"loopTooOften"`, "errors[0].code", "expected a word for errors of level element: missing"},
			{"errors[0].level", `"word"`, "errors[0].level", "interchange, group, transaction"},
			{"errors[2]", `{"level":"interchange","code":"ta1-023"}`, "", ""},
			{"errors[2]", `{"level":"application"}`, "errors[2].code", "what is wrong"},
			{"errors[2]", `{"level":"application","codeAsSent":"024","message":"too late"}`, "", ""},
		},
		"inventory": {
			{"positions", "", "positions", "positions or movements"},
			{"positions[0].location", `"XYZ"`, "positions[0].location", "expected the id of one of locations"},
			{"locations", "", "", ""},
			{"locations[1].id", `"DAL"`, "", "many"},
			{"positions[0].available", `"-1"`, "positions[0].available", "not negative"},
			{"positions[0].onHand", `"-1"`, "", ""},
			{"movements", `[{"type":"shipment","item":{"sku":"S"},"quantity":"-4","unit":"EA","location":"NO"}]`, "movements[0].location", "locations"},
			{"mode", `"now"`, "mode", "snapshot, delta"},
		},
	} {
		for _, b := range table {
			t.Run(golden+"/"+b.path+"="+b.value, func(t *testing.T) {
				kind, body := changed(t, golden, [2]string{b.path, b.value})
				found := c.Check(kind, body)
				switch {
				case b.says == "many":
					if len(found) == 0 {
						t.Error("found nothing")
					}
				case b.at == "" && len(found) > 0:
					t.Errorf("found %q; expected nothing", lines(found))
				case b.at != "" && (len(found) == 0 || !strings.HasPrefix(found[0].Path, b.at) || !strings.Contains(found[0].Text, b.says)):
					t.Errorf("found %q\nexpected %s: …%s…", lines(found), b.at, b.says)
				case b.at != "" && b.says != "" && len(found) != 1:
					t.Errorf("found %q; expected one problem", lines(found))
				}
			})
		}
	}
}

// What a trade needs of a credit memo: what is credited.
func TestACreditMemoSaysWhatItCredits(t *testing.T) {
	kind, body := changed(t, "credit-memo", [2]string{"originalInvoiceNumber", ""}, [2]string{"returnNumber", ""})
	if found := checker(t).Check(kind, body); len(found) != 1 || found[0].Path != "originalInvoiceNumber" {
		t.Errorf("found %q", lines(found))
	}
}

// Units in one another end somewhere.
func TestUnitsThatStandInThemselves(t *testing.T) {
	s := canonical.Shipment{Units: []canonical.HandlingUnit{{UnitID: "1", Parent: "2"}, {UnitID: "2", Parent: "1"}}}
	if _, err := canonical.ToTree(&s); err == nil || !strings.Contains(err.Error(), "stands in itself") {
		t.Errorf("found %v", err)
	}
}
