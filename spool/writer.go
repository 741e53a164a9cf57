package spool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"
)

// writer commits what many goroutines want written, together: a batch shares one
// transaction and one sync, and each caller returns after the commit that holds
// its part.
type writer struct {
	s        *Spool
	db       *sqlx.DB
	requests chan *request
	single   []*sqlx.Stmt // prepared single-row inserts by table, where rows are inserted singly
}

type request struct {
	ctx  context.Context
	run  func(*txn) error
	done chan error
}

// batchLimit is how many requests share a commit at most.
const batchLimit = 256

func newWriter(ctx context.Context, s *Spool, db *sqlx.DB) (*writer, error) {
	w := &writer{s: s, db: db, requests: make(chan *request, batchLimit)}
	for table := range tableCount {
		if s.d.rows {
			break
		}
		head, tail, columns := insertInto(table)
		stmt, err := db.PreparexContext(ctx, head+"("+strings.Repeat("?, ", columns-1)+"?)"+tail)
		if err != nil {
			return nil, fmt.Errorf("preparing an insert: %w", err)
		}
		w.single = append(w.single, stmt)
	}
	return w, nil
}

// write has run applied in a transaction and returns after its commit. run must
// make its checks before its first change: an error without a change leaves the
// rest of the batch alone.
func (s *Spool) write(ctx context.Context, run func(*txn) error) error {
	if err := s.Broken(); err != nil {
		return err
	}
	r := &request{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case s.writer.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once it is queued the outcome is waited for: a caller that left would not know it.
	return <-r.done
}

// run commits batches until ctx ends; what is queued by then fails.
func (w *writer) run(ctx context.Context) {
	var loops errgroup.Group
	for range w.s.d.writers {
		loops.Go(func() error { w.loop(ctx); return nil })
	}
	_ = loops.Wait() // the loops return no error
	for {
		select {
		case r := <-w.requests:
			r.done <- &storeError{text: "the spool is closing", temporary: true}
		default:
			return
		}
	}
}

func (w *writer) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-w.requests:
			w.commit(w.gather(first))
		}
	}
}

