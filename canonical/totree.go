package canonical

import (
	"cmp"
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
	b := branching{packing: newPacking(s), over: map[int][]int{}, hung: map[int]bool{}, stand: map[int][]int{}, rest: map[int]*Quantity{}, rank: map[int]int{}}
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
	rank  map[int]int       // orders in the sequence in which the tree names them, from 1
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

func or0(d Decimal) Decimal { return Decimal(cmp.Or(string(d), "0")) }

// share is what stands below one order of a level.
type share struct {
	units []int
	items []TreeItem
}

// level fills a level with units and goods; below is the order that it stands
// below, in the unit that it is, -1 for the shipment. It walks as FromTree does,
// so that orders come in the sequence in which FromTree numbers them.
func (b *branching) level(l *TreeLevel, below, in int, units []int) {
	own, orders := b.shares(below, in, units)
	b.units(l, below, own.units)
	for o := range b.s.Orders {
		if in < 0 && orders[o] == nil && b.rank[o] == 0 {
			orders[o] = &share{}
		}
	}
	sequence := slices.SortedFunc(maps.Keys(orders), func(x, y int) int {
		return cmp.Or(cmp.Compare(b.ranked(x), b.ranked(y)), cmp.Compare(x, y))
	})
	for _, o := range sequence {
		b.use(o)
		t := TreeOrder{ShipmentOrder: b.s.Orders[o]}
		b.units(&t.TreeLevel, o, orders[o].units)
		t.Items = orders[o].items
		l.Orders = append(l.Orders, t)
	}
	l.Items = own.items
}

// shares sorts what stands in a level by the order that it stands below there.
func (b *branching) shares(below, in int, units []int) (own *share, orders map[int]*share) {
	own, orders = &share{}, map[int]*share{}
	of := func(o int) *share {
		if o < 0 || o == below {
			return own
		}
		if orders[o] == nil {
			orders[o] = &share{}
		}
		return orders[o]
	}
	for _, i := range units {
		if to := of(b.standsBelow(i)); !b.hung[i] {
			to.units = append(to.units, i)
		}
	}
	if in >= 0 && !b.hung[in] {
		for _, c := range b.s.Units[in].Contents {
			line := &b.s.Lines[b.lines[c.LineID]]
			to := of(line.order())
			to.items = append(to.items, TreeItem{ShippedGoods: c.goods(line), Shipped: c.Quantity})
		}
	}
	for _, n := range b.stand[in] {
		line := &b.s.Lines[n]
		to := of(line.order())
		to.items = append(to.items, TreeItem{ShippedGoods: line.ShippedGoods, Shipped: b.rest[n], Packs: b.packs(n)})
	}
	return own, orders
}

// use gives an order its place in the sequence.
func (b *branching) use(o int) {
	if b.rank[o] == 0 {
		b.rank[o] = len(b.rank) + 1
	}
}

// ranked is an order's place in the sequence, the last where it has none yet.
func (b *branching) ranked(o int) int {
	if b.rank[o] == 0 {
		return len(b.s.Orders) + 1
	}
	return b.rank[o]
}

// units adds units to a level, by their kinds.
func (b *branching) units(l *TreeLevel, below int, units []int) {
	kinds := l.units()
	place := func(i int) int {
		return slices.IndexFunc(kinds, func(k unitList) bool { return k.kind == b.levelOf(i) })
	}
	slices.SortStableFunc(units, func(x, y int) int { return cmp.Compare(place(x), place(y)) })
	for _, i := range units {
		b.unit(kinds[place(i)].list, below, i)
	}
}

// levelOf is the kind of the level that a unit is: what has none is a carton's.
func (b *branching) levelOf(i int) string {
	switch kind := b.s.Units[i].Type; kind {
	case "container", "pallet", "innerPack":
		return kind
	}
	return "carton"
}

// unit adds a unit to a list of a level that stands below an order, or below none.
func (b *branching) unit(list *[]TreeUnit, below, i int) {
	u := &b.s.Units[i]
	t := TreeUnit{UnitMarks: u.UnitMarks}
	if u.Type != b.levelOf(i) {
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
	item.Lot, item.Expiry = cmp.Or(c.Lot, item.Lot), Date(cmp.Or(string(c.Expiry), string(item.Expiry)))
	goods.Item = &item
	return goods
}
