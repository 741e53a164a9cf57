package spooltest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"waybill/spool"
)

func leases() []test {
	return []test{
		{"longest waiting first, no more than asked", longestFirst},
		{"only the stages and times that are asked for", stagesAndTimes},
		{"what waits for an excepted partner is passed over", excepted},
		{"nobody gets what another has", leasedOnce},
		{"one group key shares a lease", groups},
		{"a batch takes its companions along", companions},
		{"a lost lease changes nothing", lostLease},
		{"an extended lease is not reaped", extended},
		{"a message that takes its workers down is dead in the end", poison},
	}
}

func ids(ls []spool.Lease) []string {
	var out []string
	for _, l := range ls {
		for _, m := range l.Messages {
			out = append(out, m.ID)
		}
	}
	return out
}

func longestFirst(t *suite) {
	var want []string
	for i := range 5 {
		want = append(want, t.take(fmt.Sprint(i)).ID)
		t.clock.add(time.Second)
	}
	got := ids(t.lease(t.query(3)))
	got = append(got, ids(t.lease(t.query(3)))...)
	if !slices.Equal(got, want) {
		t.Errorf("leased %v, expected %v", got, want)
	}
	if len(t.lease(spool.LeaseQuery{Limit: 1})) != 0 || len(t.lease(t.query(0))) != 0 {
		t.Error("a query for nothing got something")
	}
}

func excepted(t *suite) {
	by := map[string]string{}
	for _, partner := range []string{"acme", "beta", "delta", "gamma"} {
		by[partner] = t.take(partner, func(c *spool.Child) { c.Partner = partner }).ID
		t.clock.add(time.Second)
	}
	q := t.query(2)
	q.Except = []string{"beta", "nobody", "acme"}
	if got, want := ids(t.lease(q)), []string{by["delta"], by["gamma"]}; !slices.Equal(got, want) {
		t.Errorf("leased %v, expected %v", got, want)
	}
	q.Except = nil
	if got, want := ids(t.lease(q)), []string{by["acme"], by["beta"]}; !slices.Equal(got, want) {
		t.Errorf("leased %v, expected those that were passed over, %v", got, want)
	}
}

func stagesAndTimes(t *suite) {
	t.take("other", func(c *spool.Child) { c.Stage = "settle" })
	later := t.take("later", func(c *spool.Child) { c.RunAt = t.clock.now().Add(time.Minute) })
	if got := ids(t.lease(t.query(10))); len(got) != 0 {
		t.Errorf("leased %v, expected none", got)
	}
	t.clock.add(time.Minute)
	if got := ids(t.lease(t.query(10))); !slices.Equal(got, []string{later.ID}) {
		t.Errorf("leased %v, expected the later one", got)
	}
}

