package spooltest

import (
	"time"

	"waybill/spool"
)

func verify() []test {
	return []test{
		{"a spool at work is clean", cleanAtWork},
		{"a sweep leaves what is named", sweepLeaves},
	}
}

func cleanAtWork(t *suite) {
	t.accept("arrived")
	t.take(large("ready "))
	t.take("running")
	t.stage(t.lease(t.query(1))[0], sets(2))
	t.draft(t.accept("with a draft").ID, large("draft "))
	notes := 0
	stats, err := t.s.Verify(t.Context(), func(f spool.Finding) {
		if !f.Note {
			t.Errorf("%+v", f)
		}
		notes++
	})
	t.must(err)
	if notes != 1 || stats.Notes != 1 || stats.Findings != 0 || stats.Messages != 8 || stats.Payloads != 4 || stats.Files != 2 {
		t.Errorf("stats %+v, %d notes", stats, notes)
	}
}

func sweepLeaves(t *suite) {
	m := t.take(large("named "))
	t.draft(t.accept("x").ID, large("at work "))
	n, err := t.s.Sweep(t.Context(), time.Hour)
	t.must(err)
	if n != 0 || t.body(m.Payload) != large("named ") {
		t.Errorf("%d swept, expected none", n)
	}
	n, err = t.s.Sweep(t.Context(), -time.Hour) // as if an hour had passed
	t.must(err)
	if n != 1 || t.body(m.Payload) != large("named ") {
		t.Errorf("%d swept, expected the draft", n)
	}
	t.clean()
}
