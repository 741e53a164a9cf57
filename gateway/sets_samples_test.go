package gateway

// inboundSample is a sample of the mappings', and what comes of it. The samples
// show single constructs; where one does not add up, the edits mend it, or it is
// held.
type inboundSample struct {
	name  string
	edits []string // old, new, and so on
	want  arrived
}

// inboundSamples are all of them, by version.
func inboundSamples() map[string][]inboundSample {
	return map[string][]inboundSample{
		"004010": append(ordersOf004010(), shipmentsOf004010()...),
		"005010": samplesOf005010(),
	}
}

// taken is a 997 that takes the only set of a group; from 005010 on AK103 names the
// version of the group.
func taken(functional, group, set string) string {
	return "AK1*" + functional + "*" + group + " AK2*" + set + "*0001 AK5*A AK9*A*1*1*1"
}

func ordersOf004010() []inboundSample {
	return []inboundSample{
		{"810-credit", []string{"*-2*", "*2*", "TDS*-3700", "TDS*3700"}, arrived{
			Kind: "invoice", Key: "invoice:acme-retail:CM-5:1", Acknowledged: taken("IN", "509", "810"),
			Fields: map[string]string{"type": "creditMemo", "customerOrderNumber": "PO-88110", "totals.due.amount": "37.00"},
		}},
		{"810-retail", []string{"TDS*156650*", "TDS*160851*"}, arrived{
			Kind: "invoice", Key: "invoice:acme-retail:INV-1001:1", Acknowledged: taken("IN", "508", "810"),
			Fields: map[string]string{"currency": "USD", "bol": "BOL-77", "lines.0.item.gtin": "00614141001019", "lines.2.unitPrice.amount": "0.50", "totals.due.amount": "1608.51"},
		}},
		{"810-short", nil, arrived{Held: "MAP-CHECK", Because: "currency: is missing", Acknowledged: taken("IN", "510", "810")}},
		{"850-release", nil, arrived{
			Kind: "order", Key: "order:acme-retail:BLKT-900:R-0012:1", Acknowledged: taken("PO", "502", "850"),
			Fields: map[string]string{"type": "release", "currency": "CAD", "lines.1.item.attributes.color": "RED", "lines.0.schedule.1.quantity.value": "1.5"},
		}},
		{"850-retail", nil, arrived{
			Kind: "order", Key: "order:acme-retail:PO-88110::1", Acknowledged: taken("PO", "501", "850"),
			Fields: map[string]string{"parties.billTo.name": "NORTHFIELD STORES", "lines.0.destinations.1.locationId": "0112", "lines.1.subLines.0.quantityPer.value": "4"},
		}},
		{"855-accepted", nil, arrived{
			Kind: "orderResponse", Key: "orderResponse:acme-retail:PO-88110::1:1", Acknowledged: taken("PR", "504", "855"),
			Fields: map[string]string{"result": "accepted", "customerOrderNumber": "PO-88110", "lines": "nothing"},
		}},
		{"855-changes", []string{"ACK*IS*5*", "ACK*IS*4*", "PO-88110", "PO-88112"}, arrived{
			Kind: "orderResponse", Key: "orderResponse:acme-retail:PO-88112:R-7:1:1", Acknowledged: taken("PR", "505", "855"),
			Fields: map[string]string{"result": "acceptedWithChanges", "lines.0.results.1.quantity.value": "4", "lines.2.results.0.quantity.value": "4", "totals.amount.amount": "1566.50"},
		}},
		{"855-rejected", nil, arrived{
			Kind: "orderResponse", Key: "orderResponse:acme-retail:PO-88111::1:1", Acknowledged: taken("PR", "506", "855"),
			Fields: map[string]string{"result": "rejected", "notes.0.text": "INVALID ZIP"},
		}},
		{"860-cancel", nil, arrived{
			Kind: "orderChange", Key: "orderChange:acme-retail:PO-88111::4affcd40626d", Acknowledged: taken("PC", "523", "860"),
			Fields: map[string]string{"purpose": "cancel", "customerOrderNumber": "PO-88111"},
		}},
		{"860-dates", nil, arrived{
			Kind: "orderChange", Key: "orderChange:acme-retail:PO-88110::1", Acknowledged: taken("PC", "522", "860"),
			Fields: map[string]string{"purpose": "change", "header.currency": "USD", "header.parties.shipTo.name": "NORTHFIELD DC 8", "lines.1.action": "delete", "totals.amount.currency": "USD"},
		}},
	}
}

