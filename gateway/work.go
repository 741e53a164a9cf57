package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/adapters"
	"waybill/partners"
	"waybill/spool"
	"waybill/stages"
)

// conflicts is how many times a stage is rerun because another claimed its key first.
const conflicts = 3

// worker leases what is ready, runs its stage and has the outcome applied.
type worker struct {
	name   string
	spool  *spool.Spool
	shelf  *partners.Shelf
	stages map[spool.Stage]stages.Stage
	retry  Retry
	lease  time.Duration // of a running stage; extended while it runs
	ran    func(stage string)
	now    func() time.Time
	after  func(time.Duration) <-chan time.Time
	guards map[string]*adapters.Guard // before our own systems
	log    *slog.Logger
	counts *counts
}

// step runs one lease to its end, whatever that is.
func (w *worker) step(ctx context.Context, l spool.Lease) {
	m := l.Messages[0]
	began := w.now()
	log := w.log.With("msg_id", m.ID, "correlation", m.Correlation, "partner", m.Partner, "stage", string(m.Stage))
	parent := ctx
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	var beat errgroup.Group
	beat.Go(func() error { w.extend(ctx, l, log); return nil })

	o, err := w.outcome(ctx, l)
	took := w.now().Sub(began)
	if apart(l, o, err) {
		cancel()
		_ = beat.Wait()
		w.singly(parent, l, log)
		return
	}
	if err != nil {
		w.fail(ctx, l, err, took, log)
	} else {
		w.counts.step(string(m.Stage), outcomeName(o), took)
		said := []any{"note", o.Note, "took", took}
		if o.Code != "" {
			said = append([]any{"code", o.Code}, said...)
		}
		log.Info(outcomeName(o), said...)
		w.rejected(m, o)
	}
	cancel()
	_ = beat.Wait()
}

// triesTogether is how often a batch that fails for a passing reason is tried as
// a whole.
const triesTogether = 3

// apart says that one message of a batch may stop the others, which are better
// off without it.
func apart(l spool.Lease, o spool.Outcome, err error) bool {
	if len(l.Messages) == 1 || errors.Is(err, spool.ErrLeaseLost) {
		return false
	}
	if err == nil {
		return o.Status == spool.Held
	}
	var temporary interface{ Temporary() bool }
	passing := errors.As(err, &temporary) && temporary.Temporary()
	return !passing || l.Messages[0].Attempts+1 >= triesTogether
}

// singly runs each message of a batch by itself.
func (w *worker) singly(ctx context.Context, l spool.Lease, log *slog.Logger) {
	log.Warn("a batch cannot be done as a whole, each message is tried by itself", "messages", len(l.Messages))
	for _, m := range l.Messages {
		one := spool.Lease{Messages: []spool.Message{m}, Worker: l.Worker}
		if err := w.spool.Extend(ctx, one, w.lease); err != nil {
			log.Warn("lease not extended", "msg_id", m.ID, "err", err)
			continue // it is leased again when the lease has run out
		}
		w.step(ctx, one)
	}
}

// outcome runs the stage and applies what it returned; when another message
// claimed one of its keys first, the stage looks again.
func (w *worker) outcome(ctx context.Context, l spool.Lease) (spool.Outcome, error) {
	book := w.shelf.Current()
	for range conflicts {
		began := w.now()
		o, err := w.guarded(ctx, l, book)
		if err != nil {
			return o, err
		}
		w.ran(string(l.Messages[0].Stage))
		o.Revision, o.Duration = book.Revision, w.now().Sub(began)
		if apart(l, o, nil) {
			return o, nil
		}
		err = w.spool.Finish(ctx, l, o)
		var taken *spool.ClaimConflict
		if !errors.As(err, &taken) {
			return o, err
		}
	}
	return spool.Outcome{}, fmt.Errorf("stage %s: another message keeps claiming the same key", l.Messages[0].Stage)
}

