package spool

import (
	"context"
	"time"
)

// Gate says of a group key why its messages are handed out or not, as one node
// sees it: commands beside a running gateway read it here. The spool itself does
// not act on it.
type Gate struct {
	Name   string // the group key
	Node   string
	State  string // a word of the caller's
	Reason string
	Since  time.Time
	Until  time.Time // zero: open-ended
}

// SetGate records how a gate stands at this node, in place of what stood there.
func (s *Spool) SetGate(ctx context.Context, g Gate) error {
	until := int64(0)
	if !g.Until.IsZero() {
		until = g.Until.UnixMilli()
	}
	return s.write(ctx, func(t *txn) error {
		_, err := t.exec(`INSERT INTO gates (name, node, state, reason, since, until) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (name, node) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since, until = excluded.until`,
			g.Name, s.c.Node, g.State, g.Reason, g.Since.UnixMilli(), until)
		return err
	})
}

// Gates lists the gates as they were recorded last, by name and node.
func (s *Spool) Gates(ctx context.Context) ([]Gate, error) {
	var rows []struct {
		Name, Node, State, Reason string
		Since, Until              int64
	}
	if err := s.db.SelectContext(ctx, &rows, `SELECT name, node, state, reason, since, until FROM gates ORDER BY name, node`); err != nil {
		return nil, classify("reading gates", err)
	}
	out := make([]Gate, 0, len(rows))
	for _, r := range rows {
		g := Gate{Name: r.Name, Node: r.Node, State: r.State, Reason: r.Reason, Since: millis(r.Since)}
		if r.Until != 0 {
			g.Until = millis(r.Until)
		}
		out = append(out, g)
	}
	return out, nil
}

// Hasten makes the ready messages of a group due now: what their next attempt
// waited for is over. It returns how many there were.
func (s *Spool) Hasten(ctx context.Context, group string) (n int, err error) {
	err = s.write(ctx, func(t *txn) error {
		due, err := t.exec(`UPDATE messages SET run_at = ?, updated_at = ? WHERE status = 'ready' AND group_key = ? AND group_key <> '' AND run_at > ?`,
			t.now, t.now, group, t.now)
		n, t.ready = int(due), t.ready || due > 0
		return err
	})
	return n, err
}
