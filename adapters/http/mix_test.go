package http

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"waybill/adapters/adaptertest"
	"waybill/sim"
)

// RELIABILITY row 7: whatever mix of faults an ERP has, each document that is
// tried until it is accepted becomes exactly one order, and no attempt is made
// behind our back.
func TestMixOfFaults(t *testing.T) {
	const documents, workers = 200, 4
	after := sim.TimeoutAfterCommit()
	after.End, after.Delay = sim.Closes, time.Millisecond // as a time-out, in less time
	e, err := sim.OpenERP(sim.ERPOptions{Faults: sim.Faults{Seed: 7, Mix: []sim.Share{
		{Of: .1, Fault: sim.Down()}, {Of: .1, Fault: sim.Status(500, "x")}, {Of: .1, Fault: sim.Busy("1")}, {Of: .1, Fault: sim.Garbage()},
		{Of: .1, Fault: sim.GarbageAfterCommit()}, {Of: .1, Fault: sim.CloseAfterCommit()}, {Of: .1, Fault: after},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	tg := target(t, e.URL(), func(*Config) {})
	attempts := make(chan int, workers)
	references := make(chan string, documents)
	for w := range workers {
		go func() {
			made := 0
			for i := w; i < documents; i += workers {
				n, ref := untilAccepted(context.WithoutCancel(t.Context()), t, tg, fmt.Sprint(i))
				made += n
				references <- ref
			}
			attempts <- made
		}()
	}
	total := 0
	for range workers {
		total += <-attempts
	}
	known := map[string]bool{}
	for _, o := range e.Journal() {
		known[o.Reference] = true
		if o.Conflicts != 0 {
			t.Errorf("order %s came with another body", o.Key)
		}
	}
	for range documents {
		if ref := <-references; !known[ref] {
			t.Errorf("the reference %q is not the ERP's, or was returned twice", ref)
		} else {
			known[ref] = false
		}
	}
	if n := len(e.Journal()); n != documents || e.Calls() != total || total < documents*3/2 {
		t.Errorf("%d orders of %d documents; %d calls in %d attempts", n, documents, e.Calls(), total)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// untilAccepted tries as the spool does, without its pauses.
func untilAccepted(ctx context.Context, t *testing.T, tg *Target, number string) (attempts int, ref string) {
	for attempts = 1; attempts < 1000; attempts++ {
		ref, _, err := tg.Deliver(ctx, adaptertest.Document(number))
		if err == nil {
			return attempts, ref
		}
		var f *failure
		if !errors.As(err, &f) || !f.Temporary() {
			t.Errorf("document %s would be held: %v", number, err)
			return attempts, ""
		}
	}
	t.Errorf("document %s was never accepted", number)
	return attempts, ""
}
