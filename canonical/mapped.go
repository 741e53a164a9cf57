package canonical

import (
	"encoding/json"
	"fmt"
)

// FromMapped turns what a mapping wrote into what systems get: a tree becomes its
// shipment, the warehouses of an inventory's positions are its places, a credit
// memo that came negative is positive, and Complete adds what is computed. Kinds
// other than trees keep their name. A tree of acknowledgements must be of one set;
// FromAcknowledgementTree makes those of several.
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
		body, err = fromMapped(kind, body)
		return Of(kind), body, err
	}
	if err != nil {
		return kind, nil, fmt.Errorf("shipment from %s: %w", kind, err)
	}
	s.Complete()
	body, err = written(s)
	return "shipment", body, err
}

// fromMapped is FromMapped for the kinds that are no trees.
func fromMapped(kind string, body json.RawMessage) (json.RawMessage, error) {
	var err error
	switch kind {
	case "acknowledgementTree":
		var t AcknowledgementTree
		if err = json.Unmarshal(body, &t); err != nil {
			return nil, fmt.Errorf("acknowledgement from %s: %w", kind, err)
		}
		a, err := t.only()
		if err != nil {
			return nil, err
		}
		return written(a)
	case "inventory":
		var v Inventory
		if err = json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("places of inventory: %w", err)
		}
		v.gather()
		return written(&v)
	case "invoice":
		var v Invoice
		if err = json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("complete invoice: %w", err)
		}
		v.turn()
		v.Complete()
		return written(&v)
	}
	return Complete(kind, body)
}

// ToMapped turns a document into what a mapping of the given kind reads: a shipment
// into the tree that its mapping writes from, an inventory into one whose positions
// name their warehouse. Bodies of other kinds come back as they are.
func ToMapped(kind string, body json.RawMessage) (json.RawMessage, error) {
	if kind == "inventory" {
		var v Inventory
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("places of inventory: %w", err)
		}
		v.spread()
		return written(&v)
	}
	if kind == "acknowledgementTree" {
		return nil, fmt.Errorf("%s: the gateway writes acknowledgements itself, of what it read", kind)
	}
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
