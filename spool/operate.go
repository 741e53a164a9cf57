package spool

import (
	"context"
	"fmt"
	"strings"
)

// Retry has a held or dead message tried again at once.
func (s *Spool) Retry(ctx context.Context, id, actor, reason string) error {
	return s.operate(ctx, id, "retried", Ready, actor, reason, Dead, Held)
}

// Hold keeps a ready message from its stage until a person releases it.
func (s *Spool) Hold(ctx context.Context, id, actor, reason string) error {
	return s.operate(ctx, id, "put on hold", Held, actor, reason, Ready)
}

// Unhold lets a held message go on.
func (s *Spool) Unhold(ctx context.Context, id, actor, reason string) error {
	return s.operate(ctx, id, "released by an operator", Ready, actor, reason, Held)
}

// Skip takes a held or dead message out of the order of its key, so that those
// behind it go on without it. It stays held or dead.
func (s *Spool) Skip(ctx context.Context, id, actor, reason string) error {
	found, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *txn) error {
		m, err := t.lock(found.ID)
		if err != nil {
			return err
		}
		if m.Status != Held && m.Status != Dead || m.OrderKey == "" {
			return &storeError{text: fmt.Sprintf("message %s is %s and holds nobody back", m.ID, m.Status),
				hint: "only a held or dead message with an order key can be skipped"}
		}
		if _, err := t.exec(`UPDATE messages SET order_key = '', updated_at = ? WHERE id = ?`, t.now, m.ID); err != nil {
			return err
		}
		t.ready = true
		t.event(Event{Message: m.ID, Actor: actor, Verb: "skipped", Note: "those behind it in " + m.OrderKey + " go on; " + reason})
		return nil
	})
}

// Drop ends a message for good. Its bytes and its history stay.
func (s *Spool) Drop(ctx context.Context, id, actor, reason string) error {
	if reason == "" {
		return &storeError{text: "dropping a message needs a reason", hint: "say why, for whoever looks later"}
	}
	return s.operate(ctx, id, "dropped", Dropped, actor, reason, Held, Dead, Ready)
}

// either lists statuses in words.
func either(of []Status) string {
	words := make([]string, len(of))
	for i, s := range of {
		words[i] = string(s)
	}
	return strings.Join(words, " or ")
}

// operate is a change of status by a person.
func (s *Spool) operate(ctx context.Context, id, verb string, to Status, actor, reason string, from ...Status) error {
	found, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *txn) error {
		m, err := t.lock(found.ID)
		if err != nil {
			return err
		}
		ok := false
		for _, f := range from {
			ok = ok || m.Status == f && allowed(f, to)
		}
		if !ok {
			return &storeError{text: fmt.Sprintf("message %s is %s and cannot be %s", m.ID, m.Status, verb),
				hint: "only a message that is " + either(from) + " can"}
		}
		if to == Ready && m.Stage == "" {
			return &storeError{text: fmt.Sprintf("message %s waits for no stage and cannot be %s", m.ID, verb), hint: "drop it, and have it sent again"}
		}
		if _, err := t.exec(`UPDATE messages SET status = ?, run_at = ?, attempts = 0, updated_at = ? WHERE id = ?`, string(to), t.now, t.now, m.ID); err != nil {
			return err
		}
		t.ready = t.ready || to == Ready || m.OrderKey != "" // the next of its key may be ready
		t.event(Event{Message: m.ID, Actor: actor, Verb: verb, From: m.Status, To: to, Stage: m.Stage, Note: reason})
		return nil
	})
}
