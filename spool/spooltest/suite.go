package spooltest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/spool"
)

// Run is the conformance suite: what DESIGN.md promises of the spool, for every
// engine. open makes an empty spool that goes by now and is closed with the test.
func Run(t *testing.T, open func(t testing.TB, now func() time.Time) *spool.Spool) {
	topics := []struct {
		name  string
		tests []test
	}{
		{"arrivals", arrivals()}, {"drafts", drafts()}, {"dedupe", dedupe()}, {"leases", leases()}, {"order", order()},
		{"outcomes", outcomes()}, {"failures", failures()}, {"staging", staging()}, {"answers", answers()}, {"numbers", numbers()}, {"locks", locks()}, {"gates", gates()},
		{"operate", operate()}, {"reading", reading()}, {"bulk", bulk()}, {"verify", verify()}, {"states", states()}, {"model", model()},
	}
	for _, topic := range topics {
		t.Run(topic.name, func(t *testing.T) {
			for _, test := range topic.tests {
				t.Run(test.name, func(t *testing.T) {
					clock := newClock()
					test.run(&suite{T: t, s: open(t, clock.now), clock: clock})
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(*suite)
}

// suite is one test's spool and clock.
type suite struct {
	*testing.T
	s     *spool.Spool
	clock *clock
}

// clock is moved by the test alone.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock {
	return &clock{at: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// past is a lease that has run out when it is given.
const past = -time.Hour

func (t *suite) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func door() spool.Arrival {
	return spool.Arrival{Door: "as2", Partner: "acme", Kind: "transmission", Remote: "192.0.2.7", Headers: []byte("AS2-From: acme")}
}

func (t *suite) accept(body string) spool.Message {
	t.Helper()
	m, err := t.s.Accept(t.Context(), door(), strings.NewReader(body))
	t.must(err)
	return m
}

// abandoned is an arrival whose lease runs out at once.
func (t *suite) abandoned(body string) spool.Message {
	t.Helper()
	a := door()
	a.Lease = time.Nanosecond
	m, err := t.s.Accept(t.Context(), a, strings.NewReader(body))
	t.must(err)
	return m
}

// take brings a payload that waits for a stage, and returns its message.
func (t *suite) take(body string, change ...func(*spool.Child)) spool.Message {
	t.Helper()
	c := spool.Child{Key: "payload", Kind: "interchange", Direction: "in", Stage: "decode"}
	for _, f := range change {
		f(&c)
	}
	r, err := t.s.Take(t.Context(), door(), strings.NewReader(body), func(r spool.Ref) spool.Verdict {
		c.Payload = r
		return spool.Verdict{Children: []spool.Child{c}}
	})
	t.must(err)
	return t.child(r.ID, c.Kind)
}

// child is the one child of a kind.
func (t *suite) child(parent, kind string) spool.Message {
	t.Helper()
	found, err := t.s.List(t.Context(), spool.Filter{Parent: parent, Kind: kind})
	t.must(err)
	if len(found) != 1 {
		t.Fatalf("%d children of kind %s, expected 1", len(found), kind)
	}
	return found[0]
}

func (t *suite) get(id string) spool.Message {
	t.Helper()
	m, err := t.s.Get(t.Context(), id)
	t.must(err)
	return m
}

func (t *suite) query(limit int) spool.LeaseQuery {
	return spool.LeaseQuery{Stages: []spool.Stage{"decode", "map", "send"}, Limit: limit, For: time.Hour, Worker: "worker"}
}

func (t *suite) lease(q spool.LeaseQuery) []spool.Lease {
	t.Helper()
	out, err := t.s.Lease(t.Context(), q)
	t.must(err)
	return out
}

// leaseOne leases what is ready, which is one message.
func (t *suite) leaseOne() spool.Lease {
	t.Helper()
	out := t.lease(t.query(10))
	if len(out) != 1 {
		t.Fatalf("%d leases, expected 1", len(out))
	}
	return out[0]
}

func (t *suite) finish(l spool.Lease, o spool.Outcome) {
	t.Helper()
	t.must(t.s.Finish(t.Context(), l, o))
}

func (t *suite) status(id string, want spool.Status) spool.Message {
	t.Helper()
	m := t.get(id)
	if m.Status != want {
		t.Errorf("message is %s, expected %s", m.Status, want)
	}
	return m
}

// reap reaps until n were freed: a lease in database time runs out by itself.
func (t *suite) reap(n int) {
	t.Helper()
	for got := 0; got < n; {
		t.clock.add(time.Second)
		k, err := t.s.Reap(t.Context())
		t.must(err)
		if got += k; got > n {
			t.Fatalf("reaped %d, expected %d", got, n)
		}
	}
}

func (t *suite) history(id string) []spool.Event {
	t.Helper()
	h, err := t.s.History(t.Context(), id)
	t.must(err)
	return h
}

// verbs of a message's history in one line.
func (t *suite) verbs(id string) string {
	t.Helper()
	var out []string
	for _, e := range t.history(id) {
		out = append(out, e.Verb)
	}
	return strings.Join(out, ", ")
}

func (t *suite) body(r spool.Ref) string {
	t.Helper()
	f, err := t.s.Open(t.Context(), r)
	t.must(err)
	defer f.Close()
	data, err := io.ReadAll(f)
	t.must(err)
	return string(data)
}

// clean has Verify find nothing.
func (t *suite) clean() {
	t.Helper()
	_, err := t.s.Verify(context.WithoutCancel(t.Context()), func(f spool.Finding) {
		if !f.Note {
			t.Errorf("verify: message %s payload %s: %s", f.Message, f.Payload, f.Text)
		}
	})
	t.must(err)
}

// large is a body that stands in a file.
func large(seed string) string {
	return string(bytes.Repeat([]byte(seed), (spool.DefaultInline+1000)/len(seed)+1))
}
