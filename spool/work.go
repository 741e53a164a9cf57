package spool

import (
	"cmp"
	"context"
	"math"
	"slices"
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
	Batch  int           // messages with one group key that may share a lease, also beyond Limit and before their time; 0 and 1 mean none
	Except []string      // partners whose messages go on waiting
	Group  string        // messages with this group key only; "" is any
	Others []string      // messages with these group keys go on waiting
	Early  bool          // also before their time, those that are due first
	For    time.Duration // how long until the lease runs out
	Worker string
}

// Lease hands out what is ready, longest waiting first. Of the messages with one
// order key and direction only the lowest unfinished is handed out. A lease makes
// no line in the history: the line that ends it names the worker and the time it
// took.
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
	slices.SortFunc(found, func(a, b Message) int {
		return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID))
	})
	return batches(found, q), nil
}

// orderBlocked finds what stands before a message m in the order of its key. Its
// conditions are those of the index messages_order, or that would not be used.
const orderBlocked = `SELECT 1 FROM messages o WHERE o.order_key = m.order_key AND o.order_key <> ''
	AND o.direction = m.direction AND o.order_seq < m.order_seq AND o.status NOT IN ('done', 'refused', 'dropped')`

func (t *txn) lease(q LeaseQuery) ([]Message, error) {
	d := t.w.s.d
	args := []any{t.now}
	if q.Early {
		args[0] = int64(math.MaxInt64)
	}
	for _, st := range q.Stages {
		args = append(args, string(st))
	}
	except, among := q.chosen()
	args = append(append(args, among...), q.Limit, t.w.s.c.Node, t.now, q.For.Milliseconds(), t.now)
	// Chosen apart, so that PostgreSQL locks no more than the limit.
	query := `WITH chosen AS MATERIALIZED (SELECT id FROM messages m WHERE status = 'ready' AND run_at <= ?
			AND stage IN (?` + strings.Repeat(", ?", len(q.Stages)-1) + `)` + except + `
			AND (order_key = '' OR NOT EXISTS (` + orderBlocked + `))
			ORDER BY run_at, id LIMIT ?` + d.skip + `)
		UPDATE messages SET status = 'running', fence = fence + 1, holder = ?, lease_until = ` + d.clock + ` + ?, updated_at = ?
		WHERE id IN (SELECT id FROM chosen) AND status = 'ready' RETURNING ` + messageColumns
	found, err := t.leased(query, args)
	if err != nil || q.Batch <= 1 {
		return found, err
	}
	return t.companions(found, q)
}

// chosen is the condition on partners and groups with its values.
func (q LeaseQuery) chosen() (condition string, values []any) {
	if q.Group != "" { // an empty key is in no index of groups
		condition, values = ` AND group_key = ? AND group_key <> ''`, append(values, q.Group)
	}
	for _, n := range []struct {
		column string
		not    []string
	}{{"partner", q.Except}, {"group_key", q.Others}} {
		if len(n.not) == 0 {
			continue
		}
		condition += ` AND ` + n.column + ` NOT IN (?` + strings.Repeat(", ?", len(n.not)-1) + `)`
		for _, v := range n.not {
			values = append(values, v)
		}
	}
	return condition, values
}

// companions adds to what was chosen the ready messages of the same group, also
// those whose time has not come: a batch closes when its first member is due.
func (t *txn) companions(found []Message, q LeaseQuery) ([]Message, error) {
	type group struct{ stage, key string }
	members := map[group]int{}
	var order []group
	for _, m := range found {
		g := group{string(m.Stage), m.GroupKey}
		if m.GroupKey != "" && members[g] == 0 {
			order = append(order, g)
		}
		members[g]++
	}
	d := t.w.s.d
	for _, g := range order {
		room := q.Batch - members[g]%q.Batch
		if room == q.Batch {
			continue
		}
		more, err := t.leased(`WITH chosen AS MATERIALIZED (SELECT id FROM messages m WHERE status = 'ready' AND group_key = ? AND stage = ?
			AND (order_key = '' OR NOT EXISTS (`+orderBlocked+`)) ORDER BY run_at, id LIMIT ?`+d.skip+`)
		UPDATE messages SET status = 'running', fence = fence + 1, holder = ?, lease_until = `+d.clock+` + ?, updated_at = ?
		WHERE id IN (SELECT id FROM chosen) AND status = 'ready' RETURNING `+messageColumns,
			[]any{g.key, g.stage, room, t.w.s.c.Node, t.now, q.For.Milliseconds(), t.now})
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// leased runs a statement that leases messages and returns them.
func (t *txn) leased(query string, args []any) ([]Message, error) {
	rows, err := t.rowsOf(query, args)
	if err != nil {
		return nil, t.failed("leasing", err)
	}
	defer rows.Close()
	var found []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, t.failed("leasing", err)
		}
		found = append(found, m)
		t.dirty = true
	}
	return found, t.failed("leasing", rows.Err())
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
