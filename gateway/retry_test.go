package gateway

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"waybill/spool"
)

// trouble is an error with whatever behaviour a test gives it.
type trouble struct {
	temporary bool
	after     time.Duration
	words     string
}

func (e trouble) Error() string             { return e.words }
func (e trouble) Temporary() bool           { return e.temporary }
func (e trouble) RetryAfter() time.Duration { return e.after }
func (e trouble) Code() string              { return "ERP-4XX" }
func (e trouble) Hint() string              { return "ask them" }

func TestFailure(t *testing.T) {
	now := time.Date(2026, 11, 16, 8, 30, 0, 0, time.UTC)
	r := Retry{First: time.Second, Max: time.Minute, Attempts: 5}
	for _, c := range []struct {
		name     string
		err      error
		attempts int
		status   spool.Status // "" is tried again
		from, to time.Duration
		code     string
	}{
		{"an error that says nothing is temporary", errors.New("x"), 0, "", time.Second / 2, time.Second, "SYS-STAGE"},
		{"delays double", errors.New("x"), 3, "", 4 * time.Second, 8 * time.Second, "SYS-STAGE"},
		{"and stop at the longest", fmt.Errorf("y: %w", trouble{temporary: true}), 3, "", 4 * time.Second, 8 * time.Second, "ERP-4XX"},
		{"attempts are bounded", errors.New("x"), 4, spool.Dead, 0, 0, "SYS-STAGE"},
		{"a peer that names a time is heeded", trouble{temporary: true, after: 20 * time.Second}, 0, "", 20 * time.Second, 20 * time.Second, "ERP-4XX"},
		{"within reason", trouble{temporary: true, after: time.Hour}, 0, "", time.Minute, time.Minute, "ERP-4XX"},
		{"a lasting error is for a person", trouble{}, 0, spool.Held, 0, 0, "ERP-4XX"},
		{"a panic is never tried again", fmt.Errorf("z: %w", &panicked{value: 1}), 0, spool.Dead, 0, 0, "SYS-PANIC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := r.failure(c.err, c.attempts, now)
			if f.Status != c.status || f.Code != c.code {
				t.Fatalf("found status %q and code %s, expected %q and %s", f.Status, f.Code, c.status, c.code)
			}
			if c.status != "" {
				if !f.Retry.IsZero() {
					t.Errorf("found a retry at %s, expected none", f.Retry)
				}
				return
			}
			if wait := f.Retry.Sub(now); wait < c.from || wait > c.to {
				t.Errorf("found a wait of %s, expected %s to %s", wait, c.from, c.to)
			}
		})
	}
}

// silent is a lasting error that gives no advice.
type silent struct{}

func (silent) Error() string   { return "no" }
func (silent) Temporary() bool { return false }

// A hint says what will happen, or who must act: never that something is tried
// again when it is not.
func TestFailureHints(t *testing.T) {
	r := Retry{First: time.Second, Max: time.Minute, Attempts: 3}
	for _, c := range []struct {
		name     string
		err      error
		attempts int
		want     string
	}{
		{"tried again", errors.New("x"), 0, "it is tried again by itself"},
		{"tried again, with advice", trouble{temporary: true}, 0, "ask them"},
		{"for a person, without advice", silent{}, 0, "find the cause, then retry"},
		{"for a person, with advice", trouble{}, 0, "ask them"},
		{"used up", errors.New("x"), 2, "attempts are used up: find the cause, then retry"},
	} {
		if f := r.failure(c.err, c.attempts, time.Now()); f.Hint != c.want {
			t.Errorf("%s: found %q, expected %q", c.name, f.Hint, c.want)
		}
	}
}

func TestAttemptsWithin(t *testing.T) {
	for _, c := range []struct {
		first, most, span time.Duration
		want              int
	}{
		{time.Minute, 30 * time.Minute, 24 * time.Hour, 53},
		{time.Second, time.Second, 10 * time.Second, 11},
		{time.Hour, time.Hour, time.Minute, 2},
	} {
		if got := attemptsWithin(c.first, c.most, c.span); got != c.want {
			t.Errorf("%s doubling to %s within %s: found %d attempts, expected %d", c.first, c.most, c.span, got, c.want)
		}
	}
}
