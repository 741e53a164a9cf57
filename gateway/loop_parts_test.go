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
