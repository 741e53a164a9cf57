package canonical

import "encoding/json"

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

// gather moves the warehouse of each position to the places of an inventory, where
// all positions of the place say the same of it.
func (v *Inventory) gather() error {
	said, differ := map[string]string{}, map[string]bool{}
	var order []string
	for i := range v.Positions {
		p := &v.Positions[i]
		if !p.placed() {
			continue
		}
		text, err := json.Marshal(p.Parties.Warehouse)
		if err != nil {
			return err
		}
		if before, ok := said[p.Location]; !ok {
			said[p.Location], order = string(text), append(order, p.Location)
		} else if before != string(text) {
			differ[p.Location] = true
		}
	}
	for _, l := range v.Locations {
		differ[l.ID] = true // what is there stays
	}
	for _, id := range order {
		place := InventoryLocation{ID: id}
		for i := range v.Positions {
			if p := &v.Positions[i]; p.Location == id && p.placed() && !differ[id] {
				place.Party = p.Parties.Warehouse
				if p.Parties.Warehouse = nil; *p.Parties == (Parties{}) {
					p.Parties = nil
				}
			}
		}
		if place.Party != nil {
			v.Locations = append(v.Locations, place)
		} else if differ[id] && !v.has(id) {
			v.Locations = append(v.Locations, place)
		}
	}
	return nil
}

// placed says whether the position's own warehouse is its place.
func (p *Position) placed() bool {
	return p.Location != "" && p.Parties != nil && p.Parties.Warehouse != nil && p.Parties.Warehouse.called(p.Location)
}

func (p *Party) called(id string) bool { return p != nil && len(p.IDs) > 0 && p.IDs[0].Value == id }

func (v *Inventory) has(id string) bool {
	for _, l := range v.Locations {
		if l.ID == id {
			return true
		}
	}
	return false
}

// spread gives each position its place as a warehouse: gather backwards. A place
// of which nothing else is known is a warehouse with that number.
func (v *Inventory) spread() {
	places := map[string]*Party{}
	for _, l := range v.Locations {
		places[l.ID] = l.Party
	}
	for i := range v.Positions {
		p := &v.Positions[i]
		if p.Location == "" || p.Parties != nil && (p.Parties.Warehouse != nil || p.Parties.ShipFrom.called(p.Location)) {
			continue
		}
		if p.Parties == nil {
			p.Parties = &Parties{}
		}
		if p.Parties.Warehouse = places[p.Location]; p.Parties.Warehouse == nil {
			p.Parties.Warehouse = &Party{IDs: []PartyID{{Type: "warehouse", Value: p.Location}}}
		}
	}
}
