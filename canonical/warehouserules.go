package canonical

import "fmt"

// warehouseOrder applies the rules of an order to a warehouse.
func (r *rules) warehouseOrder(o *WarehouseOrder) {
	p := parties(o.Parties)
	if o.Purpose != "cancel" {
		r.needs(p.ShipTo != nil, "parties.shipTo", "where the goods go", "the warehouse must know")
		r.needs(p.Depositor != nil, "parties.depositor", "whose goods they are", "the warehouse must know")
	}
	first := map[string]int{}
	for i := range o.Lines {
		l, path := &o.Lines[i], fmt.Sprintf("lines[%d]", i)
		r.unique(first, l.LineNumber, i, "lines", "lineNumber")
		r.notNegative(path+".quantity", l.Quantity)
	}
	if t := o.Totals; t != nil {
		r.positive("totals.quantity", t.Quantity)
	}
	if t := o.Temperature; t != nil {
		if span, ok := minus(t.Max, t.Min); ok && t.Min != "" && t.Max != "" && span.Negative() {
			r.say("temperature.max", "found %q; expected at least %q, the lowest", t.Max, t.Min)
		}
	}
}

// parties is p, or none of them.
func parties(p *Parties) *Parties {
	if p == nil {
		return &Parties{}
	}
	return p
}
