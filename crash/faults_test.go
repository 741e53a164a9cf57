//go:build faults

package crash

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"waybill/sim"
	"waybill/spool/spooltest"
)

// TestDiskFull fills the disk under load and makes room later (plan row 4):
// nothing is acknowledged that is not stored, and it mends itself.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		leftOut(t, "a full disk needs root, to mount a small one")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=12m"); err != nil {
		leftOut(t, "a full disk needs a tmpfs: "+err.Error())
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	w := newWorld(t, setting{store: "sqlite:" + filepath.Join(disk, "waybill.db"), payloads: filepath.Join(disk, "payloads")})
	p := w.start()
	w.ready(p, time.Minute)
	ctx, calm := context.WithCancel(t.Context())
	defer calm()
	acked := w.storm(ctx, sim.Storm{Producers: 2, Lines: 150}) // 20 kB each
	full := false
	for range 600 {
		time.Sleep(100 * time.Millisecond)
		if strings.Contains(p.output(), "full") || strings.Contains(p.output(), "no space left") {
			full = true
			break
		}
	}
	if !full {
		t.Fatal("the disk never became full")
	}
	time.Sleep(3 * time.Second)
	p.kill() // a start on a full disk must not end the process
	p = w.start()
	time.Sleep(2 * time.Second)
	select {
	case <-p.ended:
		t.Fatalf("the gateway ended on a full disk:\n%s", tail(p.log.Bytes()))
	default:
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=400m"); err != nil {
		t.Fatal(err)
	}
	w.ready(p, time.Minute)
	time.Sleep(2 * time.Second)
	calm()
	n := acked()
	w.wantNothingLost(2 * time.Minute)
	w.calm(time.Minute)
	p.stop()
	w.wantClean()
	t.Logf("%d messages acknowledged", n)
}

// TestDatabaseDown starts without a database, and has it go away as a crash does,
// again and again, and drop its connections in the middle of commits (plan row 6).
func TestDatabaseDown(t *testing.T) {
	server := spooltest.StartPostgres(t)
	store := server.Database(t)
	must(t, func() error { return server.Stop("fast") })
	w := newWorld(t, setting{store: store})
	p := w.start()
	time.Sleep(time.Second)
	select {
	case <-p.ended:
		t.Fatalf("the gateway ended while its database was down:\n%s", tail(p.log.Bytes()))
	default:
	}
	server.Start(t)
	w.ready(p, time.Minute)
	ctx, calm := context.WithCancel(t.Context())
	defer calm()
	acked := w.storm(ctx, sim.Storm{Producers: 2})
	for n := range times(t, "WAYBILL_RESTARTS", 6) {
		time.Sleep(700 * time.Millisecond)
		if n%2 == 0 {
			must(t, func() error { return server.Stop("immediate") })
			server.Start(t)
			continue
		}
		disconnect(t, store)
	}
	w.ready(p, time.Minute)
	time.Sleep(time.Second)
	calm()
	n := acked()
	w.wantNothingLost(2 * time.Minute)
	p.stop()
	// An arrival whose database went away before its release is nobody's: its partner
	// has no receipt. Its lease would end it, and so does the node's next start.
	p = w.start()
	w.ready(p, time.Minute)
	w.calm(time.Minute)
	p.stop()
	w.wantClean()
	t.Logf("%d messages acknowledged", n)
}

