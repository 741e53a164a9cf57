package canonical_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/canonical"
)

func TestBusinessAndIdempotencyKeys(t *testing.T) {
	for _, c := range []struct{ kind, body, business, idempotency string }{
		{"order", `{"customerOrderNumber":"4500012345"}`, "order:acme:4500012345:", "order:acme:4500012345::3"},
		{"order", `{"customerOrderNumber":"4500012345","releaseNumber":"007"}`, "order:acme:4500012345:007", "order:acme:4500012345:007:3"},
		{"order", `{"customerOrderNumber":"A:B%C D"}`, "order:acme:A%3AB%25C D:", "order:acme:A%3AB%25C D::3"},
		{"order", `{"customerOrderNumber":"é\n"}`, "order:acme:%C3%A9%0A:", "order:acme:%C3%A9%0A::3"},
		{"orderChange", `{"customerOrderNumber":"45","changeNumber":"2"}`, "orderChange:acme:45::2", "orderChange:acme:45::2"},
		{"warehouseOrder", `{"warehouseOrderNumber":"SO-1-2"}`, "warehouseOrder:acme:SO-1-2", "warehouseOrder:acme:SO-1-2:3"},
		{"shipment", `{"type":"shipNotice","shipmentId":"S1","warehouseOrderNumber":"W"}`, "shipment:acme:S1", "shipment:acme:S1:3"},
		{"shipment", `{"type":"warehouseShipment","shipmentId":"S1","warehouseOrderNumber":"W"}`, "shipment:acme:W:S1", "shipment:acme:W:S1:3"},
		{"invoice", `{"invoiceNumber":"I1"}`, "invoice:acme:I1", "invoice:acme:I1:3"},
		{"item", `{"sku":"SKU-1","version":4}`, "item:SKU-1:4", "item:SKU-1:4"},
		{"customer", `{"customerId":"C1","version":2}`, "customer:C1:2", "customer:C1:2"},
		{"inventory", `{"reportNumber":"R1"}`, "inventory:acme:R1", "inventory:acme:R1"},
		{"return", `{"customerReturnNumber":"R1","type":"request"}`, "return:acme:R1:request", "return:acme:R1:request:3"},
	} {
		body := json.RawMessage(c.body)
		if got, err := canonical.BusinessKey(c.kind, "acme", body); got != c.business || err != nil {
			t.Errorf("BusinessKey(%s, %s) = %q, %v; expected %q", c.kind, c.body, got, err, c.business)
		}
		if got, err := canonical.IdempotencyKey(c.kind, "acme", body, 3); got != c.idempotency || err != nil {
			t.Errorf("IdempotencyKey(%s, %s) = %q, %v; expected %q", c.kind, c.body, got, err, c.idempotency)
		}
	}
}

func TestTheExampleHasTheKeyThatItSays(t *testing.T) {
	doc, found := checker(t).Parse(example(t))
	if found != nil {
		t.Fatal(found)
	}
	got, err := canonical.IdempotencyKey(doc.Kind, doc.Partner, doc.Body, 1)
	if err != nil || got != doc.IdempotencyKey {
		t.Errorf("IdempotencyKey = %q, %v; the example says %q", got, err, doc.IdempotencyKey)
	}
}

// A change that the buyer gave no number is told apart by its content.
func TestChangesWithoutANumber(t *testing.T) {
	key := func(body string) string {
		t.Helper()
		k, err := canonical.IdempotencyKey("orderChange", "acme", json.RawMessage(body), 1)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	a := key(`{"customerOrderNumber":"45","purpose":"change"}`)
	if again := key(`{ "purpose":"change", "customerOrderNumber":"45" }`); again != a {
		t.Errorf("the same change has keys %q and %q", a, again)
	}
	if b := key(`{"customerOrderNumber":"45","purpose":"cancel"}`); b == a || strings.Count(b, ":") != 4 {
		t.Errorf("another change has key %q, the first %q", b, a)
	}
}

func TestKeysRefuse(t *testing.T) {
	for _, c := range []struct{ kind, body, says string }{
		{"order", `{"releaseNumber":"1"}`, "order has no customerOrderNumber"},
		{"order", `{"customerOrderNumber":""}`, "order has no customerOrderNumber"},
		{"order", `{"customerOrderNumber":["45"]}`, "order has no customerOrderNumber"},
		{"order", `not JSON`, "invalid character"},
		{"order", `[]`, "cannot unmarshal array"},
		{"shipment", `{"type":"warehouseShipment","shipmentId":"S1"}`, "shipment has no warehouseOrderNumber"},
		{"orderResponse", `{"customerOrderNumber":"45"}`, `"orderResponse" does not say`},
		{"acknowledgement", `{}`, `"acknowledgement" does not say`},
		{"nonsense", `{}`, `"nonsense" does not say`},
		{"order", `{"customerOrderNumber":"` + strings.Repeat("9", 200) + `"}`, "characters are too many"},
	} {
		if got, err := canonical.IdempotencyKey(c.kind, "acme", json.RawMessage(c.body), 1); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("IdempotencyKey(%s, %.40s) = %q, %v; expected …%s…", c.kind, c.body, got, err, c.says)
		}
	}
	if got, err := canonical.BusinessKey("order", "acme", json.RawMessage(`{}`)); err == nil {
		t.Errorf("BusinessKey of nothing = %q", got)
	}
}

// Two different documents never share a key, whatever their numbers hold, and
// the parts can be told apart.
func TestKeysTellDocumentsApart(t *testing.T) {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("ab:%3A25 é\n")), 1, 6, -1)
	key := func(t *rapid.T, po, release string) string {
		body, err := json.Marshal(map[string]string{"customerOrderNumber": po, "releaseNumber": release})
		if err != nil {
			t.Fatal(err)
		}
		k, err := canonical.BusinessKey("order", "acme", body)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	rapid.Check(t, func(t *rapid.T) {
		po1, rel1 := part.Draw(t, "po"), part.Draw(t, "release")
		po2, rel2 := part.Draw(t, "other po"), part.Draw(t, "other release")
		a, b := key(t, po1, rel1), key(t, po2, rel2)
		if same := po1 == po2 && rel1 == rel2; (a == b) != same {
			t.Fatalf("%q of %q, %q and %q of %q, %q", a, po1, rel1, b, po2, rel2)
		}
		if strings.Count(a, ":") != 3 {
			t.Fatalf("%q has not four parts", a)
		}
		for _, c := range []byte(a) {
			if c < ' ' || c > '~' {
				t.Fatalf("%q cannot stand in a header", a)
			}
		}
	})
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       [][2]string
	}{
		{"order", string(exampleBody(t)), [][2]string{{"po", "4500012345"}, {"vendor", "70512"}}},
		{"order", `{"customerOrderNumber":"45","releaseNumber":"1","contractNumber":"C","accountNumber":"A"}`,
			[][2]string{{"po", "45"}, {"release", "1"}, {"contract", "C"}, {"account", "A"}}},
		{"shipment", `{"shipmentId":"S","bol":"B"}`, [][2]string{{"shipment", "S"}, {"bol", "B"}}},
		{"order", `{"customerOrderNumber":{"a":1}}`, nil},
		{"order", `[]`, nil},
		{"nonsense", `{"customerOrderNumber":"45"}`, nil},
	} {
		if diff := cmp.Diff(c.want, canonical.Labels(c.kind, json.RawMessage(c.body))); diff != "" {
			t.Errorf("labels of %s (-want +got):\n%s", fmt.Sprintf("%.40s", c.body), diff)
		}
	}
}
