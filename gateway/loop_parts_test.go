package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
)

// Several 945s for one 940: each shipment is announced and billed for itself, and
// together they are what was ordered, less what is short.
func TestOrderToCashInTwoShipments(t *testing.T) {
	t.Parallel()
	l := beginLoopWith(t, sim.CounterpartOptions{Warehouse: true, Parts: 2, Short: map[string]int{"SKU-93731": 24}})
	if err := l.buyer.Place(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), "po.edi"); err != nil {
		t.Fatal(err)
	}
	l.turn(t, func() bool {
		return l.settled(t, "4500012345") && len(sim.Sets(l.buyer.Books().Got, "856")) == 2 && len(sim.Sets(l.buyer.Books().Got, "810")) == 2
	})
	if diff := cmp.Diff([]string{"810", "810", "855", "856", "856"}, setsOf(l.buyer)); diff != "" {
		t.Errorf("the buyer has %s", diff)
	}
	thread, err := ReadThread(t.Context(), l.Spool(), "4500012345")
	if err != nil {
		t.Fatal(err)
	}
	events := map[string]int{}
	for _, e := range thread.Events {
		events[e.Event]++
	}
	if diff := cmp.Diff(map[string]int{"part shipped": 1, "short pick": 1}, events); diff != "" {
		t.Errorf("the thread tells %v: %s", thread.Events, diff)
	}
	buyer, warehouse := l.buyer.Books(), l.shipper.Books()
	for _, b := range []sim.Books{buyer, warehouse} {
		if wrong := b.Audit(); len(wrong) > 0 {
			t.Errorf("the books of %s: %q", b.Partner, wrong)
		}
	}
	reports := sim.Sets(warehouse.Sent, "945")
	shipped, ordered := count(t, reports...), count(t, sim.Sets(buyer.Sent, "850")...)
	last := count(t, reports[len(reports)-1])
	for _, pieces := range []struct {
		what        string
		found, want string
	}{
		{"ordered", ordered.Pieces().String(), "2568"}, {"shipped", shipped.Pieces().String(), "2544"}, {"short in the end", last.Missing().String(), "24"},
	} {
		if pieces.found != pieces.want {
			t.Errorf("%s: found %s pieces, expected %s", pieces.what, pieces.found, pieces.want)
		}
	}
	for _, id := range []string{"856", "810"} {
		if wrong := count(t, sim.Sets(buyer.Got, id)...).Differs(shipped); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	for _, bill := range sim.Sets(buyer.Got, "810") {
		if wrong := count(t, bill).Unsound(); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
}

// What the warehouse ships otherwise than ordered, short, over and in place of
// something else, is announced and billed as it was shipped, and the thread tells it
// line by line.
func TestOrderToCashShippedOtherwise(t *testing.T) {
	t.Parallel()
	l := beginLoopWith(t, sim.CounterpartOptions{
		Warehouse: true, Short: map[string]int{"SKU-93731": 24}, Over: map[string]int{"SKU-61088": 6}, Substitutes: map[string]string{"SKU-93731": "SKU-99999"},
	})
	if err := l.buyer.Place(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), "po.edi"); err != nil {
		t.Fatal(err)
	}
	l.turn(t, func() bool { return l.settled(t, "4500012345") })
	shipped := count(t, sim.Sets(l.shipper.Books().Sent, "945")...)
	if shipped.Quantities["SKU-99999"].String() != "24" || shipped.Pieces().String() != "2574" {
		t.Fatalf("shipped %v", shipped)
	}
	for _, id := range []string{"856", "810"} {
		if wrong := count(t, sim.Sets(l.buyer.Books().Got, id)...).Differs(shipped); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	thread, err := ReadThread(t.Context(), l.Spool(), "4500012345")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range thread.Events {
		told = append(told, e.Document+" "+e.Event+": "+e.Text)
	}
	if diff := cmp.Diff([]string{
		"945 short pick: line 2 SKU-93731: ordered 684 EA, shipped 660 EA, short 24 EA, cancelled 24 EA",
		"945 over shipment: line 1 SKU-61088: ordered 840 EA, shipped 846 EA, over 6 EA",
		"945 substitution: line 2 SKU-99999: shipped 24 EA, in place of SKU-93731",
	}, told); diff != "" {
		t.Errorf("the thread tells %s", diff)
	}
}

func count(t *testing.T, sets ...sim.ReceivedSet) sim.Tally {
	t.Helper()
	if len(sets) == 0 {
		t.Fatal("there are no sets to count")
	}
	tally, err := sim.Count(sets...)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}
