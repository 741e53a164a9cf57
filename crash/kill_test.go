//go:build faults

package crash

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"waybill/sim"
	"waybill/spool/spooltest"
)

// times is how often a test does its worst: more by the environment.
func times(t *testing.T, name string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// stores runs a test on each database, side by side: the worlds share nothing, and
// a gateway that starts or sleeps leaves the machine to the other.
func stores(t *testing.T, run func(t *testing.T, store string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, spooltest.Postgres(t)) })
}

// TestKillStorm kills the gateway at random moments under load (plan row 1). The
// ERP commits and then fails in some of its calls, partners send until they have
// a receipt and send some messages again on purpose. The way out is under the same
// load: the ERP answers each order, our own system hands invoices in until it is
// told that they were taken, and partners lose some of what comes and of their
// receipts. In the end everything came, under one identity each.
func TestKillStorm(t *testing.T) {
	stores(t, func(t *testing.T, store string) {
		w := newWorld(t, setting{store: store, outbound: true})
		w.erp.Use(sim.Faults{Seed: 7, Mix: []sim.Share{
			{Of: 0.02, Fault: sim.CloseAfterCommit()}, {Of: 0.02, Fault: sim.Status(503, "restarting")}, {Of: 0.01, Fault: sim.GarbageAfterCommit()},
		}})
		ctx, calm := context.WithCancel(t.Context())
		acked, billed := w.storm(ctx, sim.Storm{Producers: 2}), w.invoices(ctx)
		kills := times(t, "WAYBILL_KILLS", 50)
		for range kills {
			p := w.start()
			w.ready(p, time.Minute)
			w.trouble()
			time.Sleep(80*time.Millisecond + rand.N(600*time.Millisecond))
			p.kill()
		}
		last := w.start()
		w.ready(last, time.Minute)
		calm()
		n, desk := acked(), billed()
		w.wantNothingLost(3 * time.Minute)
		w.calm(time.Minute)
		last.stop()
		w.wantClean()
		w.wantOneIdentityEach(desk)
		t.Logf("%d kills, %d messages acknowledged, %d orders, %d calls of the ERP", kills, n, len(w.erp.Journal()), w.erp.Calls())
		if n < kills || len(desk.taken) < kills {
			t.Errorf("only %d messages were acknowledged and %d invoices taken: the storm was too weak to show anything", n, len(desk.taken))
		}
	})
}
