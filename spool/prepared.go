package spool

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// preparedLimit bounds the statements that are kept: some have a text for each
// number of parameters.
const preparedLimit = 64

// prepared is a statement that is kept ready where rows are written singly, nil
// for one that is not. It will be the next time.
func (w *writer) prepared(query string) *sqlx.Stmt {
	if w.s.d.rows {
		return nil
	}
	stmt, asked := w.known[query]
	if !asked && len(w.known) < preparedLimit {
		w.known[query] = nil
		w.wanted = append(w.wanted, query)
	}
	return stmt
}

// prepare makes the statements that the last transaction asked for. A transaction
// cannot: it has the only connection.
func (w *writer) prepare(ctx context.Context) error {
	for _, query := range w.wanted {
		stmt, err := w.db.PreparexContext(ctx, query)
		if err != nil {
			return err
		}
		w.known[query] = stmt
	}
	w.wanted = w.wanted[:0]
	return nil
}
