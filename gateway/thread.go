package gateway

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/spool"
	"waybill/stages"
	"waybill/web"
)

// Thread is everything that was exchanged about one business key, such as a
// purchase order: a line for each document, the oldest first.
type Thread struct {
	Key       string           `json:"key"`
	Documents []ThreadDocument `json:"documents"`
	Events    []ThreadEvent    `json:"events"` // what was shipped otherwise than ordered
	Open      []ThreadOpen     `json:"open"`   // what is owed and has not come, or has not left
	Cut       bool             `json:"cut"`    // there is more than is shown
}

// ThreadDocument is one document of a thread with its three statuses.
type ThreadDocument struct {
	At              time.Time `json:"at"`
	Message         string    `json:"message"`
	Direction       string    `json:"direction"` // in, out
	Partner         string    `json:"partner"`
	Document        string    `json:"document"` // the transaction set, or the kind of one that is not composed yet
	Processing      string    `json:"processing"`
	Delivery        string    `json:"delivery,omitempty"`
	Acknowledgement string    `json:"acknowledgement,omitempty"`
	Answer          string    `json:"answer,omitempty"` // what the partner found wrong, in words
	Code            string    `json:"code,omitempty"`
	Error           string    `json:"error,omitempty"`
}

// ThreadEvent is something that a document of the thread tells of the goods.
type ThreadEvent struct {
	At       time.Time `json:"at"`
	Message  string    `json:"message"`
	Document string    `json:"document"`
	Event    string    `json:"event"` // short pick, part shipped, over shipment, substitution
	Text     string    `json:"text"`  // ordered, shipped and short, line by line
}

// ThreadOpen is an answer that is owed.
type ThreadOpen struct {
	Message  string    `json:"message"` // that waits for it
	Document string    `json:"document"`
	Partner  string    `json:"partner"`
	Awaits   string    `json:"awaits"` // mdn, ta1, fa, or a set such as 855
	By       string    `json:"by"`     // who owes it: them, us
	Due      time.Time `json:"due,omitzero"`
	Overdue  bool      `json:"overdue"`
}

// threadLimit bounds what one key may bring together.
const threadLimit = 10_000

// ReadThread finds what was exchanged about a business key, whatever its name. It
// fails with spool.ErrNotFound where nothing has it.
func ReadThread(ctx context.Context, s *spool.Spool, key string) (Thread, error) {
	t := Thread{Key: key}
	threads, err := s.Correlations(ctx, key, threadLimit)
	if err != nil {
		return t, err
	}
	if len(threads) == 0 {
		return t, fmt.Errorf("thread of %s: %w", key, spool.ErrNotFound)
	}
	found, err := s.Threads(ctx, threads, threadLimit+1, stages.KindSet, stages.KindDocument)
	if err != nil {
		return t, err
	}
	if t.Cut = len(found) > threadLimit; t.Cut {
		found = found[:threadLimit]
	}
	sets := slices.DeleteFunc(slices.Clone(found), func(m spool.Message) bool { return !inThread(m) })
	if err := t.read(ctx, s, sets); err != nil {
		return t, err
	}
	if err := t.events(ctx, s, found); err != nil {
		return t, err
	}
	slices.SortFunc(t.Documents, func(a, b ThreadDocument) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Message, b.Message))
	})
	slices.SortStableFunc(t.Open, func(a, b ThreadOpen) int { return a.Due.Compare(b.Due) })
	return t, nil
}

// inThread says that a message is a document of the thread: a set in either
// direction, or a document of ours that has not become one.
func inThread(m spool.Message) bool {
	composing := m.Kind == stages.KindDocument && m.Direction == stages.Outbound && m.Status != spool.Done
	return (m.Kind == stages.KindSet || composing) && m.Stage != stages.ToSettle && m.Document != "997" && m.Document != "999"
}

// read makes a line of each document.
func (t *Thread) read(ctx context.Context, s *spool.Spool, found []spool.Message) error {
	ids := make([]string, len(found))
	for i, m := range found {
		ids[i] = m.ID
	}
	l, err := readLines(ctx, s, ids)
	if err != nil {
		return err
	}
	ours, err := readAnswers(ctx, s, found)
	if err != nil {
		return err
	}
	for _, m := range found {
		d, err := line(ctx, l, ours, m)
		if err != nil {
			return err
		}
		t.Documents = append(t.Documents, d)
		t.open(m, l.waits[m.ID])
	}
	return nil
}

// line is the line of one document.
func line(ctx context.Context, l lines, ours answers, m spool.Message) (ThreadDocument, error) {
	f := web.Followed{Delivery: "waiting"}
	l.tell(&f, m)
	l.follow(&f, m.ID, m.Direction)
	d := ThreadDocument{
		At: m.CreatedAt, Message: m.ID, Direction: m.Direction, Partner: m.Partner, Document: m.Document,
		Processing: f.Processing, Delivery: f.Delivery, Acknowledgement: f.Acknowledgement, Answer: f.Answer, Code: f.Code, Error: f.Error,
	}
	var err error
	if m.Direction == stages.Inbound {
		d.Delivery, d.Answer = "", ""
		d.Acknowledgement, err = ours.to(ctx, m)
	}
	return d, err
}

// open adds what m waits for, and what waits for us.
func (t *Thread) open(m spool.Message, waits []spool.Expectation) {
	for _, w := range waits {
		if w.State != "expected" && w.State != "overdue" {
			continue
		}
		o := ThreadOpen{Message: m.ID, Document: m.Document, Partner: m.Partner, Awaits: w.Kind, By: "them", Due: w.DueAt, Overdue: w.State == "overdue"}
		if set, partner, ok := stages.OwedByUs(w); ok {
			o.Awaits, o.Partner, o.By = set, partner, "us"
		}
		t.Open = append(t.Open, o)
	}
}

// events adds what the documents tell of the goods. What ours tell stands with the
// document that a set was composed of, and is told of the set.
func (t *Thread) events(ctx context.Context, s *spool.Spool, found []spool.Message) error {
	ids := make([]string, len(found))
	of := map[string]spool.Message{}
	for i, m := range found {
		ids[i], of[m.ID] = m.ID, m
	}
	for _, m := range found {
		if m.Kind == stages.KindSet && m.Direction == stages.Outbound {
			of[m.Parent] = m
		}
	}
	told, err := s.Told(ctx, ids, stages.PickEvents()...)
	if err != nil {
		return err
	}
	for _, e := range told {
		t.Events = append(t.Events, ThreadEvent{At: e.At, Message: of[e.Message].ID, Document: of[e.Message].Document, Event: e.Verb, Text: e.Note})
	}
	slices.SortStableFunc(t.Events, func(a, b ThreadEvent) int { return a.At.Compare(b.At) })
	return nil
}
