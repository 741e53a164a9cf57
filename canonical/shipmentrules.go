package canonical

import "fmt"

// maxNesting is how many units may stand in one another.
const maxNesting = 16

// packing applies the rules about lines, units and orders that name one another.
func (r *rules) packing(s *Shipment) {
	lines := map[string]int{}
	for i := range s.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		r.unique(lines, s.Lines[i].LineID, i, "lines", "lineId")
		r.orderIndex(under(at, "order"), s.Lines[i].Order, s)
	}
	units := map[string]int{}
	for i := range s.Units {
		r.unique(units, s.Units[i].UnitID, i, "units", "unitId")
		r.orderIndex(fmt.Sprintf("units[%d].order", i), s.Units[i].Order, s)
	}
	for i := range s.Units {
		r.parents(s, units, i)
	}
	r.contents(s, lines)
}

// unique asks for a key of its own.
func (r *rules) unique(seen map[string]int, key string, i int, list, name string) {
	if n, twice := seen[key]; twice && key != "" {
		r.say(fmt.Sprintf("%s[%d].%s", list, i, name), "found %q, which %s[%d] has too; expected one of its own", cut(key), list, n)
		return
	}
	seen[key] = i
}

func (r *rules) orderIndex(path string, n *int, s *Shipment) {
	if n != nil && (*n < 0 || *n >= len(s.Orders)) {
		r.say(path, "found %d; expected the index of one of %d order(s), from 0", *n, len(s.Orders))
	}
}

// parents follows a unit to what it stands on at last.
func (r *rules) parents(s *Shipment, units map[string]int, i int) {
	at := i
	for range maxNesting {
		if s.Units[at].Parent == "" {
			return
		}
		up, known := units[s.Units[at].Parent]
		if !known {
			if at == i {
				r.say(fmt.Sprintf("units[%d].parent", i), "found %q; expected the unitId of another unit", cut(s.Units[i].Parent))
			}
			return
		}
		at = up
	}
	r.say(fmt.Sprintf("units[%d].parent", i), "found %q, which stands in itself or deeper than %d units", cut(s.Units[i].Parent), maxNesting)
}

// contents holds what units hold against what was shipped.
func (r *rules) contents(s *Shipment, lines map[string]int) {
	held := map[int]Decimal{}
	for i := range s.Units {
		for k, c := range s.Units[i].Contents {
			at := fmt.Sprintf("units[%d].contents[%d]", i, k)
			n, known := lines[c.LineID]
			switch {
			case !known:
				r.say(under(at, "lineId"), "found %q; expected the lineId of a line", cut(c.LineID))
			case c.Quantity == nil || s.Lines[n].Shipped == nil:
			case c.Quantity.Unit != s.Lines[n].Shipped.Unit:
				r.say(under(at, "quantity.unit"), "found %q; expected %q, in which lines[%d] was shipped", cut(string(c.Quantity.Unit)), cut(string(s.Lines[n].Shipped.Unit)), n)
			default:
				held[n], _ = plus(or0(held[n]), c.Quantity.Value)
			}
		}
	}
	for n := range s.Lines {
		if left, ok := minus(shippedOf(&s.Lines[n]), or0(held[n])); ok && held[n] != "" && left.Negative() {
			r.say(fmt.Sprintf("lines[%d].shipped", n), "found %q; expected at least %q, which the units hold", s.Lines[n].Shipped.Value, held[n])
		}
	}
}

func shippedOf(l *ShipmentLine) Decimal {
	if l.Shipped == nil {
		return ""
	}
	return l.Shipped.Value
}

// shipment applies the rules of a shipment.
func (r *rules) shipment(s *Shipment) {
	r.packing(s)
	if s.Purpose != "cancel" {
		p := parties(s.Parties)
		r.needs(s.Dates != nil && s.Dates.Shipped != "", "dates.shipped", "when it was shipped", "it was")
		r.needs(p.ShipTo != nil, "parties.shipTo", "where the goods go", "somebody receives them")
		r.needs(p.ShipFrom != nil || p.Warehouse != nil, "parties.shipFrom", "where the goods come from, or a warehouse", "somebody shipped them")
	}
	for i, o := range s.Orders {
		r.needs(o.CustomerOrderNumber+o.OrderNumber != "", fmt.Sprintf("orders[%d]", i), "a customerOrderNumber or an orderNumber", "that is how the order is found")
	}
	switch s.Type {
	case "shipNotice":
		r.needs(s.Structure != "", "structure", "how it is nested", "the type is shipNotice")
		r.needs(len(s.Orders) > 0, "orders", "at least one order", "the type is shipNotice")
	case "warehouseShipment":
		const because = "the type is warehouseShipment"
		r.needs(s.WarehouseOrderNumber != "", "warehouseOrderNumber", "our number on the 940", because)
		r.needs(s.Warehouse != "", "warehouse", "which warehouse shipped", because)
		r.needs(s.Final != nil, "final", "whether more will come", because)
	}
	for i := range s.Lines {
		r.shipmentLine(s, &s.Lines[i], fmt.Sprintf("lines[%d]", i))
	}
	codes := map[string]int{}
	for i := range s.Units {
		r.unique(codes, string(s.Units[i].SSCC), i, "units", "sscc")
	}
}

func (r *rules) shipmentLine(s *Shipment, l *ShipmentLine, path string) {
	r.needs(len(s.Orders) < 2 || l.Order != nil, path+".order", "the index of its order", "there are several")
	r.needs(s.Type != "warehouseShipment" || l.Status != "", path+".status", "how the line was shipped", "the type is warehouseShipment")
	r.needs(l.Status != "substitution" || l.SubstitutedFor != nil, path+".substitutedFor", "the item that was ordered", "the status is substitution")
	for name, q := range map[string]*Quantity{
		"ordered": l.Ordered, "shipped": l.Shipped, "shippedToDate": l.ShippedToDate, "short": l.Short, "over": l.Over,
		"backordered": l.Backordered, "cancelled": l.Cancelled,
	} {
		r.notNegative(under(path, name), q)
	}
}
