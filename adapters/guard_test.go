package adapters

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// clock is moved by the test alone.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// wrong is an error of a target.
type wrong struct {
	temporary, sound bool
	pause            time.Duration
}

func (w wrong) Error() string        { return "out of order" }
func (w wrong) Temporary() bool      { return w.temporary }
func (w wrong) Sound() bool          { return w.sound }
func (w wrong) Pause() time.Duration { return w.pause }

// targetFunc is a function as a Target.
type targetFunc func(ctx context.Context) error

func (f targetFunc) Deliver(ctx context.Context, _ canonical.Document) (string, json.RawMessage, error) {
	return "SO-1", json.RawMessage(`{}`), f(ctx)
}

// guarded is a guard whose target answers with what stands in answer.
type guarded struct {
	*Guard
	clock
	t       *testing.T
	answer  error
	calls   int
	changes []string
}

func guard(t *testing.T, change func(*Limits)) *guarded {
	l := DefaultLimits()
	l.Breaker.Failures = 3
	if change != nil {
		change(&l)
	}
	g := &guarded{t: t, clock: clock{at: start()}}
	g.Guard = NewGuard(targetFunc(func(context.Context) error { g.calls++; return g.answer }), l, GuardOptions{
		Now: g.clock.now, Changed: func(s State) { g.changes = append(g.changes, s.Breaker) },
	})
	return g
}

// deliver says whether the target was asked, and with what result.
func (g *guarded) deliver(answer error) (asked bool, err error) {
	g.answer = answer
	before := g.calls
	_, _, err = g.Deliver(g.t.Context(), canonical.Document{})
	return g.calls > before, err
}

// expect delivers and compares.
func (g *guarded) expect(answer error, asked bool, breaker string) {
	g.t.Helper()
	got, err := g.deliver(answer)
	if got != asked || g.State().Breaker != breaker || asked && err != answer {
		g.t.Fatalf("asked %v, %v, and the breaker is %s; expected %v, %s", got, err, g.State().Breaker, asked, breaker)
	}
}

func TestBreaker(t *testing.T) {
	g := guard(t, nil)
	down, no := wrong{temporary: true}, wrong{}
	g.expect(down, true, Closed)
	g.expect(down, true, Closed)
	g.expect(no, true, Closed) // an answer, whatever it says
	g.expect(down, true, Closed)
	g.expect(down, true, Closed)
	g.expect(down, true, Open)
	g.expect(nil, false, Open)
	if s := g.State(); !strings.Contains(s.Reason, "3 failure(s) in a row, the last: out of order") || !s.Until.Equal(start().Add(30*time.Second)) {
		t.Errorf("the state is %+v", s)
	}
	g.add(30*time.Second - 1)
	g.expect(nil, false, Open)
	g.add(1)
	g.expect(down, true, Open) // the probe
	g.add(30 * time.Second)
	if n, _, probe := g.Room(0); n != 1 || !probe || g.State().Breaker != HalfOpen {
		t.Errorf("room for %d, probe %v, breaker %s", n, probe, g.State().Breaker)
	}
	g.expect(no, true, Closed)
	if s := g.State(); s.Reason != "" || !s.Until.IsZero() {
		t.Errorf("the state is %+v", s)
	}
	if diff := cmp.Diff([]string{Open, Open, HalfOpen, Closed}, g.changes); diff != "" {
		t.Error(diff)
	}
}

func TestWhatOpensABreaker(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		times  int
		want   string
		until  time.Duration
	}{
		"an error without a class":      {errors.New("x"), 3, Open, 30 * time.Second},
		"refusals":                      {wrong{}, 20, Closed, 0},
		"a document that has to wait":   {wrong{temporary: true, sound: true}, 20, Closed, 0},
		"a request for patience":        {wrong{temporary: true, pause: time.Minute}, 1, Open, time.Minute},
		"a request for endless silence": {wrong{temporary: true, pause: time.Hour}, 1, Open, longestPause},
	} {
		g := guard(t, nil)
		for range c.times {
			_, _ = g.deliver(c.answer)
		}
		if s := g.State(); s.Breaker != c.want || c.want == Open && !s.Until.Equal(start().Add(c.until)) || g.calls != c.times {
			t.Errorf("%s: the state is %+v after %d calls", name, s, g.calls)
		}
	}
}

// A breaker that never opens by itself still heeds what the system asks for.
func TestNoBreaker(t *testing.T) {
	g := guard(t, func(l *Limits) { l.Breaker.Failures = 0 })
	for range 50 {
		g.expect(wrong{temporary: true}, true, Closed)
	}
	g.expect(wrong{temporary: true, pause: time.Minute}, true, Open)
}

