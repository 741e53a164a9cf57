package spooltest

import (
	"errors"
	"strings"
	"time"

	"waybill/spool"
)

func answers() []test {
	return []test{
		{"an answer settles what it names", settles},
		{"an answer to a group settles its open members", settlesGroup},
		{"an answer that nobody waits for is said", unmatched},
		{"what is expected may be answered in the same step", answeredAtOnce},
		{"an answer that does not come is overdue, and may still come", overdue},
		{"a key is awaited by one message", awaitedOnce},
		{"several may wait for the same", awaitedTogether},
		{"an answer to the whole settles what else was awaited", answeredWhole},
		{"an answer holds what came to nothing", heldByAnswer},
		{"news settles nothing", toldByNews},
		{"a released message awaits its answer anew", awaitedAnew},
		{"what went wrong with a partner's answers is found until it is waived", waives},
		{"the newest set of a partner's is found", latest},
	}
}

// await has a message wait for answers.
func (t *suite) await(keys ...string) spool.Message {
	t.Helper()
	m := t.take("x")
	var o spool.Outcome
	for _, k := range keys {
		o.Expect = append(o.Expect, spool.Expectation{Kind: "fa", Key: k, DueAt: t.clock.now().Add(time.Hour)})
	}
	t.finish(t.leaseOne(), o)
	return m
}

// answer has a new message answer.
func (t *suite) answer(a ...spool.Answer) spool.Message {
	t.Helper()
	m := t.take("997")
	t.finish(t.leaseOne(), spool.Outcome{Answers: a})
	return m
}

func (t *suite) states(id string) map[string]string {
	t.Helper()
	found, err := t.s.Expectations(t.Context(), id)
	t.must(err)
	out := map[string]string{}
	for _, e := range found {
		out[e.Key] = e.State
	}
	return out
}

func settles(t *suite) {
	m := t.await("fa:us:them:PO:7:0001", "fa:us:them:PO:7:0002")
	by := t.answer(spool.Answer{Key: "fa:us:them:PO:7:0001", State: "accepted", Text: "all well"})
	if s := t.states(m.ID); s["fa:us:them:PO:7:0001"] != "accepted" || s["fa:us:them:PO:7:0002"] != "expected" {
		t.Errorf("states %v", s)
	}
	found, err := t.s.Expectations(t.Context(), m.ID)
	t.must(err)
	if found[0].AnsweredBy != by.ID || t.verbs(m.ID) != "made, decode, answered" {
		t.Errorf("answered by %s; history %s", found[0].AnsweredBy, t.verbs(m.ID))
	}
}

func settlesGroup(t *suite) {
	m := t.await("fa:us:them:PO:7:0001", "fa:us:them:PO:7:0002", "fa:us:them:PO:71:0001")
	t.answer(spool.Answer{Key: "fa:us:them:PO:7:0001", State: "rejected"})
	t.answer(spool.Answer{Key: "fa:us:them:PO:7:", Prefix: true, State: "accepted"})
	s := t.states(m.ID)
	if s["fa:us:them:PO:7:0001"] != "rejected" || s["fa:us:them:PO:7:0002"] != "accepted" || s["fa:us:them:PO:71:0001"] != "expected" {
		t.Errorf("states %v", s)
	}
}

func unmatched(t *suite) {
	m := t.await("fa:us:them:PO:7:0001")
	t.answer(spool.Answer{Key: "fa:us:them:PO:7:0001", State: "accepted"})
	again := t.answer(spool.Answer{Key: "fa:us:them:PO:7:0001", State: "rejected"})
	if s := t.states(m.ID); s["fa:us:them:PO:7:0001"] != "accepted" {
		t.Errorf("states %v", s)
	}
	if t.verbs(again.ID) != "made, decode, unmatched" {
		t.Errorf("history %s", t.verbs(again.ID))
	}
}

func answeredAtOnce(t *suite) {
	m := t.take("x")
	t.finish(t.leaseOne(), spool.Outcome{
		Expect: []spool.Expectation{{Kind: "mdn", Key: "mdn:1"}}, Answers: []spool.Answer{{Key: "mdn:1", State: "accepted"}},
	})
	if s := t.states(m.ID); s["mdn:1"] != "accepted" {
		t.Errorf("states %v", s)
	}
}

