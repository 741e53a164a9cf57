package adapters

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"waybill/canonical"
)

// The states of a breaker.
const (
	Closed   = "closed"    // documents are delivered
	Open     = "open"      // the system is left alone
	HalfOpen = "half-open" // the next document is the probe
)

// longestPause is how long a system may ask to be left alone.
const longestPause = 10 * time.Minute

// State is how a guarded target stands.
type State struct {
	Breaker string
	Reason  string    // why it is open, in words
	Since   time.Time // of the breaker's state
	Until   time.Time // when an open breaker lets the next probe pass
	Running int       // deliveries that are under way
}

// GuardOptions of a Guard; every field has a useful zero value.
type GuardOptions struct {
	Now func() time.Time
	// Changed is told each change of the breaker, after it has happened.
	Changed func(State)
}

// Guard keeps a Target within its Limits. A delivery that must wait is refused and
// has not been tried; Room says beforehand how many would be taken.
type Guard struct {
	target  Target
	limits  Limits
	now     func() time.Time
	changed func(State)

	mu      sync.Mutex
	pace    bucket
	running int
	breaker breaker
}

// NewGuard returns a Guard of a target, for limits that Check found no fault with.
func NewGuard(t Target, l Limits, o GuardOptions) *Guard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Changed == nil {
		o.Changed = func(State) {}
	}
	every, err := interval(l.Rate)
	if err != nil { // as Check has said
		every = 0
	}
	return &Guard{
		target: t, limits: l, now: o.Now, changed: o.Changed, pace: bucket{every: every},
		breaker: breaker{limits: l.Breaker, state: Closed, since: o.Now()},
	}
}

// Room is how many deliveries may begin now, for a caller that is busy with so many
// already, begun or about to. Where that is none, until says when to ask again, the
// zero time where one of them has to end first. probe says that the one that may
// begin decides whether the breaker closes.
func (g *Guard) Room(busy int) (n int, until time.Time, probe bool) {
	g.mu.Lock()
	before := g.breaker.state
	n, until, probe = g.room(g.now(), max(busy-g.running, 0))
	halved := before != g.breaker.state
	state := g.state()
	g.mu.Unlock()
	if halved {
		g.changed(state)
	}
	return n, until, probe
}

// room is Room beside so many deliveries that are about to begin.
func (g *Guard) room(now time.Time, coming int) (n int, until time.Time, probe bool) {
	free := g.limits.Concurrency - g.running
	switch g.breaker.at(now) {
	case Open:
		return 0, g.breaker.until, false
	case HalfOpen:
		free, probe = 1, true
		if g.breaker.probing {
			free = 0
		}
	}
	if free <= coming {
		return 0, time.Time{}, probe
	}
	n, until = g.pace.room(now, free)
	return max(n-coming, 0), until, probe
}

// Limits are what the target is kept within.
func (g *Guard) Limits() Limits { return g.limits }

// State is how the target stands now.
func (g *Guard) State() State {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state()
}

func (g *Guard) state() State {
	s := State{Breaker: g.breaker.state, Reason: g.breaker.reason, Since: g.breaker.since, Running: g.running}
	if s.Breaker == Open {
		s.Until = g.breaker.until
	}
	return s
}

// Deliver hands doc to the target, if that is within the limits now.
func (g *Guard) Deliver(ctx context.Context, doc canonical.Document) (ref string, answer json.RawMessage, err error) {
	turn, err := g.begin()
	if err != nil {
		return "", nil, err
	}
	err = errBroken // what a panic leaves
	defer func() { g.end(turn, err, ctx.Err() != nil) }()
	ref, answer, err = g.target.Deliver(ctx, doc)
	return ref, answer, err
}

var errBroken = errors.New("the adapter broke off")

// begin counts a delivery and returns the breaker's turn that it belongs to.
func (g *Guard) begin() (turn int, err error) {
	g.mu.Lock()
	now := g.now()
	n, until, probe := g.room(now, 0)
	if n == 0 {
		state := g.state()
		g.mu.Unlock()
		return 0, refused(state, until, now)
	}
	g.running++
	g.pace.take(now)
	g.breaker.probing = probe
	turn = g.breaker.turn
	g.mu.Unlock()
	return turn, nil
}

// end counts what a delivery came to; one that was stopped from outside says
// nothing of the target.
func (g *Guard) end(turn int, err error, stopped bool) {
	g.mu.Lock()
	g.running--
	changed := g.breaker.heard(turn, err, stopped, g.now())
	state := g.state()
	g.mu.Unlock()
	if changed {
		g.changed(state)
	}
}

// waits is why a delivery was not tried.
type waits struct {
	code, text, hint string
	until            time.Time
}

func (w *waits) Error() string        { return w.text }
func (w *waits) Temporary() bool      { return true }
func (w *waits) Code() string         { return w.code }
func (w *waits) Hint() string         { return w.hint }
func (w *waits) Postponed() time.Time { return w.until }

// soon is when to ask again where a delivery under way has to end first.
const soon = time.Second

func refused(s State, until, now time.Time) error {
	if until.IsZero() {
		until = now.Add(soon)
	}
	if s.Breaker != Closed {
		return &waits{"ERP-PAUSED", "not tried, the system is left alone: " + s.Reason, "it goes on by itself when the system answers again", until}
	}
	return &waits{"ERP-LIMIT", "not tried, the system has as much as its limits allow", "it goes on by itself", until}
}
