package spool_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waybill/spool"
)

// what a node that died had leased is freed by whoever reaps.
func TestR3Reaper(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		dead := e.open()
		_, err := bring(t, dead, "1", "order")
		must(t, err)
		q := work("dead")
		q.For = -time.Minute
		if ls, err := dead.Lease(t.Context(), q); err != nil || len(ls) != 1 {
			t.Fatalf("leased %d, error %v", len(ls), err)
		}
		m, err := dead.Accept(t.Context(), arrival(), strings.NewReader("half understood"))
		must(t, err)

		next := e.open(func(c *spool.Config) { c.Node = "next" })
		if n, err := next.Reap(t.Context()); n != 1 || err != nil {
			t.Errorf("reaped %d, error %v", n, err)
		}
		q.For = time.Minute
		if ls, err := next.Lease(t.Context(), q); err != nil || len(ls) != 1 {
			t.Errorf("leased %d, error %v", len(ls), err)
		}
		if got, err := next.Get(t.Context(), m.ID); err != nil || got.Status != spool.Arrived {
			t.Errorf("an arrival whose door has time left is %s, error %v", got.Status, err)
		}
	})
}

// leases go by the database's time; nodes whose clocks are off by an hour
// take nothing from each other.
func TestR4DatabaseTime(t *testing.T) {
	e := onPostgres(t)
	clock := func(d time.Duration) func(*spool.Config) {
		return func(c *spool.Config) { c.Now = func() time.Time { return time.Now().Add(d) } }
	}
	late, early := e.open(clock(-time.Hour)), e.open(clock(time.Hour))
	_, err := bring(t, late, "1", "order")
	must(t, err)
	q := work("late")
	q.For = time.Minute
	ls, err := late.Lease(t.Context(), q)
	if err != nil || len(ls) != 1 {
		t.Fatalf("leased %d, error %v", len(ls), err)
	}
	m, err := late.Accept(t.Context(), arrival(), strings.NewReader("x"))
	must(t, err)
	var now float64
	must(t, e.raw().QueryRow(`SELECT extract(epoch FROM clock_timestamp())`).Scan(&now))
	for name, until := range map[string]time.Time{"lease": ls[0].Messages[0].LeaseUntil, "arrival": m.LeaseUntil} {
		if left := float64(until.UnixMilli())/1000 - now; left <= 0 || left > 11*60 {
			t.Errorf("the %s has %v seconds left in database time", name, left)
		}
	}
	if n, err := early.Reap(t.Context()); n != 0 || err != nil {
		t.Errorf("a node with a fast clock reaped %d, error %v", n, err)
	}
	if ls, err := early.Lease(t.Context(), work("early")); err != nil || len(ls) != 0 {
		t.Errorf("a node with a fast clock leased %d, error %v", len(ls), err)
	}
	must(t, late.Extend(t.Context(), ls[0], -time.Second))
	if n, err := late.Reap(t.Context()); n != 1 || err != nil {
		t.Errorf("a node with a slow clock reaped %d, error %v", n, err)
	}
}

// a node that was paused past its lease changes nothing when it wakes.
func TestR5Fence(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		paused, other := e.open(), e.open()
		_, err := bring(t, paused, "1", "order")
		must(t, err)
		q := work("paused")
		q.For = -time.Second // it sleeps until after its lease
		old, err := paused.Lease(t.Context(), q)
		if err != nil || len(old) != 1 {
			t.Fatalf("leased %d, error %v", len(old), err)
		}
		effect := spool.Outcome{Emit: []spool.Child{{Key: "order", Kind: "document", Body: []byte("order")}}, Claims: []spool.Claim{{Key: "po:1", Hash: "h"}}}
		if n, err := other.Reap(t.Context()); n != 1 || err != nil {
			t.Fatalf("reaped %d, error %v", n, err)
		}
		q.For = time.Minute
		fresh, err := other.Lease(t.Context(), q)
		if err != nil || len(fresh) != 1 {
			t.Fatalf("leased %d, error %v", len(fresh), err)
		}
		for _, when := range []string{"while the other works", "after it has finished"} {
			if err := paused.Finish(t.Context(), old[0], effect); !errors.Is(err, spool.ErrLeaseLost) {
				t.Errorf("%s: error %v, expected ErrLeaseLost", when, err)
			}
			if when == "while the other works" {
				must(t, other.Finish(t.Context(), fresh[0], effect))
			}
		}
		docs, err := other.List(t.Context(), spool.Filter{Kind: "document"})
		if err != nil || len(docs) != 1 {
			t.Errorf("%d documents, error %v", len(docs), err)
		}
	})
}

// only an accepted arrival takes the dedupe key.
func TestR7DedupeOnlyAccepted(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		verdict := func(code string) spool.Verdict { return spool.Verdict{Dedupe: "as2:acme:<1>", Digest: "d", Code: code} }
		a := arrival()
		a.Lease = time.Nanosecond
		for _, how := range []string{"a failed decryption", "a receiver that died"} {
			m, err := s.Accept(t.Context(), a, strings.NewReader(how))
			must(t, err)
			if how == "a failed decryption" {
				_, err = s.Release(t.Context(), m.ID, verdict("AS2-DECRYPT"))
				must(t, err)
				continue
			}
			for n := 0; n == 0; {
				n, err = s.Reap(t.Context())
				must(t, err)
			}
		}
		m, err := s.Accept(t.Context(), arrival(), strings.NewReader("again"))
		must(t, err)
		if r, err := s.Release(t.Context(), m.ID, verdict("")); err != nil || r.Duplicate || r.Held {
			t.Errorf("a retry after failures: %+v, %v", r, err)
		}
	})
}

// What becomes ready on one node is a hint to the others.
func TestWakeAcrossNodes(t *testing.T) {
	e := onPostgres(t)
	a, b := e.open(), e.open()
	for {
		_, err := bring(t, a, time.Now().String(), "order")
		must(t, err)
		select {
		case <-b.Wake():
			return
		case <-time.After(20 * time.Millisecond): // b may not listen yet
		}
	}
}

// A process that starts frees at once what its node left, and nothing of others.
func TestReclaim(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		other := e.open(func(c *spool.Config) { c.Node = "other" })
		before := e.open()
		leases := map[string]spool.Lease{}
		arrivals := map[string]string{}
		for name, s := range map[string]*spool.Spool{"other": other, "before": before} {
			_, err := bring(t, s, name, "order")
			must(t, err)
			q := work(name)
			q.For, q.Limit = time.Hour, 1
			ls, err := s.Lease(t.Context(), q)
			if err != nil || len(ls) != 1 {
				t.Fatalf("%s leased %d, error %v", name, len(ls), err)
			}
			leases[name] = ls[0]
			m, err := s.Accept(t.Context(), arrival(), strings.NewReader("half understood"))
			must(t, err)
			arrivals[name] = m.ID
		}
		must(t, e.open().Reclaim(t.Context()))
		for name, want := range map[string]spool.Status{
			leases["before"].Messages[0].ID: spool.Ready, arrivals["before"]: spool.Refused,
			leases["other"].Messages[0].ID: spool.Running, arrivals["other"]: spool.Arrived,
		} {
			if m, err := other.Get(t.Context(), name); err != nil || m.Status != want {
				t.Errorf("message %s is %s, expected %s; error %v", name, m.Status, want, err)
			}
		}
		if err := before.Finish(t.Context(), leases["before"], spool.Outcome{}); !errors.Is(err, spool.ErrLeaseLost) {
			t.Errorf("the process before finished what it had lost: %v", err)
		}
	})
}
