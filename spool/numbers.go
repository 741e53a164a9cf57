package spool

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// numberLimit is the highest control number: nine digits (X12 ISA13).
const numberLimit = 999_999_999

// Number is the next control number of a scope for messages that share it. Asking
// again for one of them gives the same number. A scope begins with first, once;
// after 999999999 comes 1. Every number that was given has its line in the history,
// so that one that was never used can be told from one that was lost.
func (s *Spool) Number(ctx context.Context, scope string, first int64, messages ...string) (int64, error) {
	var number int64
	err := s.write(ctx, func(t *txn) error {
		query, args, err := sqlx.In(`SELECT number FROM numbered WHERE scope = ? AND message IN (?) ORDER BY number LIMIT 1`, scope, messages)
		if err != nil {
			return err
		}
		if found, err := t.get(&number, query, args...); err != nil || found {
			return err
		}
		t.dirty = true
		if _, err := t.get(&number, `INSERT INTO numbers (scope, last) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE
			SET last = CASE WHEN numbers.last >= ? THEN 1 ELSE numbers.last + 1 END RETURNING last`, scope, first, numberLimit); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO numbered (scope, message, number) VALUES (?, ?, ?)`, scope, messages[0], number); err != nil {
			return err
		}
		note := fmt.Sprintf("%s: number %d", scope, number)
		if number == first || number == 1 {
			note += ", the sequence begins"
		}
		t.event(Event{Message: messages[0], Verb: "numbered", Note: note})
		return nil
	})
	s.c.Failpoint("numbered")
	return number, err
}

// Prior finds who holds a claim, and the hash that it claimed.
func (s *Spool) Prior(ctx context.Context, key string) (Message, string, bool, error) {
	var held []struct{ Hash, Message string }
	if err := s.db.SelectContext(ctx, &held, s.db.Rebind(`SELECT hash, message FROM claims WHERE key = ?`), key); err != nil {
		return Message{}, "", false, classify("reading claims", err)
	}
	if len(held) == 0 {
		return Message{}, "", false, nil
	}
	m, err := s.Get(ctx, held[0].Message)
	return m, held[0].Hash, err == nil, err
}
