package spool

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Lease is work that belongs to one worker for a while: one message, or a batch
// with one group key.
type Lease struct {
	Messages []Message
	Worker   string
}

// LeaseQuery asks for work.
type LeaseQuery struct {
	Stages []Stage
	Limit  int           // messages at most
	Batch  int           // messages with one group key that may share a lease; 0 and 1 mean none
	For    time.Duration // how long until the lease runs out
	Worker string
}

// Lease hands out what is ready, longest waiting first. Of the messages with one
// order key and direction only the lowest unfinished is handed out.
func (s *Spool) Lease(ctx context.Context, q LeaseQuery) ([]Lease, error) {
	if len(q.Stages) == 0 || q.Limit < 1 {
		return nil, nil
	}
	var found []Message
	err := s.write(ctx, func(t *txn) error {
		var err error
		found, err = t.lease(q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return batches(found, q), nil
}

func (t *txn) lease(q LeaseQuery) ([]Message, error) {
	d := t.w.s.d
	args := []any{t.now, q.For.Milliseconds(), t.now, t.now}
	for _, st := range q.Stages {
		args = append(args, string(st))
	}
	args = append(args, q.Limit)
	query := `UPDATE messages SET status = 'running', fence = fence + 1, lease_until = ` + d.clock + ` + ?, updated_at = ?
		WHERE id IN (SELECT id FROM messages m WHERE status = 'ready' AND run_at <= ?
			AND stage IN (?` + strings.Repeat(", ?", len(q.Stages)-1) + `)
			AND (order_key = '' OR NOT EXISTS (SELECT 1 FROM messages o WHERE o.order_key = m.order_key
				AND o.direction = m.direction AND o.order_seq < m.order_seq AND o.status NOT IN ('done', 'refused', 'dropped')))
			ORDER BY run_at, id LIMIT ?` + d.skip + `) AND status = 'ready' RETURNING ` + messageColumns
	rows, err := t.tx.QueryContext(t.ctx, t.tx.Rebind(query), args...)
	if err != nil {
		return nil, classify("leasing", err)
	}
	defer rows.Close()
	var found []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, classify("leasing", err)
		}
		found = append(found, m)
		t.dirty = true
	}
	return found, classify("leasing", rows.Err())
}

// batches puts messages with one group key and stage into shared leases.
func batches(found []Message, q LeaseQuery) []Lease {
	var out []Lease
	open := map[string]int{}
	for _, m := range found {
		key := string(m.Stage) + "\x00" + m.GroupKey
		if i, ok := open[key]; ok && q.Batch > 1 && m.GroupKey != "" && len(out[i].Messages) < q.Batch {
			out[i].Messages = append(out[i].Messages, m)
			continue
		}
		open[key] = len(out)
		out = append(out, Lease{Messages: []Message{m}, Worker: q.Worker})
	}
	return out
}

// Extend lets a lease run for d from now.
func (s *Spool) Extend(ctx context.Context, l Lease, d time.Duration) error {
	return s.write(ctx, func(t *txn) error {
		for _, m := range l.Messages {
			n, err := t.exec(`UPDATE messages SET lease_until = `+t.w.s.d.clock+` + ? WHERE id = ? AND fence = ? AND status = 'running'`,
				t.now, d.Milliseconds(), m.ID, m.Fence)
			if err != nil {
				return err
			}
			if n == 0 {
				return ErrLeaseLost
			}
		}
		return nil
	})
}

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
			return nil, err
		}
		c.Payload = Ref{SHA256: w.sum, Length: w.size, ISA: c.Payload.ISA, GS: c.Payload.GS}
		out = append(out, w)
	}
	return out, nil
}

func (t *txn) finish(l Lease, o Outcome, to Status, bodies []*BodyWriter) error {
	first := l.Messages[0]
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
	}
	if err := t.expect(first.ID, o.Expect); err != nil {
		return err
	}
	// What is expected may be answered in the same step.
	if len(o.Expect) > 0 && len(o.Answers) > 0 {
		if err := t.flush(); err != nil {
			return err
		}
		t.rows = t.rows[:0]
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
	stage, run, prepared := m.Stage, t.now, m.Prepared
	if to != Held && to != Refused {
		stage = o.Next
	}
	if !o.RunAt.IsZero() {
		run = o.RunAt.UnixMilli()
	}
	if o.Prepared != nil {
		prepared = o.Prepared
	}
	n, err := t.exec(`UPDATE messages SET status = ?, stage = ?, run_at = ?, attempts = 0, lease_until = 0, partner = ?, document = ?,
		prepared = ?, code = ?, error = ?, hint = ?, updated_at = ? WHERE id = ? AND fence = ? AND status = 'running'`,
		string(to), string(stage), run, or(o.Partner, m.Partner), or(o.Document, m.Document), prepared, o.Code, o.Error, o.Hint, t.now, m.ID, m.Fence)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrLeaseLost
	}
	t.ready = t.ready || to == Ready
	t.labels(m.ID, o.Labels)
	t.event(Event{
		Message: m.ID, Actor: worker, Verb: string(m.Stage), From: Running, To: to, Stage: o.Next, Note: o.Note, Code: o.Code,
		Error: o.Error, Revision: o.Revision, Duration: o.Duration, Evidence: o.Evidence,
	})
	return nil
}

