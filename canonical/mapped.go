package canonical

import (
	"encoding/json"
	"fmt"
)

// FromMapped turns what a mapping wrote into what systems get: a tree becomes its
// shipment, and Complete adds what is computed. Other kinds keep their name.
func FromMapped(kind string, body json.RawMessage) (string, json.RawMessage, error) {
	var s *Shipment
	var err error
	switch kind {
	case "shipmentTree":
		var t ShipmentTree
		if err = json.Unmarshal(body, &t); err == nil {
			s = FromTree(&t)
		}
	case "warehouseShipmentTree":
		var t WarehouseShipmentTree
		if err = json.Unmarshal(body, &t); err == nil {
			s = FromWarehouseTree(&t)
		}
	default:
		body, err = Complete(kind, body)
		return kind, body, err
	}
	if err != nil {
		return kind, nil, fmt.Errorf("shipment from %s: %w", kind, err)
	}
	s.Complete()
	body, err = written(s)
	return "shipment", body, err
}

// ToMapped turns a document into what a mapping of the given kind reads: a shipment
// into the tree that its mapping writes from. Bodies of other kinds come back as
// they are.
func ToMapped(kind string, body json.RawMessage) (json.RawMessage, error) {
	if kind != "shipmentTree" && kind != "warehouseShipmentTree" {
		return body, nil
	}
	var s Shipment
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, fmt.Errorf("%s from shipment: %w", kind, err)
	}
	var tree any
	var err error
	if kind == "shipmentTree" {
		tree, err = ToTree(&s)
	} else {
		tree, err = ToWarehouseTree(&s)
	}
	if err != nil {
		return nil, err
	}
	return written(tree)
}
