package gateway

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/spool"
	"waybill/stages"
)

// idlePoll is how long a crew waits without a hint that something is ready.
const idlePoll = 500 * time.Millisecond

// crew is some of the workers and the stages that they run.
type crew struct {
	stages []spool.Stage
	width  int // steps at once
	wake   chan struct{}
}

// crews parts the workers, so that a slow ERP or a partner that does not answer
// holds up nobody but those who wait for it. What stands first is leased first.
func crews(width int) []crew {
	of := func(s ...spool.Stage) crew { return crew{stages: s, width: width, wake: make(chan struct{}, 1)} }
	return []crew{
		of(stages.ToSettle, stages.ToEnvelope, stages.ToMap, stages.ToDecode),
		of(stages.ToDeliver),
		of(stages.ToSend),
	}
}

// run works until ctx ends; what is leased by then is finished.
func (w *worker) run(ctx context.Context, width int) error {
	group, all := errgroup.WithContext(ctx)
	parts := crews(width)
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
			select {
			case c.wake <- struct{}{}:
			default: // it has one already
			}
		}
	}
}

func (w *worker) work(ctx context.Context, c crew) error {
	slots := make(chan struct{}, c.width)
	var running errgroup.Group
	for {
		select { // a lease is taken only when somebody can begin with it
		case <-ctx.Done():
			return running.Wait()
		case slots <- struct{}{}:
			<-slots
		}
		leases, err := w.spool.Lease(ctx, spool.LeaseQuery{
			Stages: c.stages, Limit: c.width - len(slots), Batch: 1, For: w.lease, Worker: w.name,
		})
		if err != nil && ctx.Err() == nil {
			w.log.Error("nothing leased", "err", err)
		}
		for _, l := range leases {
			slots <- struct{}{}
			running.Go(func() error {
				defer func() { <-slots }()
				w.step(context.WithoutCancel(ctx), l)
				return nil
			})
		}
		if len(leases) == 0 {
			c.wait(ctx)
		}
	}
}

// wait returns at a hint that something became ready, and in any case soon.
func (c crew) wait(ctx context.Context) {
	t := time.NewTimer(idlePoll)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-c.wake:
	}
}