func shipmentsOf004010() []inboundSample {
	return []inboundSample{
		{"846-feed", nil, arrived{
			Kind: "inventory", Key: "inventory:acme-retail:INV-1", Acknowledged: taken("IB", "525", "846"),
			Fields: map[string]string{"mode": "snapshot", "asOf": "2026-11-20T18:00", "positions.0.onHand": "100", "positions.0.available": "80", "positions.1.onOrder": "500"},
		}},
		{"856-mixed", nil, arrived{Held: "MAP-CHECK", Because: "parties.shipFrom: is missing", Acknowledged: taken("SH", "520", "856")}},
		{"856-orders", nil, arrived{Held: "MAP-CHECK", Because: "parties.shipFrom: is missing", Acknowledged: taken("SH", "519", "856")}},
		{"856-pallets", nil, arrived{
			Kind: "shipment", Key: "shipment:acme-retail:SH-77:1", Acknowledged: taken("SH", "518", "856"),
			Fields: map[string]string{"type": "shipNotice", "bol": "BOL-77", "orders.0.customerOrderNumber": "PO-88110", "lines.0.shipped.value": "24", "units.0.sscc": "006141410005521000", "units.2.parent": "P1", "units.2.contents.0.lineId": "1"},
		}},
		{"940-carton", nil, arrived{
			Kind: "warehouseOrder", Key: "warehouseOrder:acme-retail:SO-700-1:1", Acknowledged: taken("OW", "512", "940"),
			Fields: map[string]string{"warehouse": "RNO", "parties.depositor.name": "OURCO", "part.of": "2", "lines.0.quantity.value": "24", "lines.1.item.gtin": "00614141001026"},
		}},
		{"940-shared", nil, arrived{Held: "MAP-CHECK", Because: "lines[1].lineNumber: found", Acknowledged: taken("OW", "513", "940")}},
		{"945-complete", nil, arrived{
			Kind: "shipment", Key: "shipment:acme-retail:SO-700-1:SH-77:1", Acknowledged: taken("SW", "515", "945"),
			Fields: map[string]string{"type": "warehouseShipment", "warehouseOrderNumber": "SO-700-1", "lines.1.status": "short", "lines.1.short.value": "2", "units.1.sscc": "006141410005521017"},
		}},
		{"945-flat", nil, arrived{
			Kind: "shipment", Key: "shipment:acme-retail:SO-701:SO-701:1", Acknowledged: taken("SW", "516", "945"),
			Fields: map[string]string{"warehouse": "RNO", "lines.1.status": "backordered", "lines.2.substitutedFor.vendorItem": "A3"},
		}},
	}
}

func samplesOf005010() []inboundSample {
	return []inboundSample{
		{"810-supplier", []string{"TDS*1875", "TDS*2231"}, arrived{
			Kind: "invoice", Key: "invoice:acme-retail:R-2026-9:1", Acknowledged: taken("IN", "511*005010", "810"),
			Fields: map[string]string{"currency": "EUR", "exchangeRate": "1.0832", "totals.due.amount": "22.31"},
		}},
		{"846-sites", nil, arrived{
			Kind: "inventory", Key: "inventory:acme-retail:INV-2", Acknowledged: taken("IB", "526*005010", "846"),
			Fields: map[string]string{"mode": "delta", "positions.0.location": "DAL", "positions.1.location": "RNO"},
		}},
		{"850-supplier", nil, arrived{
			Kind: "order", Key: "order:acme-retail:4500099001::1", Acknowledged: taken("PO", "503*005010", "850"),
			Fields: map[string]string{"purpose": "confirm", "currency": "EUR", "lines.0.unitPrice.amount": "0.01875", "lines.1.item.serials.1": "A2"},
		}},
		{"855-supplier", nil, arrived{
			Kind: "orderResponse", Key: "orderResponse:acme-retail:4500099001::1:1", Acknowledged: taken("PR", "507*005010", "855"),
			Fields: map[string]string{"result": "acceptedWithChanges", "orderNumber": "SO-9", "lines.0.results.1.status": "backordered"},
		}},
		{"856-supplier", nil, arrived{
			Kind: "shipment", Key: "shipment:acme-retail:LS-9:1", Acknowledged: taken("SH", "521*005010", "856"),
			Fields: map[string]string{"bol": "AWB-1", "carrier.mode": "air", "lines.0.ordered.value": "1000", "lines.0.shipped.value": "900"},
		}},
		{"860-supplier", nil, arrived{
			Kind: "orderChange", Key: "orderChange:acme-retail:4500099001:R-1:2", Acknowledged: taken("PC", "524*005010", "860"),
			Fields: map[string]string{"type": "release", "changeNumber": "2", "lines.0.unitPrice.amount": "0.02", "lines.0.changes.0": "price"},
		}},
		{"940-orders", nil, arrived{
			Kind: "warehouseOrder", Key: "warehouseOrder:acme-retail:SO-702:1", Acknowledged: taken("OW", "514*005010", "940"),
			Fields: map[string]string{"purpose": "cancel", "type": "release", "lines.0.quantity.value": "900"},
		}},
		{"945-supplier", nil, arrived{
			Kind: "shipment", Key: "shipment:acme-retail:SO-702:SH-88:1", Acknowledged: taken("SW", "517*005010", "945"),
			Fields: map[string]string{"masterBol": "MASTER-1", "final": "true", "units.0.tracking": "1Z999AA10123456784"},
		}},
	}
}