func overdue(t *suite) {
	m := t.await("mdn:1")
	if late, err := t.s.Overdue(t.Context()); len(late) != 0 || err != nil {
		t.Errorf("%v overdue, error %v", late, err)
	}
	t.take("y")
	t.finish(t.leaseOne(), spool.Outcome{Expect: []spool.Expectation{{Kind: "fa", Key: "fa:never"}}})
	t.clock.add(2 * time.Hour)
	for _, want := range []int{1, 0} {
		late, err := t.s.Overdue(t.Context())
		if len(late) != want || err != nil {
			t.Errorf("%v overdue, expected %d; error %v", late, want, err)
		}
		if want == 1 && (late[0].Message != m.ID || late[0].Key != "mdn:1" || late[0].State != "overdue") {
			t.Errorf("found %+v", late[0])
		}
	}
	h := t.history(m.ID)
	if last := h[len(h)-1]; last.Verb != "overdue" || last.Code != "ACK-OVERDUE" || t.states(m.ID)["mdn:1"] != "overdue" {
		t.Errorf("event %+v, states %v", last, t.states(m.ID))
	}
	t.answer(spool.Answer{Key: "mdn:1", State: "accepted"})
	if t.states(m.ID)["mdn:1"] != "accepted" {
		t.Errorf("states %v", t.states(m.ID))
	}
}

func awaitedOnce(t *suite) {
	m := t.await("mdn:1")
	t.take("y")
	l := t.leaseOne()
	var conflict *spool.ClaimConflict
	err := t.s.Finish(t.Context(), l, spool.Outcome{Expect: []spool.Expectation{{Kind: "mdn", Key: "mdn:1"}}})
	if !errors.As(err, &conflict) || conflict.Holder != m.ID {
		t.Errorf("error %v, expected a conflict with %s", err, m.ID)
	}
	t.status(l.Messages[0].ID, spool.Running)
	t.answer(spool.Answer{Key: "mdn:1", State: "waived"})
	t.finish(l, spool.Outcome{Expect: []spool.Expectation{{Kind: "mdn", Key: "mdn:1"}}})
}

// awaitedTogether: what several messages wait for is recorded once, also when they
// are one batch, and again when it was answered.
func awaitedTogether(t *suite) {
	shared := spool.Expectation{Kind: "855", Key: "doc:acme:855:1", Shared: true}
	first := t.take("x")
	one, other := shared, shared
	one.Message, other.Message = first.ID, "another"
	t.finish(t.leaseOne(), spool.Outcome{Expect: []spool.Expectation{one, other}})
	second := t.take("y")
	l := t.leaseOne()
	t.finish(l, spool.Outcome{Expect: []spool.Expectation{shared}})
	if s := t.states(second.ID); len(s) != 0 || t.states(first.ID)[shared.Key] != "expected" || len(t.states("another")) != 0 {
		t.Errorf("states %v and %v", t.states(first.ID), s)
	}
	t.answer(spool.Answer{Key: shared.Key, State: "accepted"})
	third := t.take("z")
	t.finish(t.leaseOne(), spool.Outcome{Expect: []spool.Expectation{shared}})
	if s := t.states(third.ID); s[shared.Key] != "expected" {
		t.Errorf("states %v", s)
	}
}

// answeredWhole: what may be answered is settled by its answer and never overdue;
// an answer to the whole settles the rest of the same messages, and of no others.
func answeredWhole(t *suite) {
	t.take("x")
	l := t.leaseOne()
	m := l.Messages[0]
	t.finish(l, spool.Outcome{Expect: []spool.Expectation{
		{Kind: "ta1", Key: "ta1:1", State: "possible"}, {Kind: "ta1", Key: "ta1:1", State: "possible", Message: "beside"},
		{Kind: "fa", Key: "fa:1"}, {Kind: "fa", Key: "fa:2", Message: "beside"}, {Kind: "fa", Key: "fa:3", Message: "other"},
	}})
	t.clock.add(time.Hour)
	if late, err := t.s.Overdue(t.Context()); len(late) != 0 || err != nil {
		t.Errorf("%v overdue, error %v", late, err)
	}
	t.answer(spool.Answer{Key: "ta1:1", State: "rejected", Whole: true})
	for id, want := range map[string]string{m.ID: "rejected", "beside": "rejected", "other": "expected"} {
		for key, state := range t.states(id) {
			if state != want {
				t.Errorf("%s of %s is %s, expected %s", key, id, state, want)
			}
		}
	}
}

func awaitedAnew(t *suite) {
	m := t.take("x")
	o := spool.Outcome{Status: spool.Held, Code: "C", Expect: []spool.Expectation{{Kind: "mdn", Key: "mdn:1", DueAt: t.clock.now()}}}
	t.finish(t.leaseOne(), o)
	t.answer(spool.Answer{Key: "mdn:1", State: "rejected"})
	t.must(t.s.Unhold(t.Context(), m.ID, "ann", ""))
	t.finish(t.leaseOne(), spool.Outcome{Expect: o.Expect})
	if s := t.states(m.ID); len(s) != 1 || s["mdn:1"] != "expected" {
		t.Errorf("states %v", s)
	}
}

