package canonical

import "fmt"

// order applies the rules of an order.
func (r *rules) order(o *Order) {
	if o.Type == "release" && o.ReleaseNumber == "" {
		r.say("releaseNumber", "is missing; expected the call-off number, because the type is release")
	}
	if o.ExchangeRate == "0" || o.ExchangeRate.Negative() {
		r.say("exchangeRate", "found %q; expected more than 0", o.ExchangeRate)
	}
	first := map[string]int{}
	for i, l := range o.Lines {
		r.unique(first, l.LineNumber, i, "lines", "lineNumber")
	}
	for i := range o.Lines {
		l, path := &o.Lines[i], fmt.Sprintf("lines[%d]", i)
		if _, known := first[l.ParentLine]; l.ParentLine != "" && !known {
			r.say(under(path, "parentLine"), "found %q; expected the lineNumber of another line", cut(l.ParentLine))
		}
		r.orderLine(o, l, path)
	}
	r.destination(o)
}

func (r *rules) orderLine(o *Order, l *OrderLine, path string) {
	if l.ParentLine != "" && l.ParentLine == l.LineNumber {
		r.say(under(path, "parentLine"), "found the line's own number; expected that of another line")
	}
	if l.Quantity == nil && o.Type != "blanket" {
		r.say(under(path, "quantity"), "is missing; expected what is ordered, because only a blanket order has lines without")
	}
	r.notNegative(under(path, "quantity"), l.Quantity)
	for i, s := range l.Schedule {
		r.notNegative(fmt.Sprintf("%s.schedule[%d].quantity", path, i), s.Quantity)
	}
	for i, d := range l.Destinations {
		r.notNegative(fmt.Sprintf("%s.destinations[%d].quantity", path, i), d.Quantity)
	}
	for i, s := range l.SubLines {
		at := fmt.Sprintf("%s.subLines[%d]", path, i)
		r.notNegative(under(at, "quantity"), s.Quantity)
		r.notNegative(under(at, "quantityPer"), s.QuantityPer)
	}
}

// item asks for one number by which an item can be found.
func (r *rules) item(path string, i *ItemIDs) {
	numbers := i.SKU + string(i.GTIN) + i.BuyerItem + i.VendorItem + i.ManufacturerPart + string(i.UPCCase) + i.NDC + i.ISBN
	if numbers == "" && len(i.OtherIDs) == 0 {
		r.say(path, "names no item; expected one of sku, gtin, buyerItem, vendorItem, manufacturerPart, upcCase, ndc, isbn, otherIds")
	}
}

func (r *rules) notNegative(path string, q *Quantity) {
	if q != nil && q.Value.Negative() {
		r.say(under(path, "value"), "found %q; expected a quantity that is not negative", cut(string(q.Value)))
	}
}

// destination asks where the order goes: a shipTo, or for every line one of its
// own or a split by store.
func (r *rules) destination(o *Order) {
	if o.Parties != nil && o.Parties.ShipTo != nil {
		return
	}
	for i, l := range o.Lines {
		if len(l.Destinations) == 0 && (l.Parties == nil || l.Parties.ShipTo == nil) {
			r.say("parties.shipTo", "is missing; expected where the order goes, because lines[%d] has neither destinations nor a shipTo of its own", i)
			return
		}
	}
}
