package sftp

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"waybill/transports"
)

const (
	sweepEvery = time.Minute
	staleAfter = 24 * time.Hour // a temporary name that nobody wrote to or renamed
)

// left takes care, at the start and then each minute until ctx ends, of what
// crashes and vanished partners left behind.
func (s *server) left(ctx context.Context) {
	s.sweep(ctx)
	s.sweeping.Go(func() {
		t := time.NewTicker(sweepEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				s.sweep(ctx)
			}
		}
	})
}

// sweep looks through every partner's tree.
func (s *server) sweep(ctx context.Context) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			s.Log.Error("SFTP directory not read", "err", err)
		}
		return
	}
	for _, e := range entries {
		if !e.IsDir() || ctx.Err() != nil {
			continue
		}
		if err := s.sweepTree(ctx, e.Name()); err != nil {
			s.Log.Error("SFTP leftovers", "partner", e.Name(), "err", err)
		}
	}
}

func (s *server) sweepTree(ctx context.Context, name string) error {
	t, err := openTree(s.Dir, name)
	if err != nil {
		return err
	}
	defer t.Close()
	return errors.Join(s.aside(ctx, t, name), s.unsettled(ctx, t, name))
}

// aside keeps uploads that were never renamed to their final names as refused
// arrivals.
func (s *server) aside(ctx context.Context, t *tree, partner string) error {
	const why = fault("the upload was never renamed to its final name")
	entries, err := t.list(inboundDir)
	for _, e := range entries {
		i, failed := e.Info()
		if failed != nil || !i.Mode().IsRegular() || s.Now().Sub(i.ModTime()) < staleAfter {
			continue
		}
		at := place{inboundDir, e.Name()}
		f, failed := t.regular(at, os.O_RDONLY)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		_, _ = s.in.Take(ctx, transports.Arrival{Door: Door, Partner: partner, File: e.Name()}, io.MultiReader(f, ends{why}))
		s.Log.Warn("SFTP upload not taken", "code", "SFTP-CUT", "partner", partner, "file", e.Name(), "bytes", i.Size(), "err", why)
		err = errors.Join(err, f.Close(), t.Remove(at.real()))
	}
	return err
}

// unsettled settles the fetches that could not be when they happened.
func (s *server) unsettled(ctx context.Context, t *tree, partner string) error {
	entries, err := t.list(waitingDir)
	for _, e := range entries {
		w, failed := t.waits(e.Name())
		if failed == nil && !w.Fetched.IsZero() && s.Now().Sub(w.Fetched) > sweepEvery/2 {
			s.settle(ctx, t, Account{Partner: partner, Fetched: Keep}, e.Name(), w)
		}
	}
	return err
}
