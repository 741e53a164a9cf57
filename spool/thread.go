package spool

import (
	"context"
	"errors"
	"slices"

	"github.com/jmoiron/sqlx"
)

// familyLimit bounds a thread: an interchange may have 10,000 sets.
const familyLimit = 2000

// family gathers messages without repeating one, up to the limit.
type family struct {
	messages []Message
	there    map[string]bool
}

// add takes those that are new.
func (f *family) add(found []Message) {
	for _, m := range found {
		if !f.there[m.ID] && len(f.messages) < familyLimit {
			f.there[m.ID] = true
			f.messages = append(f.messages, m)
		}
	}
}

// Thread returns a message's whole family, from the transmission that began it
// to everything made of it or carrying it, and what happened to them in order.
// It is cut at 2,000 messages; what led to the message, what it carries and what
// came of it are taken first, its siblings last.
func (s *Spool) Thread(ctx context.Context, id string) ([]Message, []Event, error) {
	m, err := s.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	line := []Message{m}
	for line[0].Parent != "" {
		parent, err := s.Get(ctx, line[0].Parent)
		if errors.Is(err, ErrNotFound) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		line = slices.Insert(line, 0, parent)
	}
	f := &family{there: map[string]bool{}}
	f.add(line)
	members, err := s.messages(ctx, `WHERE id IN (SELECT member FROM links WHERE carrier = ?) ORDER BY id LIMIT ?`, m.ID, familyLimit)
	if err != nil {
		return nil, nil, err
	}
	f.add(members)
	for _, from := range []string{m.ID, line[0].ID} {
		if err := s.descend(ctx, f, from); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(f.messages, func(a, b Message) int { return a.CreatedAt.Compare(b.CreatedAt) })
	ids := make([]string, len(f.messages))
	for i, m := range f.messages {
		ids[i] = m.ID
	}
	events, err := s.events(ctx, ids)
	return f.messages, events, err
}

// descend adds what was made of a message or carries it, generation by generation.
func (s *Spool) descend(ctx context.Context, f *family, from string) error {
	seen := map[string]bool{}
	for next := []string{from}; len(next) > 0 && len(f.messages) < familyLimit; {
		query, args, err := sqlx.In(`WHERE parent IN (?) AND parent <> '' OR id IN (SELECT carrier FROM links WHERE member IN (?)) ORDER BY id LIMIT ?`, next, next, familyLimit)
		if err != nil {
			return err
		}
		found, err := s.messages(ctx, query, args...)
		if err != nil {
			return err
		}
		f.add(found)
		next = nil
		for _, c := range found {
			if !seen[c.ID] {
				seen[c.ID] = true
				next = append(next, c.ID)
			}
		}
	}
	return nil
}
