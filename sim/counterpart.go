package sim

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// CounterpartOptions of a Counterpart. The ids are those of the partner's profile.
type CounterpartOptions struct {
	ID, Gateway string // ISA ids of the partner and of the gateway, both under ZZ
	Warehouse   bool   // it ships what a 940 asks for and tells so by a 945
	Refuse      string // set that its 997s refuse, such as 810
	Silent      bool   // it sends no 997
	Supplier    bool   // it answers an 850 by an 855, an 856 and an 810
	// Short says how much less than ordered a warehouse ships of an item.
	Short map[string]int
	// Over says how much more than ordered it ships of an item, and Substitutes what
	// it ships in place of what is short of an item.
	Over        map[string]int
	Substitutes map[string]string
	// Parts is in how many shipments a warehouse ships an order, 1 or 2; the first
	// of two is the half of each line.
	Parts int
	Now   func() time.Time
}

// Counterpart is what stands behind a Partner: it answers every set with a 997,
// as a warehouse every 940 with a 945, as a supplier every 850 with an 855, an
// 856 and an 810.
type Counterpart struct {
	partner *Partner
	o       CounterpartOptions

	mu      sync.Mutex
	read    map[string]bool // Message-IDs
	control int             // of its own interchanges
	sets    []ReceivedSet
	sent    [][]byte
}

// ReceivedSet is one transaction set that came.
type ReceivedSet struct {
	ID       string
	Group    string // GS01
	Control  string // GS06
	Number   string // ST02
	Segments [][]string
}

// firstControl is the first number of its interchanges, far from those that a test
// gives to what it has the partner send.
const firstControl = 700_000_001

// NewCounterpart puts somebody behind a partner.
func NewCounterpart(p *Partner, o CounterpartOptions) *Counterpart {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Counterpart{partner: p, o: o, read: map[string]bool{}, control: firstControl - 1}
}

// Sets are the sets that came, in their order.
func (c *Counterpart) Sets() []ReceivedSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]ReceivedSet(nil), c.sets...)
}

