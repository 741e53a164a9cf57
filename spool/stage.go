package spool

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jmoiron/sqlx"
)

// stageChunk is how many staged children share a commit.
const stageChunk = 1000

// Stage inserts children that stay invisible until the outcome, in chunks. It
// fails with ErrLeaseLost when the parent belongs to somebody else by now. When
// the step ends without Outcome.Staged, fails or loses its lease, they fall away.
func (s *Spool) Stage(ctx context.Context, l Lease, children iter.Seq[Child]) error {
	var chunk []Child
	parent := l.Messages[0]
	keys := map[string]bool{}
	for c := range children {
		if keys[c.Key] {
			return errSameKey(c.Key)
		}
		keys[c.Key] = true
		if chunk = append(chunk, c); len(chunk) < stageChunk {
			continue
		}
		if err := s.stage(ctx, l.Worker, parent, chunk); err != nil {
			return err
		}
		chunk = chunk[:0]
	}
	return s.stage(ctx, l.Worker, parent, chunk)
}

func (s *Spool) stage(ctx context.Context, worker string, parent Message, chunk []Child) error {
	bodies, err := s.store(chunk)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *txn) error {
		m, err := t.lock(parent.ID)
		if err != nil {
			return err
		}
		if m.Status != Running || m.Fence != parent.Fence {
			return ErrLeaseLost
		}
		for _, b := range bodies {
			b.row(t)
		}
		for _, c := range chunk {
			m, err := t.child(parent, c)
			if err != nil {
				return err
			}
			meant := m.Status
			m.Status = Staged
			t.messageMeant(m, nil, meant)
			t.began(Event{Message: m.ID, Actor: worker, Verb: "staged", To: Staged, Stage: m.Stage, Note: c.Note, Code: c.Code, Error: c.Error, Evidence: c.Evidence})
		}
		return nil
	})
}

// unstage makes staged children what they were meant to be, or refuses them with
// their parent.
func (t *txn) unstage(parent Message, worker string, to Status) error {
	status := `meant`
	if to == Refused {
		status = `'refused'`
	}
	// The history first: it reads what is staged.
	_, err := t.exec(`INSERT INTO history (message, at, actor, verb, from_status, to_status, stage, note, code, error, revision, duration, evidence)
		SELECT id, ?, ?, 'made', 'staged', `+status+`, stage, '', code, error, '', 0, NULL FROM messages WHERE parent = ? AND status = 'staged' ORDER BY id`,
		t.now, worker, parent.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE messages SET status = `+status+`, updated_at = ? WHERE parent = ? AND status = 'staged'`, t.now, parent.ID)
	t.ready = true
	return err
}

// abandon removes the staged children of steps that ended without them: nobody
// has seen them, and the next attempt, with the Book in force then, may make
// others.
func (t *txn) abandon() error {
	if len(t.ended) == 0 {
		return nil
	}
	left := map[string]int{}
	for chunk := range slices.Chunk(t.ended, stageChunk) {
		query, args, err := sqlx.In(`SELECT parent, COUNT(*) AS children FROM messages WHERE status = 'staged' AND parent IN (?) GROUP BY parent`, chunk)
		if err != nil {
			return err
		}
		var found []struct {
			Parent   string
			Children int
		}
		if err := t.all(&found, query, args...); err != nil {
			return err
		}
		for _, f := range found {
			left[f.Parent] = f.Children
		}
	}
	for parent, children := range left {
		const staged = `(SELECT id FROM messages WHERE parent = ? AND status = 'staged')`
		for _, statement := range []string{
			`DELETE FROM labels WHERE message IN ` + staged, `DELETE FROM links WHERE carrier IN ` + staged,
			`DELETE FROM messages WHERE parent = ? AND status = 'staged'`,
		} {
			if _, err := t.exec(statement, parent); err != nil {
				return err
			}
		}
		t.event(Event{Message: parent, Verb: "unstaged", Note: fmt.Sprintf("%d staged children fell away with the attempt", children)})
	}
	return nil
}
