package gateway

import (
	"context"
	"time"
)

const (
	reapEvery  = 5 * time.Second
	sweepEvery = time.Hour
)

// keep frees what dead workers and receivers left, marks what is overdue, and
// removes what crashes left on the disk, in every mode.
func (w *worker) keep(ctx context.Context) error {
	reap, sweep := time.NewTicker(reapEvery), time.NewTicker(sweepEvery)
	defer reap.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-reap.C:
			n, err := w.spool.Reap(ctx)
			w.kept(ctx, "leases ran out", n, err)
			w.kept(ctx, "overdue answers", 0, w.overdue(ctx))
		case <-sweep.C:
			n, err := w.spool.Sweep(ctx, sweepEvery)
			w.kept(ctx, "files that no message names were removed", n, err)
		}
	}
}

// kept logs one chore.
func (w *worker) kept(ctx context.Context, what string, n int, err error) {
	switch {
	case err != nil && ctx.Err() == nil:
		w.log.Error("housekeeping failed", "chore", what, "err", err)
	case n > 0:
		w.log.Warn(what, "count", n)
	}
}
