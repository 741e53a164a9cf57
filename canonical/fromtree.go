package canonical

import (
	"cmp"
	"encoding/json"
	"strconv"
)

// FromTree turns the levels of a tree into the lists of a shipment. Goods of one
// order line and lot become one line, whatever units they stand in; an order that
// several units name becomes one order. Keys of lines and units are made: lines
// 1, 2, 3; pallets P1, cartons C1 and so on, in the order of the tree.
func FromTree(t *ShipmentTree) *Shipment {
	g := growth{
		s:     &Shipment{Type: "shipNotice", ShipmentHeader: t.ShipmentHeader, Orders: []ShipmentOrder{}, Lines: []ShipmentLine{}, Units: []HandlingUnit{}},
		lines: map[string]int{}, seen: map[int]bool{}, placed: map[int]bool{}, orders: map[string]int{}, loose: map[int]bool{}, counts: map[string]int{},
	}
	g.level(&t.TreeLevel, spot{unit: -1})
	g.renumber()
	g.settle(t.Structure)
	return g.s
}

// growth is a shipment while its tree is walked.
type growth struct {
	s      *Shipment
	lines  map[string]int // by all that is said of the goods but how many
	orders map[string]int // by all that is said of the order
	loose  map[int]bool   // lines of which some goods are in no unit
	counts map[string]int // units by type
	spots  []spot         // of each unit
	used   []int          // orders as goods and units name them
	seen   map[int]bool
	placed map[int]bool // orders that stand in no unit
	met    met
}

// spot is where in the tree something stands.
type spot struct {
	order *int // below which order
	unit  int  // in which unit, -1 in none
}

// met is what was met in the tree.
type met struct{ orders, orderInUnit, unitInThat, pallet, itemPack, unit bool }

func (g *growth) level(l *TreeLevel, at spot) {
	for _, units := range l.units() {
		for i := range *units.list {
			u := &(*units.list)[i]
			n := g.unit(cmp.Or(u.Type, units.kind), u.UnitMarks, at)
			g.level(&u.TreeLevel, spot{at.order, n})
		}
	}
	for i := range l.Orders {
		o := g.order(l.Orders[i].ShipmentOrder, at)
		g.level(&l.Orders[i].TreeLevel, spot{&o, at.unit})
	}
	for i := range l.Items {
		g.item(&l.Items[i], at)
	}
}

// unitList is one of the lists of units of a level, and what stands in it.
type unitList struct {
	kind string
	list *[]TreeUnit
}

func (l *TreeLevel) units() []unitList {
	return []unitList{{"container", &l.Containers}, {"pallet", &l.Tares}, {"carton", &l.Packs}, {"innerPack", &l.InnerPacks}}
}

// unit adds one unit and returns its index.
func (g *growth) unit(kind string, marks UnitMarks, at spot) int {
	g.counts[kind]++
	letter := map[string]string{"pallet": "P", "carton": "C", "innerPack": "I", "container": "E"}[kind]
	u := HandlingUnit{UnitID: cmp.Or(letter, "U-"+kind+"-") + strconv.Itoa(g.counts[kind]), Type: kind, UnitMarks: marks}
	if at.unit >= 0 {
		u.Parent = g.s.Units[at.unit].UnitID
	}
	g.met.unit = true
	g.met.pallet = g.met.pallet || kind == "pallet"
	g.met.unitInThat = g.met.unitInThat || at.order != nil && at.unit >= 0 && g.spots[at.unit].order == nil
	g.use(at.order)
	g.s.Units, g.spots = append(g.s.Units, u), append(g.spots, at)
	return len(g.s.Units) - 1
}

// order adds an order, or finds the one of the same words: orders in units are one
// order, and one with the first of those in no unit.
func (g *growth) order(o ShipmentOrder, at spot) int {
	g.met.orders = true
	g.met.orderInUnit = g.met.orderInUnit || at.unit >= 0
	key := textOf(o)
	n, known := g.orders[key]
	if !known || at.unit < 0 && g.placed[n] {
		g.s.Orders = append(g.s.Orders, o)
		n = len(g.s.Orders) - 1
	}
	if !known {
		g.orders[key] = n
	}
	if at.unit < 0 {
		g.placed[n] = true
		g.use(&n)
	}
	return n
}

func (g *growth) use(order *int) {
	if order != nil && !g.seen[*order] {
		g.used, g.seen[*order] = append(g.used, *order), true
	}
}

