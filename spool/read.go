package spool

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Get finds a message by its id, or by the beginning or end of it that no other has.
func (s *Spool) Get(ctx context.Context, id string) (Message, error) {
	found, err := s.messages(ctx, `WHERE id = ?`, id)
	if err != nil {
		return Message{}, err
	}
	const shortest = 4
	if len(found) == 0 && len(id) >= shortest {
		up := strings.ToUpper(id)
		found, err = s.messages(ctx, `WHERE substr(id, 1, ?) = ? OR substr(id, ?) = ? LIMIT 2`, len(up), up, max(27-len(up), 1), up)
		if err != nil {
			return Message{}, err
		}
	}
	switch len(found) {
	case 0:
		if len(id) < shortest {
			return Message{}, &storeError{text: fmt.Sprintf("message %s: %v", id, ErrNotFound), err: ErrNotFound,
				hint: fmt.Sprintf("an id may be shortened to %d characters of its beginning or end, not to fewer", shortest)}
		}
		return Message{}, fmt.Errorf("message %s: %w", id, ErrNotFound)
	case 1:
		return found[0], nil
	}
	return Message{}, &storeError{text: "more than one message has " + id + " at the beginning or end of its id", hint: "give more of the id; waybill spool list has its end"}
}

func (s *Spool) messages(ctx context.Context, rest string, args ...any) ([]Message, error) {
	rows, err := s.db.QueryContext(ctx, s.db.Rebind(`SELECT `+messageColumns+` FROM messages `+rest), cleaned(args)...)
	if err != nil {
		return nil, classify("reading messages", err)
	}
	defer rows.Close()
	var out []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, classify("reading messages", err)
		}
		out = append(out, m)
	}
	return out, classify("reading messages", rows.Err())
}

// Filter chooses messages; empty fields choose all.
type Filter struct {
	Partner, Document, Status, Stage, Kind string
	Label                                  string        // a business key, whatever its name
	Older, Newer                           time.Duration // by age since the message was made
	Parent                                 string
	Correlation                            string
	Limit                                  int // newest first; default 100
}

// List returns the messages that the filter chooses, newest first.
func (s *Spool) List(ctx context.Context, f Filter) ([]Message, error) {
	var where []string
	var args []any
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	for _, c := range []struct{ column, value string }{
		{"partner", f.Partner}, {"document", f.Document}, {"status", f.Status}, {"stage", f.Stage},
		{"kind", f.Kind}, {"parent", f.Parent}, {"correlation", f.Correlation},
	} {
		if c.value != "" {
			add(c.column+" = ?", c.value)
		}
	}
	if f.Label != "" {
		add("id IN (SELECT message FROM labels WHERE value = ?)", labelOf(f.Label))
	}
	if f.Older > 0 {
		add("created_at <= ?", s.c.Now().Add(-f.Older).UnixMilli())
	}
	if f.Newer > 0 {
		add("created_at >= ?", s.c.Now().Add(-f.Newer).UnixMilli())
	}
	rest := ""
	if len(where) > 0 {
		rest = "WHERE " + strings.Join(where, " AND ")
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	return s.messages(ctx, rest+" ORDER BY id DESC LIMIT ?", append(args, f.Limit)...)
}

// History returns what happened to a message, in order.
func (s *Spool) History(ctx context.Context, id string) ([]Event, error) {
	return s.events(ctx, []string{id})
}

func (s *Spool) events(ctx context.Context, ids []string) ([]Event, error) {
	query, args, err := sqlx.In(`WHERE message IN (?) ORDER BY seq`, ids)
	if err != nil {
		return nil, err
	}
	return s.lines(ctx, query, args...)
}

// lines reads lines of the history.
func (s *Spool) lines(ctx context.Context, rest string, args ...any) ([]Event, error) {
	rows, err := s.db.QueryContext(ctx, s.db.Rebind(`SELECT seq, message, at, actor, verb, from_status, to_status, stage, note, code, error, revision, duration, evidence
		FROM history `+rest), args...)
	if err != nil {
		return nil, classify("reading history", err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		var e Event
		var at, duration int64
		if err := rows.Scan(&e.Seq, &e.Message, &at, &e.Actor, &e.Verb, &e.From, &e.To, &e.Stage, &e.Note, &e.Code, &e.Error, &e.Revision, &duration, &e.Evidence); err != nil {
			return nil, classify("reading history", err)
		}
		e.At, e.Duration = millis(at), time.Duration(duration)*time.Microsecond
		out = append(out, e)
	}
	return out, classify("reading history", rows.Err())
}

// Labels returns the business keys of a message.
func (s *Spool) Labels(ctx context.Context, id string) ([]Label, error) {
	var out []Label
	err := s.db.SelectContext(ctx, &out, s.db.Rebind(`SELECT name, value FROM labels WHERE message = ? ORDER BY name, value`), id)
	return out, classify("reading labels", err)
}

// Expectations returns the answers that a message waits for, or waited for.
func (s *Spool) Expectations(ctx context.Context, id string) ([]Expectation, error) {
	return s.expectations(ctx, `WHERE message = ? ORDER BY key`, id)
}

func (s *Spool) expectations(ctx context.Context, rest string, args ...any) ([]Expectation, error) {
	rows, err := s.db.QueryContext(ctx, s.db.Rebind(`SELECT message, kind, key, due_at, state, answered_by, note, digests FROM expectations `+rest), cleaned(args)...)
	if err != nil {
		return nil, classify("reading expectations", err)
	}
	defer rows.Close()
	var out []Expectation
	for rows.Next() {
		var e Expectation
		var due int64
		var digests string
		if err := rows.Scan(&e.Message, &e.Kind, &e.Key, &due, &e.State, &e.AnsweredBy, &e.Note, &digests); err != nil {
			return nil, classify("reading expectations", err)
		}
		if err := json.Unmarshal([]byte(digests), &e.Digests); err != nil {
			return nil, fmt.Errorf("expectation %s: %w", e.Key, err)
		}
		if due != 0 {
			e.DueAt = millis(due)
		}
		out = append(out, e)
	}
	return out, classify("reading expectations", rows.Err())
}

// Receipt returns what the peer of an arrival was told.
func (s *Spool) Receipt(ctx context.Context, id string) ([]byte, error) {
	var receipt []byte
	err := s.db.QueryRowContext(ctx, s.db.Rebind(`SELECT receipt FROM messages WHERE id = ?`), id).Scan(&receipt)
	return receipt, classify("reading a receipt", err)
}

// Count is how many messages stand in one status and wait for one stage.
type Count struct {
	Status Status
	Stage  Stage
	Count  int
}

// Counts is the spool at a glance.
type Counts struct {
	Rows        []Count
	OldestReady time.Duration // age of the message that is ready longest
}

// Counts counts the messages.
func (s *Spool) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	if err := s.db.SelectContext(ctx, &c.Rows, `SELECT status, stage, COUNT(*) AS count FROM messages GROUP BY status, stage ORDER BY status, stage`); err != nil {
		return c, classify("counting", err)
	}
	var oldest int64
	if err := s.db.GetContext(ctx, &oldest, `SELECT COALESCE(MIN(run_at), 0) FROM messages WHERE status = 'ready'`); err != nil {
		return c, classify("counting", err)
	}
	if oldest > 0 {
		c.OldestReady = max(s.c.Now().Sub(millis(oldest)), 0)
	}
	return c, nil
}
