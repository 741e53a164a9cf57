package spool

import "context"

// First finds the oldest message with a business key: the one that began the
// thread of an order.
func (s *Spool) First(ctx context.Context, name, value string) (Message, bool, error) {
	found, err := s.messages(ctx, `WHERE id IN (SELECT message FROM labels WHERE value = ? AND name = ?) ORDER BY id LIMIT 1`, labelOf(value), name)
	if err != nil || len(found) == 0 {
		return Message{}, false, err
	}
	return found[0], true, nil
}

// offspringLimit bounds what one message has made.
const offspringLimit = 1000

// Offspring returns what was made of a message and what carries it, oldest first,
// cut at 1,000; only those of some kinds, if any are named. A carrier that was made
// in the same step for other members is none of its own.
func (s *Spool) Offspring(ctx context.Context, id string, kinds ...string) ([]Message, error) {
	where, args := `(parent = ? AND parent <> '' AND NOT EXISTS (SELECT 1 FROM links l WHERE l.carrier = messages.id)
		OR id IN (SELECT carrier FROM links WHERE member = ?))`, []any{id, id}
	for i, k := range kinds {
		where += []string{` AND kind IN (?`, `, ?`}[min(i, 1)]
		args = append(args, k)
	}
	if len(kinds) > 0 {
		where += `)`
	}
	return s.messages(ctx, `WHERE `+where+` ORDER BY id LIMIT ?`, append(args, offspringLimit)...)
}

// Awaiting finds the message that waits, or waited last, for the answer of a key.
func (s *Spool) Awaiting(ctx context.Context, key string) (Message, bool, error) {
	found, err := s.messages(ctx, `WHERE id IN (SELECT message FROM expectations WHERE key = ?) ORDER BY id DESC LIMIT 1`, key)
	if err != nil || len(found) == 0 {
		return Message{}, false, err
	}
	return found[0], true, nil
}

// AwaitingAny says whether a message waits, or waited, for an answer whose key
// begins so.
func (s *Spool) AwaitingAny(ctx context.Context, prefix string) (bool, error) {
	var found []string
	where, args := s.d.prefixed(prefix)
	err := s.db.SelectContext(ctx, &found, s.db.Rebind(`SELECT message FROM expectations WHERE `+where+` LIMIT 1`), cleaned(args)...)
	return len(found) > 0, classify("reading expectations", err)
}

// Latest finds the newest set of a kind that came from a partner.
func (s *Spool) Latest(ctx context.Context, partner, document string) (Message, bool, error) {
	found, err := s.messages(ctx, `WHERE kind = 'set' AND direction = 'in' AND partner = ? AND document = ? ORDER BY id DESC LIMIT 1`, partner, document)
	if err != nil || len(found) == 0 {
		return Message{}, false, err
	}
	return found[0], true, nil
}
