package spooltest

import (
	"fmt"
	"strings"
	"time"

	"waybill/spool"
)

func bulk() []test {
	return []test{
		{"the messages of many threads are found at once", manyThreads},
		{"what became of many messages is found at once", manyOffspring},
		{"a step may tell more than one line", told},
	}
}

// many is more than one statement asks for.
const many = 1200

// brood has a message make many, each with its label, an expectation and, in
// pairs, a carrier.
func brood(t *suite) (parent spool.Message, ids []string) {
	t.take("x")
	l := t.leaseOne()
	o := spool.Outcome{}
	for i := range many {
		o.Emit = append(o.Emit, spool.Child{Key: fmt.Sprint(i), Kind: "set", Correlation: "self", Labels: []spool.Label{{Name: "n", Value: fmt.Sprint(i)}, {Name: "po", Value: "PO-1"}}})
	}
	t.finish(l, o)
	made, err := t.s.Offspring(t.Context(), l.Messages[0].ID)
	t.must(err)
	for _, m := range made { // cut at 1,000
		ids = append(ids, m.ID)
	}
	return l.Messages[0], ids
}

func manyThreads(t *suite) {
	brood(t)
	threads, err := t.s.Correlations(t.Context(), "PO-1", many+1)
	t.must(err)
	if len(threads) != many {
		t.Fatalf("found %d threads, expected %d", len(threads), many)
	}
	for _, c := range []struct {
		kinds []string
		limit int
		want  int
	}{{[]string{"set"}, many + 1, many}, {[]string{"set", "document"}, 700, 700}, {[]string{"document"}, many, 0}} {
		found, err := t.s.Threads(t.Context(), threads, c.limit, c.kinds...)
		if err != nil || len(found) != c.want {
			t.Errorf("%v up to %d: found %d, %v", c.kinds, c.limit, len(found), err)
		}
	}
	few, err := t.s.Correlations(t.Context(), "PO-1", 3)
	if err != nil || len(few) != 3 {
		t.Errorf("found %d threads, expected the first 3, %v", len(few), err)
	}
	if none, err := t.s.Correlations(t.Context(), "nobody's", 3); err != nil || len(none) > 0 {
		t.Errorf("found %v, %v", none, err)
	}
}

func manyOffspring(t *suite) {
	parent, ids := brood(t)
	t.take("y")
	l := t.leaseOne()
	t.finish(l, spool.Outcome{
		Emit: []spool.Child{
			{Key: "carrier", Kind: "interchange", Carries: ids[:2]}, {Key: "own", Kind: "document"},
		},
		Expect: []spool.Expectation{{Message: ids[0], Kind: "fa", Key: "fa:1", DueAt: t.clock.now().Add(time.Hour)}, {Message: ids[999], Kind: "fa", Key: "fa:2"}, {Message: ids[999], Kind: "ta1", Key: "ta1:2"}},
	})
	asked := append([]string{parent.ID, l.Messages[0].ID}, ids...)
	made, err := t.s.Offsprings(t.Context(), asked)
	t.must(err)
	for _, id := range []string{l.Messages[0].ID, ids[0], ids[1], ids[2]} { // one by one it is the same
		one, err := t.s.Offspring(t.Context(), id)
		t.must(err)
		if fmt.Sprint(idsOf(one)) != fmt.Sprint(idsOf(made[id])) {
			t.Errorf("of %s: found %v, expected %v", id, idsOf(made[id]), idsOf(one))
		}
	}
	if len(made[parent.ID]) != many || len(made[ids[0]]) != 1 || made[ids[0]][0].Kind != "interchange" {
		t.Errorf("found %d of the parent, and %v carries the first", len(made[parent.ID]), made[ids[0]])
	}
	if made, err = t.s.Offsprings(t.Context(), asked, "document"); err != nil || len(made) != 1 || len(made[l.Messages[0].ID]) != 1 {
		t.Errorf("found %v of one kind, %v", made, err)
	}
	waits, err := t.s.ExpectationsOf(t.Context(), asked)
	if err != nil || len(waits) != 2 || len(waits[ids[999]]) != 2 || waits[ids[0]][0].Key != "fa:1" {
		t.Errorf("found %v, %v", waits, err)
	}
	labels, err := t.s.Labelled(t.Context(), "n", ids)
	if err != nil || len(labels) != len(ids) || labels[ids[3]] == labels[ids[4]] {
		t.Errorf("found %d labels, %v", len(labels), err)
	}
}

func idsOf(all []spool.Message) (ids []string) {
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	return ids
}

func told(t *suite) {
	m := t.take("x")
	t.finish(t.leaseOne(), spool.Outcome{Note: "mapped", Events: []spool.Event{{Verb: "short pick", Note: "line 2", Evidence: []byte(`[2]`)}, {Verb: "over shipment", Note: "line 3"}}})
	if got := t.verbs(m.ID); !strings.HasSuffix(got, "decode, short pick, over shipment") {
		t.Errorf("the history is %s", got)
	}
	found, err := t.s.Told(t.Context(), []string{m.ID, "another"}, "short pick", "substitution")
	if err != nil || len(found) != 1 || found[0].Message != m.ID || found[0].Note != "line 2" || string(found[0].Evidence) != "[2]" || found[0].Actor == "" {
		t.Errorf("found %+v, %v", found, err)
	}
}