func leasedOnce(t *suite) {
	const messages, workers = 60, 8
	for i := range messages {
		t.take(fmt.Sprint(i))
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for range workers {
		wait.Go(func() {
			for {
				ls, err := t.s.Lease(t.Context(), t.query(3))
				if err != nil {
					t.Error(err)
				}
				if len(ls) == 0 {
					return
				}
				mu.Lock()
				for _, id := range ids(ls) {
					got[id]++
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	// A query may come back empty while another holds the rest, so what is left is leased now.
	for ls := t.lease(t.query(messages)); len(ls) > 0; ls = t.lease(t.query(messages)) {
		for _, id := range ids(ls) {
			got[id]++
		}
	}
	for id, n := range got {
		if n != 1 {
			t.Errorf("message %s was leased %d times", id, n)
		}
	}
	if len(got) != messages {
		t.Errorf("%d messages were leased, expected %d", len(got), messages)
	}
}

func groups(t *suite) {
	for i := range 5 {
		t.take(fmt.Sprint(i), func(c *spool.Child) { c.GroupKey = "acme" })
	}
	t.take("alone")
	q := t.query(10)
	q.Batch = 3
	var sizes []int
	for _, l := range t.lease(q) {
		sizes = append(sizes, len(l.Messages))
	}
	slices.Sort(sizes)
	if !slices.Equal(sizes, []int{1, 2, 3}) {
		t.Errorf("leases of %v messages, expected 1, 2 and 3", sizes)
	}
}

// A batch takes more than was asked for, and what waits for company, but not what
// another key or stage has.
func companions(t *suite) {
	for i := range 5 {
		t.take(fmt.Sprint(i), func(c *spool.Child) {
			c.GroupKey = "acme"
			if i > 0 {
				c.RunAt = t.clock.now().Add(time.Hour)
			}
		})
	}
	t.take("other", func(c *spool.Child) { c.GroupKey, c.RunAt = "globex", t.clock.now().Add(time.Hour) })
	q := t.query(1)
	q.Batch = 4
	first, second := t.lease(q), t.lease(q)
	if len(first) != 1 || len(first[0].Messages) != 4 || len(second) != 0 {
		t.Errorf("found %d lease(s), then %d; expected one of four messages, then none", len(first), len(second))
	}
}

func lostLease(t *suite) {
	m := t.take("x")
	q := t.query(1)
	q.For = past
	stale := t.lease(q)[0]
	t.reap(1)
	fresh := t.leaseOne()
	if fresh.Messages[0].Fence <= stale.Messages[0].Fence {
		t.Errorf("fence %d after %d", fresh.Messages[0].Fence, stale.Messages[0].Fence)
	}
	before := t.verbs(m.ID)
	for name, err := range map[string]error{
		"finish": t.s.Finish(t.Context(), stale, spool.Outcome{Emit: []spool.Child{{Key: "1", Kind: "set", Body: []byte("y")}}, Claims: []spool.Claim{{Key: "k", Hash: "h"}}, Labels: []spool.Label{{Name: "po", Value: "1"}}}),
		"fail":   t.s.Fail(t.Context(), stale, spool.Failure{Status: spool.Dead}),
		"stage":  t.s.Stage(t.Context(), stale, each(spool.Child{Key: "1", Kind: "set"})),
		"extend": t.s.Extend(t.Context(), stale, time.Hour),
	} {
		if !errors.Is(err, spool.ErrLeaseLost) {
			t.Errorf("%s: error %v, expected ErrLeaseLost", name, err)
		}
	}
	if t.verbs(m.ID) != before {
		t.Errorf("history %s, expected %s", t.verbs(m.ID), before)
	}
	if children, _ := t.s.List(t.Context(), spool.Filter{Parent: m.ID}); len(children) != 0 {
		t.Error("a lost lease made a child")
	}
	if _, _, held, err := t.s.Prior(t.Context(), "k"); held || err != nil {
		t.Errorf("a lost lease claimed a key: %v", err)
	}
	t.finish(fresh, spool.Outcome{})
	t.status(m.ID, spool.Done)
	t.clean()
}

func extended(t *suite) {
	m := t.take("x")
	q := t.query(1)
	q.For = past
	l := t.lease(q)[0]
	t.must(t.s.Extend(t.Context(), l, time.Hour))
	n, err := t.s.Reap(t.Context())
	if n != 0 || err != nil {
		t.Errorf("reaped %d, error %v", n, err)
	}
	t.finish(l, spool.Outcome{})
	t.status(m.ID, spool.Done)
}

func poison(t *suite) {
	m := t.take("kills its worker")
	q := t.query(1)
	q.For = past
	leased := 0
	for ls := t.lease(q); len(ls) > 0; ls = t.lease(q) {
		leased++
		t.reap(1)
	}
	if got := t.status(m.ID, spool.Dead); got.Code != "SYS-LEASE" || got.Hint == "" || leased < 2 {
		t.Errorf("after %d leases: %+v", leased, got)
	}
	t.must(t.s.Retry(t.Context(), m.ID, "ann", "the memory limit is higher now"))
	if t.leaseOne().Messages[0].Attempts != 0 {
		t.Error("a retried message starts with used up attempts")
	}
}
