// Package gateway is the one place that knows every room: it builds the rooms
// from the configuration, joins them, and runs them until it is told to stop.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/partners"
	"waybill/settings"
	"waybill/spool"
	"waybill/transports"
	"waybill/web"
)

// Options of a Gateway; every field has a useful zero value.
type Options struct {
	Log *slog.Logger
	Now func() time.Time
	// After is how workers wait; a test that has its own Now has its own After.
	After func(time.Duration) <-chan time.Time
	// Listening is told the address of each door ("as2", "sftp", "api", "observe") once it is open.
	Listening func(door string, addr net.Addr)
	// Failpoint is called after each step that outlives a crash, so that a test can
	// end the process there: the spool's, "ran-" and its name after a stage, and
	// "answered" after an answer to a partner.
	Failpoint func(name string)
	// Unsafe takes the sync out of the spool's commits, so that the power-loss test
	// can show that it would notice.
	Unsafe bool
}

// Gateway is the program as a value.
type Gateway struct {
	config *Config
	o      Options
	shelf  *partners.Shelf
	parts  parts
	counts *counts
	order  *order
	spool  atomic.Pointer[spool.Spool] // nil until the database answers
	failed atomic.Pointer[error]       // why it does not
}

// New builds the gateway from c. It opens nothing: that is Run's affair. The
// gateway is nil when a problem is more than a warning.
func New(c *Config, o Options) (*Gateway, []settings.Problem) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Failpoint == nil {
		o.Failpoint = func(string) {}
	}
	if o.Listening == nil {
		o.Listening = func(string, net.Addr) {}
	}
	g := &Gateway{config: c, o: o, counts: newCounts()}
	problems := g.build()
	g.counts.registry.MustRegister(standing{g.parts.guards})
	g.order = &order{shelf: g.shelf, now: g.o.Now}
	if settings.Fatal(problems) {
		return nil, problems
	}
	return g, problems
}

// Check reads the whole configuration in dir and reports every problem in it.
func Check(dir string) []settings.Problem {
	c, problems := Load(dir)
	if c == nil {
		return problems
	}
	_, more := New(c, Options{})
	return append(problems, more...)
}

// Run opens the spool, as often as it takes, and then receives and works until
// ctx ends. It returns when the last exchange and the last stage run are over.
func (g *Gateway) Run(ctx context.Context) error {
	observe, err := (&net.ListenConfig{}).Listen(ctx, "tcp", g.config.Observe.Listen)
	if err != nil {
		return fmt.Errorf("open the observe listener: %w", err)
	}
	g.o.Listening("observe", observe.Addr())

	// The pages outlive the work, so that a stopping gateway can be watched.
	watched, unwatch := context.WithCancel(context.WithoutCancel(ctx))
	var pages errgroup.Group
	pages.Go(func() error { return web.Serve(watched, observe, web.Observe(g)) })

	err = g.work(ctx)
	unwatch()
	return errors.Join(err, pages.Wait())
}

// work is Run without the pages.
func (g *Gateway) work(ctx context.Context) error {
	s, err := g.open(ctx)
	if err != nil || s == nil {
		return err
	}
	g.counts.watch(s)
	g.recordGates(ctx, s)
	if err := g.order.resume(ctx, s); err != nil {
		return errors.Join(err, s.Close())
	}
	receivers := append(slices.Clone(g.parts.receivers), poller{g, s})
	receivers = append(receivers, g.mailReceivers(s)...)
	if g.parts.sftp != nil {
		r, err := g.sftpReceiver()
		if err != nil {
			return errors.Join(err, s.Close())
		}
		receivers = append(receivers, r)
	}
	w := g.worker(s)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return g.shelf.Run(ctx) })
	group.Go(func() error { return w.keep(ctx) })
	group.Go(func() error { return w.run(ctx, g.config.Workers) })
	if g.config.API.Listen != "" {
		group.Go(func() error { return g.serveAPI(ctx, s) })
	}
	for _, r := range receivers {
		group.Go(func() error {
			return r.Receive(ctx, transports.Inbox(inbox{spool: s, log: g.o.Log, counts: g.counts, order: g.order}))
		})
	}
	err = group.Wait()
	g.spool.Store(nil)
	g.o.Log.Info("stopped", "node", g.config.Node)
	return errors.Join(err, s.Close())
}

// openAgain is the longest wait between two attempts to open the spool.
const openAgain = 10 * time.Second

// open opens the spool; while the database is down or the disk is full the
// process lives on, not ready, and tries again. It returns nil when ctx ends first.
func (g *Gateway) open(ctx context.Context) (*spool.Spool, error) {
	for wait := 100 * time.Millisecond; ; wait = min(wait*2, openAgain) {
		s, err := spool.Open(ctx, spool.Config{
			Store: g.config.StorePath(), Dir: g.config.PayloadPath(), Inline: int64(g.config.Inline),
			Now: g.o.Now, Log: g.o.Log, Node: g.config.Node, Failpoint: g.o.Failpoint, Unsafe: g.o.Unsafe,
		})
		if err == nil {
			if err = s.Reclaim(ctx); err == nil {
				g.spool.Store(s)
				return s, nil
			}
			err = errors.Join(err, s.Close())
		}
		if ctx.Err() != nil {
			return nil, nil
		}
		var temporary interface{ Temporary() bool }
		if errors.As(err, &temporary) && !temporary.Temporary() {
			return nil, err
		}
		g.failed.Store(&err)
		g.o.Log.Error("spool not open, trying again", "err", err, "wait", wait)
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(wait):
		}
	}
}

func (g *Gateway) worker(s *spool.Spool) *worker {
	return &worker{
		name: g.config.Node, spool: s, shelf: g.shelf, stages: g.parts.stages, retry: g.config.Retry,
		lease: g.config.Lease, ran: func(stage string) { g.o.Failpoint("ran-" + stage) },
		now: g.o.Now, after: g.o.After, guards: g.parts.guards.of, log: g.o.Log, counts: g.counts,
	}
}

// Ready says why messages cannot be taken now.
func (g *Gateway) Ready(ctx context.Context) error {
	s := g.spool.Load()
	if s == nil {
		if err := g.failed.Load(); err != nil {
			return *err
		}
		return errors.New("the spool is not open yet")
	}
	return s.Ping(ctx)
}

// Metrics serves the metrics.
func (g *Gateway) Metrics() http.Handler { return g.counts.handler() }

// Reload takes the partners and mappings as they are on disk now; with a
// problem the ones in force stay.
func (g *Gateway) Reload() []settings.Problem { return g.shelf.Reload() }

// Spool is the open spool, nil while there is none.
func (g *Gateway) Spool() *spool.Spool { return g.spool.Load() }
