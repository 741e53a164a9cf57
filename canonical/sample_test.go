package canonical_test

import (
	"encoding/json"
	"os"
	"testing"

	"waybill/canonical"
)

func example(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/order.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func exampleBody(t testing.TB) json.RawMessage {
	t.Helper()
	var doc canonical.Document
	if err := json.Unmarshal(example(t), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Body
}

func checker(t testing.TB) *canonical.Checker {
	t.Helper()
	c, err := canonical.NewChecker()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
