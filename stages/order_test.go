package stages_test

import (
	"testing"

	"pgregory.net/rapid"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// Places are those of files in the order in which they came, and within a file
// those of its sets, wherever the file is cut into interchanges.
func TestPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(1_700_000_000_000, 4_300_000_000_000) // to the year 2106
		a, b := stages.FileNumber(at.Draw(t, "a")), stages.FileNumber(at.Draw(t, "b"))
		offset := rapid.Int64Range(0, 1<<40)
		first, second := offset.Draw(t, "first"), offset.Draw(t, "second")
		if stages.FileAt(stages.Place(a, first)) != a {
			t.Fatal("the file is not found again")
		}
		if a < b && stages.Place(a, first) >= stages.Place(b, second) {
			t.Fatal("a file that came later stands first")
		}
		if first+16 <= second && second < 1<<28 && stages.Place(a, first) >= stages.Place(a, second) {
			t.Fatal("a set behind another stands first")
		}
	})
}

func keepOrder() []string {
	return append(base(), "partners/acme-retail.yaml", "to: [erp]", "to: [erp, wms], keep_order: true")
}

// Where the agreement keeps the order, each set has its place, and what is made of
// it has the same place in an order of each system.
func TestKeptOrder(t *testing.T) {
	r := newRig(t, keepOrder()...)
	m := r.arrive("M1", order())
	m.OrderKey, m.OrderSeq = stages.FilesOf("acme-retail"), stages.Place(77, 0)
	set := only(t, r.run(t, r.decode(), m), stages.KindSet)
	if set.OrderKey != "acme-retail" || set.OrderSeq != stages.Place(77, set.Payload.Offset) {
		t.Fatalf("the set stands in the order of %q at %d", set.OrderKey, set.OrderSeq)
	}
	w := r.child(m, set)
	w.OrderKey, w.OrderSeq = set.OrderKey, set.OrderSeq
	o := r.run(t, r.mapping(), w)
	if len(o.Emit) != 2 {
		t.Fatalf("found %+v", o)
	}
	for i, want := range []string{"acme-retail to:erp", "acme-retail to:wms"} {
		if c := o.Emit[i]; c.OrderKey != want || c.OrderSeq != set.OrderSeq {
			t.Errorf("stands in the order of %q at %d, expected %q at %d", c.OrderKey, c.OrderSeq, want, set.OrderSeq)
		}
	}
}

// A file that came before anybody asked for an order is placed by its time; where
// nobody asks, there is no order.
func TestPlaceWithoutOne(t *testing.T) {
	r := newRig(t, keepOrder()...)
	m := r.arrive("M1", order())
	m.CreatedAt = now()
	set := only(t, r.run(t, r.decode(), m), stages.KindSet)
	if want := stages.Place(stages.FileNumber(now().UnixMilli()), set.Payload.Offset); set.OrderSeq != want || set.OrderKey == "" {
		t.Errorf("the set stands in the order of %q at %d, expected %d", set.OrderKey, set.OrderSeq, want)
	}
	free := newRig(t, base()...)
	if set := only(t, free.run(t, free.decode(), free.arrive("M1", order())), stages.KindSet); set.OrderKey != "" {
		t.Errorf("the set stands in the order of %q", set.OrderKey)
	}
}

// The interchanges of one file keep their places among the partner's files, and a
// file that is held lets the others go on.
func TestFilesInOrder(t *testing.T) {
	r := newRig(t, keepOrder()...)
	m := r.arrive("M1", append(sim.Order850(sim.Spec{Control: 1}), sim.Order850(sim.Spec{Control: 2})...))
	m.OrderKey, m.OrderSeq = stages.FilesOf("acme-retail"), stages.Place(77, 0)
	o := r.run(t, r.decode(), m)
	if len(o.Emit) != 2 || o.Emit[0].OrderKey != m.OrderKey || o.Emit[1].OrderKey != m.OrderKey ||
		o.Emit[0].OrderSeq >= o.Emit[1].OrderSeq || stages.FileAt(o.Emit[1].OrderSeq) != 77 {
		t.Errorf("found %+v", o.Emit)
	}
	if o := r.run(t, r.decode(), r.arrive("M2", sim.Order850(sim.Spec{Usage: "T"}))); o.Status != spool.Held || !o.Passed {
		t.Errorf("found %+v, expected that it is held and passed", o)
	}
}
