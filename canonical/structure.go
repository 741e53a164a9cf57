package canonical

// settle gives the shipment its structure: the one that the sender named, where
// units and orders stand as it says, else the one that was met. What no structure
// says of a unit is said at the unit.
func (g *growth) settle(stated string) {
	s := g.s
	s.StructureAssigned = stated == "" || stated == "other"
	s.Structure = stated
	if s.StructureAssigned {
		s.Structure = g.met.structure()
	}
	if stated == "shipmentOrderPackItem" && g.met.pallet {
		s.Structure = "shipmentOrderTarePackItem"
	}
	for _, next := range []string{g.met.structure(), "shipmentPackOrderItem"} {
		if !g.contradicts() {
			break
		}
		s.Structure = next
	}
	s.StructureAssigned = s.StructureAssigned || s.Structure == "other"
	p := newPacking(s)
	for i := range s.Units {
		if at := g.spots[i].order; at != nil && p.standsBelow(i) != *at {
			s.Units[i].Order = at
		}
	}
	for i := range s.Units {
		s.Units[i].BelowItem = s.Units[i].BelowItem && s.Structure != "shipmentOrderItemPack"
	}
}

// contradicts says whether the structure puts a unit below an order or an item
// that is not there.
func (g *growth) contradicts() bool {
	p := newPacking(g.s)
	for i := range g.s.Units {
		if g.spots[i].order == nil && p.standsBelow(i) >= 0 || p.hangs(i) && !g.s.Units[i].BelowItem {
			return true
		}
	}
	return false
}

func (m met) structure() string {
	switch {
	case m.orderInUnit && m.unitInThat:
		return "shipmentTareOrderPackItem"
	case m.orderInUnit:
		return "shipmentPackOrderItem"
	case m.itemPack && m.orders:
		return "shipmentOrderItemPack"
	case m.unit && !m.orders:
		return "other"
	case m.pallet:
		return "shipmentOrderTarePackItem"
	case m.unit:
		return "shipmentOrderPackItem"
	case m.orders:
		return "shipmentOrderItem"
	}
	return "shipmentItem"
}

// packing knows of each unit of a shipment what is in it and where it stands.
type packing struct {
	s        *Shipment
	lines    map[string]int // by lineId
	children [][]int        // units in each unit
	roots    []int
	parent   []int
	only     []int // the one order of all that is in it
}

// What a unit may hold besides goods of one order.
const (
	noOrder   = -1 - iota // nothing
	several               // goods of several orders, or some without
	orderless             // goods without an order
)

// newPacking looks at a shipment whose keys are known to be right.
func newPacking(s *Shipment) *packing {
	p := &packing{s: s, lines: map[string]int{}, children: make([][]int, len(s.Units)), parent: make([]int, len(s.Units)), only: make([]int, len(s.Units))}
	for i := range s.Lines {
		p.lines[s.Lines[i].LineID] = i
	}
	units := map[string]int{}
	for i := range s.Units {
		units[s.Units[i].UnitID] = i
	}
	for i := range s.Units {
		n, inside := units[s.Units[i].Parent]
		if p.parent[i] = n; inside {
			p.children[n] = append(p.children[n], i)
			continue
		}
		p.parent[i] = -1
		p.roots = append(p.roots, i)
	}
	for _, i := range p.roots {
		p.look(i)
	}
	return p
}

// look finds the one order of all that is in a unit.
func (p *packing) look(i int) {
	one := noOrder
	join := func(o int) {
		if one == noOrder {
			one = o
		} else if o != one {
			one = several
		}
	}
	for _, c := range p.s.Units[i].Contents {
		join(p.s.Lines[p.lines[c.LineID]].order())
	}
	for _, c := range p.children[i] {
		p.look(c)
		if p.only[c] != noOrder {
			join(p.only[c])
		}
	}
	p.only[i] = one
}

// standsBelow is the order below which a unit stands in X12, or noOrder.
func (p *packing) standsBelow(i int) int {
	u := &p.s.Units[i]
	if u.Order != nil {
		return *u.Order
	}
	if up := p.parent[i]; up >= 0 {
		if o := p.standsBelow(up); o != noOrder {
			return o
		}
	}
	switch {
	case p.s.Structure == "shipmentPackOrderItem", p.s.Structure == "shipmentTareOrderPackItem" && p.parent[i] < 0, p.only[i] == several:
		return noOrder
	}
	return max(p.only[i], noOrder)
}

// order is the index of the line's order, or that it has none.
func (l *ShipmentLine) order() int {
	if l.Order == nil {
		return orderless
	}
	return *l.Order
}

// hangs says whether a unit hangs below its item in X12.
func (p *packing) hangs(i int) bool {
	u := &p.s.Units[i]
	return len(u.Contents) == 1 && len(p.children[i]) == 0 && len(u.Contents[0].Serials) == 0 && (u.BelowItem || p.s.Structure == "shipmentOrderItemPack")
}
