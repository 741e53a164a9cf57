package canonical

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// FromWarehouseTree turns the groups of a warehouse's report into the lists of a
// shipment. What a group names holds all its lines that have no licence plates
// and, where it is one, the plates of the others. Keys are made: lines 1, 2, 3;
// P1 for what holds plates, C1 for what holds goods.
func FromWarehouseTree(t *WarehouseShipmentTree) *Shipment {
	b := report{plates: map[string]int{}, s: &Shipment{
		Type: "warehouseShipment", ShipmentHeader: t.ShipmentHeader, Orders: []ShipmentOrder{}, Lines: []ShipmentLine{}, Units: []HandlingUnit{},
	}}
	if t.CustomerOrderNumber != "" || t.OrderNumber != "" {
		b.s.Orders = []ShipmentOrder{{CustomerOrderNumber: t.CustomerOrderNumber, OrderNumber: t.OrderNumber}}
	}
	for i := range t.Groups {
		b.group(&t.Groups[i], len(t.Groups) == 1 && t.Groups[i].Group == "1")
	}
	return b.s
}

// report is a shipment while the groups are walked.
type report struct {
	s               *Shipment
	plates          map[string]int // units by their number
	pallets, others int
	joined          int // contents of units that groups name
}

// maxJoined bounds the contents of groups of many units and many lines, each of
// which holds each; more is more than any document may have.
const maxJoined = 200_000

func (b *report) group(g *WarehouseTree, alone bool) {
	first := len(b.s.Units)
	plated := slices.ContainsFunc(g.Lines, func(l WarehouseShipped) bool { return len(l.Plates) > 0 })
	for _, marks := range g.Units {
		b.unit(marks, plated)
	}
	held := len(b.s.Units)
	for i := range g.Lines {
		line := &g.Lines[i]
		id := b.line(g, line, alone)
		for _, p := range line.Plates {
			b.plate(p, line, id, first, held)
		}
		for u := first; u < held && len(line.Plates) == 0 && b.joined < maxJoined; u++ {
			c := Content{LineID: id}
			b.joined++
			if held-first == 1 {
				c.Quantity = line.Shipped
			}
			b.s.Units[u].Contents = append(b.s.Units[u].Contents, c)
		}
	}
}

// line adds a line and returns its key.
func (b *report) line(g *WarehouseTree, line *WarehouseShipped, alone bool) string {
	id := strconv.Itoa(len(b.s.Lines) + 1)
	l := ShipmentLine{LineID: id, ShippedGoods: line.ShippedGoods, Shipped: line.Shipped, GroupReferences: g.References}
	if !alone {
		l.Group = g.Group
	}
	if l.WarehouseLine == "" && g.Group != "" {
		l.WarehouseLine, l.WarehouseAssigned = g.Group, true
	}
	b.s.Lines = append(b.s.Lines, l)
	return id
}

func (b *report) unit(marks UnitMarks, pallet bool) int {
	u := HandlingUnit{Type: "carton", UnitMarks: marks}
	if pallet {
		b.pallets++
		u.Type, u.UnitID = "pallet", "P"+strconv.Itoa(b.pallets)
	} else {
		b.others++
		u.UnitID = "C" + strconv.Itoa(b.others)
	}
	b.s.Units = append(b.s.Units, u)
	return len(b.s.Units) - 1
}

// plate puts goods of a line into the unit of that number, which stands on the
// group's unit where there is one.
func (b *report) plate(p Plate, line *WarehouseShipped, id string, first, held int) {
	n, known := b.plates[p.Number]
	if !known {
		n = b.unit(plateMarks(p.Number), false)
		b.plates[p.Number] = n
		if held-first == 1 {
			b.s.Units[n].Parent = b.s.Units[first].UnitID
		} else {
			b.s.Units[n].LinePlate = true
		}
	}
	c := Content{LineID: id}
	if p.Quantity != "" {
		q := Quantity{Value: p.Quantity}
		if line.Shipped != nil {
			q.Unit, q.UnitAsSent = line.Shipped.Unit, line.Shipped.UnitAsSent
		}
		c.Quantity = &q
	}
	b.s.Units[n].Contents = append(b.s.Units[n].Contents, c)
}

