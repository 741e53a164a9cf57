package spooltest

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
)

func staging() []test {
	return []test{
		{"staged children are invisible until the outcome", invisible},
		{"each becomes what it was meant to be", meant},
		{"they are refused with their parent", refusedWithParent},
		{"they fall away with an attempt that fails", stagedThenFailed},
		{"they fall away with an outcome that does not name them", stagedThenNot},
		{"another attempt may make others", othersNextTime},
		{"ten thousand sets are one step", tenThousand},
	}
}

func sets(n int) iter.Seq[spool.Child] {
	return func(yield func(spool.Child) bool) {
		for i := range n {
			c := spool.Child{
				Key: fmt.Sprint("set", i), Kind: "set", Direction: "in", Document: "850", Stage: "map", Note: "accepted", Evidence: []byte("as read"),
				Payload: spool.Ref{Length: -1}, Labels: []spool.Label{{Name: "st", Value: fmt.Sprintf("%04d", i+1)}},
			}
			if !yield(c) {
				return
			}
		}
	}
}

func (t *suite) stage(l spool.Lease, children iter.Seq[spool.Child]) {
	t.Helper()
	t.must(t.s.Stage(t.Context(), l, children))
}

// counts are the children of a message by status.
func (t *suite) counts(parent string) map[spool.Status]int {
	t.Helper()
	found, err := t.s.List(t.Context(), spool.Filter{Parent: parent, Limit: 20000})
	t.must(err)
	out := map[spool.Status]int{}
	for _, m := range found {
		out[m.Status]++
	}
	return out
}

func (t *suite) counted(parent string, want map[spool.Status]int) {
	t.Helper()
	if diff := cmp.Diff(want, t.counts(parent)); diff != "" {
		t.Error(diff)
	}
}

func invisible(t *suite) {
	m := t.take("ISA")
	l := t.leaseOne()
	t.stage(l, sets(3))
	t.stage(l, sets(2)) // those are there already
	t.counted(m.ID, map[spool.Status]int{spool.Staged: 3})
	if len(t.lease(t.query(10))) != 0 {
		t.Error("a staged child is leased")
	}
	t.clock.add(1)
	t.finish(l, spool.Outcome{Staged: true})
	t.counted(m.ID, map[spool.Status]int{spool.Ready: 3})
	found, err := t.s.List(t.Context(), spool.Filter{Label: "0002"})
	t.must(err)
	if len(found) != 1 || t.body(found[0].Payload) != "ISA" {
		t.Fatalf("found %v by label", found)
	}
	h := t.history(found[0].ID)
	if h[0].Verb != "staged" || h[0].Note != "accepted" || string(h[0].Evidence) != "as read" || h[len(h)-1].From != spool.Staged || h[len(h)-1].To != spool.Ready {
		t.Errorf("history %+v", h)
	}
	t.clean()
}

func meant(t *suite) {
	m := t.take("ISA")
	l := t.leaseOne()
	later := t.clock.now().Add(1e9)
	t.stage(l, each(
		spool.Child{Key: "1", Kind: "ready", Stage: "map", RunAt: later},
		spool.Child{Key: "2", Kind: "done"},
		spool.Child{Key: "3", Kind: "refused", Status: spool.Refused, Code: "X12-5"},
		spool.Child{Key: "4", Kind: "held", Status: spool.Held, Stage: "map", Code: "ENV-USAGE"},
	))
	t.finish(l, spool.Outcome{Staged: true})
	for kind, status := range map[string]spool.Status{"ready": spool.Ready, "done": spool.Done, "refused": spool.Refused, "held": spool.Held} {
		if c := t.child(m.ID, kind); c.Status != status {
			t.Errorf("the child meant as %s is %s", status, c.Status)
		}
	}
	if c := t.child(m.ID, "ready"); !c.RunAt.Equal(later) {
		t.Errorf("it runs at %v, expected %v", c.RunAt, later)
	}
	t.clean()
}

func refusedWithParent(t *suite) {
	m := t.take("ISA")
	l := t.leaseOne()
	t.stage(l, sets(3))
	t.finish(l, spool.Outcome{Staged: true, Status: spool.Refused, Code: "ENV-COUNT"})
	t.counted(m.ID, map[spool.Status]int{spool.Refused: 3})
	t.clean()
}

func stagedThenFailed(t *suite) {
	m := t.take("ISA")
	l := t.leaseOne()
	t.stage(l, sets(3))
	t.must(t.s.Fail(t.Context(), l, spool.Failure{Status: spool.Dead, Code: "SYS-PANIC"}))
	t.counted(m.ID, map[spool.Status]int{})
	if got := t.verbs(m.ID); !strings.Contains(got, "unstaged") {
		t.Errorf("history %s says nothing of it", got)
	}
	if found, err := t.s.List(t.Context(), spool.Filter{Label: "0002"}); err != nil || len(found) != 0 {
		t.Errorf("found %v, error %v", found, err)
	}
	t.clean()
}

func stagedThenNot(t *suite) {
	m := t.take("ISA")
	l := t.leaseOne()
	t.stage(l, sets(3))
	t.finish(l, spool.Outcome{Status: spool.Held, Code: "ENV-USAGE"})
	t.counted(m.ID, map[spool.Status]int{})
	t.clean()
}

func othersNextTime(t *suite) {
	m := t.take("ISA")
	q := t.query(1)
	q.For = past
	stale := t.lease(q)[0]
	t.stage(stale, sets(5))
	t.reap(1)
	t.counted(m.ID, map[spool.Status]int{})
	l := t.leaseOne()
	t.stage(l, each(spool.Child{Key: "set0", Kind: "set", Stage: "map", Document: "855"}))
	if err := t.s.Stage(t.Context(), stale, sets(5)); !errors.Is(err, spool.ErrLeaseLost) {
		t.Errorf("error %v, expected ErrLeaseLost", err)
	}
	t.finish(l, spool.Outcome{Staged: true})
	if c := t.child(m.ID, "set"); c.Document != "855" {
		t.Errorf("the child is of the attempt before: %+v", c)
	}
	t.clean()
}

func tenThousand(t *suite) {
	const n = 10000
	m := t.take(large("ISA"))
	l := t.leaseOne()
	t.stage(l, sets(n))
	t.counted(m.ID, map[spool.Status]int{spool.Staged: n})
	t.finish(l, spool.Outcome{Staged: true})
	t.counted(m.ID, map[spool.Status]int{spool.Ready: n})
	stats, err := t.s.Verify(t.Context(), func(f spool.Finding) { t.Errorf("%+v", f) })
	t.must(err)
	if stats.Payloads != 1 {
		t.Errorf("%d payloads, expected 1: a child is a range, no copy", stats.Payloads)
	}
	last, err := t.s.List(t.Context(), spool.Filter{Label: fmt.Sprintf("%04d", n)})
	t.must(err)
	family, events, err := t.s.Thread(t.Context(), last[0].ID)
	t.must(err)
	there := false
	for _, f := range family {
		there = there || f.ID == last[0].ID
	}
	if !there || len(family) > 2000 || len(events) == 0 || family[0].Parent != "" {
		t.Errorf("a thread of %d messages, with its own: %v", len(family), there)
	}
}
