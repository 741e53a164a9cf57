package canonical

import "reflect"

// gather moves the warehouse of each position to the places of an inventory, where
// all positions of the place say the same of it.
func (v *Inventory) gather() {
	places, differ := map[string]*Party{}, map[string]bool{}
	for _, l := range v.Locations {
		if places[l.ID] = l.Party; l.Party == nil {
			places[l.ID] = numbered(l.ID)
		}
	}
	for i := range v.Positions {
		p := &v.Positions[i]
		if p.Location == "" {
			continue
		}
		if _, ok := places[p.Location]; !ok {
			l := InventoryLocation{ID: p.Location}
			if p.placed() {
				l.Party = p.Parties.Warehouse
			}
			places[p.Location], v.Locations = l.Party, append(v.Locations, l)
		}
		if !p.placed() || !reflect.DeepEqual(places[p.Location], p.Parties.Warehouse) {
			differ[p.Location] = true
		}
	}
	for i := range v.Positions {
		if p := &v.Positions[i]; p.Location != "" && !differ[p.Location] {
			if p.Parties.Warehouse = nil; reflect.DeepEqual(*p.Parties, Parties{}) {
				p.Parties = nil
			}
		}
	}
}

// numbered is a place of which nothing is known but its number.
func numbered(id string) *Party {
	return &Party{IDs: []PartyID{{Type: "warehouse", Value: id}}}
}

// placed says whether the position's own warehouse is its place.
func (p *Position) placed() bool {
	return p.Location != "" && p.Parties != nil && p.Parties.Warehouse != nil && p.Parties.Warehouse.called(p.Location)
}

func (p *Party) called(id string) bool { return p != nil && len(p.IDs) > 0 && p.IDs[0].Value == id }

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
			p.Parties.Warehouse = numbered(p.Location)
		}
	}
}
