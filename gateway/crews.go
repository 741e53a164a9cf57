package gateway

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/adapters"
	"waybill/partners"
	"waybill/spool"
	"waybill/stages"
)

// idlePoll is how long a crew waits without a hint that something is ready.
const idlePoll = 500 * time.Millisecond

// envelopeBatch is how many sets are put into interchanges in one step, at least;
// profiles that have more share one say so.
const envelopeBatch = 500

// largestBatch is the size of a step that leaves no batch of a profile in parts.
func largestBatch(b *partners.Book) int {
	most := envelopeBatch
	for _, p := range b.Partners() {
		most = max(most, p.AckBatch.Max)
		for _, a := range p.Agreements() {
			most = max(most, a.Batch.Max)
		}
	}
	return most
}

// crew is workers of its own for some of the stages.
type crew struct {
	stages []spool.Stage
	width  int             // steps at once
	share  int             // of them for one partner
	batch  int             // messages of one group that are one step
	group  string          // the only group key that it works on; "" is any
	others []string        // group keys that other crews work on
	guard  *adapters.Guard // says how many may begin; nil: as many as fit
	wake   chan struct{}
}

// crews parts the workers, so that a slow ERP or a partner that does not answer
// holds up nobody but those who wait for it. What stands first is leased first.
// Each of our own systems has a crew, which leases what its guard has room for.
func crews(width int, guards map[string]*adapters.Guard) []crew {
	of := func(s ...spool.Stage) crew {
		return crew{stages: s, width: width, share: width, wake: make(chan struct{}, 1)}
	}
	work := of(stages.ToSettle, stages.ToEnvelope, stages.ToCompose, stages.ToMap, stages.ToDecode)
	work.batch = envelopeBatch
	send := of(stages.ToSend)
	send.width *= 2              // when one partner has its share, there is as much for the others
	lost := of(stages.ToDeliver) // what names a system that is not there
	out := []crew{work, send}
	for _, name := range slices.Sorted(maps.Keys(guards)) {
		c := of(stages.ToDeliver)
		c.group, c.guard = stages.ToTarget(name), guards[name]
		c.width = c.guard.Limits().Concurrency
		c.share = c.width
		lost.others = append(lost.others, c.group)
		out = append(out, c)
	}
	return append(out, lost)
}

// shares counts the steps that run for each partner.
type shares struct {
	mu      sync.Mutex
	running map[string]int
}

// full are the partners that have their share, and how many steps may begin
// without giving any other more than that.
func (s *shares) full(share int) (partners []string, room int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room = share
	for partner, n := range s.running {
		if n >= share {
			partners = append(partners, partner)
		} else {
			room = min(room, share-n)
		}
	}
	slices.Sort(partners)
	return partners, room
}

func (s *shares) begin(partner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[partner]++
}

// end returns how many ran until now.
func (s *shares) end(partner string) (had int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if had = s.running[partner]; had == 1 {
		delete(s.running, partner)
	} else {
		s.running[partner]--
	}
	return had
}

// run works until ctx ends; what is leased by then is finished.
func (w *worker) run(ctx context.Context, width int) error {
	group, all := errgroup.WithContext(ctx)
	parts := crews(width, w.guards)
	for _, c := range parts {
		group.Go(func() error { return w.work(all, c) })
	}
	group.Go(func() error { w.forward(all, parts); return nil })
	return group.Wait()
}

// forward passes the spool's hint that something became ready to every crew.
func (w *worker) forward(ctx context.Context, to []crew) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.spool.Wake():
		}
		for _, c := range to {
			c.hint()
		}
	}
}

func (w *worker) work(ctx context.Context, c crew) error {
	slots := make(chan struct{}, c.width)
	of := &shares{running: map[string]int{}}
	var running errgroup.Group
	for {
		select { // a lease is taken only when somebody can begin with it
		case <-ctx.Done():
			return running.Wait()
		case slots <- struct{}{}:
			<-slots
		}
		leases, until, err := w.leases(ctx, c, of, c.width-len(slots))
		if err != nil && ctx.Err() == nil {
			w.log.Error("nothing leased", "err", err)
		}
		for _, l := range leases {
			partner := l.Messages[0].Partner
			slots <- struct{}{}
			of.begin(partner)
			running.Go(func() error {
				w.step(context.WithoutCancel(ctx), l)
				had := of.end(partner)
				<-slots
				if had == c.share || c.guard != nil {
					c.hint() // more of the partner's may wait
				}
				return nil
			})
		}
		if len(leases) == 0 {
			w.wait(ctx, c, until)
		}
	}
}

// leases leases for a crew with so many free slots. until is when its guard has
// room again, the zero time where nobody knows.
func (w *worker) leases(ctx context.Context, c crew, of *shares, free int) (leases []spool.Lease, until time.Time, err error) {
	except, room := of.full(c.share)
	batch := c.batch
	if batch > 1 {
		batch = largestBatch(w.shelf.Current())
	}
	q := spool.LeaseQuery{
		Stages: c.stages, Limit: min(free, room), Except: except, Group: c.group, Others: c.others, Batch: batch, For: w.lease, Worker: w.name,
	}
	if c.guard != nil {
		n, at, probe := c.guard.Room(c.width - free)
		if n == 0 {
			return nil, at, nil
		}
		q.Limit, q.Early = min(q.Limit, n), probe
	}
	leases, err = w.spool.Lease(ctx, q)
	return leases, time.Time{}, err
}

func (c crew) hint() {
	select {
	case c.wake <- struct{}{}:
	default: // it has one already
	}
}

// wait returns at a hint that something became ready, when the guard has room
// again, and in any case soon.
func (w *worker) wait(ctx context.Context, c crew, until time.Time) {
	most := idlePoll
	if !until.IsZero() {
		most = min(most, max(until.Sub(w.now()), 0))
	}
	select {
	case <-ctx.Done():
	case <-w.after(most):
	case <-c.wake:
	}
}