// gather takes what waits already. With several writers a batch leaves some of
// it to the others.
func (w *writer) gather(first *request) []*request {
	batch := []*request{first}
	limit := min(batchLimit, len(w.requests)/w.s.d.writers+1)
	for len(batch) <= limit {
		select {
		case r := <-w.requests:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit writes a batch; if the whole fails, each member is tried alone, so that
// a bad one sinks nobody else.
func (w *writer) commit(batch []*request) {
	errs, err := w.try(batch)
	if err != nil && len(batch) > 1 {
		for _, r := range batch {
			w.commit([]*request{r})
		}
		return
	}
	for i, r := range batch {
		if err != nil {
			r.done <- err
		} else {
			r.done <- errs[i]
		}
	}
}

// try runs the members in one transaction. The second result says that nothing
// of it was committed, or that nobody knows.
func (w *writer) try(batch []*request) ([]error, error) {
	tx, err := w.db.BeginTxx(context.Background(), nil)
	if err != nil {
		return nil, classify("beginning a transaction", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	t := &txn{tx: tx, w: w, now: w.s.now()}
	errs := make([]error, len(batch))
	for i, r := range batch {
		t.ctx, t.dirty = r.ctx, false
		mark := len(t.rows)
		if errs[i] = r.ctx.Err(); errs[i] == nil {
			errs[i] = r.run(t)
		}
		if errs[i] != nil {
			if t.dirty {
				return nil, errs[i]
			}
			t.rows = t.rows[:mark]
		}
	}
	t.ctx = context.Background()
	if err := t.flush(); err != nil {
		return nil, classify("writing", err)
	}
	if t.ready && w.s.d.listen {
		if _, err := tx.Exec(`NOTIFY ` + channel); err != nil {
			return nil, classify("writing", err)
		}
	}
	w.s.c.Failpoint("db-written")
	if err := tx.Commit(); err != nil {
		return nil, w.failed(err)
	}
	w.s.c.Failpoint("db-committed")
	if t.ready {
		w.s.hint()
	}
	return errs, nil
}

// failed classes a failed commit; a failed sync ends all writing.
func (w *writer) failed(err error) error {
	if strings.Contains(w.s.d.driver, "sqlite") && isSyncFailure(err) {
		return w.s.breakDown(err)
	}
	return classify("committing", err)
}

// txn is the transaction of one batch. Inserts are gathered and written at its
// end; checks and updates are made at once.
type txn struct {
	ctx   context.Context
	tx    *sqlx.Tx
	w     *writer
	now   int64
	rows  []row
	dirty bool // the member at work has changed something
	ready bool // something became ready
}

type row struct {
	table  int
	values []any
}

// Tables in the order in which a batch writes them.
const (
	intoPayloads = iota
	intoMessages
	intoLinks
	intoLabels
	intoExpectations
	intoHistory
	tableCount
)

// insertInto is the statement of each table up to its values, and what follows them.
func insertInto(table int) (head, tail string, columns int) {
	const once = " ON CONFLICT DO NOTHING"
	switch table {
	case intoPayloads:
		return "INSERT INTO payloads (sha256, size, body, created_at) VALUES ", once, 4
	case intoMessages:
		return "INSERT INTO messages (" + messageColumns + ", receipt) VALUES ", once, messageColumnCount + 1
	case intoLinks:
		return "INSERT INTO links (member, carrier) VALUES ", once, 2
	case intoLabels:
		return "INSERT INTO labels (message, name, value) VALUES ", once, 3
	case intoExpectations:
		return "INSERT INTO expectations (message, kind, key, due_at, state, answered_by, note, digests) VALUES ", "", 8
	}
	return "INSERT INTO history (message, at, actor, verb, from_status, to_status, stage, note, code, error, revision, duration, evidence) VALUES ", "", 13
}

func (t *txn) insert(table int, values ...any) {
	t.rows = append(t.rows, row{table, values})
}

// exec changes something at once and returns how many rows it changed.
func (t *txn) exec(query string, args ...any) (int64, error) {
	t.dirty = true
	r, err := t.tx.ExecContext(t.ctx, t.tx.Rebind(query), args...)
	if err != nil {
		return 0, classify("writing", err)
	}
	return r.RowsAffected()
}

// get reads one row; found is false where there is none.
func (t *txn) get(into any, query string, args ...any) (found bool, err error) {
	err = t.tx.GetContext(t.ctx, into, t.tx.Rebind(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, classify("reading", err)
}

// parameterLimit is how many parameters one statement may have.
const parameterLimit = 30000

// flush writes the gathered rows, table by table.
func (t *txn) flush() error {
	byTable := make([][]row, tableCount)
	for _, r := range t.rows {
		byTable[r.table] = append(byTable[r.table], r)
	}
	for table, rows := range byTable {
		if len(rows) == 0 {
			continue
		}
		write := t.flushSingly
		if t.w.s.d.rows {
			write = t.flushTogether
		}
		if err := write(table, rows); err != nil {
			return err
		}
	}
	return nil
}

// flushSingly runs a prepared statement for each row: the fastest where there is
// no network between.
func (t *txn) flushSingly(table int, rows []row) error {
	run := t.tx.StmtxContext(t.ctx, t.w.single[table])
	for _, r := range rows {
		if _, err := run.ExecContext(t.ctx, r.values...); err != nil {
			return err
		}
	}
	return nil
}

// flushTogether writes many rows with one statement: one round trip.
func (t *txn) flushTogether(table int, rows []row) error {
	head, tail, columns := insertInto(table)
	for len(rows) > 0 {
		n := min(len(rows), parameterLimit/columns)
		var q strings.Builder
		q.WriteString(head)
		args := make([]any, 0, n*columns)
		for i, r := range rows[:n] {
			if i > 0 {
				q.WriteByte(',')
			}
			q.WriteByte('(')
			for c := range columns {
				if c > 0 {
					q.WriteByte(',')
				}
				fmt.Fprintf(&q, "$%d", i*columns+c+1)
			}
			q.WriteByte(')')
			args = append(args, r.values...)
		}
		q.WriteString(tail)
		if _, err := t.tx.ExecContext(t.ctx, q.String(), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
