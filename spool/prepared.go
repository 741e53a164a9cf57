package spool

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// The statements that are kept are bounded: an insert has a text for each number
// of rows.
const (
	preparedLimit      = 128
	preparedParameters = 400
)

// statements keeps what is run often prepared: reading and planning a text costs
// more than running it.
type statements struct {
	mu     sync.Mutex
	known  map[string]*sqlx.Stmt // nil until it is prepared
	wanted []string
}

// prepared is a statement that is kept ready, nil for one that is not. It will be
// the next time.
func (s *statements) prepared(query string, parameters int) *sqlx.Stmt {
	if parameters > preparedParameters {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stmt, asked := s.known[query]
	if !asked && len(s.known) < preparedLimit {
		s.known[query] = nil
		s.wanted = append(s.wanted, query)
	}
	return stmt
}

// prepare makes the statements that were asked for. A transaction cannot: on
// SQLite it has the only connection. One that cannot be prepared is run as it is,
// and tells then what is wrong with it.
func (s *statements) prepare(ctx context.Context, db *sqlx.DB) {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, query := range wanted {
		stmt, err := db.PreparexContext(ctx, db.Rebind(query))
		s.mu.Lock()
		if err != nil {
			delete(s.known, query)
		} else {
			s.known[query] = stmt
		}
		s.mu.Unlock()
	}
}
