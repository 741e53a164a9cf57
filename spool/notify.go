package spool

import (
	"context"
	"time"

	"github.com/lib/pq"
)

const (
	channel    = "waybill_ready"
	tellAtMost = 10 * time.Millisecond // between two notifications
)

// listen turns the database's notifications into hints.
func (s *Spool) listen(ctx context.Context) {
	l := pq.NewListener(s.c.Store, time.Second, time.Minute, nil)
	// Listen waits until the database answers; only closing it ends that.
	closed := make(chan struct{})
	context.AfterFunc(ctx, func() {
		_ = l.Close() // only hints come through it
		close(closed)
	})
	defer func() { <-closed }()
	if err := l.Listen(channel); err != nil && ctx.Err() == nil {
		s.c.Log.Warn("no wake-up hints, polling only", "err", redact(err, s.c.Store))
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.Notify:
			s.hint()
		}
	}
}

// tellOthers has the other nodes told that something became ready.
func (s *Spool) tellOthers() {
	if !s.d.listen {
		return
	}
	select {
	case s.others <- struct{}{}:
	default:
	}
}

// tell sends the notifications, outside the transactions: PostgreSQL lets only
// one transaction that notifies commit at a time.
func (s *Spool) tell(ctx context.Context) {
	pause := time.NewTicker(tellAtMost)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.others:
		}
		if _, err := s.db.ExecContext(ctx, `NOTIFY `+channel); err != nil && ctx.Err() == nil {
			s.c.Log.Warn("other nodes were not told, they poll", "err", redact(err, s.c.Store))
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
