package gateway

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/adapters"
	"waybill/example"
	"waybill/sim"
	"waybill/spool"
	"waybill/spool/spooltest"
	"waybill/stages"
	"waybill/transports"
)

// The ERP is down for ten minutes while orders come from two partners, one of
// which has its order kept. Nothing is lost and nothing comes twice; the ERP is
// hardly asked while it is down, and drains within its rate when it is back.
func TestERPDownUnderLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { erpDown(t, "") })
	t.Run("postgres", func(t *testing.T) { erpDown(t, spooltest.Postgres(t)) })
}

const (
	downFor    = 10 * time.Minute
	downOrders = 300
	downRate   = 10 // per second
	openFor    = 30 * time.Second
)

// outage is one run.
type outage struct {
	*rig
	clock *simulated
	in    inbox
	next  map[string]int      // control number by partner
	sent  map[string][]string // PO numbers by partner
}

func erpDown(t *testing.T, store string) {
	o := beginOutage(t, store)
	o.erp.Use(sim.Always(sim.Down()))
	const step, apart = 250 * time.Millisecond, int(downFor / downOrders / (250 * time.Millisecond))
	for i := range downOrders * apart {
		if i%apart == 0 {
			o.order(t, [2]string{example.Partner, "beta-retail"}[i/apart%2])
		}
		o.pass(t, step)
	}
	o.mapped(t, downOrders)
	o.seenDown(t)
	asked := o.erp.Calls()
	if most := int(downFor/openFor) + 10; asked > most || asked < 10 {
		t.Errorf("the ERP was asked %d times while it was down, expected 10 to %d", asked, most)
	}
	o.erp.Use(sim.Faults{})
	back := o.clock.Now()
	for len(o.erp.Journal()) < downOrders && o.clock.Now().Sub(back) < downFor {
		o.pass(t, 20*time.Millisecond)
	}
	o.calm(t)
	o.arrived(t)
	o.paced(t, back)
	t.Logf("asked %d times while down; %d orders drained in %s of simulated time", asked, downOrders, o.clock.Now().Sub(back))
	o.heldHead(t)
}

func beginOutage(t *testing.T, store string) *outage {
	t.Helper()
	o := &outage{clock: newSimulated(), next: map[string]int{}, sent: map[string][]string{}}
	o.rig = begin(t, setup{
		clock: o.clock, erp: sim.ERPOptions{Now: o.clock.Now},
		edits: append(base(),
			"partners/defaults.yaml", `functional: { send: "997", detail: errors, accept: strict }`, `functional: { send: none }`,
			ConfigFile, "    timeout: 10s", fmt.Sprintf("    timeout: 10s\n    limits: { concurrency: 4, rate: %d/s, breaker: { failures: 5, open_for: %s } }", downRate, openFor)),
		config: func(c *Config) {
			c.Lease, c.Retry = time.Hour, DefaultRetry() // the clock runs fast
			if store != "" {
				c.Store = store
			}
		},
		before: func(dir string) {
			second(t, dir, "ACME_AS2", "BETA_AS2")
			r := rig{dir: dir}
			r.edit(t, "partners/"+example.Partner+".yaml", "to: [erp]", "to: [erp], keep_order: true")
		},
	})
	until(t, "the spool is open", func() bool { return o.Spool() != nil })
	o.in = inbox{spool: o.Spool(), log: o.o.Log, counts: o.counts, order: o.Gateway.order}
	return o
}

// order lets an order come in by a door.
func (o *outage) order(t *testing.T, partner string) {
	t.Helper()
	o.next[partner]++
	spec := sim.Spec{Control: o.next[partner], PO: fmt.Sprintf("%s-%04d", partner, o.next[partner])}
	if partner != example.Partner {
		spec.Sender = "BETARETAIL"
	}
	_, err := o.in.Take(t.Context(), transports.Arrival{Door: "sftp", Partner: partner}, bytes.NewReader(sim.Order850(spec)))
	if err != nil {
		t.Fatal(err)
	}
	o.sent[partner] = append(o.sent[partner], spec.PO)
}

// pass lets time go by, once nothing can be done at the time that it is: nothing
// is under way, and the ERP's guard has no room for what waits.
func (o *outage) pass(t *testing.T, d time.Duration) {
	t.Helper()
	guard := o.parts.guards.of["erp"]
	due := func() bool {
		for _, m := range o.messages(t, spool.Filter{Stage: string(stages.ToDeliver), Status: string(spool.Ready), Limit: 2 * downOrders}) {
			if !m.RunAt.After(o.clock.Now()) {
				return true
			}
		}
		return false
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		n, _, probe := guard.Room(0)
		if guard.State().Running == 0 && (n == 0 || !probe && !due()) {
			break
		}
	}
	o.clock.add(d)
}

// mapped waits until so many documents wait for the ERP.
func (o *outage) mapped(t *testing.T, n int) {
	t.Helper()
	until(t, "every order waits for the ERP", func() bool {
		waiting, err := o.Spool().Waiting(t.Context(), stages.ToDeliver)
		if err != nil {
			t.Fatal(err)
		}
		return len(waiting) == 1 && waiting[0].Group == "to:erp" && waiting[0].Ready == n
	})
}

