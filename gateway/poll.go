package gateway

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"waybill/spool"
	"waybill/transports"
)

// look is a place where documents are looked for by schedule, by one node at a time.
type look struct {
	lock   string // its name among the spool's locks
	every  time.Duration
	failed string // what the log says of a look that failed
	log    *slog.Logger
	once   func(context.Context, transports.Inbox, look) error
	keep   func(context.Context) error // holds the lock for longer
}

// poller looks at all such places of the Book in force.
type poller struct {
	g     *Gateway
	spool *spool.Spool
}

const (
	pollTick  = time.Second
	pollLock  = 2 * time.Minute // of a node that says nothing any more
	pollSlack = time.Hour       // the longest wait after failures, where every is not longer
)

// turn is when a place is looked at next, and how often it failed since it went well.
type turn struct {
	next    time.Time
	failed  int
	running bool
}

// looks are the places of the Book in force.
func (p poller) looks() []look {
	return slices.Concat(p.g.sftpLooks(), p.g.folderLooks(), p.g.sourceLooks(p.spool))
}

// Receive looks at each place when its time has come, one look at a time for each.
func (p poller) Receive(ctx context.Context, in transports.Inbox) error {
	var mu sync.Mutex
	turns := map[string]*turn{}
	var running sync.WaitGroup
	defer running.Wait()
	t := time.NewTicker(pollTick)
	defer t.Stop()
	for {
		for _, l := range p.looks() {
			mu.Lock()
			x := turns[l.lock]
			if x == nil {
				x = &turn{}
				turns[l.lock] = x
			}
			due := !x.running && !p.g.o.Now().Before(x.next)
			x.running = x.running || due
			mu.Unlock()
			if !due {
				continue
			}
			running.Go(func() {
				err := p.once(ctx, in, l)
				mu.Lock()
				defer mu.Unlock()
				x.after(err, l.every, p.g.o.Now())
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// after sets the next turn: failures wait twice as long each time.
func (x *turn) after(err error, every time.Duration, now time.Time) {
	x.running = false
	if err == nil {
		x.failed, x.next = 0, now.Add(every)
		return
	}
	x.failed++
	wait := every
	for range min(x.failed, 20) {
		wait = min(wait*2, max(every, pollSlack))
	}
	x.next = now.Add(wait)
}

// once looks at one place, unless another node does.
func (p poller) once(ctx context.Context, in transports.Inbox, l look) error {
	node := p.g.config.Node
	l.keep = func(ctx context.Context) error {
		ok, err := p.spool.Lock(ctx, l.lock, node, pollLock)
		if err == nil && !ok {
			err = errOtherNode
		}
		return err
	}
	err := l.keep(ctx)
	if errors.Is(err, errOtherNode) {
		return nil
	}
	if err == nil {
		err = l.once(ctx, in, l)
		err = errors.Join(err, p.spool.Unlock(context.WithoutCancel(ctx), l.lock, node))
	}
	if err != nil && ctx.Err() == nil {
		l.log.Warn(l.failed, "code", codeOf(err), "err", err)
	}
	return err
}

var errOtherNode = errors.New("another node has the lock")

// codeOf is an error's code, "" where it has none.
func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return ""
}
