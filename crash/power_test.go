//go:build faults

package crash

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"waybill/sim"
)

func leftOut(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("left out: " + what)
	}
	t.Skip("left out: " + what)
}

// powerCuts runs a storm with the ERP down, so that everything must survive in
// the spool, and cuts the power again and again. It returns what was lost.
func powerCuts(t *testing.T, inline string, env ...string) (found []sim.Finding, acked int) {
	disk := newLossy(t)
	w := newWorld(t, setting{
		store: "sqlite:" + filepath.Join(disk.mount, "waybill.db"), payloads: filepath.Join(disk.mount, "payloads"), inline: inline,
	})
	w.erp.Use(sim.Always(sim.Down()))
	ctx, calm := context.WithCancel(t.Context())
	defer calm()
	wait := w.storm(ctx, sim.Storm{Producers: 2})
	for range times(t, "WAYBILL_CUTS", 20) {
		p := w.start(env...)
		w.ready(p, time.Minute)
		time.Sleep(150*time.Millisecond + rand.N(600*time.Millisecond))
		p.kill()
		disk.cut()
		disk.up()
	}
	last := w.start(env...)
	w.ready(last, time.Minute)
	calm()
	acked = wait()
	w.erp.Use(sim.Faults{})
	patience := 2 * time.Minute
	if len(env) > 0 {
		patience = 20 * time.Second // what is lost does not come
	}
	found = w.settles(patience)
	if len(env) > 0 {
		last.kill()
		return found, acked
	}
	w.calm(time.Minute)
	last.stop()
	w.wantClean()
	return found, acked
}

// TestPowerCuts loses nothing, with payloads in the row and in files (plan row 2).
func TestPowerCuts(t *testing.T) {
	for name, inline := range map[string]string{"payloads in the row": "", "payloads in files": "256B"} {
		t.Run(name, func(t *testing.T) {
			found, acked := powerCuts(t, inline)
			for _, f := range found {
				t.Error(f)
			}
			t.Logf("%d messages acknowledged, %d findings", acked, len(found))
		})
	}
}

// TestPowerCutsWithoutSync is the negative control: a database that does not
// sync its commits must lose, or the test above could not show anything.
func TestPowerCutsWithoutSync(t *testing.T) {
	found, acked := powerCuts(t, "", "WAYBILL_UNSAFE=1")
	lost := 0
	for _, f := range found {
		if f.Kind == "lost" || f.Kind == "unacknowledged" {
			lost++
		}
	}
	t.Logf("%d messages acknowledged, %d promises broken", acked, lost)
	if lost == 0 {
		t.Error("nothing was lost with synchronous=NORMAL: the test cannot see a missing sync")
	}
}