// seenDown looks at what an operator sees while the ERP is down.
func (o *outage) seenDown(t *testing.T) {
	t.Helper()
	gates, err := o.Spool().Gates(t.Context())
	if err != nil || len(gates) != 1 || gates[0].Name != "to:erp" || gates[0].State != adapters.Open || !strings.Contains(gates[0].Reason, "no answer") {
		t.Errorf("gates %+v, %v", gates, err)
	}
	if _, text := o.page(t, "/metrics"); !strings.Contains(text, `waybill_target_breaker{state="open",target="erp"} 1`) {
		t.Error("the metrics do not say that the breaker is open")
	}
	opened := o.log.lines(t, "msg", "a system is left alone", "target", "erp", "code", "ERP-PAUSED")
	if len(opened) < 10 {
		t.Errorf("the log says %d times that the ERP is left alone", len(opened))
	}
	st, err := ReadStatus(t.Context(), o.Spool(), o.config)
	if err != nil || len(st.Systems) != 1 || st.Systems[0].Breaker != adapters.Open || st.Systems[0].Reason == "" || st.Systems[0].Waiting != downOrders ||
		len(st.Heads) != 1 || st.Heads[0].Behind != downOrders/2-1 || st.Heads[0].Code != "ERP-CONNECT" || st.Heads[0].Error == "" {
		t.Errorf("the status is %+v, %v", st, err)
	}
	heads, err := o.Spool().Heads(t.Context())
	if err != nil || len(heads) != 1 || heads[0].Behind != downOrders/2-1 || heads[0].Message.Partner != example.Partner {
		t.Fatalf("heads %+v, %v", heads, err)
	}
	for _, m := range o.messages(t, spool.Filter{Stage: string(stages.ToDeliver), Limit: 2 * downOrders}) {
		if before, blocked, err := o.Spool().Blocker(t.Context(), m); err != nil ||
			blocked != (m.Partner == example.Partner && m.ID != heads[0].Message.ID) || blocked && m.OrderSeq <= before.OrderSeq {
			t.Fatalf("%s waits for %q, %v", m.ID, before.ID, err)
		}
		if m.Attempts > 20 {
			t.Errorf("%s has used up %d attempts", m.ID, m.Attempts)
		}
	}
}

// arrived compares what came to the ERP with what was sent.
func (o *outage) arrived(t *testing.T) {
	t.Helper()
	got := map[string][]string{}
	for _, order := range o.erp.Journal() {
		got[order.Partner] = append(got[order.Partner], order.PO)
		if order.Calls != 1 || order.Conflicts != 0 {
			t.Errorf("%s came %d times, %d with other content", order.PO, order.Calls, order.Conflicts)
		}
	}
	slices.Sort(got["beta-retail"]) // whose order is not kept
	if diff := cmp.Diff(o.sent, got); diff != "" {
		t.Errorf("at the ERP (+) and sent (-):\n%s", diff)
	}
}

// paced holds the times of arrival against the rate and against idling.
func (o *outage) paced(t *testing.T, back time.Time) {
	t.Helper()
	journal := o.erp.Journal()
	for i, first := range journal {
		for j := i; j < len(journal) && journal[j].At.Before(first.At.Add(time.Second)); j++ {
			if n := j - i + 1; n > downRate {
				t.Fatalf("%d orders within a second from %s", n, first.At.Sub(back))
			}
		}
	}
	ideal := openFor + downOrders*time.Second/downRate
	if took := journal[len(journal)-1].At.Sub(back); took > ideal+ideal/10 {
		t.Errorf("it took %s to drain, expected about %s", took, ideal)
	}
}

// heldHead: an order that a person must decide on stops those behind it, and only
// those; and they say for whom they wait.
func (o *outage) heldHead(t *testing.T) {
	t.Helper()
	o.erp.Use(sim.Faults{Script: []sim.Fault{sim.Status(422, "unknown customer")}})
	o.order(t, example.Partner)
	step := func(what string, holds func() bool) {
		t.Helper()
		until(t, what, func() bool { o.clock.add(50 * time.Millisecond); return holds() })
	}
	var head spool.Message
	step("the first is held", func() bool {
		held := o.messages(t, spool.Filter{Status: string(spool.Held)})
		if len(held) == 1 {
			head = held[0]
		}
		return len(held) == 1
	})
	o.order(t, example.Partner)
	o.order(t, "beta-retail")
	o.order(t, example.Partner)
	step("the other partner's arrived", func() bool { return len(o.erp.Journal()) == downOrders+1 })
	step("two are behind the head", func() bool {
		heads, err := o.Spool().Heads(t.Context())
		return err == nil && len(heads) == 1 && heads[0].Behind == 2 && heads[0].Message.ID == head.ID && heads[0].Message.Code == "ERP-REJECTED"
	})
	if err := o.Spool().Retry(t.Context(), head.ID, "ann", "the customer is known now"); err != nil {
		t.Fatal(err)
	}
	step("all arrived", func() bool { return len(o.erp.Journal()) == downOrders+4 })
	o.calm(t)
	o.arrived(t)
}
