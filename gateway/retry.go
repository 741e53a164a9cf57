package gateway

import (
	"errors"
	"math/rand/v2"
	"time"

	"waybill/spool"
)

// Retry says how often a failing step is tried again. Delays double from First
// up to Max, each with a random part of a half, until Attempts are used up.
type Retry struct {
	First    time.Duration `yaml:"first"`
	Max      time.Duration `yaml:"max"`
	Attempts int           `yaml:"attempts"`
}

// DefaultRetry gives up after a bit more than a day.
func DefaultRetry() Retry {
	return Retry{First: time.Second, Max: 10 * time.Minute, Attempts: 160}
}

// failure turns a stage's error into what becomes of its message: an error that
// says Temporary() false is for a person, any other is tried again, bounded.
func (r Retry) failure(err error, attempts int, now time.Time) spool.Failure {
	f := spool.Failure{Code: "SYS-STAGE", Error: err.Error(), Hint: "find the cause, then retry"}
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		f.Code = coded.Code()
	}
	var hinted interface{ Hint() string }
	advised := errors.As(err, &hinted) && hinted.Hint() != ""
	if advised {
		f.Hint = hinted.Hint()
	}
	var panicked *panicked
	if errors.As(err, &panicked) {
		f.Status = spool.Dead
		return f
	}
	var temporary interface{ Temporary() bool }
	if errors.As(err, &temporary) && !temporary.Temporary() {
		f.Status = spool.Held
		return f
	}
	if attempts+1 >= r.Attempts {
		f.Status = spool.Dead
		f.Hint = "attempts are used up: find the cause, then retry"
		return f
	}
	if !advised {
		f.Hint = "it is tried again by itself"
	}
	f.Retry = now.Add(r.delay(attempts, err))
	return f
}

// outcome is failure for a message whose step began at a time: one that was not
// tried, or before its time as the probe of a system that was down, is postponed
// and has used up no attempt.
func (r Retry) outcome(err error, m spool.Message, began, now time.Time) spool.Failure {
	var waits interface{ Postponed() time.Time }
	untried := errors.As(err, &waits)
	if early := m.RunAt.After(began); !untried && !early {
		return r.failure(err, m.Attempts, now)
	}
	f := r.failure(err, 0, now)
	if f.Retry.IsZero() {
		return f
	}
	f.Postponed, f.Retry = true, m.RunAt
	if untried {
		f.Retry = waits.Postponed()
	}
	return f
}

// attemptsWithin is how many attempts fit into a span when their delays double
// from first up to most.
func attemptsWithin(first, most, span time.Duration) int {
	attempts := 1
	for waited, d := time.Duration(0), first; waited < span; d = min(d*2, most) {
		waited += d
		attempts++
	}
	return attempts
}

// delay is the wait before the next attempt; a peer that named one is heeded.
func (r Retry) delay(attempts int, err error) time.Duration {
	var asked interface{ RetryAfter() time.Duration }
	if errors.As(err, &asked) && asked.RetryAfter() > 0 {
		return min(asked.RetryAfter(), r.Max)
	}
	d := r.First
	for range attempts {
		if d *= 2; d >= r.Max {
			d = r.Max
			break
		}
	}
	return d/2 + rand.N(d/2+1)
}
