package canonical

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
)

// Complete adds to a body what the model computes: what a warehouse shipped short
// or over and whether more will come, the sums of an invoice, the result of an
// answer. What is there stays. Bodies of other kinds come back as they are. A field
// that the kind does not have is not kept: bodies of others are checked first.
func Complete(kind string, body json.RawMessage) (json.RawMessage, error) {
	var v any
	switch kind {
	case "shipment":
		v = &Shipment{}
	case "invoice":
		v = &Invoice{}
	case "orderResponse":
		v = &OrderResponse{}
	default:
		return body, nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return nil, fmt.Errorf("complete %s: %w", kind, err)
	}
	switch v := v.(type) {
	case *Shipment:
		v.Complete()
	case *Invoice:
		v.Complete()
	case *OrderResponse:
		v.Complete()
	}
	out, err := written(v)
	if err != nil {
		return nil, fmt.Errorf("complete %s: %w", kind, err)
	}
	return out, nil
}

// totalUnit gives the number of units shipped (W0301), which has no unit of its
// own, that of the lines; where they differ it is a sum over units.
func (s *Shipment) totalUnit() {
	if s.Totals == nil || s.Totals.Shipped == nil || s.Totals.Shipped.Unit != "" || len(s.Lines) == 0 {
		return
	}
	for _, l := range s.Lines {
		if l.Shipped == nil || s.Lines[0].Shipped == nil || l.Shipped.Unit != s.Lines[0].Shipped.Unit {
			s.Totals.QuantityHash, s.Totals.Shipped = Decimal(s.Totals.Shipped.Value), nil
			return
		}
	}
	s.Totals.Shipped.Unit = s.Lines[0].Shipped.Unit
}

// Complete computes of a warehouse's report what is short and over, what of the
// short is cancelled or will follow by the status, and whether more will come. A
// ship notice says what it says: the order's quantity is not what it should hold.
func (s *Shipment) Complete() {
	if s.Type != "warehouseShipment" {
		return
	}
	s.totalUnit()
	final := s.Part == nil || s.Part.Number == nil || s.Part.Of == nil || *s.Part.Number >= *s.Part.Of
	for i := range s.Lines {
		s.Lines[i].complete()
		final = final && !slices.Contains([]string{"partial", "split", "backordered"}, s.Lines[i].Status)
	}
	if s.Final == nil {
		s.Final = &final
	}
}

func (l *ShipmentLine) complete() {
	if l.Ordered == nil || l.Shipped == nil || l.Ordered.Unit != l.Shipped.Unit {
		return
	}
	short, ok := minus(l.Ordered.Value, l.Shipped.Value)
	if !ok || short == "0" {
		return
	}
	if short.Negative() {
		if l.Over == nil {
			l.Over = &Quantity{Value: short[1:], Unit: l.Shipped.Unit}
		}
		return
	}
	rest := &Quantity{Value: short, Unit: l.Shipped.Unit}
	if l.Short == nil {
		l.Short = rest
	}
	if l.Backordered != nil || l.Cancelled != nil {
		return
	}
	switch l.Status {
	case "short", "cancelled", "outOfStock", "discontinued":
		l.Cancelled = &Quantity{Value: short, Unit: l.Shipped.Unit}
	case "partial", "split", "backordered":
		l.Backordered = &Quantity{Value: short, Unit: l.Shipped.Unit}
	}
}

// Complete computes the sums of an invoice that it does not say: of each line,
// of the goods, of allowances, charges and taxes, and what is due. A sum whose
// parts are not all said as amounts is left out.
func (v *Invoice) Complete() {
	if v.Totals == nil {
		v.Totals = &InvoiceTotals{}
	}
	t, goods, all := v.Totals, Decimal("0"), len(v.Lines) > 0
	for i := range v.Lines {
		l := &v.Lines[i]
		l.complete(v.Currency)
		sum, ok := plus(goods, amountOf(l.Extended))
		goods, all = sum, all && ok && l.Extended != nil
	}
	if t.Goods == nil && all {
		t.Goods = money(goods, v.Currency)
	}
	t.adjust(v)
	if sum, ok := sumOf(t); t.Due == nil && ok && t.Goods != nil && t.Allowances != nil && t.Charges != nil && t.Tax != nil {
		t.Due = money(sum, v.Currency)
	}
	if n := len(v.Lines); t.Lines == nil && n > 0 {
		t.Lines = &n
	}
}

