package spooltest

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
)

func outcomes() []test {
	return []test{
		{"a step goes on to the next stage", nextStage},
		{"a step's whole effect is applied at once", wholeEffect},
		{"or not at all", noEffect},
		{"a claimed key conflicts, once, whoever is first", claims},
		{"a step that runs again makes the same children", sameChildren},
		{"a batch is one step", batchStep},
		{"what is held or dead keeps its stage", keepsStage},
		{"an outcome that makes no sense is refused", senseless},
	}
}

func nextStage(t *suite) {
	m := t.take("x")
	at := t.clock.now().Add(time.Minute)
	t.finish(t.leaseOne(), spool.Outcome{Next: "map", RunAt: at, Prepared: []byte("state"), Partner: "acme-retail", Document: "850", Note: "decoded", Revision: "r1", Duration: 5 * time.Millisecond})
	got := t.status(m.ID, spool.Ready)
	if got.Stage != "map" || !got.RunAt.Equal(at) || string(got.Prepared) != "state" || got.Partner != "acme-retail" || got.Document != "850" || got.Attempts != 0 {
		t.Errorf("message %+v", got)
	}
	e := t.history(m.ID)[1]
	want := spool.Event{
		Seq: e.Seq, Message: m.ID, At: t.clock.now(), Actor: "worker", Verb: "decode", From: spool.Running, To: spool.Ready, Stage: "map",
		Note: "decoded", Revision: "r1", Duration: 5 * time.Millisecond,
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	t.clock.add(time.Minute)
	t.finish(t.leaseOne(), spool.Outcome{Next: "send"})
	if got := t.get(m.ID); string(got.Prepared) != "state" || got.Partner != "acme-retail" {
		t.Errorf("the next step lost what the first prepared: %+v", got)
	}
}

// everything is an outcome that touches every table.
func everything() spool.Outcome {
	return spool.Outcome{
		Emit: []spool.Child{{
			Key: "ack", Kind: "acknowledgement", Direction: "out", Document: "997", Stage: "send", Correlation: "self", Body: []byte("ST*997"),
			Labels: []spool.Label{{Name: "st", Value: "0001"}}, Evidence: []byte("proof"), Note: "accepted", Payload: spool.Ref{ISA: -1, GS: -1},
		}},
		Expect: []spool.Expectation{{Kind: "mdn", Key: "mdn:1", Digests: map[string]string{"raw": "abc"}}},
		Claims: []spool.Claim{{Key: "po:1", Hash: "h1"}}, Labels: []spool.Label{{Name: "po", Value: "4500012345"}},
	}
}

func wholeEffect(t *suite) {
	m := t.take("x")
	o := everything()
	o.Emit[0].Carries = []string{m.ID}
	var inside int
	o.Also = func(ctx context.Context, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM messages`).Scan(&inside)
	}
	t.finish(t.leaseOne(), o)
	t.status(m.ID, spool.Done)
	c := t.child(m.ID, "acknowledgement")
	if c.Status != spool.Ready || c.Correlation != c.ID || c.Partner != "acme" || t.body(c.Payload) != "ST*997" || c.Payload.ISA != -1 || inside == 0 {
		t.Errorf("child %+v", c)
	}
	if h := t.history(c.ID); len(h) != 1 || h[0].Note != "accepted" || string(h[0].Evidence) != "proof" {
		t.Errorf("history %+v", h)
	}
	waiting, err := t.s.Expectations(t.Context(), m.ID)
	t.must(err)
	if len(waiting) != 1 || waiting[0].State != "expected" || waiting[0].Digests["raw"] != "abc" {
		t.Errorf("expectations %+v", waiting)
	}
	holder, hash, held, err := t.s.Prior(t.Context(), "po:1")
	if err != nil || !held || hash != "h1" || holder.ID != m.ID {
		t.Errorf("claim %s %s %v %v", holder.ID, hash, held, err)
	}
	found, err := t.s.List(t.Context(), spool.Filter{Label: "4500012345"})
	t.must(err)
	if len(found) != 1 || found[0].ID != m.ID {
		t.Errorf("found %v by its label", found)
	}
	t.clean()
}

func noEffect(t *suite) {
	m := t.take("x")
	l := t.leaseOne()
	o := everything()
	wrong := errors.New("the other room says no")
	o.Also = func(context.Context, *sql.Tx) error { return wrong }
	var wait sync.WaitGroup
	others := make([]error, 20)
	for i := range others { // some share its batch, and must not suffer
		wait.Go(func() { _, others[i] = t.s.Number(t.Context(), "acme", 1, m.ID) })
	}
	if err := t.s.Finish(t.Context(), l, o); !errors.Is(err, wrong) {
		t.Errorf("error %v, expected %v", err, wrong)
	}
	wait.Wait()
	t.must(errors.Join(others...))
	t.status(m.ID, spool.Running)
	children, err := t.s.List(t.Context(), spool.Filter{Parent: m.ID})
	t.must(err)
	waiting, err := t.s.Expectations(t.Context(), m.ID)
	t.must(err)
	_, _, held, err := t.s.Prior(t.Context(), "po:1")
	t.must(err)
	if len(children) != 0 || len(waiting) != 0 || held {
		t.Errorf("children %v, expectations %v, claim %v of a step that failed", children, waiting, held)
	}
	t.finish(l, everything())
	t.clean()
}

func claims(t *suite) {
	const workers = 12
	for range workers {
		t.take("x")
	}
	ls := t.lease(t.query(workers))
	var wait sync.WaitGroup
	errs := make([]error, workers)
	for i, l := range ls {
		// Claimed in different orders, which must not lock two against each other for ever.
		keys := []spool.Claim{{Key: "a", Hash: l.Messages[0].ID}, {Key: "b", Hash: l.Messages[0].ID}}
		if i%2 == 1 {
			keys[0], keys[1] = keys[1], keys[0]
		}
		wait.Go(func() { errs[i] = t.s.Finish(t.Context(), l, spool.Outcome{Claims: keys}) })
	}
	wait.Wait()
	won, _, _, err := t.s.Prior(t.Context(), "a")
	t.must(err)
	for i, err := range errs {
		var conflict *spool.ClaimConflict
		switch id := ls[i].Messages[0].ID; {
		case id == won.ID:
			t.must(err)
			t.status(id, spool.Done)
		case !errors.As(err, &conflict) || conflict.Holder != won.ID || conflict.Hash != won.ID:
			t.Errorf("error %v, expected a conflict with %s", err, won.ID)
		default:
			t.status(id, spool.Running)
		}
	}
}

func sameChildren(t *suite) {
	m := t.take("x")
	o := spool.Outcome{Status: spool.Held, Code: "C", Emit: []spool.Child{{Key: "ack", Kind: "acknowledgement", Direction: "out", Stage: "send", Body: []byte("997")}}}
	t.finish(t.leaseOne(), o)
	first := t.child(m.ID, "acknowledgement")
	t.finish(t.leaseOne(), spool.Outcome{}) // the acknowledgement is sent
	t.must(t.s.Unhold(t.Context(), m.ID, "ann", "mended"))
	o.Status, o.Code = "", ""
	t.finish(t.leaseOne(), o)
	if again := t.child(m.ID, "acknowledgement"); again.ID != first.ID || again.Status != spool.Done {
		t.Errorf("child %+v", again)
	}
	if got := t.verbs(first.ID); got != "made, send, made again" {
		t.Errorf("history %s", got)
	}
	t.clean()
}

func batchStep(t *suite) {
	for range 3 {
		t.take("x", func(c *spool.Child) { c.GroupKey = "acme" })
	}
	q := t.query(10)
	q.Batch = 10
	l := t.lease(q)[0]
	var carried []string
	for _, m := range l.Messages {
		carried = append(carried, m.ID)
	}
	t.finish(l, spool.Outcome{Emit: []spool.Child{{Key: "ic", Kind: "carrier", Direction: "out", Stage: "send", Carries: carried}}})
	for _, id := range carried {
		t.status(id, spool.Done)
	}
	family, _, err := t.s.Thread(t.Context(), t.child(carried[0], "carrier").ID)
	t.must(err)
	for _, id := range carried {
		found := false
		for _, m := range family {
			found = found || m.ID == id
		}
		if !found {
			t.Errorf("the thread of the carrier does not show its member %s", id)
		}
	}
}

func keepsStage(t *suite) {
	for _, status := range []spool.Status{spool.Held, spool.Dead} {
		m := t.take("x")
		t.finish(t.leaseOne(), spool.Outcome{Status: status, Code: "C", Error: "e", Hint: "h"})
		got := t.status(m.ID, status)
		if got.Stage != "decode" || got.Code != "C" || got.Error != "e" || got.Hint != "h" {
			t.Errorf("message %+v", got)
		}
		t.must(t.s.Retry(t.Context(), m.ID, "ann", ""))
		t.finish(t.leaseOne(), spool.Outcome{})
	}
}

func senseless(t *suite) {
	m := t.take("x")
	l := t.leaseOne()
	for name, o := range map[string]spool.Outcome{
		"dropped by a step":            {Status: spool.Dropped},
		"ready for nothing":            {Status: spool.Ready},
		"running on":                   {Status: spool.Running},
		"a child that begins as dead":  {Emit: []spool.Child{{Key: "1", Status: spool.Dead}}},
		"a child that begins as ready": {Emit: []spool.Child{{Key: "1", Status: spool.Ready}}},
	} {
		if err := t.s.Finish(t.Context(), l, o); err == nil {
			t.Errorf("%s: no error", name)
			return
		}
	}
	t.status(m.ID, spool.Running)
	t.clean()
}
