package spool

import (
	"context"
	"time"
)

// Waiting is how many messages of one group wait for a stage, and since when.
type Waiting struct {
	Group   string
	Ready   int
	Running int
	Oldest  time.Time // when the oldest of them was made
}

// Waiting counts what is ready or running for a stage, by group key.
func (s *Spool) Waiting(ctx context.Context, stage Stage) ([]Waiting, error) {
	var rows []struct {
		Group          string `db:"group_key"`
		Ready, Running int
		Oldest         int64
	}
	err := s.db.SelectContext(ctx, &rows, s.db.Rebind(`SELECT group_key, SUM(CASE status WHEN 'ready' THEN 1 ELSE 0 END) AS ready,
		SUM(CASE status WHEN 'running' THEN 1 ELSE 0 END) AS running, MIN(created_at) AS oldest
		FROM messages WHERE status IN ('ready', 'running') AND stage = ? GROUP BY group_key ORDER BY group_key`), string(stage))
	if err != nil {
		return nil, classify("counting what waits", err)
	}
	out := make([]Waiting, 0, len(rows))
	for _, r := range rows {
		out = append(out, Waiting{r.Group, r.Ready, r.Running, millis(r.Oldest)})
	}
	return out, nil
}

// LastInOrder is the highest place in the order of any key that is unfinished.
func (s *Spool) LastInOrder(ctx context.Context) (int64, error) {
	var last int64
	err := s.db.GetContext(ctx, &last, `SELECT COALESCE(MAX(order_seq), 0) FROM messages WHERE order_key <> '' AND status NOT IN ('done', 'refused', 'dropped')`)
	return last, classify("reading the order", err)
}

// Head is a message that others of its order key wait for.
type Head struct {
	Message Message
	Behind  int // how many wait
}

// Heads lists the messages that others wait for, those with the longest queue
// first, at most 1,000.
func (s *Spool) Heads(ctx context.Context) ([]Head, error) {
	var rows []struct {
		ID     string
		Behind int
	}
	err := s.db.SelectContext(ctx, &rows, `SELECT MIN(m.id) AS id, q.waiting - 1 AS behind FROM messages m JOIN (
			SELECT order_key, direction, MIN(order_seq) AS first, COUNT(*) AS waiting FROM messages
			WHERE order_key <> '' AND status NOT IN ('done', 'refused', 'dropped') GROUP BY order_key, direction HAVING COUNT(*) > 1) q
		ON m.order_key = q.order_key AND m.direction = q.direction AND m.order_seq = q.first
		WHERE m.order_key <> '' AND m.status NOT IN ('done', 'refused', 'dropped')
		GROUP BY q.order_key, q.direction, q.waiting ORDER BY behind DESC, id LIMIT 1000`)
	if err != nil {
		return nil, classify("reading what is waited for", err)
	}
	out := make([]Head, 0, len(rows))
	for _, r := range rows {
		m, err := s.Get(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Head{m, r.Behind})
	}
	return out, nil
}

// Blocker finds the message that m waits for in the order of its key.
func (s *Spool) Blocker(ctx context.Context, m Message) (Message, bool, error) {
	if m.OrderKey == "" {
		return Message{}, false, nil
	}
	found, err := s.messages(ctx, `WHERE order_key = ? AND order_key <> '' AND direction = ? AND order_seq < ?
		AND status NOT IN ('done', 'refused', 'dropped') ORDER BY order_seq, id LIMIT 1`, m.OrderKey, m.Direction, m.OrderSeq)
	if err != nil || len(found) == 0 {
		return Message{}, false, err
	}
	return found[0], true, nil
}
