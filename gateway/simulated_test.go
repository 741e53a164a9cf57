package gateway

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// simulated is a clock that stands until the test moves it, for those who ask for
// the time and for those who wait.
type simulated struct {
	mu      sync.Mutex
	at      time.Time
	waiting []waiter
}

type waiter struct {
	until time.Time
	told  chan time.Time
}

func newSimulated() *simulated { return &simulated{at: time.Now().Truncate(time.Second)} }

func (c *simulated) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *simulated) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := waiter{c.at.Add(d), make(chan time.Time, 1)}
	if d <= 0 {
		w.told <- c.at
		return w.told
	}
	c.waiting = append(c.waiting, w)
	return w.told
}

// add moves the clock and tells those whose time has come.
func (c *simulated) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.waiting = slices.DeleteFunc(c.waiting, func(w waiter) bool {
		due := !w.until.After(c.at)
		if due {
			w.told <- c.at
		}
		return due
	})
}

func TestSimulated(t *testing.T) {
	c := newSimulated()
	begin := c.Now()
	soon, later := c.After(time.Second), c.After(time.Minute)
	<-c.After(0)
	c.add(time.Second - 1)
	select {
	case <-soon:
		t.Error("told before its time")
	default:
	}
	c.add(1)
	if at := <-soon; !at.Equal(begin.Add(time.Second)) || !c.Now().Equal(at) {
		t.Errorf("told at %s", at)
	}
	c.add(time.Hour)
	<-later
}
