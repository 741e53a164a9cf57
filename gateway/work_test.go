package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// TestAPanicKillsItsMessageAlone: the message is dead with SYS-PANIC, the stack
// is in the log, and everything else goes on.
func TestAPanicKillsItsMessageAlone(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base(), inject: func(g *Gateway) {
		inner := g.parts.stages[stages.ToMap]
		g.parts.stages[stages.ToMap] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
			if w.Message().Parent != "" && strings.Contains(mustRead(t, ctx, w), "4500000001") {
				panic("a table has no row")
			}
			return inner.Run(ctx, w)
		})
	}})
	r.send(t)
	r.send(t)
	m := r.one(t, spool.Filter{Status: string(spool.Dead)})
	if m.Code != "SYS-PANIC" || !strings.Contains(m.Error, "panic: a table has no row") || m.Hint == "" || m.Stage != stages.ToMap {
		t.Errorf("found %s: %s (%s) at %s", m.Code, m.Error, m.Hint, m.Stage)
	}
	until(t, "the other order is at the ERP", func() bool { return len(r.erp.Journal()) == 1 })
	if code, _ := r.page(t, "/readyz"); code != 200 {
		t.Errorf("/readyz says %d", code)
	}
	lines := r.log.lines(t, "msg", "panic in a stage", "msg_id", m.ID)
	if len(lines) != 1 || !strings.Contains(fmt.Sprint(lines[0]["stack"]), "work_test.go") {
		t.Errorf("found %v, expected one line with the stack", lines)
	}
}

func mustRead(t *testing.T, ctx context.Context, w stages.Work) string {
	f, err := w.Store.Open(ctx, w.Message().Payload)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer f.Close()
	buf := make([]byte, 256)
	n, err := f.Read(buf)
	if err != nil {
		t.Error(err)
	}
	return string(buf[:n])
}

// TestALostLeaseChangesNothing: what a worker brings whose lease ran out is thrown
// away whole, and the work of the one who has it now counts.
func TestALostLeaseChangesNothing(t *testing.T) {
	t.Parallel()
	var g *Gateway
	runs := make(chan int, 2)
	runs <- 1
	taken := make(chan struct{})
	r := begin(t, setup{edits: base(), inject: func(built *Gateway) {
		g = built
		inner := g.parts.stages[stages.ToMap]
		g.parts.stages[stages.ToMap] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
			run := <-runs
			if run > 1 {
				close(taken)
				return inner.Run(ctx, w)
			}
			// As if this worker had been silent for an hour.
			if err := g.Spool().Extend(ctx, spool.Lease{Messages: w.Messages}, -time.Hour); err != nil {
				t.Error(err)
			}
			if n, err := g.Spool().Reap(ctx); err != nil || n != 1 {
				t.Errorf("reaped %d, %v", n, err)
			}
			runs <- 2
			<-taken
			return spool.Outcome{Note: "from the grave", Claims: []spool.Claim{{Key: "grave"}},
				Emit: []spool.Child{{Key: "grave", Kind: "grave", Status: spool.Done}}}, nil
		})
	}})
	r.send(t)
	const lost = "lease lost, another worker has it"
	until(t, "the lease is lost", func() bool { return len(r.log.lines(t, "msg", lost, "stage", "map")) > 0 })
	r.calm(t)
	if found := r.messages(t, spool.Filter{Kind: "grave"}); len(found) > 0 {
		t.Errorf("the lost lease made %+v", found)
	}
	if _, _, held, err := r.Spool().Prior(t.Context(), "grave"); held || err != nil {
		t.Errorf("the lost lease made a claim (%v)", err)
	}
	if n := len(r.erp.Journal()); n != 1 {
		t.Errorf("the ERP has %d orders, expected 1", n)
	}
}

