package canonical

import (
	"fmt"
	"maps"
	"slices"
)

// ToTree nests a shipment as X12 856 does, by its structure: FromTree backwards.
// A unit stands below its order where all that is in it belongs to one order and
// the structure does not put units above orders. Goods of a line that no unit
// holds stand beside the units. An error names what makes that impossible, such
// as contents that are more than was shipped.
func ToTree(s *Shipment) (*ShipmentTree, error) {
	var r rules
	r.packing(s)
	if n := len(r.found); n > 0 {
		return nil, fmt.Errorf("tree of the shipment: %s: %s (%d problem(s))", r.found[0].Path, r.found[0].Text, n)
	}
	t := &ShipmentTree{ShipmentHeader: s.ShipmentHeader}
	if s.StructureAssigned {
		t.Structure = ""
		if s.StructureAsSent != "" {
			t.Structure = "other"
		}
	}
	b := branching{packing: newPacking(s), over: map[int][]int{}, hung: map[int]bool{}, stand: map[int][]int{}, rest: map[int]*Quantity{}, named: map[int]bool{}}
	b.remains()
	b.level(&t.TreeLevel, noOrder, -1, b.roots)
	return t, nil
}

// branching is a shipment while its tree is made.
type branching struct {
	*packing
	over  map[int][]int     // by line: the units that hang below its item
	hung  map[int]bool      // those units
	stand map[int][]int     // by unit, -1 for none: lines whose goods stand in it besides its contents
	rest  map[int]*Quantity // how much of such a line
	named map[int]bool      // orders that the tree has
}

// remains finds what of each line is in no unit, or has its packs below it.
func (b *branching) remains() {
	held, kept := map[int]Decimal{}, map[int]bool{}
	for i := range b.s.Units {
		for _, c := range b.s.Units[i].Contents {
			n := b.lines[c.LineID]
			if over := b.over[n]; b.hangs(i) && (len(over) == 0 || b.parent[over[0]] == b.parent[i]) {
				b.over[n], b.hung[i] = append(over, i), true
				continue
			}
			kept[n] = true
			if c.Quantity != nil {
				held[n], _ = plus(or0(held[n]), c.Quantity.Value)
			}
		}
	}
	for n := range b.s.Lines {
		in, left := -1, b.s.Lines[n].Shipped
		if over := b.over[n]; len(over) > 0 {
			in = b.parent[over[0]]
		}
		if kept[n] && left != nil {
			q := *left
			q.Value, _ = minus(left.Value, or0(held[n]))
			left = &q
		}
		if kept[n] && len(b.over[n]) == 0 && (left == nil || left.Value == "0") {
			continue
		}
		b.stand[in], b.rest[n] = append(b.stand[in], n), left
	}
}

func or0(d Decimal) Decimal { return Decimal(or(string(d), "0")) }

// level fills a level with units and goods; below is the order that it stands
// below, in the unit that it is, -1 for the shipment.
func (b *branching) level(l *TreeLevel, below, in int, units []int) {
	orders := map[int]*TreeOrder{}
	into := func(o int) *TreeLevel {
		if o < 0 || o == below {
			return l
		}
		if orders[o] == nil {
			orders[o], b.named[o] = &TreeOrder{ShipmentOrder: b.s.Orders[o]}, true
		}
		return &orders[o].TreeLevel
	}
	for _, i := range units {
		if o := b.standsBelow(i); !b.hung[i] {
			b.unit(into(o), max(o, below), i)
		}
	}
	if in >= 0 {
		for _, c := range b.s.Units[in].Contents {
			line := &b.s.Lines[b.lines[c.LineID]]
			to := into(line.order())
			to.Items = append(to.Items, TreeItem{ShippedGoods: c.goods(line), Shipped: c.Quantity})
		}
	}
	for _, n := range b.stand[in] {
		line := &b.s.Lines[n]
		to := into(line.order())
		to.Items = append(to.Items, TreeItem{ShippedGoods: line.ShippedGoods, Shipped: b.rest[n], Packs: b.packs(n)})
	}
	for o := range b.s.Orders {
		if in < 0 && !b.named[o] {
			into(o)
		}
	}
	for _, o := range slices.Sorted(maps.Keys(orders)) {
		l.Orders = append(l.Orders, *orders[o])
	}
}

// unit adds a unit to a level that stands below an order, or below none.
func (b *branching) unit(l *TreeLevel, below, i int) {
	u := &b.s.Units[i]
	t := TreeUnit{UnitMarks: u.UnitMarks}
	list := &l.Packs
	for _, of := range l.units() {
		if of.kind == u.Type {
			list = of.list
		}
	}
	if list == &l.Packs && u.Type != "carton" {
		t.Type = u.Type
	}
	b.level(&t.TreeLevel, below, i, b.children[i])
	*list = append(*list, t)
}

// packs are the units that hang below the item of a line.
func (b *branching) packs(line int) []ItemPack {
	var out []ItemPack
	for _, i := range b.over[line] {
		u := &b.s.Units[i]
		p := ItemPack{UnitMarks: u.UnitMarks, Shipped: u.Contents[0].Quantity}
		if u.Type != "carton" {
			p.Type = u.Type
		}
		out = append(out, p)
	}
	return out
}

// goods is what is said of the goods in a unit: as of the line, but for the pieces.
func (c *Content) goods(line *ShipmentLine) ShippedGoods {
	goods := line.ShippedGoods
	if goods.Item == nil {
		return goods
	}
	item := *goods.Item
	item.Serials = c.Serials
	item.Lot, item.Expiry = or(c.Lot, item.Lot), Date(or(string(c.Expiry), string(item.Expiry)))
	goods.Item = &item
	return goods
}
