package canonical_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// coded are the places of an order that take codes: how to put one there, a code
// of the model, and what X12 says for it, which is not spoken inside.
func coded() []struct{ path, value, ours, theirs string } {
	return []struct{ path, value, ours, theirs string }{
		{"purpose", `%q`, "replace", "05"},
		{"type", `%q`, "dropShip", "DS"},
		{"responseRequested", `%q`, "detail", "AD"},
		{"backorderPolicy", `%q`, "shipComplete", "SC"},
		{"lines[0].substitution", `%q`, "notAllowed", "B1"},
		{"lines[0].quantity.unit", `%q`, "XCS", "CA"},
		{"lines[0].quantity.unit", `%q`, "LBR", "LB"},
		{"lines[0].unitPrice.basis", `%q`, "hundred", "HP"},
		{"lines[0].schedule", `[{"date":"2026-11-20","dateMeaning":%q,"quantity":{"value":"1","unit":"EA"}}]`, "requestedDelivery", "002"},
		{"lines[0].destinations", `[{"locationId":"1","idType":%q,"quantity":{"value":"1","unit":"EA"}}]`, "gln", "UL"},
		{"lines[0].pack", `{"size":"9","sizeUnit":%q}`, "ONZ", "OZ"},
		{"lines[0].pack", `{"dims":{"length":"9","unit":%q}}`, "INH", "IN"},
		{"allowancesCharges[0].kind", `%q`, "charge", "C"},
		{"allowancesCharges[0].code", `%q`, "freight", "D240"},
		{"allowancesCharges[0].method", `%q`, "billBack", "01"},
		{"allowancesCharges[0].percentBasis", `%q`, "discountGross", "3"},
		{"taxes", `[{"type":%q,"percent":"8.25"}]`, "stateAndLocal", "LS"},
		{"terms[0].type", `%q`, "endOfMonth", "02"},
		{"terms[0].basis", `%q`, "receiptOfGoods", "15"},
		{"freight.payment", `%q`, "prepaidBySeller", "PP"},
		{"freight.location", `%q`, "destination", "DE"},
		{"carrier.mode", `%q`, "customerPickup", "H"},
		{"contacts[0].function", `%q`, "accountsPayable", "AP"},
		{"parties.shipTo.ids[0].type", `%q`, "dunsPlus4", "9"},
		{"otherParties", `[{"role":%q,"name":"X"}]`, "markFor", "Z7"},
		{"references", `[{"type":%q,"value":"1"}]`, "endUserOrder", "EU"},
		{"notes", `[{"code":%q,"text":"X"}]`, "billOfLading", "BOL"},
	}
}

// A code of the model is taken, X12's is not: a mapping that lets one through is
// found out before the ERP is.
func TestOrdersSpeakOurCodesOnly(t *testing.T) {
	c := checker(t)
	for _, p := range coded() {
		if found := c.Check("order", edit(t, [2]string{p.path, fmt.Sprintf(p.value, p.ours)})); found != nil {
			t.Errorf("%s, %s: found %q", p.path, p.ours, lines(found))
		}
		if found := c.Check("order", edit(t, [2]string{p.path, fmt.Sprintf(p.value, p.theirs)})); len(found) != 1 {
			t.Errorf("%s, %s: found %q, expected one problem", p.path, p.theirs, lines(found))
		}
	}
}

// Where a list is open, a code that nobody knows becomes other; a closed list
// refuses even that.
func TestOpenListsTakeOther(t *testing.T) {
	closed := map[string]bool{"purpose": true, "responseRequested": true, "lines[0].substitution": true, "allowancesCharges[0].kind": true}
	c := checker(t)
	for _, p := range coded() {
		found := c.Check("order", edit(t, [2]string{p.path, fmt.Sprintf(p.value, "other")}))
		if (found != nil) != closed[p.path] {
			t.Errorf("%s: found %q, closed %t", p.path, lines(found), closed[p.path])
		}
	}
}

// Every code that a list of the schema has is a word or a unit, and stands there once.
func TestCodesOfTheSchemaAreWords(t *testing.T) {
	seen := 0
	visit(orderSchema(t), "#", func(at string, s map[string]any) {
		list, _ := s["enum"].([]any)
		once := map[any]bool{}
		for _, code := range list {
			seen++
			if text, ok := code.(string); !ok || text == "" || once[code] {
				t.Errorf("%s: %v is no code, or stands there twice", at, code)
			}
			once[code] = true
		}
	})
	if seen < 150 {
		t.Errorf("only %d codes were looked at", seen)
	}
}

// The mapping keeps what the partner said beside our code; that is text, whatever
// it is.
func TestThePartnersCodesAreKept(t *testing.T) {
	c := checker(t)
	for _, field := range []string{
		"typeAsSent", "backorderPolicyAsSent", "lines[0].quantity.unitAsSent", "lines[0].unitPrice.basisAsSent", "allowancesCharges[0].kindAsSent",
		"allowancesCharges[0].codeAsSent", "allowancesCharges[0].methodAsSent", "allowancesCharges[0].percentBasisAsSent", "terms[0].typeAsSent",
		"terms[0].basisAsSent", "freight.paymentAsSent", "freight.locationAsSent", "carrier.modeAsSent", "contacts[0].functionAsSent",
		"parties.shipTo.ids[0].typeAsSent",
	} {
		with := edit(t, [2]string{field, `"Z9"`})
		if found := c.Check("order", with); found != nil {
			t.Errorf("%s: found %q", field, lines(found))
		}
		if hash(t, with) != hash(t, exampleBody(t)) {
			t.Errorf("%s is part of the hash", field)
		}
		if found := c.Check("order", json.RawMessage(edit(t, [2]string{field, `9`}))); len(found) != 1 || found[0].Path != field {
			t.Errorf("%s as a number: found %q", field, lines(found))
		}
	}
}
