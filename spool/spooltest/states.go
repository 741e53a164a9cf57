package spooltest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/spool"
)

func states() []test {
	return []test{
		{"every listed change happens", everyChange},
		{"every other change is refused", noOtherChange},
	}
}

// verb is something that changes a status, or is refused.
type verb struct {
	name string
	do   func(*suite, spool.Message) error
}

func verbs() []verb {
	out := []verb{
		{"release", func(t *suite, m spool.Message) error {
			_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Dedupe: m.ID})
			return err
		}},
		{"refuse", func(t *suite, m spool.Message) error {
			_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Code: "C"})
			return err
		}},
		{"release in conflict", func(t *suite, m spool.Message) error {
			_, err := t.transmit("key of "+m.ID, "before", "")
			t.must(err)
			_, err = t.s.Release(t.Context(), m.ID, spool.Verdict{Dedupe: "key of " + m.ID, Digest: "other"})
			return err
		}},
		{"lease", func(t *suite, m spool.Message) error {
			t.clock.add(time.Second)
			_, err := t.s.Lease(t.Context(), spool.LeaseQuery{Stages: []spool.Stage{"decode", "map"}, Limit: 100, For: time.Hour, Worker: "w"})
			return err
		}},
		{"reap", func(t *suite, _ spool.Message) error { _, err := t.s.Reap(t.Context()); return err }},
		{"retry later", func(t *suite, m spool.Message) error {
			return t.s.Fail(t.Context(), leaseOf(m), spool.Failure{Retry: t.clock.now()})
		}},
		{"hold", func(t *suite, m spool.Message) error { return t.s.Hold(t.Context(), m.ID, "ann", "") }},
		{"unhold", func(t *suite, m spool.Message) error { return t.s.Unhold(t.Context(), m.ID, "ann", "") }},
		{"retry", func(t *suite, m spool.Message) error { return t.s.Retry(t.Context(), m.ID, "ann", "") }},
		{"skip", func(t *suite, m spool.Message) error { return t.s.Skip(t.Context(), m.ID, "ann", "") }},
		{"drop", func(t *suite, m spool.Message) error { return t.s.Drop(t.Context(), m.ID, "ann", "why") }},
	}
	for _, to := range statuses() {
		next := spool.Stage("")
		if to == spool.Ready {
			next = "map"
		}
		out = append(out,
			verb{"finish as " + string(to), func(t *suite, m spool.Message) error {
				return t.s.Finish(t.Context(), leaseOf(m), spool.Outcome{Status: to, Next: next, Staged: true})
			}},
			verb{"fail as " + string(to), func(t *suite, m spool.Message) error {
				return t.s.Fail(t.Context(), leaseOf(m), spool.Failure{Status: to})
			}},
			verb{"have a child as " + string(to), func(t *suite, m spool.Message) error {
				return t.s.Finish(t.Context(), leaseOf(m), spool.Outcome{Next: "map", Emit: []spool.Child{{Key: "c" + string(to), Kind: "child", Stage: next, Status: to}}})
			}})
	}
	return out
}

// leaseOf is the lease that the holder of a message would have.
func leaseOf(m spool.Message) spool.Lease {
	return spool.Lease{Messages: []spool.Message{m}, Worker: "w"}
}

func statuses() []spool.Status {
	return []spool.Status{spool.Staged, spool.Arrived, spool.Ready, spool.Running, spool.Done, spool.Held, spool.Refused, spool.Dead, spool.Dropped}
}

