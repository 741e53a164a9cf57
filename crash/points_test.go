//go:build faults

package crash

import (
	"context"
	"fmt"
	"testing"
	"time"

	"waybill/sim"
)

// points are the crash points of the gateway: after each write, sync, rename,
// directory sync and commit of the spool, after each stage (the ERP has answered,
// a set is composed, an envelope has its numbers, the partner has answered, nothing
// of it is recorded yet), between the numbers of an interchange and of its group,
// after the answer to a partner, and after a document is stored of which its system
// was not told yet.
func points() []string {
	return []string{
		"payload-written", "payload-synced", "payload-renamed", "payload-dir-synced", "db-written", "db-committed",
		"accepted", "released", "finished", "answered", "taken", "numbered",
		"ran-decode", "ran-map", "ran-deliver", "ran-compose", "ran-envelope", "ran-send",
	}
}

// TestCrashPoints ends the process at every crash point, twice in a row and at a
// later visit (plan row 3).
func TestCrashPoints(t *testing.T) {
	stores(t, func(t *testing.T, store string) {
		w := newWorld(t, setting{store: store, inline: "256B", outbound: true}) // so that payloads stand in files
		ctx, calm := context.WithCancel(t.Context())
		defer calm()
		acked, billed := w.storm(ctx, sim.Storm{Producers: 2}), w.invoices(ctx)
		for _, point := range points() {
			for _, visit := range []int{1, 1, 5} {
				w.crashAt(fmt.Sprintf("%s:%d", point, visit))
			}
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
		t.Logf("%d crash points, %d messages acknowledged", 3*len(points()), n)
	})
}

// crashAt lets the gateway live until it comes to the point.
func (w *world) crashAt(point string) {
	w.t.Helper()
	p := w.start("WAYBILL_CRASH_AT=" + point)
	select {
	case <-p.ended:
		if code := p.cmd.ProcessState.ExitCode(); code != crashed {
			w.t.Errorf("at %s the gateway ended with %d, expected %d\n%s", point, code, crashed, tail(p.log.Bytes()))
		}
	case <-time.After(time.Minute):
		w.t.Errorf("the gateway never came to %s", point)
		p.kill()
	}
}

// crashed is the exit code of a process that ended at its crash point.
const crashed = 137
