package stages

import (
	"context"
	"encoding/json"
	"fmt"

	"waybill/canonical"
	"waybill/partners"
	"waybill/spool"
)

// once decides by business key and body hash whether the document is new, a
// revision, a duplicate, or changed without saying so (TestRevisions has them
// all), and addresses what is to be delivered.
func (s Map) once(ctx context.Context, w Work, doc canonical.Document, a partners.Agreement) (spool.Outcome, error) {
	why := purpose(doc.Body)
	key, err := canonical.BusinessKey(doc.Kind, doc.Partner, doc.Body)
	if err != nil {
		return keyless(doc, err), nil
	}
	n, last, err := revision(ctx, w, key, doc.BodyHash)
	if err != nil {
		return spool.Outcome{}, err
	}
	o := spool.Outcome{Note: key, Labels: labels(doc.Kind, doc.Body)}
	if order := orderOf(doc.Body); order != "" { // what we sent may wait for it
		o.Answers = []spool.Answer{{Key: documentKey(doc.Partner, w.Message().Document, order), State: "accepted", Text: w.Message().Document + " " + key, Quiet: true}}
	}
	switch {
	case why == "duplicate" || why == "information":
		o.Note += ": kept, not delivered, its purpose is " + why
		return o, nil
	case last.repeats:
		o.Note += ": duplicate-of " + last.holder + ", not delivered again"
		return o, nil
	case n > 1 && why == "original":
		stop := held("MAP-CHANGED", fmt.Sprintf("%s came before as %s with other content, and this one says that it is an original", key, last.holder),
			"ask the partner whether it is a replacement; drop this one, or have it sent again as a replacement")
		stop.Labels = o.Labels
		return stop, nil
	}
	return s.deliverable(o, doc, a, key, n)
}

// keyless is the outcome for a document that cannot be told from others: to try
// again would make no difference.
func keyless(doc canonical.Document, err error) spool.Outcome {
	o := held("MAP-CHECK", err.Error(), mendMapping)
	o.Labels = labels(doc.Kind, doc.Body)
	return o
}

// earlier is what the last holder of a business key was.
type earlier struct {
	holder  string
	repeats bool // the same content
}

// revision finds the first revision of key that nobody else has claimed.
func revision(ctx context.Context, w Work, key, hash string) (int, earlier, error) {
	var last earlier
	for n := 1; ; n++ {
		prior, held, taken, err := w.Store.Prior(ctx, revisionKey(key, n))
		if err != nil {
			return 0, last, err
		}
		if !taken || prior.ID == w.Message().ID {
			return n, last, nil
		}
		last = earlier{holder: prior.ID, repeats: held == hash}
		if last.repeats {
			return n, last, nil
		}
	}
}

func revisionKey(key string, n int) string { return fmt.Sprintf("doc:%s:%d", key, n) }

// deliverable completes the outcome with the claim and one child for each system.
func (s Map) deliverable(o spool.Outcome, doc canonical.Document, a partners.Agreement, key string, revision int) (spool.Outcome, error) {
	var err error
	if revision > 1 {
		if doc.Body, err = withRevision(doc.Body, revision); err != nil {
			return o, err
		}
	}
	if doc.IdempotencyKey, err = canonical.IdempotencyKey(doc.Kind, doc.Partner, doc.Body, revision); err != nil {
		return keyless(doc, err), nil
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return o, err
	}
	o.Claims = []spool.Claim{{Key: revisionKey(key, revision), Hash: doc.BodyHash}}
	if n := len(doc.Unmapped); n > 0 {
		o.Note += fmt.Sprintf(", %d value(s) not mapped", n)
	}
	for _, to := range a.To {
		o.Emit = append(o.Emit, spool.Child{
			Key: "to:" + to, Kind: KindDocument, Direction: Inbound, Partner: doc.Partner, Document: doc.Kind,
			Stage: ToDeliver, GroupKey: toTarget(to), Body: body, Labels: labels(doc.Kind, doc.Body),
			Note: doc.IdempotencyKey + " for " + to,
		})
	}
	return o, nil
}

// labels are the business keys that people will search by, as far as body has them.
func labels(kind string, body json.RawMessage) []spool.Label {
	var out []spool.Label
	for _, l := range canonical.Labels(kind, body) {
		out = append(out, spool.Label{Name: l[0], Value: l[1]})
	}
	return out
}
