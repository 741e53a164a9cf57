package canonical_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/canonical"
)

// Short names for the trees below; only what matters for the packing is in them.
type (
	level = canonical.TreeLevel
	unit  = canonical.TreeUnit
	order = canonical.TreeOrder
	item  = canonical.TreeItem
)

func po(number string, l level) order {
	return order{ShipmentOrder: canonical.ShipmentOrder{CustomerOrderNumber: number}, TreeLevel: l}
}

func pack(tracking string, l level) unit {
	return unit{UnitMarks: canonical.UnitMarks{Tracking: tracking}, TreeLevel: l}
}

func goods(line, quantity string) item {
	i := item{Shipped: &canonical.Quantity{Value: canonical.Decimal(quantity), Unit: "EA"}}
	i.LineNumber, i.Item = line, &canonical.ItemIDs{VendorItem: "V" + line}
	return i
}

// summary is a shipment in one line: orders, lines, units with their contents.
func summary(s *canonical.Shipment) string {
	var b strings.Builder
	b.WriteString(s.Structure)
	if s.StructureAssigned {
		b.WriteString("!")
	}
	for _, o := range s.Orders {
		fmt.Fprint(&b, " ", o.CustomerOrderNumber)
	}
	for _, l := range s.Lines {
		fmt.Fprintf(&b, " | %s:%s×%s", l.LineID, l.LineNumber, l.Shipped.Value)
		if l.Order != nil {
			fmt.Fprintf(&b, "@%d", *l.Order)
		}
	}
	for _, u := range s.Units {
		fmt.Fprintf(&b, " / %s", u.UnitID)
		if u.Parent != "" {
			b.WriteString("<" + u.Parent)
		}
		if u.Order != nil {
			fmt.Fprintf(&b, "@%d", *u.Order)
		}
		if u.BelowItem {
			b.WriteString("~")
		}
		for _, c := range u.Contents {
			fmt.Fprintf(&b, " %s×%s", c.LineID, c.Quantity.Value)
		}
	}
	return b.String()
}

