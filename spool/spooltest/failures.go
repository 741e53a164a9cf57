package spooltest

import (
	"time"

	"waybill/spool"
)

func failures() []test {
	return []test{
		{"a failed step is tried again at its time", triedAgain},
		{"attempts are counted for one stage", attemptsOfStage},
		{"a failure without a retry is held or dead", givenToPeople},
	}
}

func triedAgain(t *suite) {
	m := t.take("x")
	at := t.clock.now().Add(time.Minute)
	f := spool.Failure{Code: "ERP-DOWN", Error: "connection refused", Hint: "start the ERP", Retry: at, Revision: "r1", Duration: time.Second}
	t.must(t.s.Fail(t.Context(), t.leaseOne(), f))
	got := t.status(m.ID, spool.Ready)
	if got.Attempts != 1 || got.Code != f.Code || got.Error != f.Error || got.Hint != f.Hint || !got.RunAt.Equal(at) || got.Stage != "decode" {
		t.Errorf("message %+v", got)
	}
	e := t.history(m.ID)[1]
	if e.Verb != "decode" || e.From != spool.Running || e.To != spool.Ready || e.Error != f.Error || e.Duration != f.Duration || e.Revision != "r1" {
		t.Errorf("event %+v", e)
	}
	if len(t.lease(t.query(10))) != 0 {
		t.Error("it is tried before its time")
	}
	t.clock.add(time.Minute)
	t.leaseOne()
}

func attemptsOfStage(t *suite) {
	m := t.take("x")
	for range 3 {
		t.must(t.s.Fail(t.Context(), t.leaseOne(), spool.Failure{Retry: t.clock.now()}))
	}
	if got := t.get(m.ID); got.Attempts != 3 {
		t.Errorf("%d attempts, expected 3", got.Attempts)
	}
	t.finish(t.leaseOne(), spool.Outcome{Next: "map"})
	if got := t.get(m.ID); got.Attempts != 0 || got.Code != "" || got.Error != "" {
		t.Errorf("the next stage begins with %d attempts, code %q", got.Attempts, got.Code)
	}
}

func givenToPeople(t *suite) {
	for _, status := range []spool.Status{spool.Held, spool.Dead} {
		m := t.take("x")
		l := t.leaseOne()
		for _, no := range []spool.Status{"", spool.Done, spool.Dropped} {
			if err := t.s.Fail(t.Context(), l, spool.Failure{Status: no}); err == nil {
				t.Errorf("a failure ends as %q", no)
			}
		}
		t.must(t.s.Fail(t.Context(), l, spool.Failure{Status: status, Code: "C"}))
		t.status(m.ID, status)
	}
	t.clean()
}
