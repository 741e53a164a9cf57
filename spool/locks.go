package spool

import (
	"context"
	"time"
)

// Lock takes or keeps a named lock for a holder until that long from now, and says
// whether it has it: one poller per directory across nodes. Time is the database's
// where nodes share one. A lock that ran out is anybody's.
func (s *Spool) Lock(ctx context.Context, name, holder string, until time.Duration) (bool, error) {
	var got string
	err := s.write(ctx, func(t *txn) error {
		t.dirty = true
		now, err := t.leaseClock()
		if err != nil {
			return err
		}
		got = ""
		_, err = t.get(&got, `INSERT INTO locks (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
			SET holder = excluded.holder, until = excluded.until
			WHERE locks.until <= ? OR locks.holder = excluded.holder RETURNING holder`, name, holder, now+until.Milliseconds(), now)
		return err
	})
	return err == nil && got == holder, err
}

// Unlock gives a lock back; one that is another's stays.
func (s *Spool) Unlock(ctx context.Context, name, holder string) error {
	return s.write(ctx, func(t *txn) error {
		_, err := t.exec(`DELETE FROM locks WHERE name = ? AND holder = ?`, name, holder)
		return err
	})
}
