package canonical

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Kinds are the kinds of documents that have a schema, in the order in which
// business meets them.
func Kinds() []string {
	return []string{"order", "orderChange", "orderResponse", "warehouseOrder", "shipment", "invoice", "acknowledgement", "inventory"}
}

// Trees are the kinds that only mappings know: a document as one X12 set nests it.
func Trees() []string {
	return []string{"shipmentTree", "warehouseShipmentTree", "acknowledgementTree"}
}

// Of is the kind of document that a mapping of a kind is for: a tree is of the
// document that is made of it, any other kind of itself.
func Of(kind string) string {
	switch kind {
	case "shipmentTree", "warehouseShipmentTree":
		return "shipment"
	case "acknowledgementTree":
		return "acknowledgement"
	}
	return kind
}

// body is the title of a kind's schema and the type of its bodies.
func bodyOf(kind string) (title string, t reflect.Type) {
	switch kind {
	case "order":
		return "order", reflect.TypeFor[Order]()
	case "orderChange":
		return "change of an order", reflect.TypeFor[OrderChange]()
	case "orderResponse":
		return "answer to an order", reflect.TypeFor[OrderResponse]()
	case "warehouseOrder":
		return "order to a warehouse", reflect.TypeFor[WarehouseOrder]()
	case "shipment":
		return "shipment", reflect.TypeFor[Shipment]()
	case "invoice":
		return "invoice", reflect.TypeFor[Invoice]()
	case "acknowledgement":
		return "acknowledgement", reflect.TypeFor[Acknowledgement]()
	case "inventory":
		return "inventory", reflect.TypeFor[Inventory]()
	case "shipmentTree":
		return "shipment as an 856 nests it", reflect.TypeFor[ShipmentTree]()
	case "warehouseShipmentTree":
		return "shipment as a 945 lists it", reflect.TypeFor[WarehouseShipmentTree]()
	case "acknowledgementTree":
		return "answers to a group as a 997 or 999 lists them", reflect.TypeFor[AcknowledgementTree]()
	}
	return "", nil
}

// Schema returns the JSON Schema (2020-12) of the bodies of a kind, made from the
// Go types. It says everything about a body that does not depend on another
// field; the Checker knows the rest.
func Schema(kind string) (json.RawMessage, error) {
	title, t := bodyOf(kind)
	if t == nil {
		return nil, fmt.Errorf("there is no schema of kind %q; there is one of: %s", cut(kind), kindWords())
	}
	return generate(kind, title, t)
}

func kindWords() string { return strings.Join(slices.Concat(Kinds(), Trees()), ", ") }
