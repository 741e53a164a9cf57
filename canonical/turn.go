package canonical

// turn makes the values of a credit memo positive where all of them are negative,
// as some partners send it: the type says the direction. Where only some are, it
// changes none, and the check names those.
func (v *Invoice) turn() {
	if v.Type != "creditMemo" {
		return
	}
	values := v.signed()
	for _, d := range values {
		if !d.Negative() && *d != "" && or0(*d) != "0" {
			return
		}
	}
	for _, d := range values {
		if d.Negative() {
			*d = (*d)[1:]
		}
	}
}

// signed are the values that the direction of an invoice goes through: quantities
// and amounts, and not prices.
func (v *Invoice) signed() []*Decimal {
	var all []*Decimal
	of := func(m *Money) {
		if m != nil {
			all = append(all, (*Decimal)(&m.Amount))
		}
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		if l.Quantity != nil {
			all = append(all, &l.Quantity.Value)
		}
		of(l.Extended)
		for n := range l.AllowancesCharges {
			of(l.AllowancesCharges[n].Amount)
		}
		for n := range l.Taxes {
			of(l.Taxes[n].Amount)
		}
	}
	for i := range v.AllowancesCharges {
		of(v.AllowancesCharges[i].Amount)
	}
	for i := range v.Taxes {
		of(v.Taxes[i].Amount)
	}
	if v.Totals != nil {
		for _, t := range v.Totals.all() {
			of(t.sum)
		}
		all = append(all, &v.Totals.QuantityHash)
	}
	return all
}