// Every mixture becomes the lists that it should, and comes back as it was.
func TestMixtures(t *testing.T) {
	over := goods("1", "5")
	over.Packs = []canonical.ItemPack{{Shipped: &canonical.Quantity{Value: "3", Unit: "EA"}}, {Shipped: &canonical.Quantity{Value: "2", Unit: "EA"}}}
	for name, c := range map[string]struct {
		structure string
		tree      level
		want      string
	}{
		"no packs": {"shipmentOrderItem", level{Orders: []order{po("A", level{Items: []item{goods("1", "5"), goods("2", "7")}})}},
			"shipmentOrderItem A | 1:1×5@0 | 2:2×7@0"},
		"no packs, no orders": {"", level{Items: []item{goods("1", "5")}},
			"shipmentItem! | 1:1×5"},
		"a line in two packs": {"", level{Orders: []order{po("A", level{Packs: []unit{pack("x", level{Items: []item{goods("1", "5")}}), pack("y", level{Items: []item{goods("1", "4")}})}})}},
			"shipmentOrderPackItem! A | 1:1×9@0 / C1 1×5 / C2 1×4"},
		"packs on tares": {"shipmentOrderTarePackItem", level{Orders: []order{po("A", level{Tares: []unit{pack("p", level{Packs: []unit{pack("x", level{Items: []item{goods("1", "5")}})}})}})}},
			"shipmentOrderTarePackItem A | 1:1×5@0 / P1 / C1<P1 1×5"},
		"packs above orders": {"shipmentPackOrderItem", level{Packs: []unit{pack("x", level{Orders: []order{po("A", level{Items: []item{goods("1", "5")}})}})}},
			"shipmentPackOrderItem A | 1:1×5@0 / C1 1×5"},
		"one pack with items of two orders": {"shipmentPackOrderItem", level{Packs: []unit{
			pack("x", level{Orders: []order{po("A", level{Items: []item{goods("1", "5")}}), po("B", level{Items: []item{goods("1", "6")}})}}),
			pack("y", level{Orders: []order{po("B", level{Items: []item{goods("1", "1")}})}})}},
			"shipmentPackOrderItem A B | 1:1×5@0 | 2:1×7@1 / C1 1×5 2×6 / C2 2×1"},
		"tares above orders, packs below": {"shipmentTareOrderPackItem", level{Tares: []unit{pack("p", level{Orders: []order{
			po("A", level{Packs: []unit{pack("x", level{Items: []item{goods("1", "5")}})}}), po("B", level{Packs: []unit{pack("y", level{Items: []item{goods("1", "6")}})}})}})}},
			"shipmentTareOrderPackItem A B | 1:1×5@0 | 2:1×6@1 / P1 / C1<P1 1×5 / C2<P1 2×6"},
		"loose beside packed": {"shipmentOrderPackItem", level{Orders: []order{po("A", level{Packs: []unit{pack("x", level{Items: []item{goods("1", "5")}})}, Items: []item{goods("1", "2"), goods("2", "7")}})}},
			"shipmentOrderPackItem A | 1:1×7@0 | 2:2×7@0 / C1 1×5"},
		"packs below their item": {"shipmentOrderItemPack", level{Orders: []order{po("A", level{Items: []item{over}})}},
			"shipmentOrderItemPack A | 1:1×5@0 / C1 1×3 / C2 1×2"},
		"packs below an item on a tare": {"", level{Tares: []unit{pack("p", level{Items: []item{over}})}},
			"other! | 1:1×5 / P1 / C1<P1~ 1×3 / C2<P1~ 1×2"},
		"an order in packs, one above, one loose": {"", level{
			Packs:  []unit{pack("x", level{Orders: []order{po("A", level{Items: []item{goods("1", "5")}})}})},
			Orders: []order{po("B", level{Packs: []unit{pack("y", level{Items: []item{goods("1", "1")}})}}), po("C", level{Items: []item{goods("9", "9")}})}},
			"shipmentPackOrderItem! A B C | 1:1×5@0 | 2:1×1@1 | 3:9×9@2 / C1 1×5 / C2@1 2×1"},
		"an empty pallet below an order": {"shipmentOrderTarePackItem", level{Orders: []order{po("A", level{Tares: []unit{pack("p", level{})}})}},
			"shipmentOrderTarePackItem A / P1@0"},
		"the code says packs, the levels say none": {"shipmentOrderPackItem", level{Orders: []order{po("A", level{Items: []item{goods("1", "5")}})}},
			"shipmentOrderPackItem A | 1:1×5@0"},
		"the code says below, the packs are above": {"shipmentOrderPackItem", level{Packs: []unit{pack("x", level{Orders: []order{po("A", level{Items: []item{goods("1", "5")}})}})}},
			"shipmentPackOrderItem A | 1:1×5@0 / C1 1×5"},
	} {
		tree := &canonical.ShipmentTree{TreeLevel: c.tree}
		tree.Structure = c.structure
		s, back := normal(t, tree)
		if got := summary(s); got != c.want {
			t.Errorf("%s:\nfound    %s\nexpected %s", name, got, c.want)
		}
		if back.Structure = tree.Structure; !cmp.Equal(tree, back) {
			t.Errorf("%s (-tree +back):\n%s", name, cmp.Diff(tree, back))
		}
	}
}

// Lots of one line in one pack are lines of their own on the way back, with the
// pieces where they are.
func TestLotsAndPieces(t *testing.T) {
	var s canonical.Shipment
	body := `{"type":"shipNotice","structure":"shipmentOrderPackItem","orders":[{"customerOrderNumber":"A"}],
		"lines":[{"lineId":"L7","order":0,"item":{"sku":"S"},"shipped":{"value":"3","unit":"EA"}}],
		"units":[{"unitId":"BOX","type":"bag","contents":[
			{"lineId":"L7","quantity":{"value":"1","unit":"EA"},"lot":"X","serials":["s1"],"expiry":"2027-01-01"},
			{"lineId":"L7","quantity":{"value":"2","unit":"EA"},"lot":"Y","serials":["s2","s3"]}]}]}`
	if err := json.Unmarshal([]byte(body), &s); err != nil {
		t.Fatal(err)
	}
	tree, err := canonical.ToTree(&s)
	if err != nil {
		t.Fatal(err)
	}
	again := canonical.FromTree(tree)
	if got, want := summary(again), "shipmentOrderPackItem A | 1:×1@0 | 2:×2@0 / U-bag-1 1×1 2×2"; got != want {
		t.Errorf("found %s; expected %s", got, want)
	}
	first := again.Units[0].Contents
	if again.Units[0].Type != "bag" || again.Lines[0].Item.Lot != "X" || again.Lines[0].Item.Expiry != "2027-01-01" || first[1].Serials[1] != "s3" || again.Lines[0].Item.Serials != nil {
		t.Errorf("found %+v of %+v in %+v", first, again.Lines[0].Item, again.Units[0])
	}
}

