package canonical_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/canonical"
)

func TestTheGoldenReportComesBackFromItsGroups(t *testing.T) {
	doc := goldens(t)["warehouse-shipment"]
	s := typed(t, doc.Kind, doc.Body).(*canonical.Shipment)
	tree, err := canonical.ToWarehouseTree(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Groups) != 1 || len(tree.Groups[0].Lines) != 2 || len(tree.Groups[0].Lines[1].Plates) != 4 || len(tree.Groups[0].Units) != 1 {
		t.Errorf("found %+v; expected one group on one pallet, the second line on four cartons", tree.Groups)
	}
	got := canonical.FromWarehouseTree(tree)
	if diff := cmp.Diff(s.Units, got.Units); diff != "" {
		t.Errorf("units (-shipment +from its groups):\n%s", diff)
	}
	got.Lines[1].Short = s.Lines[1].Short // computed
	if diff := cmp.Diff(s, got); diff != "" {
		t.Errorf("(-shipment +from its groups):\n%s", diff)
	}
}

// groups draws reports: groups with and without units, lines with and without
// plates, cartons of several lines.
func (d trees) groups() *canonical.WarehouseShipmentTree {
	t := &canonical.WarehouseShipmentTree{CustomerOrderNumber: rapid.SampledFrom([]string{"", "PO1"}).Draw(d.T, "po")}
	t.ShipmentID, t.Groups = "S1", []canonical.WarehouseTree{}
	plate := 0
	for n := range d.few("groups") {
		g := canonical.WarehouseTree{Group: fmt.Sprint(n + 1)}
		for range d.few("units") {
			g.Units = append(g.Units, canonical.UnitMarks{Tracking: fmt.Sprint("T", n, len(g.Units))})
		}
		plated := len(g.Units) < 2 && rapid.Bool().Draw(d.T, "plated")
		for range 1 + d.few("lines") {
			l := canonical.WarehouseShipped{ShippedGoods: d.item().ShippedGoods, Shipped: &canonical.Quantity{Value: "99", Unit: "EA"}}
			l.WarehouseLine = rapid.SampledFrom([]string{"", "7"}).Draw(d.T, "line echoed")
			for range 1 + d.few("plates") {
				if plate += d.few("next"); plated {
					l.Plates = append(l.Plates, canonical.Plate{Number: fmt.Sprint("LP", n, "-", plate), Quantity: "3"})
				}
			}
			g.Lines = append(g.Lines, l)
		}
		t.Groups = append(t.Groups, g)
	}
	return t
}

// A report whose lines all stand on plates or none do comes back as it was.
func TestGroupsComeBackFromTheirShipments(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tree := trees{rt}.groups()
		s := canonical.FromWarehouseTree(tree)
		back, err := canonical.ToWarehouseTree(s)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(tree, back); diff != "" {
			rt.Fatalf("(-groups +back):\n%s", diff)
		}
		if diff := cmp.Diff(s, canonical.FromWarehouseTree(back)); diff != "" {
			rt.Fatalf("(-shipment +again):\n%s", diff)
		}
	})
}

func TestToWarehouseTreeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		s    canonical.Shipment
		says string
	}{
		"two orders":     {canonical.Shipment{Orders: make([]canonical.ShipmentOrder, 2)}, "orders: found 2; expected one"},
		"a deep unit":    {canonical.Shipment{Units: []canonical.HandlingUnit{{UnitID: "1"}, {UnitID: "2", Parent: "1", UnitMarks: canonical.UnitMarks{SSCC: "006141410005521000"}}, {UnitID: "3", Parent: "2"}}}, "units[2]: has no place in a 945"},
		"no such line":   {canonical.Shipment{Units: []canonical.HandlingUnit{{UnitID: "1", Contents: []canonical.Content{{LineID: "9"}}}}}, `contents[0].lineId: found "9"`},
		"a plate's text": {canonical.Shipment{Units: []canonical.HandlingUnit{{UnitID: "1", LinePlate: true, UnitMarks: canonical.UnitMarks{Tracking: "1Z"}}}}, "units[0]: has no place"},
	} {
		if _, err := canonical.ToWarehouseTree(&c.s); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; expected …%s…", name, err, c.says)
		}
	}
}

// A group of many units and many lines says nothing of which holds which; it is no
// way to make us write a list of all pairs.
func TestAGroupOfManyUnitsAndLinesIsBounded(t *testing.T) {
	g := canonical.WarehouseTree{Units: make([]canonical.UnitMarks, 5000), Lines: make([]canonical.WarehouseShipped, 5000)}
	s := canonical.FromWarehouseTree(&canonical.WarehouseShipmentTree{Groups: []canonical.WarehouseTree{g}})
	contents := 0
	for _, u := range s.Units {
		contents += len(u.Contents)
	}
	if len(s.Lines) != 5000 || len(s.Units) != 5000 || contents != 200_000 {
		t.Errorf("found %d lines, %d units, %d contents", len(s.Lines), len(s.Units), contents)
	}
}
