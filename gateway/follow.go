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
	if errors.Is(err, spool.ErrNotFound) || err == nil && m.Kind != stages.KindSubmission {
		return web.Followed{}, &web.Refusal{Status: http.StatusNotFound, Code: "API-ID", Text: "there is no document " + id, Advice: "use the id that POST /v1/documents answered"}
	}
	if err != nil {
		return web.Followed{}, err
	}
	f := web.Followed{ID: m.ID, Partner: m.Partner, Processing: string(m.Status), Delivery: "waiting", ReceivedAt: m.CreatedAt}
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
		if err := followFrom(ctx, s, f, c.ID); err != nil {
			return err
		}
	}
	return nil
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