// adjust sums allowances, charges and taxes of the header and of the lines.
func (t *InvoiceTotals) adjust(v *Invoice) {
	sums, said := map[string]Decimal{"allowance": "0", "charge": "0", "none": "0", "tax": "0"}, map[string]bool{}
	add := func(what string, m *Money) {
		sum, ok := plus(sums[what], amountOf(m))
		sums[what] = sum
		said[what] = said[what] || m == nil || !ok
	}
	charges, taxes := v.AllowancesCharges, v.Taxes
	for _, l := range v.Lines {
		charges, taxes = slices.Concat(charges, l.AllowancesCharges), slices.Concat(taxes, l.Taxes)
	}
	for _, c := range charges {
		add(c.Kind, c.Amount)
	}
	for _, x := range taxes {
		add("tax", x.Amount)
	}
	for what, to := range map[string]**Money{"allowance": &t.Allowances, "charge": &t.Charges, "tax": &t.Tax} {
		if *to == nil && !said[what] {
			*to = money(sums[what], v.Currency)
		}
	}
}

// complete computes quantity × price ÷ per, rounded half away from zero to the
// digits of the currency.
func (l *InvoiceLine) complete(c Currency) {
	if l.Extended != nil || l.Quantity == nil || l.UnitPrice == nil || c == "" {
		return
	}
	if u := l.UnitPrice.Unit; u != "" && u != l.Quantity.Unit {
		return
	}
	quantity, okQ := l.Quantity.Value.scaled()
	price, okP := Decimal(l.UnitPrice.Amount).scaled()
	per, okPer := Decimal(cmp.Or(string(l.UnitPrice.Per), "1")).scaled()
	if !okQ || !okP || !okPer || per.Sign() <= 0 {
		return
	}
	digits := MinorDigits(string(c))
	// quantity and price are scaled by 10^9 each, per once: 10^9 is left.
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(maxFraction-digits)), nil)
	sum := halfAway(quantity.Mul(quantity, price), per.Mul(per, unit))
	l.Extended = money(unscaled(sum.Mul(sum, unit)), c)
}

// halfAway is a ÷ b, rounded half away from zero; b is more than 0.
func halfAway(a, b *big.Int) *big.Int {
	half := new(big.Int).Rsh(b, 1)
	if a.Sign() < 0 {
		half.Neg(half)
	}
	return new(big.Int).Quo(a.Add(a, half), b)
}

// money is an amount in the digits of its currency.
func money(d Decimal, c Currency) *Money {
	a, err := ParseAmount(string(d), string(c))
	if err != nil {
		a = Amount(d) // too long: the checker says so
	}
	return &Money{Amount: a, Currency: c}
}

// Complete says in one word what the lines say, where the header does not.
func (o *OrderResponse) Complete() {
	if o.Result != "" || len(o.Lines) == 0 {
		return
	}
	seen := map[string]bool{}
	for _, l := range o.Lines {
		for _, result := range l.Results {
			seen[result.Status] = true
			seen["changed"] = seen["changed"] || len(result.Changes) > 0
		}
	}
	rejected := seen["rejected"] || seen["deleted"]
	switch {
	case len(seen) == 0:
		o.Result = "received"
	case rejected && !seen["accepted"] && !seen["backordered"] && !seen["held"] && !seen["pending"]:
		o.Result = "rejected"
	case rejected || seen["changed"] || seen["backordered"]:
		o.Result = "acceptedWithChanges"
	case seen["held"] || seen["pending"]:
		o.Result = "onHold"
	default:
		o.Result = "accepted"
	}
}
