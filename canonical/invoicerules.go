package canonical

import (
	"fmt"
	"slices"
)

// invoice applies the rules of an invoice.
func (r *rules) invoice(v *Invoice) {
	p := parties(v.Parties)
	r.needs(p.RemitTo != nil || p.BillTo != nil || p.ShipTo != nil, "parties.remitTo", "one of remitTo, billTo, shipTo", "somebody pays whom")
	switch v.Type {
	case "invoice", "prepaid":
		because := "the type is " + v.Type
		r.needs(v.CustomerOrderNumber != "" || v.Purpose == "cancel", "customerOrderNumber", "the buyer's order number", because)
		r.needs(len(v.Lines) > 0 || v.Purpose == "cancel", "lines", "what is invoiced", because)
	case "creditMemo":
		r.needs(v.OriginalInvoiceNumber+v.ReturnNumber != "", "originalInvoiceNumber", "the invoice that is credited, or a returnNumber", "the type is creditMemo")
	}
	r.direction(v)
	r.oneCurrency(v)
	for i := range v.AllowancesCharges {
		if a := v.AllowancesCharges[i].Amount; a != nil {
			r.positive(fmt.Sprintf("allowancesCharges[%d].amount.amount", i), Decimal(a.Amount))
		}
	}
	r.due(v)
}

// direction asks that the type says it, not the sign.
func (r *rules) direction(v *Invoice) {
	credit := v.Type == "creditMemo"
	if t := v.Totals; t != nil && t.Due != nil && (credit || v.Type == "invoice") {
		if Decimal(t.Due.Amount).Negative() {
			r.say("totals.due.amount", "found %q; expected an amount that is not negative: whether it is paid or credited, the type says", cut(string(t.Due.Amount)))
		}
	}
	for i := range v.Lines {
		if credit {
			r.notNegative(fmt.Sprintf("lines[%d].quantity", i), v.Lines[i].Quantity)
		}
	}
}

// total is one of the sums of an invoice.
type total struct {
	name string
	sum  *Money
}

func (t *InvoiceTotals) all() []total {
	return []total{
		{"goods", t.Goods}, {"allowances", t.Allowances}, {"charges", t.Charges}, {"tax", t.Tax}, {"due", t.Due},
		{"discountable", t.Discountable}, {"dueIfDiscounted", t.DueIfDiscounted}, {"discount", t.Discount},
	}
}

// oneCurrency asks that the sums are in the document's currency.
func (r *rules) oneCurrency(v *Invoice) {
	if v.Totals == nil || v.Currency == "" {
		return
	}
	for _, t := range v.Totals.all() {
		if t.sum != nil && t.sum.Currency != v.Currency {
			r.say("totals."+t.name+".currency", "found %q; expected %q, the currency of the document", cut(string(t.sum.Currency)), cut(string(v.Currency)))
		}
	}
}

// due asks that what is due is goods less allowances, with charges and tax, where
// all of them are said.
func (r *rules) due(v *Invoice) {
	t := v.Totals
	if t == nil || slices.Contains([]*Money{t.Goods, t.Allowances, t.Charges, t.Tax, t.Due}, nil) {
		return
	}
	want, ok := sumOf(t)
	if difference, is := minus(want, Decimal(t.Due.Amount)); ok && is && difference != "0" {
		r.say("totals.due.amount", "found %q; expected %q: goods less allowances, with charges and tax", t.Due.Amount, money(want, v.Currency).Amount)
	}
}

// sumOf is goods less allowances, with charges and tax; what is absent is 0.
func sumOf(t *InvoiceTotals) (Decimal, bool) {
	sum, ok := minus(amountOf(t.Goods), amountOf(t.Allowances))
	if ok {
		sum, ok = plus(sum, amountOf(t.Charges))
	}
	if ok {
		sum, ok = plus(sum, amountOf(t.Tax))
	}
	return sum, ok
}

func amountOf(m *Money) Decimal {
	if m == nil {
		return "0"
	}
	return Decimal(m.Amount)
}