// at makes a message that stands at a status; the lease of a running one has run
// out when late is set.
func (t *suite) at(status spool.Status, late bool) spool.Message {
	t.Helper()
	q := t.query(100)
	if late {
		q.For = past
	}
	lease := func(m spool.Message) spool.Lease {
		for _, l := range t.lease(q) {
			if l.Messages[0].ID == m.ID {
				return l
			}
		}
		t.Fatalf("message %s was not leased", m.ID)
		return spool.Lease{}
	}
	if status == spool.Arrived {
		if late {
			return t.abandoned("x")
		}
		return t.accept("x")
	}
	m := t.take("x")
	switch status {
	case spool.Ready:
	case spool.Running:
		return lease(m).Messages[0]
	case spool.Staged:
		q.For = time.Hour
		t.stage(lease(m), each(spool.Child{Key: "s", Kind: "child", Stage: "map"}))
		return t.child(m.ID, "child")
	case spool.Dropped:
		t.must(t.s.Drop(t.Context(), m.ID, "ann", "why"))
	default:
		q.For = time.Hour
		t.finish(lease(m), spool.Outcome{Status: status, Code: "C"})
	}
	return t.status(m.ID, status)
}

// change is a pair of statuses.
type change struct{ from, to spool.Status }

func listed() map[change]bool {
	out := map[change]bool{}
	for _, tr := range spool.Transitions() {
		out[change{tr.From, tr.To}] = true
	}
	return out
}

// changes are what the histories say, and the leases, which they do not say.
func (t *suite) changes() map[change]bool {
	t.Helper()
	out := map[change]bool{}
	all, err := t.s.List(t.Context(), spool.Filter{Limit: 100000})
	t.must(err)
	for _, m := range all {
		for _, e := range t.history(m.ID) {
			if e.To == "" {
				continue
			}
			out[change{e.From, e.To}] = true
			if e.From == spool.Running {
				out[change{spool.Ready, spool.Running}] = true
			}
		}
	}
	return out
}

func everyChange(t *suite) {
	for _, v := range verbs() {
		for _, from := range []spool.Status{spool.Arrived, spool.Ready, spool.Running, spool.Held, spool.Dead} {
			_ = v.do(t, t.at(from, v.name == "reap")) // the other test looks at the errors
		}
	}
	_, err := t.s.Accept(t.Context(), door(), brokenReader{strings.NewReader("half")})
	t.partialOnly(err)
	for _, meant := range []spool.Child{{Key: "1", Kind: "a", Stage: "map"}, {Key: "2", Kind: "b"}, {Key: "3", Kind: "c", Status: spool.Held, Code: "C"}} {
		for _, end := range []spool.Status{"", spool.Refused} {
			m := t.at(spool.Running, false)
			t.stage(leaseOf(m), each(meant))
			t.finish(leaseOf(m), spool.Outcome{Status: end, Staged: true})
		}
	}
	m := t.at(spool.Running, false)
	t.finish(leaseOf(m), spool.Outcome{Expect: []spool.Expectation{{Kind: "dsn", Key: "dsn:1", State: "possible"}}})
	t.must(t.s.Finish(t.Context(), leaseOf(t.at(spool.Running, false)), spool.Outcome{
		Answers: []spool.Answer{{Key: "dsn:1", State: "rejected", Hold: &spool.Hold{Stage: "map", Code: "C"}}},
	}))
	got := t.changes()
	for c := range listed() {
		if !got[c] {
			t.Errorf("nothing went from %q to %q", c.from, c.to)
		}
	}
	for c := range got {
		if !listed()[c] {
			t.Errorf("something went from %q to %q, which is not listed", c.from, c.to)
		}
	}
	t.clean()
}

func noOtherChange(t *suite) {
	for _, from := range statuses() {
		for _, v := range verbs() {
			m := t.at(from, false)
			before := len(t.history(m.ID))
			err := v.do(t, m)
			after := t.get(m.ID)
			what := fmt.Sprintf("%s of a message that is %s", v.name, from)
			switch {
			case after.Status != from && !listed()[change{from, after.Status}]:
				t.Errorf("%s: it became %s, which is not listed", what, after.Status)
			case after.Status != from && err != nil:
				t.Errorf("%s: it became %s with error %v", what, after.Status, err)
			case after.Status == from && err == nil && !slices.Contains([]string{"lease", "reap"}, v.name):
				t.Errorf("%s: no error and no change", what)
			case err != nil && len(t.history(m.ID)) != before:
				t.Errorf("%s: error %v, and the history grew", what, err)
			}
		}
	}
}