// stageChunk is how many staged children share a commit.
const stageChunk = 1000

// Stage inserts children that stay invisible until the outcome, in chunks; when
// the step runs again, those that are there already stay.
func (s *Spool) Stage(ctx context.Context, l Lease, children iter.Seq[Child]) error {
	var chunk []Child
	parent := l.Messages[0]
	flush := func() error {
		if len(chunk) == 0 {
			return nil
		}
		bodies, err := s.store(chunk)
		if err != nil {
			return err
		}
		err = s.write(ctx, func(t *txn) error { return t.stageChildren(parent, chunk, bodies) })
		chunk = chunk[:0]
		return err
	}
	for c := range children {
		chunk = append(chunk, c)
		if len(chunk) == stageChunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (t *txn) stageChildren(parent Message, chunk []Child, bodies []*BodyWriter) error {
	for _, b := range bodies {
		b.row(t)
	}
	for _, c := range chunk {
		m, err := t.child(parent, c)
		if err != nil {
			return err
		}
		m.Status = Staged
		t.message(m, nil)
	}
	return nil
}

// unstage makes staged children what they were meant to be, or refuses them with
// their parent. What a child was meant to be follows from its stage and code.
func (t *txn) unstage(parent Message, worker string, to Status) error {
	status := `CASE WHEN code <> '' AND stage = '' THEN 'refused' WHEN code <> '' THEN 'held' WHEN stage <> '' THEN 'ready' ELSE 'done' END`
	if to == Refused {
		status = `'refused'`
	}
	// The history first: it reads what is staged.
	_, err := t.exec(`INSERT INTO history (message, at, actor, verb, from_status, to_status, stage, note, code, error, revision, duration, evidence)
		SELECT id, ?, ?, 'made', 'staged', `+status+`, stage, '', code, error, '', 0, NULL FROM messages WHERE parent = ? AND status = 'staged'`,
		t.now, worker, parent.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE messages SET status = `+status+`, run_at = ?, updated_at = ? WHERE parent = ? AND status = 'staged'`, t.now, t.now, parent.ID)
	t.ready = true
	return err
}

// Failure is an attempt that came to nothing.
type Failure struct {
	Code, Error, Hint, Revision string
	Retry                       time.Time // zero: not on its own
	Status                      Status    // Held or Dead, without Retry
	Duration                    time.Duration
}

// Fail ends an attempt: the message is tried again at Retry, or is Held or Dead.
func (s *Spool) Fail(ctx context.Context, l Lease, f Failure) error {
	to, run := f.Status, f.Retry.UnixMilli()
	if !f.Retry.IsZero() {
		to = Ready
	}
	if !allowed(Running, to) {
		return fmt.Errorf("fail: a running message cannot become %q", to)
	}
	return s.write(ctx, func(t *txn) error {
		for _, m := range l.Messages {
			if to != Ready {
				run = t.now
			}
			n, err := t.exec(`UPDATE messages SET status = ?, run_at = ?, attempts = attempts + 1, lease_until = 0, code = ?, error = ?, hint = ?, updated_at = ?
				WHERE id = ? AND fence = ? AND status = 'running'`, string(to), run, f.Code, f.Error, f.Hint, t.now, m.ID, m.Fence)
			if err != nil {
				return err
			}
			if n == 0 {
				return ErrLeaseLost
			}
			note := "attempt " + fmt.Sprint(m.Attempts+1) + " failed"
			if to == Ready {
				note += ", again at " + f.Retry.UTC().Format(time.RFC3339)
			}
			t.event(Event{Message: m.ID, Actor: l.Worker, Verb: string(m.Stage), From: Running, To: to, Stage: m.Stage, Note: note,
				Code: f.Code, Error: f.Error, Revision: f.Revision, Duration: f.Duration})
		}
		return nil
	})
}
