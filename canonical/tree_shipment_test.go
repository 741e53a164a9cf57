package canonical_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/canonical"
)

func TestGoldenShipmentsComeBackFromTheirTrees(t *testing.T) {
	for name, doc := range goldens(t) {
		s, is := typed(t, doc.Kind, doc.Body).(*canonical.Shipment)
		if !is || s.Type != "shipNotice" {
			continue
		}
		tree, err := canonical.ToTree(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, canonical.FromTree(tree)); diff != "" {
			t.Errorf("%s (-shipment +from its tree):\n%s", name, diff)
		}
	}
}

// trees draws trees of every shape: units above and below orders, in one another,
// below items, goods in none, and few enough words that goods are alike.
type trees struct{ *rapid.T }

func (d trees) tree() *canonical.ShipmentTree {
	t := &canonical.ShipmentTree{}
	t.ShipmentID, t.Purpose = "S1", "original"
	t.Structure = rapid.SampledFrom([]string{"", "", "other", "shipmentOrderPackItem", "shipmentOrderItemPack", "shipmentPackOrderItem",
		"shipmentTareOrderPackItem", "shipmentOrderItem"}).Draw(d.T, "structure")
	if t.Structure == "other" {
		t.StructureAsSent = "ZZZZ"
	}
	t.TreeLevel = d.level(3, false)
	return t
}

func (d trees) few(what string) int { return rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(d.T, what) }

func (d trees) level(depth int, inOrder bool) canonical.TreeLevel {
	var l canonical.TreeLevel
	if depth > 0 {
		for _, list := range []*[]canonical.TreeUnit{&l.Tares, &l.Packs} {
			for range d.few("units") {
				*list = append(*list, canonical.TreeUnit{UnitMarks: d.marks(), TreeLevel: d.level(depth-1, inOrder)})
			}
		}
		for i := range d.few("orders") {
			if inOrder {
				break
			}
			o := canonical.TreeOrder{TreeLevel: d.level(depth-1, true)}
			o.CustomerOrderNumber = fmt.Sprint("PO", i, rapid.IntRange(0, 2).Draw(d.T, "order"))
			l.Orders = append(l.Orders, o)
		}
	}
	for range d.few("items") {
		l.Items = append(l.Items, d.item())
	}
	return l
}

func (d trees) marks() canonical.UnitMarks {
	return canonical.UnitMarks{Tracking: rapid.StringMatching(`[0-9]{6}`).Draw(d.T, "tracking")}
}

func (d trees) item() canonical.TreeItem {
	var i canonical.TreeItem
	i.LineNumber = rapid.SampledFrom([]string{"", "1", "2"}).Draw(d.T, "line")
	i.Item = &canonical.ItemIDs{VendorItem: rapid.SampledFrom([]string{"A", "B"}).Draw(d.T, "item")}
	if rapid.IntRange(0, 5).Draw(d.T, "pieces") == 0 {
		i.Item.Serials = []string{rapid.SampledFrom([]string{"s1", "s2"}).Draw(d.T, "serial")}
	}
	i.Shipped = d.quantity()
	if rapid.IntRange(0, 5).Draw(d.T, "over") == 0 {
		i.Shipped = &canonical.Quantity{Value: "99", Unit: "EA"}
		for range d.few("packs") {
			i.Packs = append(i.Packs, canonical.ItemPack{UnitMarks: d.marks(), Shipped: &canonical.Quantity{Value: "7", Unit: "EA"}})
		}
	}
	return i
}

func (d trees) quantity() *canonical.Quantity {
	unit := rapid.SampledFrom([]canonical.Unit{"EA", "EA", "XCT"}).Draw(d.T, "unit")
	return &canonical.Quantity{Value: rapid.SampledFrom([]canonical.Decimal{"0", "1", "2.5", "10"}).Draw(d.T, "quantity"), Unit: unit}
}

// facts are what a tree says, without the order in which it says it.
func facts(t testing.TB, tree *canonical.ShipmentTree) []string {
	t.Helper()
	text := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	orders := map[string]bool{}
	var found []string
	var level func(l *canonical.TreeLevel, order, unit string)
	level = func(l *canonical.TreeLevel, order, unit string) {
		for kind, units := range map[string][]canonical.TreeUnit{"T": l.Tares, "P": l.Packs, "E": l.Containers, "Q": l.InnerPacks} {
			for _, u := range units {
				at := unit + "/" + kind + text(u.UnitMarks)
				found = append(found, "unit "+at+" below "+order)
				level(&u.TreeLevel, order, at)
			}
		}
		for _, o := range l.Orders {
			orders[text(o.ShipmentOrder)] = true
			level(&o.TreeLevel, text(o.ShipmentOrder), unit)
		}
		for _, i := range l.Items {
			found = append(found, "item "+text(i)+" of "+order+" in "+unit)
		}
	}
	level(&tree.TreeLevel, "", "")
	for o := range orders {
		found = append(found, "order "+o)
	}
	slices.Sort(found)
	return found
}

func normal(t testing.TB, tree *canonical.ShipmentTree) (*canonical.Shipment, *canonical.ShipmentTree) {
	t.Helper()
	s := canonical.FromTree(tree)
	back, err := canonical.ToTree(s)
	if err != nil {
		t.Fatalf("%v\n%+v", err, s)
	}
	return s, back
}

// Whatever the tree, the shipment says the same, and the tree that comes back is
// the same but for the order of what stands beside one another. That tree is in
// normal form: nothing of it changes any more.
func TestTreesComeBackFromTheirShipments(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tree := trees{rt}.tree()
		_, back := normal(t, tree)
		if diff := cmp.Diff(facts(t, tree), facts(t, back)); diff != "" {
			rt.Fatalf("(-tree +back):\n%s", diff)
		}
		s, again := normal(t, back)
		if diff := cmp.Diff(back, again); diff != "" {
			rt.Fatalf("normal form changes (-once +twice):\n%s", diff)
		}
		if diff := cmp.Diff(s, canonical.FromTree(again)); diff != "" {
			rt.Fatalf("its shipment changes (-once +twice):\n%s", diff)
		}
	})
}