// TestRetries: a failing step is tried again under its schedule, each attempt is
// in the history, and success ends it.
func TestRetries(t *testing.T) {
	t.Parallel()
	trouble := sim.Status(503, "restarting")
	r := begin(t, setup{edits: base(), erp: sim.ERPOptions{Faults: sim.Faults{Script: []sim.Fault{trouble, trouble, trouble}}}})
	r.send(t)
	m := r.one(t, spool.Filter{Kind: stages.KindDocument, Status: string(spool.Done)})
	history, err := r.Spool().History(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, e := range history {
		if e.Code == "" {
			continue
		}
		failures++
		if e.Verb != "deliver" || e.To != spool.Ready || e.Code != "ERP-FAILED" || !strings.Contains(e.Note, "again at") || !strings.Contains(e.Error, "restarting") {
			t.Errorf("found the attempt %+v", e)
		}
	}
	if failures != 3 || m.Attempts != 0 || m.Code != "" || len(r.erp.Journal()) != 1 {
		t.Errorf("found %d failures, %d attempts and %d orders, expected 3, 0 and 1", failures, m.Attempts, len(r.erp.Journal()))
	}
}

// TestRetriesEnd: when the attempts are used up the message is dead with its last
// error, and retry gives it new ones.
func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base(), erp: sim.ERPOptions{Faults: sim.Always(sim.Status(503, "closed for ever"))},
		config: func(c *Config) { c.Retry.Attempts = 3 }})
	r.send(t)
	m := r.one(t, spool.Filter{Status: string(spool.Dead)})
	if m.Attempts != 3 || r.erp.Calls() != 3 || m.Code != "ERP-FAILED" || !strings.Contains(m.Hint, "used up") || !strings.Contains(m.Error, "closed for ever") {
		t.Errorf("found %d attempts, %d calls, %s: %s (%s)", m.Attempts, r.erp.Calls(), m.Code, m.Error, m.Hint)
	}
	r.erp.Use(sim.Faults{})
	if err := r.Spool().Retry(t.Context(), m.ID, "tester", "open again"); err != nil {
		t.Fatal(err)
	}
	until(t, "the order is at the ERP", func() bool { return len(r.erp.Journal()) == 1 })
}

// TestSendingHasItsOwnSchedule: it is the partner's, from its profile.
func TestSendingHasItsOwnSchedule(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: []string{"partners/defaults.yaml", "as2:\n", "as2:\n  retry: { first: 1s, max: 2s, give_up: 10s }\n"}})
	otherwise := DefaultRetry()
	got := sendRetry(r.shelf.Current(), "acme-retail", "997", otherwise)
	if want := (Retry{First: time.Second, Max: 2 * time.Second, Attempts: attemptsWithin(time.Second, 2*time.Second, 10*time.Second)}); got != want {
		t.Errorf("found %+v, expected %+v", got, want)
	}
	if got := sendRetry(r.shelf.Current(), "nobody", "997", otherwise); got != otherwise {
		t.Errorf("a partner without a profile: found %+v", got)
	}
}

// TestStopFinishesWhatRuns: a stop in the middle of a delivery waits for its end;
// what had not begun is taken up by the next start; nothing is lost or doubled.
func TestStopFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base(), erp: sim.ERPOptions{Faults: sim.Always(sim.Slow(400 * time.Millisecond))},
		config: func(c *Config) { c.Workers = 2 }})
	const orders = 6
	for range orders {
		r.send(t)
	}
	until(t, "a delivery is under way", func() bool { return r.erp.Calls() > 0 })
	calls := r.erp.Calls()
	r.halt(t)
	if n := len(r.erp.Journal()); n < calls {
		t.Errorf("%d orders after %d calls: a delivery was cut off", n, calls)
	}
	if res, err := http.Get(r.observe + "/healthz"); err == nil {
		t.Errorf("the pages are still served: %s", errors.Join(errors.New(res.Status), res.Body.Close()))
	}
	s, err := spool.Open(t.Context(), spool.Config{Store: r.config.StorePath(), Dir: r.config.PayloadPath(), Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	running, err := s.List(t.Context(), spool.Filter{Status: string(spool.Running)})
	if err != nil || len(running) > 0 {
		t.Errorf("found %d messages that run, %v; expected none", len(running), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r.erp.Use(sim.Faults{})
	r.ended = make(chan error, 1)
	r.run(t, setup{})
	until(t, "every order is at the ERP", func() bool { return len(r.erp.Journal()) == orders })
	r.calm(t)
	if len(r.erp.Journal()) != orders || len(r.partner.Answers()) != orders {
		t.Errorf("found %d orders and %d acknowledgements, expected %d of each", len(r.erp.Journal()), len(r.partner.Answers()), orders)
	}
}
