package spool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

// txn is the transaction of one batch. Inserts are gathered and written at its
// end; checks and updates are made at once.
type txn struct {
	ctx   context.Context
	tx    *sqlx.Tx
	w     *writer
	now   int64
	rows  []row
	ended []string        // messages whose step ended without its staged children
	kept  map[string]bool // messages that were there before
	xid   int64           // the database's name of the transaction, once it has written history
	dirty bool            // the member at work has changed something, or the transaction failed
	ready bool            // something became ready
}

type row struct {
	table  int
	values []any
	made   bool // a history line that says the message began
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
		return "INSERT INTO messages (" + messageColumns + ", receipt, meant, holder) VALUES ", once, messageColumnCount + 3
	case intoLinks:
		return "INSERT INTO links (member, carrier) VALUES ", once, 2
	case intoLabels:
		return "INSERT INTO labels (message, name, value) VALUES ", once, 3
	case intoExpectations:
		return "INSERT INTO expectations (message, kind, key, due_at, state, answered_by, note, digests) VALUES ",
			" ON CONFLICT (message, key) DO UPDATE SET due_at = excluded.due_at, state = excluded.state, digests = excluded.digests", 8
	}
	return "INSERT INTO history (message, at, actor, verb, from_status, to_status, stage, note, code, error, revision, duration, evidence) VALUES ", "", 13
}

func (t *txn) insert(table int, values ...any) {
	t.rows = append(t.rows, row{table: table, values: cleaned(values)})
}

// exec changes something at once and returns how many rows it changed.
func (t *txn) exec(query string, args ...any) (int64, error) {
	r, err := t.run(query, cleaned(args))
	if err != nil {
		return 0, t.failed("writing", err)
	}
	n, err := r.RowsAffected()
	t.dirty = t.dirty || n > 0 || err != nil
	return n, classify("writing", err)
}

// run executes a statement, prepared if that was asked for before.
func (t *txn) run(query string, args []any) (sql.Result, error) {
	if stmt := t.w.prepared(query, len(args)); stmt != nil {
		return t.tx.StmtxContext(t.ctx, stmt).ExecContext(t.ctx, args...)
	}
	return t.tx.ExecContext(t.ctx, t.tx.Rebind(query), args...)
}

// rowsOf is run for a statement that returns rows.
func (t *txn) rowsOf(query string, args []any) (*sql.Rows, error) {
	if stmt := t.w.prepared(query, len(args)); stmt != nil {
		return t.tx.StmtxContext(t.ctx, stmt).QueryContext(t.ctx, args...)
	}
	return t.tx.QueryContext(t.ctx, t.tx.Rebind(query), args...)
}

// leaves is exec for the update that ends a lease: it says whether the message was
// changed, and notes staged children that the step leaves behind.
func (t *txn) leaves(id, query string, args ...any) (bool, error) {
	changed, staged := false, 0
	err := t.scan(query+` RETURNING (SELECT COUNT(*) FROM messages s WHERE s.status = 'staged' AND s.parent = messages.id)`, cleaned(args), func(r *sql.Rows) error {
		changed = true
		return r.Scan(&staged)
	})
	t.dirty = t.dirty || changed
	if staged > 0 {
		t.ended = append(t.ended, id)
	}
	return changed, t.failed("writing", err)
}

// get reads one row; found is false where there is none.
func (t *txn) get(into any, query string, args ...any) (found bool, err error) {
	err = t.tx.GetContext(t.ctx, into, t.tx.Rebind(query), cleaned(args)...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, t.failed("reading", err)
}

// all reads rows into a slice.
func (t *txn) all(into any, query string, args ...any) error {
	return t.failed("reading", t.tx.SelectContext(t.ctx, into, t.tx.Rebind(query), cleaned(args)...))
}

// failed classes a database's error. The transaction is of no use after one,
// whether the statement changed something or not.
func (t *txn) failed(doing string, err error) error {
	t.dirty = t.dirty || err != nil
	return classify(doing, err)
}

// parameterLimit is how many parameters one statement may have.
const parameterLimit = 30000

// flush writes the gathered rows, table by table.
func (t *txn) flush() error {
	byTable := make([][]row, tableCount)
	for _, r := range t.rows {
		byTable[r.table] = append(byTable[r.table], r)
	}
	t.rows = t.rows[:0]
	for table, rows := range byTable {
		if len(rows) == 0 {
			continue
		}
		if table == intoHistory {
			t.correct(rows)
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

// early writes what is gathered before the end, because a later statement of the
// same batch has to see it.
func (t *txn) early() error {
	t.dirty = true // the batch cannot be cut any more
	return classify("writing", t.flush())
}

// correct mends the history lines of messages that were there before: a step that
// runs again makes the same children, and those that are there stay.
func (t *txn) correct(lines []row) {
	for _, l := range lines {
		if id, _ := l.values[0].(string); l.made && t.kept[id] {
			const verb, to, note = 3, 5, 7
			l.values[verb], l.values[to], l.values[note] = "made again", "", "the step made it before, that one stays"
		}
	}
}

// flushSingly runs a prepared statement for each row: the fastest where there is
// no network between.
func (t *txn) flushSingly(table int, rows []row) error {
	run := t.tx.StmtxContext(t.ctx, t.w.single[table])
	for _, r := range rows {
		result, err := run.ExecContext(t.ctx, r.values...)
		if err != nil || table != intoMessages {
			if err != nil {
				return err
			}
			continue
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		t.stood(r, n > 0)
	}
	return nil
}

// stood notes whether a message's row was inserted or was there before.
func (t *txn) stood(r row, inserted bool) {
	if inserted {
		return
	}
	if t.kept == nil {
		t.kept = map[string]bool{}
	}
	id, _ := r.values[0].(string)
	t.kept[id] = true
}

// flushTogether writes many rows with one statement: one round trip.
func (t *txn) flushTogether(table int, rows []row) error {
	head, tail, columns := insertInto(table)
	switch table {
	case intoMessages:
		tail += " RETURNING id"
	case intoHistory:
		tail += " RETURNING txid_current()"
	}
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
		if err := t.runTogether(table, rows[:n], q.String(), args); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (t *txn) runTogether(table int, rows []row, query string, args []any) error {
	switch table {
	case intoMessages:
		there := map[string]bool{}
		var id string
		if err := t.scan(query, args, func(r *sql.Rows) error {
			err := r.Scan(&id)
			there[id] = true
			return err
		}); err != nil {
			return err
		}
		for _, r := range rows {
			id, _ := r.values[0].(string)
			t.stood(r, there[id])
		}
		return nil
	case intoHistory:
		return t.scan(query, args, func(r *sql.Rows) error { return r.Scan(&t.xid) })
	}
	_, err := t.run(query, args)
	return err
}

func (t *txn) scan(query string, args []any, each func(*sql.Rows) error) error {
	rows, err := t.rowsOf(query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// cleaned makes texts storable that PostgreSQL would refuse: what is not UTF-8,
// and NUL, is written as \xNN. What strangers send may hold either.
func cleaned(values []any) []any {
	for i, v := range values {
		if s, ok := v.(string); ok && (!utf8.ValidString(s) || strings.ContainsRune(s, 0)) {
			values[i] = escaped(s)
		}
	}
	return values
}

func escaped(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == 0 || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02X`, s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}
