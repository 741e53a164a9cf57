package gateway

import (
	"errors"
	"testing"
	"time"

	"waybill/spool"
)

// untried is a delivery that a guard refused.
type untried struct{ until time.Time }

func (u untried) Error() string        { return "not tried" }
func (u untried) Temporary() bool      { return true }
func (u untried) Postponed() time.Time { return u.until }

// What is not tried, and what is tried before its time, uses up no attempt.
func TestPostponed(t *testing.T) {
	r := Retry{First: time.Second, Max: time.Minute, Attempts: 3}
	now := time.Date(2026, 11, 16, 8, 0, 0, 0, time.UTC)
	soon, later := now.Add(time.Second), now.Add(time.Hour)
	last := func(run time.Time) spool.Message { return spool.Message{RunAt: run, Attempts: 2} }
	for name, c := range map[string]struct {
		err       error
		m         spool.Message
		postponed bool
		at        time.Time
		status    spool.Status
	}{
		"refused by the guard":                  {untried{soon}, last(now), true, soon, ""},
		"refused by the guard, before its time": {untried{soon}, last(later), true, soon, ""},
		"the probe failed":                      {errors.New("down"), last(later), true, later, ""},
		"an attempt failed":                     {errors.New("down"), last(now), false, time.Time{}, spool.Dead},
		"the probe was refused":                 {refusal{}, last(later), false, time.Time{}, spool.Held},
		"the probe panicked":                    {&panicked{value: "x"}, last(later), false, time.Time{}, spool.Dead},
	} {
		f := r.outcome(c.err, c.m, now, now)
		if f.Postponed != c.postponed || !f.Retry.Equal(c.at) || f.Status != c.status {
			t.Errorf("%s: found %+v", name, f)
		}
	}
}

type refusal struct{}

func (refusal) Error() string   { return "no" }
func (refusal) Temporary() bool { return false }
