// Package adaptertest is the conformance suite of adapters that hand orders to
// an ERP: whatever goes wrong between the two, the ERP ends with exactly one
// order for a key, and the adapter never says that an order arrived that did not.
package adaptertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"waybill/adapters"
	"waybill/canonical"
	"waybill/sim"
)

// Patience is the time-out of one attempt that the target under test should
// have: the slow ERP of the suite answers within it, the hanging one does not.
const Patience = 1000 * time.Millisecond

// Opener returns a target that delivers to erp with a time-out of Patience for
// each attempt.
type Opener func(t *testing.T, erp *sim.ERP) adapters.Target

// Run runs the suite against an ERP that asks nobody who it is.
func Run(t *testing.T, open Opener) { RunWith(t, sim.ERPOptions{}, open) }

// RunWith runs the suite against an ERP of the options, which may say how it is to
// be known and whom it lets in.
func RunWith(t *testing.T, o sim.ERPOptions, open Opener) {
	s := suite{o, open}
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			o := s.options
			o.Repeat = c.repeat
			erp := openERP(t, o)
			erp.Use(sim.Faults{Script: c.script})
			run(t, erp, open(t, erp), c)
		})
	}
	t.Run("cancelled", s.cancelled)
	t.Run("cancelled while it waits", s.cancelledWaiting)
	t.Run("keys apart", s.keysApart)
	t.Run("one key at once", s.oneKey)
}

// suite is one run.
type suite struct {
	options sim.ERPOptions
	open    Opener
}

// outcome is what an attempt must come to.
type outcome string

const (
	accepted  outcome = "accepted"
	temporary outcome = "temporary"
	permanent outcome = "permanent"
)

// row is one case: the faults in their order and what each attempt comes to.
type row struct {
	name    string
	repeat  int // the ERP's answer to a key that it has
	script  []sim.Fault
	want    []outcome
	orders  int // at the ERP in the end
	between int // orders at the ERP before the last attempt
}

func cases() []row {
	again := func(name string, f sim.Fault, taken int) row {
		return row{name: name, script: []sim.Fault{f}, want: []outcome{temporary, accepted}, orders: 1, between: taken}
	}
	held := func(status int, text string) row {
		return row{name: fmt.Sprintf("refused with %d", status), script: []sim.Fault{sim.Status(status, text)}, want: []outcome{permanent}}
	}
	return []row{
		{name: "accepted once", want: []outcome{accepted}, orders: 1},
		{name: "same key again, answered 409", want: []outcome{accepted, accepted, accepted}, orders: 1, between: 1},
		{name: "same key again, answered 200", repeat: 200, want: []outcome{accepted, accepted}, orders: 1, between: 1},
		{name: "slow", script: []sim.Fault{sim.Slow(Patience / 10)}, want: []outcome{accepted}, orders: 1},
		again("down", sim.Down(), 0),
		again("too slow", sim.Fault{Delay: time.Hour}, 0),
		again("500", sim.Status(500, "out of order"), 0),
		again("503", sim.Status(503, "closed for the night"), 0),
		again("408", sim.Status(408, ""), 0),
		again("425", sim.Status(425, ""), 0),
		again("429", sim.Busy("1"), 0),
		again("garbage", sim.Garbage(), 0),
		again("garbage after commit", sim.GarbageAfterCommit(), 1),
		again("closed after commit", sim.CloseAfterCommit(), 1),
		again("time-out after commit", sim.TimeoutAfterCommit(), 1),
		again("endless answer after commit", endless(), 1),
		{name: "redirect", script: []sim.Fault{redirect()}, want: []outcome{permanent}},
		held(400, "the date is wrong"),
		held(404, "no such page"),
		held(409, "another order has this number"),
		held(422, "the customer is unknown"),
		{name: "everything, one after another", orders: 1, between: 1,
			script: []sim.Fault{sim.Down(), sim.Status(500, ""), sim.Garbage(), sim.Busy("1"), sim.TimeoutAfterCommit(), sim.GarbageAfterCommit(), sim.CloseAfterCommit(), sim.Down()},
			want:   []outcome{temporary, temporary, temporary, temporary, temporary, temporary, temporary, temporary, accepted}},
	}
}

// endless answers with more than anybody should read, after it took the order.
func endless() sim.Fault {
	return sim.Fault{Name: "endless", Takes: true, End: sim.Says, Status: 200, Body: `{"reference":"SO-1","more":"` + strings.Repeat("x", 16<<20) + `"}`}
}

// redirect points at the ERP itself: whoever follows hands over a second time.
func redirect() sim.Fault {
	f := sim.Status(307, "")
	f.Header = http.Header{"Location": {"/orders"}}
	return f
}

