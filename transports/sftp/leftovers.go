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
	entries, err := t.list(inboundDir)
	s.mu.Lock()
	writers := s.partner(partner)
	s.mu.Unlock()
	for _, e := range entries {
		i, failed := e.Info()
		if failed != nil || !i.Mode().IsRegular() || s.Now().Sub(i.ModTime()) < staleAfter {
			continue
		}
		if writers.claim(e.Name(), 0, s.Now()) != nil { // the clock may have been set forward
			continue
		}
		err = errors.Join(err, s.asideOne(ctx, t, partner, i))
		writers.unclaim(e.Name())
	}
	return err
}

// asideOne removes a file once what it holds is kept.
func (s *server) asideOne(ctx context.Context, t *tree, partner string, i os.FileInfo) error {
	const why = fault("the upload was never renamed to its final name")
	at := place{inboundDir, i.Name()}
	f, err := t.regular(at, os.O_RDONLY)
	if err != nil {
		return err
	}
	_, err = s.in.Take(ctx, transports.Arrival{Door: Door, Partner: partner, File: i.Name()}, io.MultiReader(f, ends{why}))
	if err = errors.Join(f.Close(), err); !errors.Is(err, why) {
		return err
	}
	s.Log.Warn("SFTP upload not taken", "code", "SFTP-CUT", "partner", partner, "file", i.Name(), "bytes", i.Size(), "err", why)
	return t.Remove(at.real())
}

// unsettled settles the fetches that could not be when they happened.
func (s *server) unsettled(ctx context.Context, t *tree, partner string) error {
	entries, err := t.list(waitingDir)
	for _, e := range entries {
		w, failed := t.waits(e.Name())
		age := s.Now().Sub(w.Fetched)
		if failed == nil && !w.Fetched.IsZero() && (age > sweepEvery/2 || age < 0) {
			s.settle(ctx, t, partner, e.Name(), w)
		}
	}
	return err
}
