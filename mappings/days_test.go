package mappings

import (
	"strings"
	"testing"

	"waybill/canonical"
)

// TestDayFields: the field that decides by kind is a date of that kind.
func TestDayFields(t *testing.T) {
	for _, kind := range []string{"order", "orderChange", "orderResponse", "invoice", "warehouseOrder", "shipment", "shipmentTree", "warehouseShipmentTree", "inventory"} {
		schema, err := canonical.Schema(kind)
		if err != nil {
			t.Fatal(err)
		}
		at, err := shapeOf(schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Split(dayField(kind), ".") {
			found, wrong, _ := at.field(name, false)
			if wrong != "" {
				t.Fatalf("%s: %s %s", kind, name, wrong)
			}
			at = found
		}
		if at.def != "Date" {
			t.Errorf("%s: %s is %s", kind, dayField(kind), kindWord(at))
		}
	}
	if dayField("acknowledgement") != "" {
		t.Error("an acknowledgement has a day that decides")
	}
}
