package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// Every golden document goes to its mapping and comes back as it was.
func TestGoldensToMappingsAndBack(t *testing.T) {
	for name, doc := range goldens(t) {
		kind := doc.Kind
		switch name {
		case "shipment-dal", "shipment-rno":
			kind = "shipmentTree"
		case "warehouse-shipment":
			kind = "warehouseShipmentTree"
		}
		mapped, err := canonical.ToMapped(kind, doc.Body)
		if err != nil {
			t.Fatal(err)
		}
		if found := checker(t).Check(kind, mapped); found != nil {
			t.Errorf("%s as %s: %q", name, kind, lines(found))
		}
		got, body, err := canonical.FromMapped(kind, mapped)
		if err != nil || got != doc.Kind {
			t.Fatalf("%s: %s, %v", name, got, err)
		}
		if diff := cmp.Diff(anything(t, doc.Body), anything(t, body)); diff != "" {
			t.Errorf("%s (-golden +back):\n%s", name, diff)
		}
	}
}

func TestMappedRefuses(t *testing.T) {
	for _, kind := range []string{"shipmentTree", "warehouseShipmentTree", "acknowledgementTree", "invoice"} {
		if _, _, err := canonical.FromMapped(kind, json.RawMessage(`[]`)); err == nil || !strings.Contains(err.Error(), kind) {
			t.Errorf("FromMapped(%s): %v", kind, err)
		}
	}
	for _, kind := range canonical.Trees() {
		if _, err := canonical.ToMapped(kind, json.RawMessage(`[]`)); err == nil || !strings.Contains(err.Error(), kind) {
			t.Errorf("ToMapped(%s): %v", kind, err)
		}
		if canonical.Of(kind) != "shipment" {
			continue
		}
		if _, err := canonical.ToMapped(kind, json.RawMessage(`{"units":[{"unitId":"1","parent":"2"}]}`)); err == nil || !strings.Contains(err.Error(), "units[0].parent") {
			t.Errorf("ToMapped(%s) of a unit on nothing: %v", kind, err)
		}
	}
}

// What a mapping did not find is missing in the shipment, not empty; what partners
// put in extensions is theirs.
func TestWhatNobodySaidIsMissing(t *testing.T) {
	_, body, err := canonical.FromMapped("shipmentTree", json.RawMessage(`{"shipmentId":"S","extensions":{"acme":{"a":null}},"orders":[{"items":[{"lineNumber":"1"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"extensions":{"acme":{"a":null}},"lines":[{"lineId":"1","lineNumber":"1","order":0}],"orders":[{}],"shipmentId":"S","structure":"shipmentOrderItem","structureAssigned":true,"type":"shipNotice","units":[]}`
	if string(body) != want {
		t.Errorf("found    %s\nexpected %s", body, want)
	}
	if found := lines(checker(t).Check("shipment", body)); !strings.Contains(strings.Join(found, "\n"), "lines[0].item: is missing; expected what was shipped") {
		t.Errorf("found %q", found)
	}
}
