package adapters

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waybill/settings"
)

// Limits say how much one of our own systems is asked, and when it is left alone.
// Every adapter's block in waybill.yaml has them under limits.
type Limits struct {
	Concurrency int     `yaml:"concurrency"` // deliveries at once
	Rate        string  `yaml:"rate"`        // deliveries in a time: 20/s, 600/m, 5000/h; "" is as many as come
	Breaker     Breaker `yaml:"breaker"`
}

// Breaker says when a system that fails is left alone: after so many failures in
// a row the breaker opens, and nothing is delivered. After a while one document is
// the probe: if it arrives, the breaker closes.
type Breaker struct {
	Failures int           `yaml:"failures"` // in a row; 0: the breaker never opens
	OpenFor  time.Duration `yaml:"open_for"` // until the next probe
}

// DefaultLimits hold where a block says nothing.
func DefaultLimits() Limits {
	return Limits{Concurrency: 8, Breaker: Breaker{Failures: 5, OpenFor: 30 * time.Second}}
}

// Check looks for mistakes that the shape of the block does not show.
func (l Limits) Check() []settings.Problem {
	var found []settings.Problem
	add := func(key, text, hint string) {
		found = append(found, settings.Problem{Key: key, Text: text, Hint: hint})
	}
	if l.Concurrency < 1 || l.Concurrency > 1024 {
		add("concurrency", fmt.Sprintf("found %d", l.Concurrency), "use a number from 1 to 1024")
	}
	if _, err := interval(l.Rate); err != nil {
		add("rate", err.Error(), "write a number and a time, such as 20/s, 600/m or 5000/h")
	}
	if l.Breaker.Failures < 0 || l.Breaker.Failures > 1000 {
		add("breaker.failures", fmt.Sprintf("found %d", l.Breaker.Failures), "use a number from 1 to 1000, or 0 for a breaker that never opens")
	}
	if l.Breaker.OpenFor < time.Second || l.Breaker.OpenFor > time.Hour {
		add("breaker.open_for", fmt.Sprintf("found %s", l.Breaker.OpenFor), "use a time from 1s to 1h")
	}
	return found
}

// interval is the time between two deliveries of a rate; 0 is no limit.
func interval(rate string) (time.Duration, error) {
	if rate == "" {
		return 0, nil
	}
	number, unit, _ := strings.Cut(rate, "/")
	per, known := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	n, err := strconv.ParseInt(number, 10, 32)
	if !known || err != nil || n < 1 || int64(per)/n < int64(time.Microsecond) {
		return 0, fmt.Errorf("found %q", rate)
	}
	return per / time.Duration(n), nil
}

// bucket hands out deliveries at an even pace. Those of a tenth of a second may
// come at once.
type bucket struct {
	every time.Duration // between two; 0: no limit
	next  time.Time     // when the pace would have room for one more
}

// lead is how far deliveries may run ahead of an even pace.
func (b *bucket) lead() time.Duration { return max(100*time.Millisecond-b.every, 0) }

// room is how many deliveries may begin now, at most limit, and when the next may
// where none may now.
func (b *bucket) room(now time.Time, limit int) (int, time.Time) {
	if b.every == 0 {
		return limit, time.Time{}
	}
	ahead := b.next.Sub(now)
	if ahead > b.lead() {
		return 0, b.next.Add(-b.lead())
	}
	return min(limit, int((b.lead()-max(ahead, 0))/b.every)+1), time.Time{}
}

// take counts one delivery that begins now.
func (b *bucket) take(now time.Time) {
	if b.every == 0 {
		return
	}
	if b.next.Before(now) {
		b.next = now
	}
	b.next = b.next.Add(b.every)
}
