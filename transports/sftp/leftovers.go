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
	s.sweep(ctx, true)
	s.sweeping.Go(func() {
		t := time.NewTicker(sweepEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				s.sweep(ctx, false)
			}
		}
	})
}

// sweep looks through every partner's tree.
func (s *server) sweep(ctx context.Context, start bool) {
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
		if err := s.sweepTree(ctx, e.Name(), start); err != nil {
			s.Log.Error("SFTP leftovers", "partner", e.Name(), "err", err)
		}
	}
}

func (s *server) sweepTree(ctx context.Context, name string, start bool) error {
	t, err := openTree(s.Dir, name)
	if err != nil {
		return err
	}
	defer t.Close()
	if start { // nobody writes yet
		err = errors.Join(err, s.aside(ctx, t, name, stagingDir, 0, "the gateway stopped before the upload was closed"))
	}
	err = errors.Join(err, s.aside(ctx, t, name, inboundDir, staleAfter, "the upload was never renamed to its final name"))
	return errors.Join(err, s.unsettled(ctx, t, name))
}

// aside keeps old files of a directory as refused arrivals.
func (s *server) aside(ctx context.Context, t *tree, partner, dir string, age time.Duration, why string) error {
	entries, err := t.list(dir)
	for _, e := range entries {
		i, failed := e.Info()
		if failed != nil || !i.Mode().IsRegular() || s.Now().Sub(i.ModTime()) < age || dir == stagingDir && !uploaded(e.Name()) {
			continue
		}
		at := place{dir, e.Name()}
		f, failed := t.regular(at, os.O_RDONLY)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		_, _ = s.in.Take(ctx, transports.Arrival{Door: Door, Partner: partner, File: e.Name()}, io.MultiReader(f, ends{fault(why)}))
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
