package spooltest

import (
	"errors"
	"strings"

	"waybill/spool"
)

func operate() []test {
	return []test{
		{"hold and release", holdAndRelease},
		{"drop needs a reason and keeps bytes and history", dropped},
		{"a short id will do when it is no other's", shortID},
		{"a message without a stage cannot go on", noStage},
	}
}

func holdAndRelease(t *suite) {
	m := t.take("x")
	t.must(t.s.Hold(t.Context(), m.ID, "ann", "wait for the buyer"))
	if len(t.lease(t.query(10))) != 0 {
		t.Error("a held message is leased")
	}
	t.must(t.s.Unhold(t.Context(), m.ID, "ben", "the buyer has answered"))
	l := t.leaseOne()
	if err := t.s.Hold(t.Context(), m.ID, "ann", ""); err == nil {
		t.Error("a running message was put on hold")
	}
	t.finish(l, spool.Outcome{})
	h := t.history(m.ID)
	if t.verbs(m.ID) != "made, put on hold, released by an operator, decode" || h[1].Actor != "ann" || h[1].Note != "wait for the buyer" || h[2].Actor != "ben" {
		t.Errorf("history %+v", h)
	}
}

func dropped(t *suite) {
	m := t.take("x")
	if err := t.s.Drop(t.Context(), m.ID, "ann", ""); err == nil {
		t.Error("dropped without a reason")
	}
	t.must(t.s.Drop(t.Context(), m.ID, "ann", "a test of the partner"))
	got := t.status(m.ID, spool.Dropped)
	if t.body(got.Payload) != "x" || t.verbs(m.ID) != "made, dropped" || len(t.lease(t.query(10))) != 0 {
		t.Errorf("message %+v, history %s", got, t.verbs(m.ID))
	}
	for name, err := range map[string]error{
		"retry": t.s.Retry(t.Context(), m.ID, "ann", ""), "release": t.s.Unhold(t.Context(), m.ID, "ann", ""),
		"drop": t.s.Drop(t.Context(), m.ID, "ann", "again"),
	} {
		var hinted interface{ Hint() string }
		if !errors.As(err, &hinted) || hinted.Hint() == "" {
			t.Errorf("%s of a dropped message: error %v, expected one with a hint", name, err)
		}
	}
}

func shortID(t *suite) {
	m := t.take("x")
	for _, id := range []string{m.ID, m.ID[20:], strings.ToLower(m.ID[18:])} {
		if got, err := t.s.Get(t.Context(), id); err != nil || got.ID != m.ID {
			t.Errorf("%s: found %s, error %v", id, got.ID, err)
		}
	}
	if _, err := t.s.Get(t.Context(), m.ID[:6]); err == nil || errors.Is(err, spool.ErrNotFound) {
		t.Errorf("the beginning that its parent has too: error %v", err)
	}
	for _, id := range []string{"", "01", "ZZZZZZZZ", strings.Repeat("0", 40)} {
		if _, err := t.s.Get(t.Context(), id); !errors.Is(err, spool.ErrNotFound) {
			t.Errorf("%q: error %v, expected ErrNotFound", id, err)
		}
	}
}

func noStage(t *suite) {
	first, err := t.transmit("id", "one", "")
	t.must(err)
	held, err := t.transmit("id", "two", "")
	t.must(err)
	if err := t.s.Unhold(t.Context(), held.ID, "ann", ""); err == nil {
		t.Errorf("a transmission in conflict with %s was released to no stage", first.ID)
	}
	t.must(t.s.Drop(t.Context(), held.ID, "ann", "the first counts"))
	t.clean()
}
