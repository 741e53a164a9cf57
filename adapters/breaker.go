package adapters

import (
	"errors"
	"fmt"
	"time"
)

// breaker counts failures and decides when a target is left alone. Its owner
// keeps two goroutines from it.
type breaker struct {
	limits   Breaker
	state    string
	reason   string
	since    time.Time
	until    time.Time // of Open
	failures int       // in a row
	probing  bool      // the probe of HalfOpen is under way
	turn     int       // grows with each change, so that late answers are told from the probe's
}

// at is the state at a time: an open breaker lets a probe pass when its time is over.
func (b *breaker) at(now time.Time) string {
	if b.state == Open && !now.Before(b.until) {
		b.change(HalfOpen, b.reason, now)
	}
	return b.state
}

func (b *breaker) change(to, reason string, now time.Time) {
	b.state, b.reason, b.since, b.probing = to, reason, now, false
	b.turn++
}

// heard takes in what a delivery came to, and says whether the state has changed.
func (b *breaker) heard(turn int, err error, stopped bool, now time.Time) bool {
	if turn != b.turn { // it began before the last change
		return false
	}
	b.probing = false
	well, pause := judged(err)
	switch {
	case well:
		b.failures = 0
		if b.state == HalfOpen {
			b.change(Closed, "", now)
			return true
		}
		return false
	case stopped:
		return false
	}
	b.failures++
	tripped := b.state == HalfOpen || b.limits.Failures > 0 && b.failures >= b.limits.Failures
	if !tripped && pause == 0 {
		return false
	}
	reason := fmt.Sprintf("%d failure(s) in a row, the last: %v", b.failures, err)
	if pause > 0 {
		reason = fmt.Sprintf("it asked for %s: %v", pause, err)
	}
	b.change(Open, reason, now)
	b.until = now.Add(b.limits.OpenFor)
	if pause > 0 {
		b.until = now.Add(min(pause, longestPause))
	}
	return true
}

// judged says whether a target is well after a delivery: also a refusal is an
// answer. pause is how long the target asked to be left alone.
func judged(err error) (well bool, pause time.Duration) {
	if err == nil {
		return true, 0
	}
	var classed interface{ Temporary() bool }
	if errors.As(err, &classed) && !classed.Temporary() {
		return true, 0
	}
	var sound interface{ Sound() bool }
	if errors.As(err, &sound) && sound.Sound() {
		return true, 0
	}
	var asks interface{ Pause() time.Duration }
	if errors.As(err, &asks) {
		pause = asks.Pause()
	}
	return false, pause
}
