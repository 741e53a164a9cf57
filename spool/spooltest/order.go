package spooltest

import (
	"fmt"
	"slices"

	"waybill/spool"
)

func order() []test {
	return []test{
		{"of one key only the lowest unfinished", lowestOfKey},
		{"a held head blocks its key until it is skipped or dropped", heldHead},
		{"a held head that is passed blocks nobody", passedHead},
		{"a child in the same place of the queue goes before what follows", childBefore},
		{"directions and keys do not block each other", otherKeys},
	}
}

func queued(key string, seq int64) func(*spool.Child) {
	return func(c *spool.Child) { c.OrderKey, c.OrderSeq = key, seq }
}

func lowestOfKey(t *suite) {
	var want, got []string
	for i := range 4 {
		want = append(want, t.take(fmt.Sprint(i), queued("acme:po1", int64(i))).ID)
	}
	for range want {
		l := t.leaseOne()
		got = append(got, l.Messages[0].ID)
		if len(t.lease(t.query(10))) != 0 {
			t.Error("two of one key at once")
		}
		t.finish(l, spool.Outcome{})
	}
	if !slices.Equal(got, want) {
		t.Errorf("order %v, expected %v", got, want)
	}
}

func heldHead(t *suite) {
	first := t.take("1", queued("k", 1))
	second := t.take("2", queued("k", 2))
	third := t.take("3", queued("k", 3))
	t.finish(t.leaseOne(), spool.Outcome{Status: spool.Held, Code: "MAP-CODE", Error: "unknown code"})
	if len(t.lease(t.query(10))) != 0 {
		t.Error("a held head does not hold back its key")
	}
	t.must(t.s.Skip(t.Context(), first.ID, "ann", "the buyer has a substitute"))
	t.status(first.ID, spool.Held)
	if err := t.s.Skip(t.Context(), first.ID, "ann", "again"); err == nil {
		t.Error("a message that holds nobody back is skipped")
	}
	l := t.leaseOne()
	if l.Messages[0].ID != second.ID {
		t.Errorf("leased %s, expected the second", l.Messages[0].ID)
	}
	t.must(t.s.Fail(t.Context(), l, spool.Failure{Status: spool.Dead}))
	if len(t.lease(t.query(10))) != 0 {
		t.Error("a dead head does not hold back its key")
	}
	t.must(t.s.Drop(t.Context(), second.ID, "ann", "ordered by telephone"))
	if got := t.leaseOne().Messages[0].ID; got != third.ID {
		t.Errorf("leased %s, expected the third", got)
	}
}

func passedHead(t *suite) {
	first := t.take("1", queued("k", 1))
	second := t.take("2", queued("k", 7))
	if last, err := t.s.LastInOrder(t.Context()); err != nil || last != 7 {
		t.Errorf("the last place is %d, %v", last, err)
	}
	t.finish(t.leaseOne(), spool.Outcome{Status: spool.Held, Code: "ENV-USAGE", Passed: true})
	if m := t.status(first.ID, spool.Held); m.OrderKey != "" || m.OrderSeq != 1 {
		t.Errorf("message %+v", m)
	}
	l := t.leaseOne()
	if l.Messages[0].ID != second.ID {
		t.Errorf("leased %s, expected the second", l.Messages[0].ID)
	}
	t.finish(l, spool.Outcome{})
	if last, err := t.s.LastInOrder(t.Context()); err != nil || last != 0 {
		t.Errorf("the last place is %d, %v", last, err)
	}
}

func childBefore(t *suite) {
	t.take("1", queued("k", 1))
	second := t.take("2", queued("k", 2))
	t.finish(t.leaseOne(), spool.Outcome{Emit: []spool.Child{{Key: "doc", Kind: "document", Direction: "in", Stage: "map", OrderKey: "k", OrderSeq: 1}}})
	child := t.leaseOne()
	if child.Messages[0].Kind != "document" {
		t.Errorf("leased %s before what was made of its predecessor", child.Messages[0].Kind)
	}
	t.finish(child, spool.Outcome{})
	if got := t.leaseOne().Messages[0].ID; got != second.ID {
		t.Errorf("leased %s, expected the second", got)
	}
}

func otherKeys(t *suite) {
	t.take("1", queued("k", 1))
	t.take("2", queued("other", 2))
	t.take("3", queued("k", 3), func(c *spool.Child) { c.Direction = "out" })
	t.take("4")
	t.take("5", queued("k", 5))
	if n := len(t.lease(t.query(10))); n != 4 {
		t.Errorf("%d leases, expected 4", n)
	}
}