// renumber puts orders in the sequence in which goods and units name them, and
// those that nothing names at the end: their place in the tree says nothing.
func (g *growth) renumber() {
	for o := range g.s.Orders {
		g.use(&o)
	}
	orders, to := make([]ShipmentOrder, 0, len(g.used)), make([]int, len(g.used))
	for n, o := range g.used {
		orders, to[o] = append(orders, g.s.Orders[o]), n
	}
	g.s.Orders = orders
	move := func(order **int) {
		if *order != nil {
			*order = new(to[**order])
		}
	}
	for i := range g.s.Lines {
		move(&g.s.Lines[i].Order)
	}
	for i := range g.spots {
		move(&g.spots[i].order)
	}
}

func textOf(v any) string {
	data, err := json.Marshal(v)
	if err != nil { // extensions that are no JSON: told apart from all others
		return err.Error()
	}
	return string(data)
}

// item adds goods: to the line of the same goods, or as a line of their own.
func (g *growth) item(i *TreeItem, at spot) {
	if len(i.Packs) > 0 {
		g.overPacks(i, at)
		return
	}
	goods, serials := i.ShippedGoods, []string(nil)
	if at.unit >= 0 && goods.Item != nil {
		item := *goods.Item
		serials, item.Serials = item.Serials, nil
		goods.Item = &item
	}
	n := g.line(goods, i.Shipped, at)
	if at.unit < 0 {
		g.loose[n] = true
		return
	}
	u := &g.s.Units[at.unit]
	u.Contents = append(u.Contents, Content{LineID: g.s.Lines[n].LineID, Quantity: i.Shipped, Serials: serials})
}

// overPacks adds goods with the packs that hang below them.
func (g *growth) overPacks(i *TreeItem, at spot) {
	g.met.itemPack = true
	id := g.s.Lines[g.add(i.ShippedGoods, i.Shipped, at)].LineID
	for _, p := range i.Packs {
		u := &g.s.Units[g.unit(cmp.Or(p.Type, "carton"), p.UnitMarks, at)]
		u.BelowItem = true
		u.Contents = []Content{{LineID: id, Quantity: p.Shipped}}
	}
}

// line finds the line of the same goods and adds to it, or makes one. Loose goods
// are added to a line once: twice the same goods on one level are two lines, as
// are none of them.
func (g *growth) line(goods ShippedGoods, shipped *Quantity, at spot) int {
	key := g.key(goods, shipped, at)
	n, known := g.lines[key]
	if known && (at.unit >= 0 || !g.loose[n]) && g.more(n, goods, shipped, at) {
		return n
	}
	n = g.add(goods, shipped, at)
	if !known && (at.unit >= 0 || shipped != nil && shipped.Value != "0") {
		g.lines[key] = n
	}
	return n
}

// more adds a quantity to a line.
func (g *growth) more(n int, goods ShippedGoods, shipped *Quantity, at spot) bool {
	l := &g.s.Lines[n]
	if shipped == nil || l.Shipped == nil {
		return at.unit >= 0 && shipped == nil && l.Shipped == nil
	}
	sum, ok := plus(l.Shipped.Value, shipped.Value)
	if !ok || at.unit < 0 && shipped.Value == "0" {
		return false
	}
	q := *l.Shipped
	q.Value = sum
	l.Shipped = &q
	if at.unit < 0 {
		l.Item = goods.Item // with the serial numbers of the loose goods
	}
	return true
}

// key is all that is said of goods but how many and which pieces.
func (g *growth) key(goods ShippedGoods, shipped *Quantity, at spot) string {
	if goods.Item != nil {
		item := *goods.Item
		item.Serials = nil
		goods.Item = &item
	}
	unit := Quantity{}
	if shipped != nil {
		unit = Quantity{Value: "1", Unit: shipped.Unit, UnitAsSent: shipped.UnitAsSent}
	}
	return textOf([]any{at.order, goods, unit})
}

// add makes a line and returns its index.
func (g *growth) add(goods ShippedGoods, shipped *Quantity, at spot) int {
	g.use(at.order)
	n := len(g.s.Lines)
	g.s.Lines = append(g.s.Lines, ShipmentLine{LineID: strconv.Itoa(n + 1), Order: at.order, ShippedGoods: goods, Shipped: shipped})
	return n
}
