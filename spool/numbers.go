package spool

import "context"

// numberLimit is the highest control number: nine digits (X12 ISA13).
const numberLimit = 999_999_999

// Number is the next control number of a scope. Asking again for the same
// message gives the same number. After 999999999 comes 1, and the history says so.
func (s *Spool) Number(ctx context.Context, scope, message string) (int64, error) {
	var number int64
	err := s.write(ctx, func(t *txn) error {
		if found, err := t.get(&number, `SELECT number FROM numbered WHERE scope = ? AND message = ?`, scope, message); err != nil || found {
			return err
		}
		t.dirty = true
		if _, err := t.get(&number, `INSERT INTO numbers (scope, last) VALUES (?, 1) ON CONFLICT (scope) DO UPDATE
			SET last = CASE WHEN numbers.last >= ? THEN 1 ELSE numbers.last + 1 END RETURNING last`, scope, numberLimit); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO numbered (scope, message, number) VALUES (?, ?, ?)`, scope, message, number); err != nil {
			return err
		}
		if number == 1 {
			t.event(Event{Message: message, Verb: "numbered", Note: "control numbers of " + scope + " begin at 1"})
		}
		return nil
	})
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