// guarded turns a panic in a stage into an error that is not tried again.
func (w *worker) guarded(ctx context.Context, l spool.Lease, book *partners.Book) (o spool.Outcome, err error) {
	m := l.Messages[0]
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{value: p, stack: debug.Stack()}
		}
	}()
	stage, ok := w.stages[m.Stage]
	if !ok {
		return o, fmt.Errorf("no stage %q", m.Stage)
	}
	return stage.Run(ctx, stages.Work{
		Messages: l.Messages, Book: book, Now: w.now(), Store: store{spool: w.spool, lease: l},
	})
}

func (w *worker) fail(ctx context.Context, l spool.Lease, err error, took time.Duration, log *slog.Logger) {
	m := l.Messages[0]
	if errors.Is(err, spool.ErrLeaseLost) {
		log.Warn("lease lost, another worker has it", "took", took)
		return
	}
	var p *panicked
	if errors.As(err, &p) {
		log.Error("panic in a stage", "err", p.Error(), "stack", string(p.stack))
	}
	book := w.shelf.Current()
	retry := w.retry
	if m.Stage == stages.ToSend {
		retry = sendRetry(book, m.Partner, m.Document, retry)
	}
	f := retry.outcome(err, m, w.now().Add(-took), w.now())
	f.Revision, f.Duration = book.Revision, took
	w.counts.step(string(m.Stage), "failed", took)
	log.Warn("failed", "code", f.Code, "err", f.Error, "again", f.Retry, "took", took)
	// A failure that cannot be written is no loss: the lease runs out and the step is taken again.
	if err := w.spool.Fail(ctx, l, f); err != nil {
		log.Error("failure not recorded", "err", err)
	}
}

// extend keeps the lease while the stage runs.
func (w *worker) extend(ctx context.Context, l spool.Lease, log *slog.Logger) {
	t := time.NewTicker(w.lease / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := w.spool.Extend(ctx, l, w.lease); err != nil && ctx.Err() == nil {
				log.Warn("lease not extended", "err", err)
			}
		}
	}
}

func outcomeName(o spool.Outcome) string {
	switch {
	case o.Status != "":
		return string(o.Status)
	case o.Next != "":
		return "next " + string(o.Next)
	}
	return "done"
}

// panicked is a stage's panic: the message is dead, the process lives.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string   { return fmt.Sprintf("panic: %v", p.value) }
func (p *panicked) Temporary() bool { return false }
func (p *panicked) Code() string    { return "SYS-PANIC" }
func (p *panicked) Hint() string {
	return "this is a fault of Waybill: report it with the message's body; the message waits here"
}

// store gives a stage its part of the spool, bound to its lease.
type store struct {
	spool *spool.Spool
	lease spool.Lease
}

func (s store) Open(ctx context.Context, r spool.Ref) (io.ReadSeekCloser, error) {
	return s.spool.Open(ctx, r)
}

func (s store) OpenWhole(ctx context.Context, r spool.Ref) (io.ReadSeekCloser, error) {
	return s.spool.OpenWhole(ctx, r)
}

func (s store) Stage(ctx context.Context, children iter.Seq[spool.Child]) error {
	return s.spool.Stage(ctx, s.lease, children)
}

func (s store) Prior(ctx context.Context, key string) (spool.Message, string, bool, error) {
	return s.spool.Prior(ctx, key)
}

func (s store) Number(ctx context.Context, scope string, first int64, messages ...string) (int64, error) {
	return s.spool.Number(ctx, scope, first, messages...)
}

func (s store) Awaiting(ctx context.Context, key string) (spool.Message, bool, error) {
	return s.spool.Awaiting(ctx, key)
}

func (s store) Undone(ctx context.Context, id string) (string, error) {
	return undone(ctx, s.spool, id)
}

func (s store) AwaitingAny(ctx context.Context, prefix string) (bool, error) {
	return s.spool.AwaitingAny(ctx, prefix)
}

func (s store) Troubled(ctx context.Context, partner string, limit int) ([]spool.Expectation, error) {
	return s.spool.Troubled(ctx, partner, limit)
}