// Run answers what comes until ctx ends.
func (c *Counterpart) Run(ctx context.Context, every time.Duration) error {
	for pause(ctx, every) {
		if err := c.Step(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// Step answers what came since the last step.
func (c *Counterpart) Step(ctx context.Context) error {
	for _, r := range c.partner.Received() {
		c.mu.Lock()
		seen := c.read[r.MessageID]
		c.read[r.MessageID] = true
		c.mu.Unlock()
		if seen {
			continue
		}
		if err := c.answer(ctx, r.Interchange); err != nil {
			return fmt.Errorf("%s: %w", c.partner.Name(), err)
		}
	}
	return nil
}

func (c *Counterpart) answer(ctx context.Context, interchange []byte) error {
	sets, err := cut(interchange)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.sets = append(c.sets, sets...)
	c.mu.Unlock()
	if !c.o.Silent {
		for _, ack := range c.acknowledge(sets) {
			if err := c.send(ctx, "FA", ack); err != nil {
				return err
			}
		}
	}
	for _, s := range sets {
		for _, r := range c.replies(s) {
			if err := c.send(ctx, r.functional, r.set); err != nil {
				return err
			}
		}
	}
	return nil
}

// replySet is a set that answers another, and the group that it goes in.
type replySet struct{ functional, set string }

// replies are the documents that a set is answered by.
func (c *Counterpart) replies(s ReceivedSet) []replySet {
	switch {
	case s.ID == "940" && c.o.Warehouse:
		return c.ship(s)
	case s.ID == "850" && c.o.Supplier:
		return c.supply(s)
	}
	return nil
}

// cut takes an interchange apart.
func cut(interchange []byte) ([]ReceivedSet, error) {
	segments, err := Segments(interchange)
	if err != nil {
		return nil, err
	}
	var out []ReceivedSet
	var group, control string
	for _, s := range segments {
		switch s[0] {
		case "GS":
			group, control = element(s, 1), element(s, 6)
		case "ST":
			out = append(out, ReceivedSet{ID: element(s, 1), Group: group, Control: control, Number: element(s, 2)})
		case "GE", "IEA", "ISA", "TA1":
			continue
		}
		if group != "" && s[0] != "GS" && len(out) > 0 {
			last := &out[len(out)-1]
			last.Segments = append(last.Segments, s)
		}
	}
	return out, nil
}

// acknowledge writes a 997 for each group of sets, none for acknowledgements.
func (c *Counterpart) acknowledge(sets []ReceivedSet) []string {
	var out []string
	for len(sets) > 0 {
		n := 1
		for n < len(sets) && sets[n].Group == sets[0].Group && sets[n].Control == sets[0].Control {
			n++
		}
		if sets[0].Group != "FA" {
			out = append(out, c.acknowledgeGroup(sets[:n]))
		}
		sets = sets[n:]
	}
	return out
}

func (c *Counterpart) acknowledgeGroup(sets []ReceivedSet) string {
	lines := []string{"ST*997*0001", "AK1*" + sets[0].Group + "*" + sets[0].Control}
	accepted := 0
	for _, s := range sets {
		lines = append(lines, "AK2*"+s.ID+"*"+s.Number)
		if s.ID == c.o.Refuse {
			lines = append(lines, refusal(s)...)
			continue
		}
		accepted++
		lines = append(lines, "AK5*A")
	}
	verdict := "P"
	switch accepted {
	case len(sets):
		verdict = "A"
	case 0:
		verdict = "R"
	}
	lines = append(lines, fmt.Sprintf("AK9*%s*%d*%d*%d", verdict, len(sets), len(sets), accepted))
	return strings.Join(append(lines, fmt.Sprintf("SE*%d*0001", len(lines)+1)), "~\n") + "~\n"
}

// refusal finds fault with the first value of a set, a code that is not valid.
func refusal(s ReceivedSet) []string {
	if len(s.Segments) < 2 || len(s.Segments[1]) < 2 {
		return []string{"AK5*R"}
	}
	at := s.Segments[1]
	return []string{"AK3*" + at[0] + "*2**8", "AK4*1**7*" + at[1], "AK5*R*5"}
}

// send puts one set under an envelope and posts it until it is taken.
func (c *Counterpart) send(ctx context.Context, functional, set string) error {
	c.mu.Lock()
	c.control++
	n := c.control
	c.mu.Unlock()
	return c.Place(ctx, c.enveloped(functional, n, set), fmt.Sprintf("%s_%d.edi", functional, n))
}

// enveloped puts one set under an envelope.
func (c *Counterpart) enveloped(functional string, n int, set string) []byte {
	return c.at(c.o.Now().UTC(), functional, n, set)
}

// at is enveloped, made out at a time.
func (c *Counterpart) at(now time.Time, functional string, n int, set string) []byte {
	day, clock := now.Format("20060102"), now.Format("1504")
	return fmt.Appendf(nil, "ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*%s*%s*U*00401*%09d*0*P*>~\n"+
		"GS*%s*%s*%s*%s*%s*%d*X*004010~\n%sGE*1*%d~\nIEA*1*%09d~\n",
		c.o.ID, c.o.Gateway, day[2:], clock, n, functional, c.o.ID, c.o.Gateway, day, clock, n, set, n, n)
}

// Place posts an interchange until it is taken, and keeps it in the books.
func (c *Counterpart) Place(ctx context.Context, interchange []byte, file string) error {
	c.mu.Lock()
	c.sent = append(c.sent, interchange)
	c.mu.Unlock()
	sent, err := c.partner.Deliver(ctx, interchange, How{File: file})
	if err == nil && !sent.Accepted() {
		err = fmt.Errorf("the gateway did not take %s: %s", file, sent.Disposition)
	}
	return err
}

// Books are what it sent and got so far.
func (c *Counterpart) Books() Books {
	b := Books{Partner: c.partner.Name()}
	for _, r := range c.partner.Received() {
		b.Got = append(b.Got, r.Interchange)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b.Sent = append(b.Sent, c.sent...)
	return b
}
