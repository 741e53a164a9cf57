package adapters

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Limits)
		key    string
	}{
		"the defaults":        {func(*Limits) {}, ""},
		"a rate":              {func(l *Limits) { l.Rate = "600/m" }, ""},
		"no breaker":          {func(l *Limits) { l.Breaker.Failures = 0 }, ""},
		"nothing at once":     {func(l *Limits) { l.Concurrency = 0 }, "concurrency"},
		"too much at once":    {func(l *Limits) { l.Concurrency = 1025 }, "concurrency"},
		"a rate of nothing":   {func(l *Limits) { l.Rate = "0/s" }, "rate"},
		"a rate without time": {func(l *Limits) { l.Rate = "20" }, "rate"},
		"a rate per day":      {func(l *Limits) { l.Rate = "20/d" }, "rate"},
		"a rate in words":     {func(l *Limits) { l.Rate = "fast" }, "rate"},
		"a rate beyond sense": {func(l *Limits) { l.Rate = "2000000/s" }, "rate"},
		"failures below none": {func(l *Limits) { l.Breaker.Failures = -1 }, "breaker.failures"},
		"open for no time":    {func(l *Limits) { l.Breaker.OpenFor = 0 }, "breaker.open_for"},
		"open for a day":      {func(l *Limits) { l.Breaker.OpenFor = 24 * time.Hour }, "breaker.open_for"},
	} {
		l := DefaultLimits()
		c.change(&l)
		found := l.Check()
		if c.key == "" && len(found) > 0 || c.key != "" && (len(found) != 1 || found[0].Key != c.key || found[0].Hint == "" || found[0].Text == "") {
			t.Errorf("%s: found %v, expected a problem of %q", name, found, c.key)
		}
	}
}

func start() time.Time { return time.Date(2026, 11, 16, 8, 0, 0, 0, time.UTC) }

// Whatever is asked when, no span of time has more deliveries than its rate and
// what a tenth of a second may have at once; and whoever comes when it is told to
// is not sent away.
func TestPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(1, 2_000).Draw(t, "every")) * time.Millisecond
		b, now := bucket{every: every}, start()
		var taken []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "asks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "later")) * time.Millisecond)
			n, until := b.room(now, 100)
			if n == 0 {
				if !until.After(now) {
					t.Fatalf("at %s there is no room until %s", now, until)
				}
				now = until
				if n, _ = b.room(now, 100); n == 0 {
					t.Fatal("there is no room at the time that was named")
				}
			}
			for range rapid.IntRange(0, n).Draw(t, "takes") {
				b.take(now)
				taken = append(taken, now)
			}
		}
		for i := range taken {
			for j := i; j < len(taken); j++ {
				span := taken[j].Sub(taken[i])
				if most := int((span+max(100*time.Millisecond-every, 0))/every) + 1; j-i+1 > most {
					t.Fatalf("%d deliveries in %s at one in %s, expected %d at most", j-i+1, span, every, most)
				}
			}
		}
	})
}

// At an even pace nothing is lost to waiting.
func TestPaceIsReached(t *testing.T) {
	b, now := bucket{every: 20 * time.Millisecond}, start()
	taken := 0
	for end := now.Add(10 * time.Second); now.Before(end); {
		n, until := b.room(now, 8)
		for range n {
			b.take(now)
			taken++
		}
		if n == 0 {
			now = until
		}
	}
	if taken < 500 || taken > 506 {
		t.Errorf("%d deliveries in 10 s at 50/s", taken)
	}
	unbounded := bucket{}
	if n, _ := unbounded.room(now, 8); n != 8 {
		t.Errorf("room for %d, expected what is free", n)
	}
}