func waives(t *suite) {
	m := t.await("fa:1", "fa:2", "fa:3", "fa:4")
	t.answer(spool.Answer{Key: "fa:1", State: "accepted"}, spool.Answer{Key: "fa:2", State: "rejected"}, spool.Answer{Key: "fa:3", State: "partial"})
	t.clock.add(2 * time.Hour)
	_, err := t.s.Overdue(t.Context())
	t.must(err)
	keys := func() (out []string) {
		found, err := t.s.Troubled(t.Context(), m.Partner, 10)
		t.must(err)
		for _, e := range found {
			out = append(out, e.Key+" "+e.State)
		}
		return out
	}
	if got := strings.Join(keys(), ", "); got != "fa:2 rejected, fa:3 partial, fa:4 overdue" {
		t.Errorf("found %s", got)
	}
	if found, err := t.s.Troubled(t.Context(), "nobody", 10); len(found) > 0 || err != nil {
		t.Errorf("nobody's: found %v, %v", found, err)
	}
	if n, err := t.s.Waive(t.Context(), m.ID, "anna", "sent again as 8"); n != 3 || err != nil {
		t.Errorf("%d waived, %v", n, err)
	}
	if got := keys(); len(got) > 0 || t.states(m.ID)["fa:1"] != "accepted" {
		t.Errorf("found %v, states %v", got, t.states(m.ID))
	}
	h := t.history(m.ID)
	if last := h[len(h)-1]; last.Verb != "waived" || last.Actor != "anna" || last.Note != "sent again as 8" {
		t.Errorf("found %+v", last)
	}
	if _, err := t.s.Waive(t.Context(), m.ID, "anna", "twice"); err == nil || !strings.Contains(err.Error(), "waits for no answer") {
		t.Errorf("found %v", err)
	}
}

func latest(t *suite) {
	if _, ok, err := t.s.Latest(t.Context(), "acme", "850"); ok || err != nil {
		t.Errorf("found one, %v", err)
	}
	t.take("x")
	l := t.leaseOne()
	t.finish(l, spool.Outcome{Emit: []spool.Child{
		{Key: "1", Kind: "set", Direction: "in", Partner: "acme", Document: "850"}, {Key: "2", Kind: "set", Direction: "in", Partner: "acme", Document: "945"},
		{Key: "3", Kind: "set", Direction: "out", Partner: "acme", Document: "850"}, {Key: "4", Kind: "set", Direction: "in", Partner: "other", Document: "850"},
	}})
	m, ok, err := t.s.Latest(t.Context(), "acme", "850")
	if !ok || err != nil || m.Direction != "in" || m.Partner != "acme" || m.Document != "850" || m.Parent != l.Messages[0].ID {
		t.Errorf("found %+v, %v", m, err)
	}
}

// heldByAnswer: what was done, or waits for its stage once more, is held by an
// answer that says so; released, it does its stage again and waits again.
func heldByAnswer(t *suite) {
	m := t.take("x")
	wait := spool.Expectation{Kind: "dsn", Key: "dsn:1", State: "possible"}
	t.finish(t.leaseOne(), spool.Outcome{Expect: []spool.Expectation{wait}})
	bounce := spool.Answer{Key: wait.Key, State: "rejected", Text: "no such user", Hold: &spool.Hold{Stage: "send", Code: "B", Error: "no such user", Hint: "mend"}}
	t.answer(bounce)
	want := func(when string, status spool.Status, state string) {
		t.Helper()
		got, err := t.s.Get(t.Context(), m.ID)
		t.must(err)
		if got.Status != status || t.states(m.ID)[wait.Key] != state {
			t.Errorf("%s: %s, %s", when, got.Status, t.states(m.ID)[wait.Key])
		}
		if status == spool.Held && (got.Stage != "send" || got.Code != "B" || got.Error != "no such user" || got.Hint != "mend") {
			t.Errorf("%s: found %+v", when, got)
		}
	}
	want("bounced", spool.Held, "rejected")
	t.must(t.s.Retry(t.Context(), m.ID, "ann", "mended"))
	l := t.leaseOne()
	t.answer(bounce) // of the first attempt, late
	want("in work", spool.Running, "rejected")
	t.finish(l, spool.Outcome{Expect: []spool.Expectation{wait}})
	want("sent again", spool.Done, "possible")
	t.answer(bounce)
	want("bounced again", spool.Held, "rejected")
	t.answer(spool.Answer{Key: wait.Key, State: "accepted", Quiet: true})
	want("too late", spool.Held, "rejected")
}

// toldByNews: news stands in the history of who waits, who waits on.
func toldByNews(t *suite) {
	m := t.take("x")
	t.finish(t.leaseOne(), spool.Outcome{Expect: []spool.Expectation{{Kind: "dsn", Key: "dsn:1", State: "possible"}}})
	t.answer(spool.Answer{Key: "dsn:1", Text: "delayed", Quiet: true})
	if s := t.states(m.ID); s["dsn:1"] != "possible" {
		t.Errorf("states %v", s)
	}
	events, err := t.s.History(t.Context(), m.ID)
	t.must(err)
	if last := events[len(events)-1]; last.Verb != "news" || last.Note != "dsn:1: delayed" {
		t.Errorf("found %+v", last)
	}
}
