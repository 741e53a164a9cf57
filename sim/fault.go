package sim

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// End is how a call to the ERP ends.
type End string

// The ends of a call.
const (
	Answers End = ""     // as it should
	Says    End = "says" // with the fault's own status, header and body
	Closes  End = "closes"
	Hangs   End = "hangs" // no answer until the caller gives up
)

// Fault is one way for a call to the ERP to go wrong.
type Fault struct {
	Name   string
	Delay  time.Duration // before anything else
	Takes  bool          // the order is taken before the call ends
	End    End
	Status int
	Header http.Header
	Body   string
}

// None is a call that goes well.
func None() Fault { return Fault{Name: "none", Takes: true} }

// Down closes the connection and takes nothing.
func Down() Fault { return Fault{Name: "down", End: Closes} }

// Slow answers as it should, after d.
func Slow(d time.Duration) Fault { return Fault{Name: "slow", Delay: d, Takes: true} }

// Status answers with a status and a text, and takes nothing.
func Status(code int, text string) Fault {
	return Fault{Name: http.StatusText(code), End: Says, Status: code, Body: text}
}

// Busy answers 429 with a Retry-After, and takes nothing.
func Busy(after string) Fault {
	f := Status(http.StatusTooManyRequests, "slow down")
	f.Header = http.Header{"Retry-After": {after}}
	return f
}

// Garbage answers 200 with a page that means nothing, and takes nothing.
func Garbage() Fault {
	return Fault{Name: "garbage", End: Says, Status: http.StatusOK, Body: "<html><body>It works!</body></html>",
		Header: http.Header{"Content-Type": {"text/html"}}}
}

// GarbageAfterCommit answers like Garbage, but has taken the order.
func GarbageAfterCommit() Fault {
	f := Garbage()
	f.Name, f.Takes = "garbage after commit", true
	return f
}

// CloseAfterCommit takes the order and closes the connection without an answer.
func CloseAfterCommit() Fault {
	return Fault{Name: "close after commit", Takes: true, End: Closes}
}

// TimeoutAfterCommit takes the order and never answers.
func TimeoutAfterCommit() Fault {
	return Fault{Name: "timeout after commit", Takes: true, End: Hangs}
}

// Faults says which calls go wrong. The zero value lets all go well.
type Faults struct {
	Script []Fault // of the next calls, in this order
	Mix    []Share // of the calls after the script
	Seed   uint64  // of the mix
}

// Share is the part of all calls, from 0 to 1, that a fault takes.
type Share struct {
	Of    float64
	Fault Fault
}

// Always lets every call go wrong in one way.
func Always(f Fault) Faults { return Faults{Mix: []Share{{1, f}}} }

// chooser hands out faults, one for each call.
type chooser struct {
	mu     sync.Mutex
	faults Faults
	random *rand.Rand
}

func (c *chooser) use(f Faults) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults, c.random = f, rand.New(rand.NewPCG(f.Seed, 1))
}

func (c *chooser) next() Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.faults.Script) > 0 {
		f := c.faults.Script[0]
		c.faults.Script = c.faults.Script[1:]
		return f
	}
	if len(c.faults.Mix) == 0 {
		return None()
	}
	at := c.random.Float64()
	for _, s := range c.faults.Mix {
		if at -= s.Of; at < 0 {
			return s.Fault
		}
	}
	return None()
}
