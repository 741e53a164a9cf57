package spool

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Reap frees what dead workers and receivers left: running messages whose
// lease ran out become ready again, arrivals become refused, since their peer
// has no receipt and sends again. It returns how many there were.
func (s *Spool) Reap(ctx context.Context) (int, error) {
	reaped := 0
	err := s.write(ctx, func(t *txn) error {
		reaped = 0
		for _, r := range []struct {
			from, to Status
			code     string
			note     string
		}{
			{Running, Ready, "", "the lease ran out: its worker is gone, the step is taken again"},
			{Arrived, Refused, "TRN-ABANDONED", "the lease ran out before the bytes were understood: the partner has no receipt and sends again"},
		} {
			var ids []string
			err := t.tx.SelectContext(t.ctx, &ids, t.tx.Rebind(`SELECT id FROM messages WHERE status = ? AND lease_until < `+t.w.s.d.clock+` ORDER BY id LIMIT 1000`+t.w.s.d.skip),
				string(r.from), t.now)
			if err != nil {
				return classify("reading leases", err)
			}
			for _, id := range ids {
				if _, err := t.exec(`UPDATE messages SET status = ?, lease_until = 0, run_at = ?, code = ?, updated_at = ? WHERE id = ?`,
					string(r.to), t.now, r.code, t.now, id); err != nil {
					return err
				}
				t.event(Event{Message: id, Verb: "reaped", From: r.from, To: r.to, Note: r.note, Code: r.code})
				t.ready = t.ready || r.to == Ready
			}
			reaped += len(ids)
		}
		return nil
	})
	return reaped, err
}

// Overdue marks the expectations whose time has passed, and says so in the
// history of the messages that wait.
func (s *Spool) Overdue(ctx context.Context) (int, error) {
	var late []struct{ Message, Key string }
	now := s.now()
	err := s.db.SelectContext(ctx, &late, s.db.Rebind(`SELECT message, key FROM expectations WHERE state = 'expected' AND due_at < ? ORDER BY due_at LIMIT 1000`), now)
	if err != nil || len(late) == 0 {
		return 0, classify("reading expectations", err)
	}
	marked := 0
	err = s.write(ctx, func(t *txn) error {
		marked = 0
		for _, l := range late {
			n, err := t.exec(`UPDATE expectations SET state = 'overdue' WHERE message = ? AND key = ? AND state = 'expected'`, l.Message, l.Key)
			if err != nil {
				return err
			}
			if n == 1 {
				t.event(Event{Message: l.Message, Verb: "overdue", Code: "ACK-OVERDUE", Note: "no answer by the agreed time: " + l.Key})
			}
			marked += int(n)
		}
		return nil
	})
	return marked, err
}

// Sweep removes drafts and payload files that are older than age and that no row
// names: a crash left them behind. It returns how many it removed.
func (s *Spool) Sweep(ctx context.Context, age time.Duration) (int, error) {
	removed := 0
	err := filepath.WalkDir(s.c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || s.c.Now().Sub(info.ModTime()) < age {
			return err
		}
		if !strings.HasPrefix(d.Name(), "draft-") {
			var n int
			if err := s.db.GetContext(ctx, &n, s.db.Rebind(`SELECT COUNT(*) FROM payloads WHERE sha256 = ?`), d.Name()); err != nil || n > 0 {
				return err
			}
		}
		removed++
		return os.Remove(path)
	})
	return removed, classify("sweeping the payload directory", err)
}

// numberLimit is the highest control number: nine digits (X12 ISA13).
const numberLimit = 999_999_999

// Number is the next control number of a scope. Asking again for the same
// message gives the same number. After 999999999 comes 1, and the history says so.
func (s *Spool) Number(ctx context.Context, scope, message string) (int64, error) {
	var number int64
	err := s.write(ctx, func(t *txn) error {
		if found, err := t.get(&number, `SELECT number FROM numbered WHERE scope = ? AND message = ?`, scope, message); err != nil || found {
			return err
		}
		t.dirty = true
		if _, err := t.get(&number, `INSERT INTO numbers (scope, last) VALUES (?, 1) ON CONFLICT (scope) DO UPDATE
			SET last = CASE WHEN numbers.last >= ? THEN 1 ELSE numbers.last + 1 END RETURNING last`, scope, numberLimit); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO numbered (scope, message, number) VALUES (?, ?, ?)`, scope, message, number); err != nil {
			return err
		}
		if number == 1 {
			t.event(Event{Message: message, Verb: "numbered", Note: "control numbers of " + scope + " begin at 1"})
		}
		return nil
	})
	return number, err
}

// Prior finds who holds a claim, and the hash that it claimed.
func (s *Spool) Prior(ctx context.Context, key string) (Message, string, bool, error) {
	var held []struct{ Hash, Message string }
	if err := s.db.SelectContext(ctx, &held, s.db.Rebind(`SELECT hash, message FROM claims WHERE key = ?`), key); err != nil {
		return Message{}, "", false, classify("reading claims", err)
	}
	if len(held) == 0 {
		return Message{}, "", false, nil
	}
	m, err := s.Get(ctx, held[0].Message)
	return m, held[0].Hash, err == nil, err
}
