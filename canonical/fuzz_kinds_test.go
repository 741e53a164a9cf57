package canonical_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// FuzzKinds checks any JSON as any kind, completes it and makes keys of it: no
// body makes any of these fail to end, and what is right stays right when it is
// completed.
func FuzzKinds(f *testing.F) {
	for _, doc := range goldens(f) {
		f.Add(doc.Kind, []byte(doc.Body))
	}
	f.Add("shipment", []byte(`{"units":[{"unitId":"1","parent":"1","contents":[{}]}],"lines":[{"order":-1,"shipped":{"value":"1e9"}}]}`))
	f.Add("invoice", []byte(`{"lines":[{"quantity":{"value":"-"},"unitPrice":{"amount":"","per":"-0"}}],"totals":{"due":null}}`))
	f.Add("shipmentTree", []byte(`{"packs":[{"packs":[{"items":[{}]}]}],"orders":[{"orders":[{"items":[{"packs":[{}]}]}]}]}`))
	f.Add("acknowledgement", []byte(`{"of":[],"errors":[{"level":""}]}`))
	c := checker(f)
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		found := c.Check(kind, body)
		canonical.Labels(kind, body)
		_, _, _ = canonical.Keys(canonical.Document{Kind: kind, Partner: "p", Body: body}, canonical.Count{Revision: 1, Answer: 1})
		done, err := canonical.Complete(kind, body)
		if found == nil && err != nil {
			t.Fatalf("right, but not to complete: %v", err)
		}
		if found != nil {
			return
		}
		if again, err := canonical.Complete(kind, done); err != nil || !cmp.Equal(done, again) {
			t.Errorf("completed twice: %s, then %s, %v", done, again, err)
		}
	})
}

// FuzzTrees turns any shipment and any tree round: what ToTree takes comes back
// the same, once its keys are made.
func FuzzTrees(f *testing.F) {
	for _, doc := range goldens(f) {
		if doc.Kind == "shipment" {
			f.Add([]byte(doc.Body))
		}
	}
	f.Add([]byte(`{"packs":[{"orders":[{"items":[{"packs":[{}]}]}]}],"groups":[{"lines":[{"plates":[{"number":"1"}]}],"units":[{}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var s canonical.Shipment
		if json.Unmarshal(body, &s) == nil {
			if tree, err := canonical.ToTree(&s); err == nil {
				canonical.FromTree(tree)
			}
			if groups, err := canonical.ToWarehouseTree(&s); err == nil {
				canonical.FromWarehouseTree(groups)
			}
		}
		var tree canonical.ShipmentTree
		if json.Unmarshal(body, &tree) == nil {
			_, _ = canonical.ToTree(canonical.FromTree(&tree))
		}
		var groups canonical.WarehouseShipmentTree
		if json.Unmarshal(body, &groups) == nil {
			_, _ = canonical.ToWarehouseTree(canonical.FromWarehouseTree(&groups))
		}
	})
}
