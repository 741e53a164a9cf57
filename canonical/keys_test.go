package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

func TestGoldensHaveTheKeysThatTheySay(t *testing.T) {
	for name, doc := range goldens(t) {
		business, got, err := canonical.Keys(doc, canonical.Count{Revision: 1, Answer: 1})
		if err != nil || got != doc.IdempotencyKey || business == "" || !strings.HasPrefix(business, doc.Kind+":") {
			t.Errorf("%s: Keys = %q, %q, %v; it says %q", name, business, got, err, doc.IdempotencyKey)
		}
	}
}

func TestKeysOfAnswers(t *testing.T) {
	doc := goldens(t)["order-response"]
	business, key, err := canonical.Keys(doc, canonical.Count{Revision: 2, Answer: 3})
	if err != nil || business != "orderResponse:acme-retail:4500012345::3" || key != "orderResponse:acme-retail:4500012345::2:3" {
		t.Errorf("Keys = %q, %q, %v", business, key, err)
	}
	for name, c := range map[string]struct {
		doc       canonical.Document
		key, says string
	}{
		"a receipt": {canonical.Document{Kind: "acknowledgement", Partner: "p", Source: &canonical.Source{MessageID: "<m@x>"},
			Body: json.RawMessage(`{"form":"MDN","of":{"messageId":"<1@us>"}}`)}, "acknowledgement:p:MDN:<m@x>::::<1@us>", ""},
		"a TA1": {canonical.Document{Kind: "acknowledgement", Partner: "p", Source: &canonical.Source{Interchange: "7"},
			Body: json.RawMessage(`{"form":"TA1","of":{"interchange":"000000012"}}`)}, "acknowledgement:p:TA1:7:::000000012:", ""},
		"no numbers":  {canonical.Document{Kind: "acknowledgement", Body: json.RawMessage(`{"form":"997","of":{"document":"850"}}`)}, "", "no number of an interchange"},
		"no form":     {canonical.Document{Kind: "acknowledgement", Body: json.RawMessage(`{"of":{"document":"850"}}`)}, "", "no form"},
		"of a text":   {canonical.Document{Kind: "acknowledgement", Body: json.RawMessage(`{"form":"997","of":"all"}`)}, "", "no form, or nothing that it is of"},
		"no JSON":     {canonical.Document{Kind: "acknowledgement", Body: json.RawMessage(`{`)}, "", "unexpected end"},
		"no order":    {canonical.Document{Kind: "orderResponse", Body: json.RawMessage(`{}`)}, "", "no customerOrderNumber"},
		"a list":      {canonical.Document{Kind: "orderResponse", Body: json.RawMessage(`[]`)}, "", "cannot unmarshal"},
		"too long":    {canonical.Document{Kind: "orderResponse", Body: json.RawMessage(`{"customerOrderNumber":"` + strings.Repeat("9", 200) + `"}`)}, "", "too many"},
		"another one": {canonical.Document{Kind: "invoice", Body: json.RawMessage(`{}`)}, "", "invoice has no invoiceNumber"},
	} {
		_, key, err := canonical.Keys(c.doc, canonical.Count{Revision: 1, Answer: 1})
		if key != c.key || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: Keys = %q, %v; expected %q, …%s…", name, key, err, c.key, c.says)
		}
	}
}

func TestGoldensHaveTheLabelsThatPeopleSearchBy(t *testing.T) {
	got := map[string]string{}
	for name, doc := range goldens(t) {
		var words []string
		for _, l := range canonical.Labels(doc.Kind, doc.Body) {
			words = append(words, l[0]+"="+l[1])
		}
		got[name] = strings.Join(words, " ")
	}
	cartons := "sscc=006141410005521000 sscc=006141410005521017 sscc=006141410005521024 sscc=006141410005521031 sscc=006141410005521048 sscc=006141410005521055 sscc=006141410005521062"
	want := map[string]string{
		"order":              "po=4500012345 vendor=70512",
		"order-change":       "po=4500012345 change=1",
		"order-response":     "po=4500012345 order=SO-778812",
		"warehouse-order":    "warehouse-order=SO-778812-2 po=4500012345 order=SO-778812 warehouse=RNO",
		"shipment-dal":       "shipment=SH-DAL-2207 bol=WBL0097641 pro=PRO4471850 po=4500012345 order=SO-778812",
		"shipment-rno":       "shipment=SH-RNO-5521 bol=WBL0098822 pro=PRO4471903 po=4500012345 order=SO-778812 " + cartons,
		"warehouse-shipment": "shipment=SH-RNO-5521 warehouse-order=SO-778812-2 bol=WBL0098822 pro=PRO4471903 po=4500012345 order=SO-778812 " + cartons,
		"invoice":            "invoice=INV-90017 po=4500012345 shipment=SH-RNO-5521 bol=WBL0098822 vendor=70512",
		"credit-memo":        "invoice=CM-30044 po=4500012345 invoice=INV-90017 rma=RMA-60012",
		"acknowledgement":    "answered=INV-90017 group=314 transaction=0001",
		"inventory":          "report=INV-20261120-1800 location=DAL location=RNO location=ATL",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLabelsOfListsAreBounded(t *testing.T) {
	var numbers []string
	for n := range 500 {
		numbers = append(numbers, strings.Repeat("1", n+1))
	}
	body, err := json.Marshal(map[string]any{"shipmentId": "S", "trackingNumbers": numbers, "units": "none", "orders": []any{1, nil, map[string]any{"orderNumber": "7"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := canonical.Labels("shipment", body); len(got) != 102 {
		t.Errorf("found %d labels; expected the shipment, an order and 100 numbers: %v", len(got), got[:5])
	}
}
