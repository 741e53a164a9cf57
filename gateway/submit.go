package gateway

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"waybill/canonical"
	"waybill/partners"
	"waybill/spool"
	"waybill/stages"
	"waybill/web"
)

// intake takes canonical documents from our own systems into the spool.
type intake struct {
	spool   *spool.Spool
	shelf   *partners.Shelf
	checker *canonical.Checker
}

// Submit implements web.Documents: a document is checked as far as that needs no
// mapping, stored with the key that its sender gave it, and acknowledged. What
// the mapping or the partner's guide finds later is held, for an operator.
func (in intake) Submit(ctx context.Context, s web.Submission) (web.Submitted, error) {
	doc, found := in.checker.Parse(s.Body)
	if len(found) > 0 {
		return web.Submitted{}, invalid(found)
	}
	profile, ok := in.shelf.Current().Partner(doc.Partner)
	if !ok {
		return web.Submitted{}, unroutable("partner", fmt.Sprintf("there is no partner %q", doc.Partner), "name a partner by the name of its profile")
	}
	set := stages.SetFor(doc.Kind, doc.Body)
	if _, ok := profile.Agreement(set, stages.Outbound); !ok {
		return web.Submitted{}, unroutable("kind", fmt.Sprintf("there is no agreement to send %s a document of kind %s (set %s)", doc.Partner, doc.Kind, cmp.Or(set, "none")), "add it to the partner's profile")
	}
	key := cmp.Or(s.Key, cmp.Or(doc.IdempotencyKey, doc.ID))
	if key == "" {
		return web.Submitted{}, &web.Refusal{Status: http.StatusBadRequest, Code: "API-KEY", Text: "nothing says which document this is",
			Advice: "send an Idempotency-Key header, or an idempotencyKey or id in the document, the same for every attempt"}
	}
	if len(key) > web.KeyLimit || len(doc.CorrelationID) > web.KeyLimit {
		return web.Submitted{}, &web.Refusal{Status: http.StatusBadRequest, Code: "API-KEY", Text: "the document's id or correlationId is too long",
			Advice: fmt.Sprintf("keep each to %d bytes", web.KeyLimit)}
	}
	released, err := in.take(ctx, s, doc, s.Door+":"+url.QueryEscape(s.Client)+":"+key)
	switch {
	case err != nil:
		return web.Submitted{}, err
	case released.Held:
		return web.Submitted{}, &web.Refusal{Status: http.StatusConflict, Code: "API-CONFLICT",
			Text:   fmt.Sprintf("the key %q came before with other content, as %s", key, released.Original),
			Advice: "send a changed document under a new key; this one is held as " + released.ID}
	case released.Duplicate:
		return web.Submitted{ID: released.Original, Duplicate: true}, nil
	}
	return web.Submitted{ID: released.ID}, nil
}

// take stores the document with what it will become, in one commit.
func (in intake) take(ctx context.Context, s web.Submission, doc canonical.Document, dedupe string) (spool.Released, error) {
	var labels []spool.Label
	for _, l := range canonical.Labels(doc.Kind, doc.Body) {
		labels = append(labels, spool.Label{Name: l[0], Value: l[1]})
	}
	thread, err := in.thread(ctx, doc)
	if err != nil {
		return spool.Released{}, err
	}
	evidence, err := json.Marshal(map[string]string{"client": s.Client, "idempotency-key": s.Key})
	if err != nil {
		return spool.Released{}, err
	}
	arrival := spool.Arrival{
		Door: s.Door, Partner: doc.Partner, Kind: stages.KindSubmission, Remote: s.Remote, Headers: evidence,
		Labels: labels, Lease: receiverLease, Correlation: thread,
	}
	return in.spool.Take(ctx, arrival, bytes.NewReader(s.Body), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{
			Partner: doc.Partner, Dedupe: dedupe, Digest: contentOf(doc), Note: doc.Kind + " from " + s.Client,
			Children: []spool.Child{{
				Key: "document", Kind: stages.KindDocument, Direction: stages.Outbound, Partner: doc.Partner, Document: doc.Kind,
				Stage: stages.ToCompose, Payload: r, Labels: labels, Note: doc.Kind + " to be sent to " + doc.Partner,
			}},
		}
	})
}

// contentOf is the same for a document that is sent again with another layout of
// its JSON.
func contentOf(doc canonical.Document) string {
	h := sha256.New()
	hash, err := canonical.BodyHash(doc.Body)
	if err != nil { // it was parsed; the bytes themselves are as good
		hash = string(doc.Body)
	}
	_, _ = fmt.Fprintf(h, "%s\x00%s\x00%s", doc.Kind, doc.Partner, hash)
	return hex.EncodeToString(h.Sum(nil))
}

// thread is the thread that a document goes on: the one it names, or that of the
// first message about the same purchase order; "" begins one.
func (in intake) thread(ctx context.Context, doc canonical.Document) (string, error) {
	if doc.CorrelationID != "" {
		return doc.CorrelationID, nil
	}
	var head struct {
		PO string `json:"customerOrderNumber"`
	}
	if err := json.Unmarshal(doc.Body, &head); err != nil || head.PO == "" {
		return "", nil
	}
	m, ok, err := in.spool.First(ctx, "po", head.PO)
	if err != nil || !ok {
		return "", err
	}
	return m.Correlation, nil
}

func invalid(found []canonical.Problem) error {
	r := &web.Refusal{Status: http.StatusUnprocessableEntity, Code: "API-DOCUMENT", Text: fmt.Sprintf("the document has %d problem(s)", len(found)),
		Advice: "correct it by its kind's schema and send it again"}
	for _, p := range found[:min(len(found), faultsTold)] {
		r.Problems = append(r.Problems, web.Fault{Path: p.Path, Text: p.Text})
	}
	return r
}

// faultsTold bounds an answer.
const faultsTold = 100

func unroutable(path, text, advice string) error {
	return &web.Refusal{Status: http.StatusUnprocessableEntity, Code: "API-ROUTE", Text: text, Advice: advice, Problems: []web.Fault{{Path: path, Text: text}}}
}
