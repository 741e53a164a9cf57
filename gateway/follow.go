package gateway

import (
	"context"
	"errors"
	"net/http"

	"waybill/spool"
	"waybill/stages"
	"waybill/web"
)

// Follow implements web.Documents: processing is the status of the message that
// stands furthest, delivery that of its carrier, acknowledgement that of what the
// partner owes.
func (in intake) Follow(ctx context.Context, id string) (web.Followed, error) {
	m, err := in.spool.Get(ctx, id)
	answer := err == nil && m.Kind == stages.KindDocument && m.Direction == stages.Outbound // of a system to what it was sent
	if errors.Is(err, spool.ErrNotFound) || err == nil && m.Kind != stages.KindSubmission && !answer {
		return web.Followed{}, &web.Refusal{Status: http.StatusNotFound, Code: "API-ID", Text: "there is no document " + id, Advice: "use the id that POST /v1/documents answered"}
	}
	if err != nil {
		return web.Followed{}, err
	}
	f := web.Followed{ID: m.ID, Partner: m.Partner, Processing: string(m.Status), Delivery: "waiting", ReceivedAt: m.CreatedAt}
	if answer {
		f.Kind = m.Document
	}
	l, err := readLines(ctx, in.spool, []string{m.ID})
	l.follow(&f, m.ID, "")
	return f, err
}

// lines is what became of some messages: what was made of each or carries it, and
// what each waits for.
type lines struct {
	made  map[string][]spool.Message
	waits map[string][]spool.Expectation
	first map[string]first // of documents that were sent before under another key
}

// first is the document that was sent, and what it was handed in as.
type first struct{ document, submission string }

// readLines follows messages to the last that was made of them or carries them,
// all together, generation by generation.
func readLines(ctx context.Context, s *spool.Spool, ids []string) (lines, error) {
	l := lines{map[string][]spool.Message{}, map[string][]spool.Expectation{}, map[string]first{}}
	for next := ids; len(next) > 0; {
		waits, err := s.ExpectationsOf(ctx, next)
		if err != nil {
			return l, err
		}
		made, err := s.Offsprings(ctx, next)
		if err != nil {
			return l, err
		}
		for _, id := range next {
			l.waits[id], l.made[id] = waits[id], made[id]
		}
		if next, err = l.further(ctx, s, next); err != nil {
			return l, err
		}
	}
	return l, nil
}

// further are the messages of the generation after some, as far as they are not
// read yet.
func (l lines) further(ctx context.Context, s *spool.Spool, from []string) ([]string, error) {
	var out, documents []string
	seen := map[string]bool{}
	add := func(id string) {
		if _, read := l.made[id]; !read && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for _, id := range from {
		for _, m := range l.made[id] {
			add(m.ID)
			if m.Kind == stages.KindDocument && m.Status == spool.Done {
				documents = append(documents, m.ID)
			}
		}
	}
	same, err := s.Labelled(ctx, stages.LabelDuplicate, documents)
	if err != nil {
		return nil, err
	}
	for id, of := range same {
		if l.first[id], err = firstOf(ctx, s, of); err != nil {
			return nil, err
		}
		add(l.first[id].document)
	}
	return out, nil
}

// firstOf is the document that another is the same as: it goes no way of its own,
// and what became of the first became of it.
func firstOf(ctx context.Context, s *spool.Spool, id string) (first, error) {
	m, err := s.Get(ctx, id)
	if err != nil {
		return first{}, err
	}
	if parent, err := s.Get(ctx, m.Parent); err == nil && parent.Kind == stages.KindSubmission {
		return first{m.ID, parent.ID}, nil
	}
	return first{m.ID, m.ID}, nil
}

// follow adds what the messages made of one tell; where a direction is named, only
// those that go that way.
func (l lines) follow(f *web.Followed, id, direction string) {
	for _, m := range l.made[id] {
		if direction != "" && m.Direction != direction {
			continue
		}
		l.tell(f, m)
		next := m.ID
		if same, ok := l.first[m.ID]; ok {
			f.DuplicateOf, next = same.submission, same.document
		}
		l.follow(f, next, direction)
	}
}

// tell adds what one message of the document's line tells.
func (l lines) tell(f *web.Followed, m spool.Message) {
	for _, w := range l.waits[m.ID] {
		switch w.Kind {
		case "fa":
			f.Acknowledgement = w.State
			if w.State == "rejected" || w.State == "errors" || w.State == "partial" {
				f.Answer = w.Note
			}
		case "ta1":
			if w.State == "rejected" {
				f.Acknowledgement, f.Answer = w.State, w.Note
			}
		case "mdn", "fetch", "dsn":
			f.Delivery = delivery(w.State, f.Delivery)
		}
	}
	switch m.Kind {
	case stages.KindDocument:
		f.Kind = m.Document
	case stages.KindSet:
		f.Document = m.Document
	case stages.KindInterchange:
		if m.Status == spool.Done && f.Delivery == "waiting" {
			f.Delivery = "sent"
		}
	}
	f.Processing, f.Code, f.Error, f.Hint = string(m.Status), m.Code, m.Error, m.Hint
}

// delivery is what a receipt's state says of the bytes.
func delivery(state, before string) string {
	switch state {
	case "accepted":
		return "delivered"
	case "rejected", "errors":
		return "failed"
	}
	return before
}
