package spool

import (
	"context"
	"encoding/json"
	"errors"
)

// openStates are the states of an expectation that still waits.
const openStates = `('expected', 'overdue')`

// awaited refuses expectations whose key another message waits for already, and
// returns those that are to be recorded: of the shared ones, what is new.
func (t *txn) awaited(message string, expected []Expectation) ([]Expectation, error) {
	var out []Expectation
	shared := map[string]bool{}
	for _, e := range expected {
		if e.Shared && len(shared) == 0 { // another step of this batch may wait for the same
			if err := t.early(); err != nil {
				return nil, err
			}
		}
		var holder string
		found, err := t.get(&holder, `SELECT message FROM expectations WHERE key = ? AND state IN `+openStates+` AND message <> ?`, e.Key, or(e.Message, message))
		switch {
		case err != nil:
			return nil, err
		case found && !e.Shared:
			return nil, &ClaimConflict{Key: e.Key, Holder: holder}
		case !found && !shared[e.Key]:
			out = append(out, e)
		}
		if e.Shared {
			shared[e.Key] = true
		}
	}
	return out, nil
}

// expect records the answers that a message waits for from now on.
func (t *txn) expect(message string, expected []Expectation) error {
	for _, e := range expected {
		digests, err := json.Marshal(e.Digests)
		if err != nil {
			return err
		}
		due := int64(0) // at no time
		if !e.DueAt.IsZero() {
			due = e.DueAt.UnixMilli()
		}
		t.insert(intoExpectations, or(e.Message, message), e.Kind, e.Key, due, or(e.State, "expected"), e.AnsweredBy, "", string(digests))
	}
	return nil
}

// answerable are the expectations that an answer by a message may settle: the
// open ones, those that are possible, and its own that came to nothing before, since a message that was
// held for a bad receipt and sent again waits again. One parameter: the message.
const answerable = `(state IN ` + openStates + ` OR state = 'possible' OR message = ? AND answered_by = message AND state IN ('rejected', 'errors'))`

// settle applies answers to what is open, and says in both histories what happened.
func (t *txn) settle(by string, answers []Answer) error {
	if len(answers) > 0 {
		// What is expected may be answered in the same step, or in the same batch.
		if err := t.early(); err != nil {
			return err
		}
	}
	for _, a := range answers {
		if a.State == "" {
			if err := t.news(by, a); err != nil {
				return err
			}
			continue
		}
		where, args := `key = ?`, []any{a.State, by, a.Text, a.Key}
		if a.Prefix {
			within, bounds := t.w.s.d.prefixed(a.Key)
			where, args = within, append([]any{a.State, by, a.Text}, bounds...)
		}
		var found []settled
		err := t.all(&found, `UPDATE expectations SET state = ?, answered_by = ?, note = ? WHERE `+where+
			` AND `+answerable+` RETURNING message, key`, append(args, by)...)
		if err != nil {
			return err
		}
		if a.Whole {
			if found, err = t.others(by, a, found); err != nil {
				return err
			}
		}
		if len(found) == 0 && !a.Quiet {
			t.event(Event{Message: by, Verb: "unmatched", Note: "answers nothing that is open: " + a.Key})
		}
		for _, w := range found {
			t.event(Event{Message: w.Message, Verb: "answered", Note: w.Key + ": " + a.State + ": " + a.Text})
			if a.Hold == nil {
				continue
			}
			if err := t.hold(w.Message, by, *a.Hold); err != nil {
				return err
			}
		}
	}
	return nil
}

// news says in the history of who waits for a key what was heard of it.
func (t *txn) news(by string, a Answer) error {
	var waiting []settled
	if err := t.all(&waiting, `SELECT message, key FROM expectations WHERE key = ?`, a.Key); err != nil {
		return err
	}
	for _, w := range waiting {
		t.event(Event{Message: w.Message, Verb: "news", Note: w.Key + ": " + a.Text})
	}
	if len(waiting) == 0 && !a.Quiet {
		t.event(Event{Message: by, Verb: "unmatched", Note: "is about nothing that waits: " + a.Key})
	}
	return nil
}

