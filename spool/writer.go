package spool

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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
	ended    chan struct{} // closed when no request is answered any more
	single   []*sqlx.Stmt  // prepared single-row inserts by table, where rows are inserted singly
	statements
}

type request struct {
	ctx  context.Context
	run  func(*txn) error
	done chan error
}

const (
	batchLimit       = 256             // requests that share a commit at most
	transactionLimit = 2 * time.Minute // a database that hangs must not hang its callers for ever
	raceTries        = 5               // times a request that lost to another transaction is tried alone
)

func newWriter(ctx context.Context, s *Spool, db *sqlx.DB) (*writer, error) {
	w := &writer{s: s, db: db, requests: make(chan *request, batchLimit), ended: make(chan struct{}), statements: statements{known: map[string]*sqlx.Stmt{}}}
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

// write has run applied in a transaction and returns after its commit. An error
// of run that comes before its first change leaves the rest of the batch alone.
func (s *Spool) write(ctx context.Context, run func(*txn) error) error {
	if err := s.Broken(); err != nil {
		return err
	}
	r := &request{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case s.writer.requests <- r:
	case <-s.writer.ended:
		return errClosing()
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once it is queued the outcome is waited for: a caller that left would not know it.
	select {
	case err := <-r.done:
		return err
	case <-s.writer.ended:
	}
	select {
	case err := <-r.done:
		return err
	default: // it was queued after the last look into the queue
		return errClosing()
	}
}

func errClosing() error { return &storeError{text: "the spool is closing", temporary: true} }

// run commits batches until ctx ends; what is queued by then fails.
func (w *writer) run(ctx context.Context) {
	defer close(w.ended)
	var loops errgroup.Group
	for range w.s.d.writers {
		loops.Go(func() error { w.loop(ctx); return nil })
	}
	_ = loops.Wait() // the loops return no error
	for {
		select {
		case r := <-w.requests:
			r.done <- errClosing()
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
			w.commit(w.gather(first), 1)
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

// sunk is the error of a batch of which surely nothing was committed, because of
// one of its members or of a race with another writer.
type sunk struct{ error }

// commit writes a batch and answers its members. If one of them sank it, each is
// tried alone, so that a bad one takes nobody along.
func (w *writer) commit(batch []*request, try int) {
	errs, err := w.try(batch)
	var back sunk
	switch {
	case err == nil:
		for i, r := range batch {
			r.done <- errs[i]
		}
	case errors.As(err, &back) && len(batch) > 1:
		for _, r := range batch {
			w.commit([]*request{r}, 1)
		}
	case errors.As(err, &back) && lostRace(back.error) && try < raceTries:
		w.commit(batch, try+1)
	default:
		if back.error != nil {
			err = back.error
		}
		for _, r := range batch {
			r.done <- err
		}
	}
}

// try runs the members in one transaction. The second result is an error of all;
// unless it is sunk, nobody knows whether anything was committed, or it is no use
// to try again.
func (w *writer) try(batch []*request) ([]error, error) {
	if err := w.s.Broken(); err != nil {
		return nil, err
	}
	ctx := context.Background()
	if w.s.d.listen { // SQLite has its busy timeout, and its driver pays for a context that can end
		limited, cancel := context.WithTimeout(ctx, transactionLimit)
		defer cancel()
		ctx = limited
	}
	w.prepare(ctx, w.db)
	tx, err := w.db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, classify("beginning a transaction", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	// The members' own contexts do not reach into the transaction: SQLite rolls
	// back the whole when one statement is interrupted.
	t := &txn{ctx: ctx, tx: tx, w: w, now: w.s.now()}
	errs := make([]error, len(batch))
	for i, r := range batch {
		t.dirty = false
		mark, ended := len(t.rows), len(t.ended)
		if errs[i] = r.ctx.Err(); errs[i] == nil {
			errs[i] = r.run(t)
		}
		if errs[i] != nil {
			if t.dirty {
				return nil, sunk{errs[i]}
			}
			t.rows, t.ended = t.rows[:mark], t.ended[:ended]
		}
	}
	if err := t.abandon(); err != nil {
		return nil, sunk{err}
	}
	if err := t.flush(); err != nil {
		return nil, sunk{classify("writing", err)}
	}
	w.s.c.Failpoint("db-written")
	if err := tx.Commit(); err != nil {
		if err := w.settled(t, err); err != nil {
			return nil, err
		}
	}
	w.s.c.Failpoint("db-committed")
	if t.ready {
		w.s.hint()
		w.s.tellOthers()
	}
	return errs, nil
}

// settled finds out what became of a commit that returned an error; nil says
// that it was done after all.
func (w *writer) settled(t *txn, err error) error {
	if !w.s.d.rows {
		// A connection that kept its transaction would refuse every further one.
		_, _ = w.db.Exec(`ROLLBACK`)
		if isSyncFailure(err) {
			return w.s.breakDown(err)
		}
		return sunk{classify("committing", err)}
	}
	switch w.status(t.xid) {
	case "committed":
		w.s.c.Log.Warn("a commit was done although its answer was lost", "err", err)
		return nil
	case "aborted":
		return sunk{classify("committing", err)}
	}
	return classify("committing, and it is not known whether it was done", err)
}

// resolveLimit is how long the outcome of a lost commit is asked for.
const resolveLimit = 15 * time.Second

// status asks PostgreSQL what became of a transaction; "" when it does not say in time.
func (w *writer) status(xid int64) string {
	if xid == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveLimit)
	defer cancel()
	for {
		var status string
		err := w.s.db.GetContext(ctx, &status, `SELECT COALESCE(txid_status($1), '')`, xid)
		if err == nil && status != "in progress" {
			return status
		}
		select {
		case <-ctx.Done():
			return ""
		case <-w.s.life.Done():
			return ""
		case <-time.After(50 * time.Millisecond):
		}
	}
}