// Of many at once only one is the probe, and an answer from before the breaker
// opened changes nothing.
func TestOneProbe(t *testing.T) {
	g := &clock{at: start()}
	answers := make(chan error)
	l := DefaultLimits()
	l.Breaker.Failures = 1
	guard := NewGuard(targetFunc(func(context.Context) error { return <-answers }), l, GuardOptions{Now: g.now})
	ended := make(chan error, 20)
	deliver := func() {
		_, _, err := guard.Deliver(context.WithoutCancel(t.Context()), canonical.Document{})
		ended <- err
	}
	waitFor := func(running int) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); guard.State().Running != running; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d deliveries run, expected %d", guard.State().Running, running)
			}
		}
	}
	go deliver()
	go deliver()
	waitFor(2)
	answers <- wrong{temporary: true}
	waitFor(1)
	if b := guard.State().Breaker; b != Open {
		t.Fatalf("the breaker is %s", b)
	}
	g.add(time.Minute)
	go deliver() // the probe, beside the late one
	waitFor(2)
	for range 10 {
		deliver()
		if n, _, probe := guard.Room(0); n != 0 || !probe {
			t.Fatalf("room for %d beside a probe", n)
		}
	}
	answers <- nil
	answers <- nil
	waitFor(0)
	refusals := 0
	for range 13 {
		var w *waits
		if errors.As(<-ended, &w) {
			refusals++
		}
	}
	if b := guard.State().Breaker; b != Closed || refusals != 10 {
		t.Errorf("the breaker is %s, %d were refused", b, refusals)
	}
}

// At most so many are delivered at once; a refusal says that nothing was tried,
// and when to come again.
func TestConcurrencyAndRate(t *testing.T) {
	gate := make(chan struct{})
	l := DefaultLimits()
	l.Concurrency = 2
	c := &clock{at: start()}
	g := NewGuard(targetFunc(func(context.Context) error { <-gate; return nil }), l, GuardOptions{Now: c.now})
	ended := make(chan error, 5)
	for range 5 {
		go func() {
			_, _, err := g.Deliver(context.WithoutCancel(t.Context()), canonical.Document{})
			ended <- err
		}()
	}
	for range 3 {
		var w *waits
		if err := <-ended; !errors.As(err, &w) || w.Code() != "ERP-LIMIT" || !w.Temporary() || w.Hint() == "" || !w.Postponed().Equal(start().Add(soon)) {
			t.Errorf("found %v", err)
		}
	}
	close(gate)
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	r := guard(t, func(l *Limits) { l.Rate = "60/m" })
	r.expect(nil, true, Closed)
	r.expect(nil, false, Closed)
	if n, until, _ := r.Room(0); n != 0 || !until.Equal(start().Add(time.Second)) {
		t.Errorf("room for %d until %s", n, until)
	}
	r.add(time.Second)
	r.expect(nil, true, Closed)
}

// What is stopped from outside tells nothing of the target; a panic does, and
// leaves the guard whole.
func TestStoppedAndBroken(t *testing.T) {
	g := guard(t, func(l *Limits) { l.Breaker.Failures = 1 })
	ctx, stop := context.WithCancel(t.Context())
	stop()
	g.answer = context.Canceled
	if _, _, err := g.Deliver(ctx, canonical.Document{}); !errors.Is(err, context.Canceled) || g.State().Breaker != Closed {
		t.Errorf("found %v, and the breaker is %s", err, g.State().Breaker)
	}
	p := NewGuard(targetFunc(func(context.Context) error { panic("x") }), DefaultLimits(), GuardOptions{})
	for range 5 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_, _, _ = p.Deliver(t.Context(), canonical.Document{})
		}()
	}
	if s := p.State(); s.Breaker != Open || s.Running != 0 {
		t.Errorf("the state is %+v", s)
	}
}

// What is about to begin takes room, too: nobody is told twice of the same.
func TestRoomBesideWhatComes(t *testing.T) {
	g := guard(t, func(l *Limits) { l.Concurrency, l.Rate, l.Breaker.Failures = 4, "50/s", 1 })
	for busy, want := range []int{4, 3, 2, 1, 0} {
		if n, _, _ := g.Room(busy); n != want {
			t.Errorf("room for %d beside %d, expected %d", n, busy, want)
		}
	}
	g.expect(wrong{temporary: true}, true, Open)
	g.add(time.Minute)
	for busy, want := range []int{1, 0} {
		if n, _, probe := g.Room(busy); n != want || !probe {
			t.Errorf("room for %d probes beside %d, expected %d", n, busy, want)
		}
	}
}
