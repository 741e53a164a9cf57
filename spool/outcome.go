package spool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Finish applies an outcome in one transaction. It fails with ErrLeaseLost when
// the work belongs to somebody else by now, and with a *ClaimConflict when
// another message holds a key; in both cases nothing has changed.
func (s *Spool) Finish(ctx context.Context, l Lease, o Outcome) error {
	to := o.Status
	if to == "" {
		to = Done
		if o.Next != "" {
			to = Ready
		}
	}
	if !allowed(Running, to) {
		return fmt.Errorf("finish: a running message cannot become %s", to)
	}
	if to == Ready && o.Next == "" {
		return errors.New("finish: a ready message waits for a stage, and none is named")
	}
	if err := distinct(o.Emit); err != nil {
		return err
	}
	bodies, err := s.store(o.Emit)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(t *txn) error { return t.finish(l, o, to, bodies) })
	s.c.Failpoint("finished")
	return err
}

// store makes payloads of the children's contents.
func (s *Spool) store(children []Child) ([]*BodyWriter, error) {
	var out []*BodyWriter
	for i := range children {
		c := &children[i]
		if c.Body == nil {
			continue
		}
		w := s.body()
		if _, err := w.Write(c.Body); err != nil {
			return nil, errors.Join(err, w.discard())
		}
		if err := w.keep(); err != nil {
			return nil, errors.Join(err, w.discard())
		}
		c.Payload = Ref{SHA256: w.sum, Length: w.size, ISA: c.Payload.ISA, GS: c.Payload.GS}
		out = append(out, w)
	}
	return out, nil
}

func (t *txn) finish(l Lease, o Outcome, to Status, bodies []*BodyWriter) error {
	first := l.Messages[0]
	expected, err := t.awaited(first.ID, o.Expect)
	if err != nil {
		return err
	}
	for _, c := range o.Claims {
		conflict, err := t.claim(c.Key, c.Hash, first.ID)
		if err != nil {
			return err
		}
		if conflict != nil {
			return conflict
		}
	}
	for _, m := range l.Messages {
		if err := t.advance(m, l.Worker, o, to); err != nil {
			return err
		}
	}
	for _, e := range o.Events {
		t.event(Event{Message: first.ID, Actor: l.Worker, Verb: e.Verb, Note: e.Note, Code: e.Code, Evidence: e.Evidence, Revision: o.Revision})
	}
	for _, b := range bodies {
		b.row(t)
	}
	first.Partner = or(o.Partner, first.Partner)
	for _, c := range o.Emit {
		if err := t.emit(first, c); err != nil {
			return err
		}
	}
	if o.Staged {
		if err := t.unstage(first, l.Worker, to); err != nil {
			return err
		}
		t.ended = slices.DeleteFunc(t.ended, func(id string) bool { return id == first.ID })
	}
	if err := t.expect(first.ID, expected); err != nil {
		return err
	}
	if err := t.settle(first.ID, o.Answers); err != nil {
		return err
	}
	if o.Also != nil {
		t.dirty = true
		return o.Also(t.ctx, t.tx.Tx)
	}
	return nil
}

// advance moves one message of a lease.
func (t *txn) advance(m Message, worker string, o Outcome, to Status) error {
	stage, run, prepared, order := m.Stage, t.now, m.Prepared, m.OrderKey
	if o.Passed {
		order = ""
	}
	if to == Ready || to == Done { // otherwise it shows where it stopped, and can be tried again
		stage = o.Next
	}
	if !o.RunAt.IsZero() {
		run = o.RunAt.UnixMilli()
	}
	if o.Prepared != nil {
		prepared = o.Prepared
	}
	changed, err := t.leaves(m.ID, `UPDATE messages SET status = ?, stage = ?, run_at = ?, attempts = 0, lease_until = 0, partner = ?, document = ?,
		prepared = ?, order_key = ?, code = ?, error = ?, hint = ?, updated_at = ? WHERE id = ? AND fence = ? AND status = 'running'`,
		string(to), string(stage), run, or(o.Partner, m.Partner), or(o.Document, m.Document), prepared, order, o.Code, o.Error, o.Hint, t.now, m.ID, m.Fence)
	if err != nil {
		return err
	}
	if !changed {
		return ErrLeaseLost
	}
	t.ready = t.ready || to == Ready || m.OrderKey != "" // the next of its key may be ready
	t.labels(m.ID, o.Labels)
	t.event(Event{
		Message: m.ID, Actor: worker, Verb: string(m.Stage), From: Running, To: to, Stage: o.Next, Note: o.Note, Code: o.Code,
		Error: o.Error, Revision: o.Revision, Duration: o.Duration, Evidence: o.Evidence,
	})
	return nil
}

// Failure is an attempt that came to nothing.
type Failure struct {
	Code, Error, Hint, Revision string
	Retry                       time.Time // zero: not on its own
	Status                      Status    // Held or Dead, without Retry
	Postponed                   bool      // with Retry: it does not count as an attempt
	Duration                    time.Duration
}

// Fail ends an attempt: the message is tried again at Retry, or is Held or Dead.
func (s *Spool) Fail(ctx context.Context, l Lease, f Failure) error {
	to, run := f.Status, f.Retry.UnixMilli()
	if !f.Retry.IsZero() {
		to = Ready
	}
	if to != Ready && (to != Held && to != Dead || f.Postponed) {
		return fmt.Errorf("fail: an attempt that failed cannot end as %q", to)
	}
	return s.write(ctx, func(t *txn) error {
		for _, m := range l.Messages {
			if to != Ready {
				run = t.now
			}
			if err := t.failure(m, l.Worker, f, to, run); err != nil {
				return err
			}
		}
		return nil
	})
}

// failure ends one message's attempt.
func (t *txn) failure(m Message, worker string, f Failure, to Status, run int64) error {
	attempts, note := m.Attempts+1, fmt.Sprintf("attempt %d failed", m.Attempts+1)
	if f.Postponed {
		attempts, note = m.Attempts, "postponed, which is no attempt"
	}
	changed, err := t.leaves(m.ID, `UPDATE messages SET status = ?, run_at = ?, attempts = ?, lease_until = 0, code = ?, error = ?, hint = ?, updated_at = ?
		WHERE id = ? AND fence = ? AND status = 'running'`, string(to), run, attempts, f.Code, f.Error, f.Hint, t.now, m.ID, m.Fence)
	if err != nil {
		return err
	}
	if !changed {
		return ErrLeaseLost
	}
	if to == Ready {
		note += ", again at " + f.Retry.UTC().Format(time.RFC3339)
	}
	t.event(Event{Message: m.ID, Actor: worker, Verb: string(m.Stage), From: Running, To: to, Stage: m.Stage, Note: note,
		Code: f.Code, Error: f.Error, Revision: f.Revision, Duration: f.Duration})
	return nil
}
