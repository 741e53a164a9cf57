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
	Open      []ThreadOpen     `json:"open"` // what is owed and has not come
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
	Code            string    `json:"code,omitempty"`
	Error           string    `json:"error,omitempty"`
}

// ThreadOpen is an answer that is owed to us.
type ThreadOpen struct {
	Message  string    `json:"message"` // that waits for it
	Document string    `json:"document"`
	Partner  string    `json:"partner"`
	Awaits   string    `json:"awaits"` // mdn, ta1, fa, or a set such as 855
	Due      time.Time `json:"due,omitzero"`
	Overdue  bool      `json:"overdue"`
}

// threadLimit bounds what one key may bring together.
const threadLimit = 1000

// ReadThread finds what was exchanged about a business key, whatever its name. It
// fails with spool.ErrNotFound where nothing has it.
func ReadThread(ctx context.Context, s *spool.Spool, key string) (Thread, error) {
	t := Thread{Key: key}
	named, err := s.List(ctx, spool.Filter{Label: key, Limit: threadLimit})
	if err != nil {
		return t, err
	}
	if len(named) == 0 {
		return t, fmt.Errorf("thread of %s: %w", key, spool.ErrNotFound)
	}
	var threads []string
	for _, m := range named {
		if !slices.Contains(threads, m.Correlation) {
			threads = append(threads, m.Correlation)
		}
	}
	for _, correlation := range threads {
		found, err := s.List(ctx, spool.Filter{Correlation: correlation, Limit: threadLimit})
		if err != nil {
			return t, err
		}
		for _, m := range found {
			if err := t.add(ctx, s, m); err != nil {
				return t, err
			}
		}
	}
	slices.SortFunc(t.Documents, func(a, b ThreadDocument) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Message, b.Message))
	})
	return t, nil
}

// add makes a line of a message that is a document of the thread: a set in either
// direction, or a document of ours that has not become one.
func (t *Thread) add(ctx context.Context, s *spool.Spool, m spool.Message) error {
	composing := m.Kind == stages.KindDocument && m.Direction == stages.Outbound && m.Status != spool.Done
	if m.Kind != stages.KindSet && !composing || m.Stage == stages.ToSettle || m.Document == "997" || m.Document == "999" {
		return nil
	}
	f := web.Followed{Delivery: "waiting"}
	if err := followMessage(ctx, s, &f, m); err != nil {
		return err
	}
	if err := followFrom(ctx, s, &f, m.ID); err != nil {
		return err
	}
	d := ThreadDocument{
		At: m.CreatedAt, Message: m.ID, Direction: m.Direction, Partner: m.Partner, Document: m.Document,
		Processing: f.Processing, Delivery: f.Delivery, Acknowledgement: f.Acknowledgement, Code: f.Code, Error: f.Error,
	}
	if m.Direction == stages.Inbound {
		var err error
		d.Delivery = ""
		if d.Acknowledgement, err = answeredWith(ctx, s, m); err != nil {
			return err
		}
	}
	t.Documents = append(t.Documents, d)
	return t.open(ctx, s, m)
}

// open adds what m waits for.
func (t *Thread) open(ctx context.Context, s *spool.Spool, m spool.Message) error {
	waits, err := s.Expectations(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, w := range waits {
		if w.State == "expected" || w.State == "overdue" {
			t.Open = append(t.Open, ThreadOpen{Message: m.ID, Document: m.Document, Partner: m.Partner, Awaits: w.Kind, Due: w.DueAt, Overdue: w.State == "overdue"})
		}
	}
	return nil
}

// answeredWith says which acknowledgement of ours answered an inbound set's group,
// and how far that is: "997 delivered".
func answeredWith(ctx context.Context, s *spool.Spool, set spool.Message) (string, error) {
	beside, err := s.Offspring(ctx, set.Parent, stages.KindAcknowledgement)
	if err != nil {
		return "", err
	}
	for _, a := range beside {
		if a.Document == "TA1" {
			continue
		}
		f := web.Followed{Delivery: "waiting"}
		if err := followFrom(ctx, s, &f, a.ID); err != nil {
			return "", err
		}
		return a.Document + " " + f.Delivery, nil
	}
	return "", nil
}
