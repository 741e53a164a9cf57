package canonical_test

import (
	"encoding/json"
	"fmt"

	"waybill/canonical"
)

func ExampleChecker_Check() {
	checker, err := canonical.NewChecker()
	if err != nil {
		fmt.Println(err)
		return
	}
	body := json.RawMessage(`{
		"customerOrderNumber": "4500012345", "purpose": "original", "type": "release", "revision": 1,
		"orderDate": "2026-11-16", "currency": "USD", "departmnt": "031",
		"parties": {"shipTo": {"name": "ACME DC 042"}},
		"lines": [{"lineNumber": "1", "item": {"gtin": "00614141001018"}, "quantity": {"value": "12", "unit": "EA"}}]
	}`)
	for _, p := range checker.Check("order", body) {
		fmt.Println(p.Path + ": " + p.Text)
	}
	// Output:
	// departmnt: unknown field; did you mean department?
	// lines[0].item.gtin: found "00614141001018"; expected 9 as last digit, by the others
	// releaseNumber: is missing; expected the call-off number, because the type is release
}

func ExampleChecker_Parse() {
	checker, err := canonical.NewChecker()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, problems := checker.Parse([]byte(`{"kind": "order", "schemaVersion": "1.0", "partnr": "acme-retail", "body": {}}`))
	fmt.Println(problems[0].Path + ": " + problems[0].Text)
	fmt.Println(problems[len(problems)-1].Path + ": " + problems[len(problems)-1].Text)
	// Output:
	// body.currency: is missing; expected the currency of every price (CUR02), an ISO 4217 code such as USD
	// partnr: unknown field; did you mean partner?
}

func ExampleBodyHash() {
	first, _ := canonical.BodyHash(json.RawMessage(`{"customerOrderNumber": "45", "revision": 1, "typeAsSent": "SA"}`))
	again, _ := canonical.BodyHash(json.RawMessage(`{"revision":2,"customerOrderNumber":"45"}`))
	fmt.Println(first == again)
	// Output: true
}

func ExampleIdempotencyKey() {
	body := json.RawMessage(`{"customerOrderNumber": "PO:12", "releaseNumber": "7"}`)
	business, _ := canonical.BusinessKey("order", "acme-retail", body)
	delivery, _ := canonical.IdempotencyKey("order", "acme-retail", body, 2)
	fmt.Println(business)
	fmt.Println(delivery)
	// Output:
	// order:acme-retail:PO%3A12:7
	// order:acme-retail:PO%3A12:7:2
}

func ExampleParseDecimal() {
	for _, s := range []string{".58", "0012.50", "1e3"} {
		d, err := canonical.ParseDecimal(s)
		fmt.Println(d, err)
	}
	// Output:
	// 0.58 <nil>
	// 12.5 <nil>
	//  "1e3" is no decimal number
}

func ExampleLabels() {
	fmt.Println(canonical.Labels("order", json.RawMessage(`{"customerOrderNumber": "45", "vendorNumber": "70512"}`)))
	// Output: [[po 45] [vendor 70512]]
}