// plateMarks are the marks of a unit with a licence plate.
func plateMarks(number string) UnitMarks {
	if len(number) == 18 && isDigits(number) {
		return UnitMarks{SSCC: SSCC(number)}
	}
	return UnitMarks{Barcodes: []TypedID{{Type: "LV", Value: number}}}
}

// ToWarehouseTree groups a shipment as X12 945 does: FromWarehouseTree backwards.
// An error names what a 945 has no place for.
func ToWarehouseTree(s *Shipment) (*WarehouseShipmentTree, error) {
	var r rules
	r.packing(s)
	t := &WarehouseShipmentTree{ShipmentHeader: s.ShipmentHeader, Groups: []WarehouseTree{}}
	switch len(s.Orders) {
	case 0:
	case 1:
		t.CustomerOrderNumber, t.OrderNumber = s.Orders[0].CustomerOrderNumber, s.Orders[0].OrderNumber
	default:
		r.say("orders", "found %d; expected one, because a 945 is about one order", len(s.Orders))
	}
	if len(r.found) == 0 {
		w := grouping{packing: newPacking(s), rules: &r, holders: map[int][]int{}, plates: map[int][]Plate{}}
		w.units()
		w.groups(t)
	}
	if n := len(r.found); n > 0 {
		return nil, fmt.Errorf("groups of the shipment: %s: %s (%d problem(s))", r.found[0].Path, r.found[0].Text, n)
	}
	return t, nil
}

// grouping is a shipment while its groups are made.
type grouping struct {
	*packing
	rules   *rules
	holders map[int][]int   // by line: units that the group names
	plates  map[int][]Plate // by line
}

// units tells what a group names from what a line names.
func (w *grouping) units() {
	for i := range w.s.Units {
		u := &w.s.Units[i]
		top := w.parent[i]
		plate := top >= 0 || u.LinePlate
		number := plateNumber(u.UnitMarks)
		if plate && number == "" || top >= 0 && w.parent[top] >= 0 {
			w.rules.say(fmt.Sprintf("units[%d]", i), "has no place in a 945; expected a unit that stands on nothing, or one with a number and nothing else on such a unit")
			continue
		}
		for _, c := range u.Contents {
			n := w.lines[c.LineID]
			if !plate {
				w.holders[n] = append(w.holders[n], i)
				continue
			}
			p := Plate{Number: number}
			if c.Quantity != nil {
				p.Quantity = c.Quantity.Value
			}
			w.plates[n] = append(w.plates[n], p)
			if top >= 0 && !slices.Contains(w.holders[n], top) {
				w.holders[n] = append(w.holders[n], top)
			}
		}
	}
}

// plateNumber is the number of a unit that has a number and nothing else.
func plateNumber(m UnitMarks) string {
	number := string(m.SSCC)
	if len(m.Barcodes) == 1 && number == "" {
		number = m.Barcodes[0].Value
	}
	if textOf(plateMarks(number)) != textOf(m) {
		return ""
	}
	return number
}

// groups puts lines that follow one another and have the same group into one.
func (w *grouping) groups(t *WarehouseShipmentTree) {
	last := ""
	for n := range w.s.Lines {
		l := &w.s.Lines[n]
		key := textOf([]any{l.Group, l.GroupReferences, w.holders[n]})
		if n == 0 || key != last {
			g := WarehouseTree{Group: cmp.Or(l.Group, strconv.Itoa(len(t.Groups)+1)), References: l.GroupReferences}
			for _, u := range w.holders[n] {
				g.Units = append(g.Units, w.s.Units[u].UnitMarks)
			}
			t.Groups, last = append(t.Groups, g), key
		}
		out := WarehouseShipped{ShippedGoods: l.ShippedGoods, Shipped: l.Shipped, Plates: w.plates[n]}
		if l.WarehouseAssigned {
			out.WarehouseLine, out.WarehouseAssigned = "", false
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Lines = append(g.Lines, out)
	}
}
