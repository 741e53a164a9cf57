package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

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
	err = followFrom(ctx, in.spool, &f, m.ID)
	return f, err
}

// followFrom follows a message to the last that was made of it or carries it.
func followFrom(ctx context.Context, s *spool.Spool, f *web.Followed, id string) error {
	made, err := s.Offspring(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range made {
		if err := followMessage(ctx, s, f, c); err != nil {
			return err
		}
		next, err := sameAs(ctx, s, f, c)
		if err != nil {
			return err
		}
		if err := followFrom(ctx, s, f, next); err != nil {
			return err
		}
	}
	return nil
}

// sameAs is the message to follow from: a document that was sent before under
// another key goes no way of its own, and what became of the first became of it.
func sameAs(ctx context.Context, s *spool.Spool, f *web.Followed, c spool.Message) (string, error) {
	if c.Kind != stages.KindDocument || c.Status != spool.Done {
		return c.ID, nil
	}
	labels, err := s.Labels(ctx, c.ID)
	if err != nil {
		return "", err
	}
	for _, l := range labels {
		if l.Name != stages.LabelDuplicate {
			continue
		}
		first, err := s.Get(ctx, l.Value)
		if err != nil {
			return "", err
		}
		f.DuplicateOf = first.ID
		if parent, err := s.Get(ctx, first.Parent); err == nil && parent.Kind == stages.KindSubmission {
			f.DuplicateOf = parent.ID
		}
		return first.ID, nil
	}
	return c.ID, nil
}

// refused says that the partner refused, also where somebody has waived that since.
func refused(e spool.Expectation) bool {
	return e.State == "rejected" || e.State == "waived" && strings.HasPrefix(e.Note, "rejected")
}

// undone says why what a document of ours led to stands no longer.
func undone(ctx context.Context, s *spool.Spool, id string) (string, error) {
	made, err := s.Offspring(ctx, id)
	if err != nil {
		return "", err
	}
	for _, c := range made {
		if c.Status == spool.Dropped {
			return "was dropped", nil
		}
		waits, err := s.Expectations(ctx, c.ID)
		if err != nil {
			return "", err
		}
		for _, w := range waits {
			if refused(w) && (w.Kind == "fa" || w.Kind == "ta1") {
				return "the partner rejected", nil
			}
		}
		if why, err := undone(ctx, s, c.ID); err != nil || why != "" {
			return why, err
		}
	}
	return "", nil
}

// followMessage adds what one message of the document's line tells.
func followMessage(ctx context.Context, s *spool.Spool, f *web.Followed, c spool.Message) error {
	waits, err := s.Expectations(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, w := range waits {
		switch w.Kind {
		case "fa":
			f.Acknowledgement = w.State
		case "ta1":
			if w.State == "rejected" {
				f.Acknowledgement = w.State
			}
		case "mdn", "fetch", "dsn":
			f.Delivery = delivery(w.State, f.Delivery)
		}
	}
	switch c.Kind {
	case stages.KindDocument:
		f.Kind = c.Document
	case stages.KindSet:
		f.Document = c.Document
	case stages.KindInterchange:
		if c.Status == spool.Done && f.Delivery == "waiting" {
			f.Delivery = "sent"
		}
	}
	f.Processing, f.Code, f.Error, f.Hint = string(c.Status), c.Code, c.Error, c.Hint
	return nil
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
