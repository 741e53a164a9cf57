package spooltest

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
)

func gates() []test {
	return []test{
		{"a gate is what was recorded last, for each node", recorded},
		{"messages of a group are leased, or those of others", groupsApart},
		{"a message is leased before its time where that is asked for", early},
		{"a postponed step is no attempt", postponed},
		{"the next attempts of a group are hastened", hastened},
		{"what waits is counted by group", countedByGroup},
		{"a head is seen with what it holds back", headsSeen},
	}
}

func grouped(key string) func(*spool.Child) {
	return func(c *spool.Child) { c.GroupKey = key }
}

func recorded(t *suite) {
	since := t.clock.now()
	open := spool.Gate{Name: "to:erp", State: "open", Reason: "no answer", Since: since, Until: since.Add(time.Minute)}
	t.must(t.s.SetGate(t.Context(), spool.Gate{Name: "to:wms", State: "closed", Since: since}))
	t.must(t.s.SetGate(t.Context(), spool.Gate{Name: "to:erp", State: "closed", Since: since}))
	t.must(t.s.SetGate(t.Context(), open))
	got, err := t.s.Gates(t.Context())
	t.must(err)
	for i := range got {
		got[i].Node = ""
	}
	if diff := cmp.Diff([]spool.Gate{open, {Name: "to:wms", State: "closed", Since: since}}, got); diff != "" {
		t.Error(diff)
	}
}

// leasedOf are the groups of what a query leases.
func (t *suite) leasedOf(change func(*spool.LeaseQuery)) []string {
	t.Helper()
	q := t.query(10)
	change(&q)
	var out []string
	for _, l := range t.lease(q) {
		out = append(out, l.Messages[0].GroupKey)
		t.must(t.s.Fail(t.Context(), l, spool.Failure{Retry: t.clock.now(), Postponed: true}))
	}
	slices.Sort(out)
	return out
}

func groupsApart(t *suite) {
	t.take("1", grouped("to:erp"))
	t.take("2", grouped("to:wms"))
	t.take("3")
	for _, c := range []struct {
		change func(*spool.LeaseQuery)
		want   []string
	}{
		{func(*spool.LeaseQuery) {}, []string{"", "to:erp", "to:wms"}},
		{func(q *spool.LeaseQuery) { q.Group = "to:erp" }, []string{"to:erp"}},
		{func(q *spool.LeaseQuery) { q.Group = "to:none" }, nil},
		{func(q *spool.LeaseQuery) { q.Others = []string{"to:erp", "to:wms"} }, []string{""}},
		{func(q *spool.LeaseQuery) { q.Others, q.Except = []string{"to:erp"}, []string{"acme"} }, nil},
	} {
		if got := t.leasedOf(c.change); !slices.Equal(got, c.want) {
			t.Errorf("leased %q, expected %q", got, c.want)
		}
	}
}

func early(t *suite) {
	t.take("1", grouped("later"), func(c *spool.Child) { c.RunAt = t.clock.now().Add(2 * time.Hour) })
	t.take("2", grouped("soon"), func(c *spool.Child) { c.RunAt = t.clock.now().Add(time.Hour) })
	if got := t.leasedOf(func(*spool.LeaseQuery) {}); got != nil {
		t.Errorf("leased %q before their time", got)
	}
	if got := t.leasedOf(func(q *spool.LeaseQuery) { q.Early, q.Limit = true, 1 }); !slices.Equal(got, []string{"soon"}) {
		t.Errorf("leased %q, expected what is due first", got)
	}
}