// hold keeps a message for a person that came to nothing after its last step. One
// that is being worked on goes on, and its history has the answer.
func (t *txn) hold(id, by string, h Hold) error {
	m, err := t.lock(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if m.Status != Done && m.Status != Ready || m.Status == Ready && m.Stage != h.Stage {
		return nil
	}
	n, err := t.exec(`UPDATE messages SET status = 'held', stage = ?, code = ?, error = ?, hint = ?, updated_at = ? WHERE id = ? AND status = ?`,
		string(h.Stage), h.Code, h.Error, h.Hint, t.now, id, string(m.Status))
	if err != nil || n == 0 {
		return err
	}
	t.event(Event{Message: id, Actor: by, Verb: "held", From: m.Status, To: Held, Stage: h.Stage, Code: h.Code, Error: h.Error})
	return nil
}

// settled is an expectation that an answer settled.
type settled struct{ Message, Key string }

// others settles what the messages of an answer wait for beside it, and returns
// all that is settled by then.
func (t *txn) others(by string, a Answer, found []settled) ([]settled, error) {
	for _, s := range found {
		var more []settled
		if err := t.all(&more, `UPDATE expectations SET state = ?, answered_by = ?, note = ? WHERE message = ?
			AND state IN `+openStates+` RETURNING message, key`, a.State, by, a.Text, s.Message); err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// lateChunk is how many answers are marked overdue at once.
const lateChunk = 1000

// Overdue marks the expectations whose time has passed, says so in the history of
// the messages that wait, and returns them.
func (s *Spool) Overdue(ctx context.Context) ([]Expectation, error) {
	now := s.now()
	late, err := s.expectations(ctx, `WHERE state = 'expected' AND due_at > 0 AND due_at < ? ORDER BY due_at LIMIT ?`, now, lateChunk)
	if err != nil || len(late) == 0 {
		return nil, err
	}
	var marked []Expectation
	err = s.write(ctx, func(t *txn) error {
		marked = nil
		for _, l := range late {
			n, err := t.exec(`UPDATE expectations SET state = 'overdue' WHERE message = ? AND key = ? AND state = 'expected'`, l.Message, l.Key)
			if err != nil {
				return err
			}
			if n == 1 {
				l.State = "overdue"
				marked = append(marked, l)
				t.event(Event{Message: l.Message, Verb: "overdue", Code: "ACK-OVERDUE", Note: "no answer by the agreed time: " + l.Key})
			}
		}
		return nil
	})
	return marked, err
}

// troubled are the states of an expectation in which something went wrong. The
// condition is that of the index expectations_trouble.
const troubled = `e.state IN ('overdue', 'rejected', 'partial')`

// Troubled returns what of a partner's answers is overdue or a refusal, the
// latest first, cut at limit.
func (s *Spool) Troubled(ctx context.Context, partner string, limit int) ([]Expectation, error) {
	return s.expectations(ctx, `e WHERE `+troubled+` AND EXISTS (SELECT 1 FROM messages m WHERE m.id = e.message AND m.partner = ?)
		ORDER BY e.message DESC, e.key LIMIT ?`, partner, limit)
}

// Waive ends the waiting of a message: what is open, and what came back as a
// refusal, is waived, and nothing is held for it any more; the note of a refusal
// still begins with "rejected". It returns how many expectations there were.
func (s *Spool) Waive(ctx context.Context, id, actor, reason string) (int, error) {
	m, err := s.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	waived := 0
	err = s.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE expectations SET state = 'waived', answered_by = ?,
			note = CASE WHEN state = 'rejected' THEN 'rejected, ' ELSE '' END || CAST(? AS TEXT) WHERE message = ? AND state IN ('expected', 'overdue', 'rejected', 'partial')`, actor, reason, m.ID)
		if err != nil {
			return err
		}
		if waived = int(n); n == 0 {
			return &storeError{text: "message " + m.ID + " waits for no answer, and none was a refusal", hint: "waybill spool show has what it waits for"}
		}
		t.event(Event{Message: m.ID, Actor: actor, Verb: "waived", Note: reason})
		return nil
	})
	return waived, err
}
