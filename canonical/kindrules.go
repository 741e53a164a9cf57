package canonical

import "reflect"

// document applies the rules of types and those of the kind to a whole body.
func (r *rules) document(body reflect.Value) {
	kind := func() {}
	switch b := body.Interface().(type) {
	case *Order:
		r.currency, kind = b.Currency, func() { r.order(b) }
	}
	r.walk(body, "")
	kind()
}