func postponed(t *suite) {
	m := t.take("x")
	at := t.clock.now().Add(time.Minute)
	l := t.leaseOne()
	if err := t.s.Fail(t.Context(), l, spool.Failure{Status: spool.Held, Postponed: true}); err == nil {
		t.Error("what is postponed was held")
	}
	t.must(t.s.Fail(t.Context(), l, spool.Failure{Code: "ERP-PAUSED", Error: "not asked", Retry: at, Postponed: true}))
	got := t.status(m.ID, spool.Ready)
	if got.Attempts != 0 || got.Code != "ERP-PAUSED" || !got.RunAt.Equal(at) {
		t.Errorf("message %+v", got)
	}
	if e := t.history(m.ID)[1]; e.To != spool.Ready || e.Code != "ERP-PAUSED" || e.Note != "postponed, which is no attempt, again at 2026-03-01T08:01:00Z" {
		t.Errorf("event %+v", e)
	}
}

func hastened(t *suite) {
	for i := range 3 {
		t.take(fmt.Sprint(i), grouped("to:erp"), func(c *spool.Child) { c.RunAt = t.clock.now().Add(time.Duration(i) * time.Hour) })
	}
	t.take("other", grouped("to:wms"), func(c *spool.Child) { c.RunAt = t.clock.now().Add(time.Hour) })
	t.take("none", func(c *spool.Child) { c.RunAt = t.clock.now().Add(time.Hour) })
	for group, want := range map[string]int{"to:erp": 2, "to:none": 0, "": 0} {
		if n, err := t.s.Hasten(t.Context(), group); err != nil || n != want {
			t.Errorf("%q: %d hastened, %v, expected %d", group, n, err, want)
		}
	}
	if n := len(t.lease(t.query(10))); n != 3 {
		t.Errorf("%d are due, expected 3", n)
	}
}

func countedByGroup(t *suite) {
	first := t.clock.now()
	for i := range 3 {
		t.take(fmt.Sprint(i), grouped("to:erp"))
		t.clock.add(time.Minute)
	}
	t.take("other", grouped("to:wms"))
	t.take("later", grouped("to:wms"), func(c *spool.Child) { c.Stage = "map" })
	q := t.query(1)
	q.Group = "to:erp"
	t.lease(q)
	got, err := t.s.Waiting(t.Context(), "decode")
	t.must(err)
	want := []spool.Waiting{{Group: "to:erp", Ready: 2, Running: 1, Oldest: first}, {Group: "to:wms", Ready: 1, Oldest: first.Add(3 * time.Minute)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func headsSeen(t *suite) {
	var made []spool.Message
	for i := range 4 {
		made = append(made, t.take(fmt.Sprint(i), queued("acme", int64(i+1))))
	}
	t.take("alone", queued("other", 1))
	t.take("free")
	t.finish(t.leaseFirst("acme"), spool.Outcome{})
	t.finish(t.leaseFirst("acme"), spool.Outcome{Status: spool.Held, Code: "MAP-CODE", Error: "unknown code"})
	heads, err := t.s.Heads(t.Context())
	t.must(err)
	if len(heads) != 1 || heads[0].Message.ID != made[1].ID || heads[0].Behind != 2 || heads[0].Message.Code != "MAP-CODE" {
		t.Fatalf("heads %+v", heads)
	}
	for i, want := range map[int]string{1: "", 2: made[1].ID, 3: made[1].ID} {
		before, blocked, err := t.s.Blocker(t.Context(), t.get(made[i].ID))
		t.must(err)
		if blocked != (want != "") || before.ID != want {
			t.Errorf("number %d waits for %q, expected %q", i, before.ID, want)
		}
	}
	t.must(t.s.Skip(t.Context(), made[1].ID, "ann", "by telephone"))
	if before, blocked, err := t.s.Blocker(t.Context(), t.get(made[1].ID)); err != nil || blocked {
		t.Errorf("what was skipped waits for %s, %v", before.ID, err)
	}
}

// leaseFirst leases one message of an order key.
func (t *suite) leaseFirst(key string) spool.Lease {
	t.Helper()
	for _, l := range t.lease(t.query(10)) {
		if l.Messages[0].OrderKey == key {
			return l
		}
	}
	t.Fatalf("nothing of %s is ready", key)
	return spool.Lease{}
}
