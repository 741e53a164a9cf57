package spool

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// bulk is how many ids one statement asks for.
const bulk = 500

// chunked does something for all ids, part by part.
func chunked(ids []string, run func(part []string) error) error {
	for len(ids) > 0 {
		part := ids[:min(bulk, len(ids))]
		ids = ids[len(part):]
		if err := run(part); err != nil {
			return err
		}
	}
	return nil
}

// Correlations returns the threads of the messages that have a business key,
// whatever its name, cut at limit.
func (s *Spool) Correlations(ctx context.Context, key string, limit int) ([]string, error) {
	var out []string
	err := s.db.SelectContext(ctx, &out, s.db.Rebind(`SELECT DISTINCT correlation FROM messages WHERE id IN (SELECT message FROM labels WHERE value = ?) ORDER BY correlation LIMIT ?`), cleaned([]any{key, limit})...)
	return out, classify("reading threads", err)
}

// Threads returns the messages of some kinds that belong to threads, the oldest
// first, cut at limit.
func (s *Spool) Threads(ctx context.Context, correlations []string, limit int, kinds ...string) ([]Message, error) {
	var out []Message
	err := chunked(correlations, func(part []string) error {
		query, args, err := sqlx.In(`WHERE correlation IN (?) AND kind IN (?) ORDER BY id LIMIT ?`, part, kinds, max(limit-len(out), 0))
		if err != nil {
			return err
		}
		found, err := s.messages(ctx, query, args...)
		out = append(out, found...)
		return err
	})
	return out, err
}

// Offsprings returns what Offspring does for many messages at once, by their ids.
func (s *Spool) Offsprings(ctx context.Context, ids []string, kinds ...string) (map[string][]Message, error) {
	out := map[string][]Message{}
	err := chunked(ids, func(part []string) error {
		ofKind, kindArgs := "", []any{}
		if len(kinds) > 0 {
			ofKind, kindArgs = " AND kind IN (?)", []any{kinds}
		}
		query, args, err := sqlx.In(`WHERE parent IN (?) AND parent <> ''`+ofKind+` AND NOT EXISTS (SELECT 1 FROM links l WHERE l.carrier = messages.id) ORDER BY id`, append([]any{part}, kindArgs...)...)
		if err != nil {
			return err
		}
		made, err := s.messages(ctx, query, args...)
		if err != nil {
			return err
		}
		for _, m := range made {
			out[m.Parent] = append(out[m.Parent], m)
		}
		return s.carriers(ctx, part, kinds, out)
	})
	return out, err
}

// carriers adds what carries some messages.
func (s *Spool) carriers(ctx context.Context, members, kinds []string, out map[string][]Message) error {
	query, args, err := sqlx.In(`SELECT member, carrier FROM links WHERE member IN (?) ORDER BY member, carrier`, members)
	if err != nil {
		return err
	}
	var links []struct{ Member, Carrier string }
	if err := s.db.SelectContext(ctx, &links, s.db.Rebind(query), args...); err != nil {
		return classify("reading links", err)
	}
	var ids []string
	for _, l := range links {
		ids = append(ids, l.Carrier)
	}
	byID := map[string]Message{}
	err = chunked(ids, func(part []string) error {
		query, args, err := sqlx.In(`WHERE id IN (?)`, part)
		if err != nil {
			return err
		}
		found, err := s.messages(ctx, query, args...)
		for _, m := range found {
			byID[m.ID] = m
		}
		return err
	})
	for _, l := range links {
		m, ok := byID[l.Carrier]
		of := len(kinds) == 0
		for _, k := range kinds {
			of = of || m.Kind == k
		}
		if ok && of {
			out[l.Member] = append(out[l.Member], m)
		}
	}
	return err
}

// ExpectationsOf returns what Expectations does for many messages at once, by their ids.
func (s *Spool) ExpectationsOf(ctx context.Context, ids []string) (map[string][]Expectation, error) {
	out := map[string][]Expectation{}
	err := chunked(ids, func(part []string) error {
		query, args, err := sqlx.In(`WHERE message IN (?) ORDER BY message, key`, part)
		if err != nil {
			return err
		}
		found, err := s.expectations(ctx, query, args...)
		for _, e := range found {
			out[e.Message] = append(out[e.Message], e)
		}
		return err
	})
	return out, err
}

// Labelled returns a label's values of many messages, by their ids.
func (s *Spool) Labelled(ctx context.Context, name string, ids []string) (map[string]string, error) {
	out := map[string]string{}
	err := chunked(ids, func(part []string) error {
		query, args, err := sqlx.In(`SELECT message, value FROM labels WHERE message IN (?) AND name = ?`, part, name)
		if err != nil {
			return err
		}
		var found []struct{ Message, Value string }
		err = s.db.SelectContext(ctx, &found, s.db.Rebind(query), args...)
		for _, l := range found {
			out[l.Message] = l.Value
		}
		return classify("reading labels", err)
	})
	return out, err
}

// Told returns the lines of many messages' histories that have one of some verbs,
// in order.
func (s *Spool) Told(ctx context.Context, ids []string, verbs ...string) ([]Event, error) {
	var out []Event
	err := chunked(ids, func(part []string) error {
		query, args, err := sqlx.In(`WHERE message IN (?) AND verb IN (?) ORDER BY seq`, part, verbs)
		if err != nil {
			return err
		}
		found, err := s.lines(ctx, query, args...)
		out = append(out, found...)
		return err
	})
	return out, err
}