// run delivers as often as the case says and looks into the ERP.
func run(t *testing.T, erp *sim.ERP, target adapters.Target, c row) {
	doc := Document("1")
	for i, want := range c.want {
		if last := i == len(c.want)-1; last && i > 0 && len(erp.Journal()) != c.between {
			t.Fatalf("the ERP has %d orders before the last attempt, want %d: the fault had no effect", len(erp.Journal()), c.between)
		}
		ref, err := attempt(t, target, doc)
		if got := classed(t, err); got != want {
			t.Fatalf("attempt %d is %s, want %s: %v", i+1, got, want, err)
		}
		if err == nil && ref != erp.Journal()[0].Reference {
			t.Errorf("attempt %d returned the reference %q, and the ERP's is %q", i+1, ref, erp.Journal()[0].Reference)
		}
		if err != nil && ref != "" {
			t.Errorf("attempt %d failed and returned the reference %q", i+1, ref)
		}
	}
	if n := len(erp.Journal()); n != c.orders {
		t.Errorf("the ERP has %d orders, want %d", n, c.orders)
	}
	if n := erp.Calls(); n != len(c.want) {
		t.Errorf("the ERP was called %d times in %d attempts", n, len(c.want))
	}
}

// attempt delivers once. A target that does not keep to its time-out is stopped
// from outside, and that error has no class.
func attempt(t *testing.T, target adapters.Target, doc canonical.Document) (string, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*Patience)
	defer cancel()
	ref, _, err := target.Deliver(ctx, doc)
	return ref, err
}

// classed says what an attempt came to. Every failure must have words and a class.
func classed(t *testing.T, err error) outcome {
	t.Helper()
	if err == nil {
		return accepted
	}
	var told interface {
		error
		Temporary() bool
		Hint() string
		Code() string
	}
	if !errors.As(err, &told) {
		t.Fatalf("the error says neither class, hint nor code: %v", err)
	}
	if told.Hint() == "" || told.Code() == "" {
		t.Errorf("the error has no hint or no code: %v", err)
	}
	if told.Temporary() {
		return temporary
	}
	return permanent
}

// cancelled ends an attempt from outside.
func (s suite) cancelled(t *testing.T) {
	erp := openERP(t, s.options)
	target := s.open(t, erp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := target.Deliver(ctx, Document("1")); err == nil {
		t.Error("an attempt whose context had ended succeeded")
	}
	if n := len(erp.Journal()); n != 0 {
		t.Errorf("the ERP has %d orders", n)
	}
}

// cancelledWaiting ends an attempt from outside while the ERP takes its time.
func (s suite) cancelledWaiting(t *testing.T) {
	erp := openERP(t, s.options)
	erp.Use(sim.Always(sim.Fault{Delay: time.Hour}))
	target := s.open(t, erp)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, _, err := target.Deliver(ctx, Document("1"))
		ended <- err
	}()
	for end := time.Now().Add(Patience); erp.Calls() == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("an attempt that was cancelled succeeded")
		}
	case <-time.After(20 * Patience):
		t.Error("an attempt that was cancelled goes on")
	}
}

// oneKey delivers one document many times at once: there is one order, and
// whoever was told that it arrived was told the same reference.
func (s suite) oneKey(t *testing.T) {
	erp := openERP(t, s.options)
	target := s.open(t, erp)
	const n = 20
	type result struct {
		ref string
		err error
	}
	results := make(chan result, n)
	for range n {
		go func() {
			ref, _, err := target.Deliver(context.WithoutCancel(t.Context()), Document("1"))
			results <- result{ref, err}
		}()
	}
	for range n {
		r := <-results
		if r.err != nil && classed(t, r.err) != temporary {
			t.Errorf("of one document at once, an attempt failed for good: %v", r.err)
		}
		if r.err == nil && r.ref != erp.Journal()[0].Reference {
			t.Errorf("the reference is %q", r.ref)
		}
	}
	if got := erp.Journal(); len(got) != 1 || got[0].Conflicts != 0 {
		t.Errorf("the ERP has %d orders", len(got))
	}
}

// keysApart delivers many documents at once, each twice.
func (s suite) keysApart(t *testing.T) {
	erp := openERP(t, s.options)
	target := s.open(t, erp)
	const n = 20
	errs := make(chan error, 2*n)
	for i := range n {
		for range 2 {
			go func() {
				_, _, err := target.Deliver(context.WithoutCancel(t.Context()), Document(fmt.Sprint(i)))
				errs <- err
			}()
		}
	}
	for range 2 * n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := len(erp.Journal()); got != n {
		t.Errorf("the ERP has %d orders, want %d", got, n)
	}
	for _, o := range erp.Journal() {
		if o.Calls != 2 || o.Conflicts != 0 || o.Correlation == "" || o.PO == "" {
			t.Errorf("order %s: %d calls, %d conflicts, correlation %q, PO %q", o.Key, o.Calls, o.Conflicts, o.Correlation, o.PO)
		}
	}
}

func openERP(t *testing.T, o sim.ERPOptions) *sim.ERP {
	t.Helper()
	erp, err := sim.OpenERP(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := erp.Close(); err != nil {
			t.Error(err)
		}
	})
	return erp
}

// Document is a small order with that number.
func Document(number string) canonical.Document {
	return canonical.Document{
		ID: "01KA3M7Q2C7VNQX5Q5KKJ0Z75H", Kind: "order", SchemaVersion: canonical.SchemaVersion, Partner: "acme-retail",
		CorrelationID: "01KA3M7Q2CDE6TB7Y1SZX5G143", IdempotencyKey: "order:acme-retail:" + number + "::1",
		CreatedAt: "2026-11-16T14:30:41Z",
		Body:      json.RawMessage(`{"customerOrderNumber":"` + number + `","lines":[{"lineNumber":"1"}]}`),
	}
}
