package spool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	reapChunk = 1000
	// reapLimit is how many times a worker may vanish over one stage of a message
	// before the message is taken for the cause.
	reapLimit = 20
)

// Reap frees what dead workers and receivers left: running messages whose
// lease ran out become ready again, or dead when their workers keep vanishing;
// arrivals become refused, since their peer has no receipt and sends again. It
// returns how many there were.
func (s *Spool) Reap(ctx context.Context) (int, error) {
	var reaped, arrivals []string
	err := s.write(ctx, func(t *txn) error {
		var running []string
		arrivals = nil
		for _, r := range []struct {
			status Status
			ids    *[]string
		}{{Running, &running}, {Arrived, &arrivals}} {
			err := t.all(r.ids, `SELECT id FROM messages WHERE status = ? AND lease_until < `+t.w.s.d.clock+` ORDER BY id LIMIT ?`+t.w.s.d.skip,
				string(r.status), t.now, reapChunk)
			if err != nil {
				return err
			}
		}
		reaped = append(running, arrivals...)
		for _, id := range running {
			if err := t.reapRunning(id); err != nil {
				return err
			}
		}
		for _, id := range arrivals {
			if err := t.reapArrival(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range arrivals {
		s.dropDrafts(id)
	}
	return len(reaped), nil
}

// Reclaim ends the leases of this spool's own node: a process that starts has
// nothing under way, so what its node holds is what the one before it left. Where
// two processes carry one name, the fence keeps the older from finishing.
func (s *Spool) Reclaim(ctx context.Context) error {
	err := s.write(ctx, func(t *txn) error {
		_, err := t.exec(`UPDATE messages SET lease_until = 0 WHERE holder = ? AND status IN ('running', 'arrived')`, s.c.Node)
		return err
	})
	for n := reapChunk; err == nil && n >= reapChunk; {
		n, err = s.Reap(ctx)
	}
	return err
}

// reapRunning counts a lease that ran out as an attempt: a message that takes its
// worker down each time must not do so for ever.
func (t *txn) reapRunning(id string) error {
	e := Event{Message: id, Verb: "reaped", From: Running, To: Ready, Note: "the lease ran out: its worker is gone, the step is taken again"}
	hint := ""
	var attempts int
	if _, err := t.get(&attempts, `SELECT attempts FROM messages WHERE id = ?`, id); err != nil {
		return err
	}
	if attempts+1 >= reapLimit {
		e.To, e.Code, e.Note = Dead, "SYS-LEASE", fmt.Sprintf("the lease ran out %d times: this message takes its worker down", attempts+1)
		e.Error, hint = e.Note, "look at its body and at the log of the node, then retry or drop it"
	}
	t.ready = t.ready || e.To == Ready
	t.ended = append(t.ended, id)
	t.event(e)
	_, err := t.exec(`UPDATE messages SET status = ?, attempts = attempts + 1, lease_until = 0, run_at = ?, code = ?, error = ?, hint = ?, updated_at = ? WHERE id = ?`,
		string(e.To), t.now, e.Code, e.Error, hint, t.now, id)
	return err
}

func (t *txn) reapArrival(id string) error {
	e := Event{
		Message: id, Verb: "reaped", From: Arrived, To: Refused, Code: "TRN-ABANDONED",
		Note: "the lease ran out before the bytes were understood: the partner has no receipt and sends again",
	}
	t.event(e)
	_, err := t.exec(`UPDATE messages SET status = ?, lease_until = 0, code = ?, error = ?, updated_at = ? WHERE id = ?`,
		string(e.To), e.Code, e.Note, t.now, id)
	return err
}

// Sweep removes drafts and payload files that were not touched for age and that
// no row names: a crash left them behind. It returns how many it removed. age
// must be longer than any write takes; an hour is plenty.
func (s *Spool) Sweep(ctx context.Context, age time.Duration) (int, error) {
	removed := 0
	before := time.Now().Add(-age) // file times are the system's own
	err := filepath.WalkDir(s.c.Dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		swept, err := s.sweepFile(ctx, path, d, before)
		if swept {
			removed++
		}
		return err
	})
	return removed, classify("sweeping the payload directory", err)
}

func (s *Spool) sweepFile(ctx context.Context, path string, d fs.DirEntry, before time.Time) (bool, error) {
	info, err := d.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || !info.ModTime().Before(before) {
		return false, err
	}
	if strings.HasPrefix(d.Name(), draftPrefix) {
		return true, os.Remove(path)
	}
	var n int
	if err := s.db.GetContext(ctx, &n, s.db.Rebind(`SELECT COUNT(*) FROM payloads WHERE sha256 = ?`), d.Name()); err != nil || n > 0 {
		return false, err
	}
	// The same bytes may be arriving right now and take this name. So the file is
	// taken away under another name and looked at again: keep makes files young.
	aside := filepath.Join(s.c.Dir, draftDir, draftPrefix+"swept-"+d.Name())
	s.c.Failpoint("sweep-found")
	if err := os.Rename(path, aside); err != nil {
		return false, err
	}
	if info, err = os.Stat(aside); err != nil {
		return false, err
	}
	if !info.ModTime().Before(before) {
		return false, errors.Join(os.Rename(aside, path), s.syncDir(filepath.Dir(path)))
	}
	return true, os.Remove(aside)
}
