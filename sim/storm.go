package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Storm is partners that send orders without pause, each message until its
// receipt comes.
type Storm struct {
	Partners  []*Partner
	Couriers  []Courier // partners by other doors
	Ledger    *Ledger
	Receiver  string        // ISA08 of the orders; default OURCO
	Producers int           // for each partner at once; 0 is 1
	Orders    int           // for each partner; 0 goes on until the context ends
	First     int           // control number of each partner's first order; 0 is 1
	Lines     int           // of an order; 0 is 3
	Again     int           // every so-many-th message is sent once more after its receipt; 0 is none
	Patience  time.Duration // for the last receipts after the context ended; 0 is 30 s
	Usage     string        // ISA15 of the orders; default P
}

// Courier is a partner as a Storm needs it.
type Courier struct {
	Name, ID string // of its profile, and in X12
	// Deliver sends until it is acknowledged.
	Deliver func(ctx context.Context, body []byte, how How) (Sent, error)
}

// Courier is the partner as a Storm needs it.
func (p *Partner) Courier() Courier { return Courier{p.o.Name, p.o.AS2, p.Deliver} }

// Run sends until the orders are through or ctx ends, and then until every
// message that has begun has its receipt. It returns the number of messages that
// have one; a message whose receipt does not come in time is no error, the
// Ledger has it as begun only.
func (s *Storm) Run(ctx context.Context) (acked int, err error) {
	patience := s.Patience
	if patience == 0 {
		patience = 30 * time.Second
	}
	last, abandon := context.WithCancel(context.WithoutCancel(ctx))
	var watch sync.WaitGroup
	defer watch.Wait()
	defer abandon()
	watch.Go(func() {
		select {
		case <-ctx.Done():
			pause(last, patience)
			abandon()
		case <-last.Done():
		}
	})
	var count atomic.Int64
	var group errgroup.Group
	couriers := slices.Clone(s.Couriers)
	for _, p := range s.Partners {
		couriers = append(couriers, p.Courier())
	}
	for _, p := range couriers {
		next := &numbers{next: max(s.First, 1), left: s.Orders, endless: s.Orders == 0}
		for range max(s.Producers, 1) {
			group.Go(func() error { return s.produce(ctx, last, p, next, &count) })
		}
	}
	err = group.Wait()
	return int(count.Load()), err
}

// numbers hands out control numbers.
type numbers struct {
	mu         sync.Mutex
	next, left int
	endless    bool
}

func (n *numbers) take() (int, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.endless && n.left == 0 {
		return 0, false
	}
	n.left--
	n.next++
	return n.next - 1, true
}

func (s *Storm) produce(ctx, last context.Context, p Courier, next *numbers, count *atomic.Int64) error {
	for ctx.Err() == nil {
		n, more := next.take()
		if !more {
			return nil
		}
		ok, err := s.one(last, p, n)
		if err != nil {
			return fmt.Errorf("storm of %s, order %d: %w", p.Name, n, err)
		}
		if ok {
			count.Add(1)
		}
	}
	return nil
}

// one sends one order until its receipt comes, and again if it is its turn.
func (s *Storm) one(ctx context.Context, p Courier, n int) (bool, error) {
	po := fmt.Sprintf("%s-%07d", p.ID, n)
	isa13 := fmt.Sprintf("%09d", n)
	body := Order850(Spec{Sender: p.ID, Receiver: s.Receiver, Control: n, PO: po, Lines: s.Lines, Usage: s.Usage})
	how := How{MessageID: fmt.Sprintf("%s.%s@sim", isa13, p.Name), File: isa13 + ".edi"}
	if err := s.Ledger.Sending(p.Name, how.MessageID, isa13, po); err != nil {
		return false, err
	}
	times := 1
	if s.Again > 0 && n%s.Again == 0 {
		times = 2
	}
	for range times {
		sent, err := p.Deliver(ctx, body, how)
		if errors.Is(err, context.Canceled) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if err := s.Ledger.Acked(p.Name, sent, isa13, po); err != nil {
			return false, err
		}
	}
	return true, nil
}