func TestToTreeRefusesWhatDoesNotAddUp(t *testing.T) {
	s := typed(t, "shipment", goldens(t)["shipment-rno"].Body).(*canonical.Shipment)
	s.Lines[0].Shipped.Value = "150"
	_, err := canonical.ToTree(s)
	if want := `tree of the shipment: lines[0].shipped: found "150"; expected at least "200", which the units hold (1 problem(s))`; err == nil || err.Error() != want {
		t.Errorf("found %v\nexpected %s", err, want)
	}
}

// shipment draws a shipment as a warehouse system writes it: lines and units in
// any sequence, with keys of its own.
func (d trees) shipment() *canonical.Shipment {
	s := &canonical.Shipment{Type: "shipNotice", Orders: []canonical.ShipmentOrder{{CustomerOrderNumber: "A"}, {CustomerOrderNumber: "B"}}}
	s.Structure = rapid.SampledFrom([]string{"shipmentOrderPackItem", "shipmentOrderTarePackItem", "shipmentPackOrderItem", "shipmentTareOrderPackItem"}).Draw(d.T, "structure")
	for n := range 1 + d.few("pallets") {
		s.Units = append(s.Units, canonical.HandlingUnit{UnitID: fmt.Sprint("pallet-", n), Type: "pallet", UnitMarks: canonical.UnitMarks{Tracking: fmt.Sprint("P", n)}})
	}
	pallets := len(s.Units)
	for n := range 1 + d.few("cartons") + d.few("cartons") {
		u := canonical.HandlingUnit{UnitID: fmt.Sprint("carton-", n), Type: "carton", UnitMarks: canonical.UnitMarks{Tracking: fmt.Sprint("C", n)}}
		if on := rapid.IntRange(-1, pallets-1).Draw(d.T, "on"); on >= 0 {
			u.Parent = s.Units[on].UnitID
		}
		s.Units = append(s.Units, u)
	}
	for n := range 1 + d.few("lines") + d.few("lines") {
		o := rapid.IntRange(0, 1).Draw(d.T, "order")
		l := canonical.ShipmentLine{LineID: fmt.Sprint("line-", n), Order: &o, Shipped: &canonical.Quantity{Unit: "EA"}}
		l.LineNumber, l.Item = fmt.Sprint(n), &canonical.ItemIDs{VendorItem: "V"}
		total := 0
		for range d.few("parts") {
			in := &s.Units[rapid.IntRange(0, len(s.Units)-1).Draw(d.T, "in")]
			part := rapid.IntRange(1, 9).Draw(d.T, "part")
			total += part
			in.Contents = append(in.Contents, canonical.Content{LineID: l.LineID, Quantity: &canonical.Quantity{Value: canonical.Decimal(fmt.Sprint(part)), Unit: "EA"}})
		}
		l.Shipped.Value = canonical.Decimal(fmt.Sprint(total + rapid.IntRange(0, 2).Draw(d.T, "loose")))
		s.Lines = append(s.Lines, l)
	}
	return s
}

// contents are what a shipment says of goods and units, without its keys.
func contents(s *canonical.Shipment) map[string]int {
	on, line := map[string]string{}, map[string]string{}
	for _, u := range s.Units {
		on[u.UnitID] = u.Tracking
	}
	facts := map[string]int{}
	for _, l := range s.Lines {
		line[l.LineID] = s.Orders[*l.Order].CustomerOrderNumber + "/" + l.LineNumber
		facts["shipped "+line[l.LineID]+" "+string(l.Shipped.Value)]++
	}
	for _, u := range s.Units {
		facts["unit "+u.Tracking+" on "+on[u.Parent]]++
		for _, c := range u.Contents {
			facts["in "+u.Tracking+" "+line[c.LineID]+" "+string(c.Quantity.Value)]++
		}
	}
	return facts
}

// A shipment of a warehouse system says the same after it was a tree, with keys
// made; after that nothing changes any more.
func TestShipmentsComeBackFromTheirTrees(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := trees{rt}.shipment()
		tree, err := canonical.ToTree(s)
		if err != nil {
			rt.Fatal(err)
		}
		once := canonical.FromTree(tree)
		if diff := cmp.Diff(contents(s), contents(once)); diff != "" {
			rt.Fatalf("(-shipment +from its tree):\n%s", diff)
		}
		if tree, err = canonical.ToTree(once); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(once, canonical.FromTree(tree)); diff != "" {
			rt.Fatalf("(-once +twice):\n%s", diff)
		}
	})
}
