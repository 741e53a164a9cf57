package canonical

import "reflect"

// document applies the rules of types and those of the kind to a whole body.
func (r *rules) document(body reflect.Value) {
	kind := func() {}
	switch b := body.Interface().(type) {
	case *Order:
		r.currency, kind = b.Currency, func() { r.order(b) }
	case *OrderChange:
		if b.Header != nil {
			r.currency = b.Header.Currency
		}
		kind = func() { r.orderChange(b) }
	case *OrderResponse:
		r.currency, kind = b.Currency, func() { r.orderResponse(b) }
	case *WarehouseOrder:
		kind = func() { r.warehouseOrder(b) }
	case *Shipment:
		kind = func() { r.shipment(b) }
	case *Invoice:
		r.currency, kind = b.Currency, func() { r.invoice(b) }
	case *Acknowledgement:
		kind = func() { r.acknowledgement(b) }
	case *Inventory:
		kind = func() { r.inventory(b) }
	}
	r.walk(body, "")
	kind()
}

// needs asks for a value that only some documents must have.
func (r *rules) needs(there bool, path, what, because string) {
	if !there {
		r.say(path, "is missing; expected %s, because %s", what, because)
	}
}

// positive asks for a number that is not negative.
func (r *rules) positive(path string, d Decimal) {
	if d.Negative() {
		r.say(path, "found %q; expected a number that is not negative", cut(string(d)))
	}
}