// disconnect ends every connection to the database, in the middle of whatever it does.
func disconnect(t *testing.T, store string) {
	t.Helper()
	db, err := sqlx.ConnectContext(t.Context(), "postgres", store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
}

// TestERPInTrouble has most calls go wrong in every way there is (plan row 7).
func TestERPInTrouble(t *testing.T) {
	w := newWorld(t, setting{})
	w.change("waybill.yaml", func(s string) string { return strings.Replace(s, "timeout: 10s", "timeout: 500ms", 1) })
	w.erp.Use(sim.Faults{Seed: 3, Mix: []sim.Share{
		{Of: 0.1, Fault: sim.Down()}, {Of: 0.05, Fault: sim.Slow(time.Second)}, {Of: 0.1, Fault: sim.Status(500, "trouble")},
		{Of: 0.05, Fault: sim.Busy("1")}, {Of: 0.1, Fault: sim.TimeoutAfterCommit()}, {Of: 0.1, Fault: sim.CloseAfterCommit()},
		{Of: 0.05, Fault: sim.Garbage()}, {Of: 0.05, Fault: sim.GarbageAfterCommit()},
	}})
	p := w.start()
	w.ready(p, time.Minute)
	acked := w.storm(t.Context(), sim.Storm{Producers: 4, Orders: times(t, "WAYBILL_ORDERS", 150)})
	n := acked()
	w.erp.Use(sim.Faults{})
	w.wantNothingLost(3 * time.Minute)
	w.calm(time.Minute)
	p.stop()
	w.wantClean()
	t.Logf("%d messages acknowledged, %d calls of the ERP for %d orders", n, w.erp.Calls(), len(w.erp.Journal()))
	if w.erp.Calls() <= len(w.erp.Journal()) {
		t.Error("no call was repeated: the faults did not bite")
	}
}

// TestDuplicatesOnTwoNodes sends every message to both nodes of one database at
// once (plan row 8).
func TestDuplicatesOnTwoNodes(t *testing.T) {
	w := newWorld(t, setting{store: spooltest.Postgres(t)})
	other := w.secondNode()
	a, b := w.start(), other.start()
	w.ready(a, time.Minute)
	other.ready(b, time.Minute)
	p := w.partners[0]
	for n := 1; n <= 25; n++ {
		body := sim.Order850(sim.Spec{Sender: p.AS2(), Control: n, PO: p.AS2() + "-" + time.Now().Format("150405.000000")})
		how := sim.How{MessageID: time.Now().Format("20060102150405.000000000") + "@" + p.Name()}
		var mu sync.Mutex
		contents := map[string]bool{}
		var wait sync.WaitGroup
		for i := range 6 {
			to := []string{w.as2, other.as2}[i%2]
			wait.Go(func() {
				s, err := other.client(p, to).Deliver(t.Context(), body, how)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || !s.Accepted() {
					t.Errorf("message %s by %s: %v, %q", how.MessageID, to, err, s.Disposition)
				}
				contents[string(s.MDN)] = true
			})
		}
		wait.Wait()
		if len(contents) != 1 {
			t.Errorf("message %s got %d different receipts, expected one", how.MessageID, len(contents))
		}
	}
	deadline := time.Now().Add(time.Minute)
	for len(w.erp.Journal()) < 25 && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(time.Second) // for what should not come
	if n := len(w.erp.Journal()); n != 25 {
		t.Errorf("the ERP has %d orders, expected 25", n)
	}
	w.calm(time.Minute)
	a.stop()
	b.stop()
	w.wantClean()
}

// TestNodeThatSleeps stops one of two nodes for longer than its leases, again and
// again, and lets it go on (plan row 13): what it finishes then is refused.
func TestNodeThatSleeps(t *testing.T) {
	w := newWorld(t, setting{store: spooltest.Postgres(t)})
	w.change("waybill.yaml", func(s string) string { return s + "lease: 1s\n" })
	other := w.secondNode()
	a, b := w.start(), other.start()
	w.ready(a, time.Minute)
	other.ready(b, time.Minute)
	ctx, calm := context.WithCancel(t.Context())
	defer calm()
	acked := w.storm(ctx, sim.Storm{Producers: 2})
	for range times(t, "WAYBILL_NAPS", 8) {
		time.Sleep(500 * time.Millisecond)
		must(t, func() error { return b.cmd.Process.Signal(syscall.SIGSTOP) })
		time.Sleep(3 * time.Second)
		must(t, func() error { return b.cmd.Process.Signal(syscall.SIGCONT) })
	}
	calm()
	n := acked()
	w.wantNothingLost(2 * time.Minute)
	w.calm(time.Minute)
	a.stop()
	b.stop()
	w.wantClean()
	if !strings.Contains(b.output(), "lease lost") {
		t.Log("no lease was lost in the middle of a step this time")
	}
	t.Logf("%d messages acknowledged", n)
}
