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
func (s Map) once(ctx context.Context, w Work, doc canonical.Document, profile *partners.Profile, a partners.Agreement) (spool.Outcome, error) {
	why := purpose(doc.Body)
	at, err := place(ctx, w, "", doc, doc.BodyHash)
	if err != nil {
		return spool.Outcome{}, err
	}
	if at.nameless != nil {
		return keyless(doc, at.nameless), nil
	}
	o := spool.Outcome{Note: at.key, Labels: labels(doc.Kind, doc.Body)}
	for _, order := range ordersOf(doc.Body) { // what we sent may wait for it
		o.Answers = append(o.Answers, spool.Answer{Key: documentKey(doc.Partner, w.Message().Document, order), State: "accepted", Text: w.Message().Document + " " + at.key, Quiet: true})
	}
	switch {
	case why == "duplicate" || why == "information":
		o.Note += ": kept, not delivered, its purpose is " + why
		return o, nil
	case at.repeats:
		o.Note += ": duplicate-of " + at.holder + ", not delivered again"
		return o, nil
	case at.changed(why):
		stop := held("MAP-CHANGED", fmt.Sprintf("%s came before as %s with other content, and this one says that it is an original", at.key, at.holder),
			"ask the partner whether it is a replacement; drop this one, or have it sent again as a replacement")
		stop.Labels = o.Labels
		return stop, nil
	}
	o.Events = picks(doc.Kind, doc.Body)
	if why != "cancel" {
		o.Expect = dues(profile, w.Message().Document, Inbound, doc.Body, w.Now)
	}
	return s.deliverable(o, doc, profile, a, at)
}

// keyless is the outcome for a document that cannot be told from others: to try
// again would make no difference.
func keyless(doc canonical.Document, err error) spool.Outcome {
	o := held("MAP-CHECK", err.Error(), mendMapping)
	o.Labels = labels(doc.Kind, doc.Body)
	return o
}

// placing is where a document stands among those of its business key.
type placing struct {
	key      string // the business key
	claim    string // what nobody else may hold
	n        int    // the revision; of an answer to an order, which answer
	answer   bool   // it is one of several answers to an order
	holder   string // of the one before it
	repeats  bool   // which has the same content
	standing int    // how many before it stand: of ours, what was dropped or rejected does not
	corrects string // what it takes the place of, and why that does not stand
	nameless error  // why there is no key
}

// changed says that the document takes the place of another without saying so.
func (p placing) changed(purpose string) bool {
	return p.standing > 0 && purpose == "original" && !p.answer
}

// ours is the scope of what we send.
const ours = "out:"

// place finds the first revision of a document's key that nobody else has claimed,
// or the first answer to its order. What we sent and what was dropped or rejected
// since stands in nobody's way: the same again is sent again, and other content is a
// correction.
func place(ctx context.Context, w Work, scope string, doc canonical.Document, hash string) (placing, error) {
	p := placing{answer: doc.Kind == "orderResponse"}
	for p.n = 1; ; p.n++ {
		var err error
		if p.key, _, err = canonical.Keys(doc, canonical.Count{Revision: p.n, Answer: p.n}); err != nil {
			return placing{nameless: err}, nil
		}
		p.claim = fmt.Sprintf("doc:%s%s:%d", scope, p.key, p.n)
		prior, held, taken, err := w.Store.Prior(ctx, p.claim)
		if err != nil {
			return p, err
		}
		if !taken || prior.ID == w.Message().ID {
			return p, nil
		}
		why := ""
		if scope == ours {
			if why, err = w.Store.Undone(ctx, prior.ID); err != nil {
				return p, err
			}
		}
		if why != "" {
			p.corrects = prior.ID + ", which " + why
			continue
		}
		p.standing++
		p.holder, p.repeats = prior.ID, held == hash
		if p.repeats {
			return p, nil
		}
	}
}

// deliverable completes the outcome with the claim and one child for each system.
func (s Map) deliverable(o spool.Outcome, doc canonical.Document, profile *partners.Profile, a partners.Agreement, at placing) (spool.Outcome, error) {
	to := a.To
	if s.Route != nil {
		to = s.Route(doc, profile, a)
	}
	if len(to) == 0 {
		stop := held("ROUTE-NOWHERE", fmt.Sprintf("no system is named for the %s: not by documents.%s.to of %s, and no rule of route in waybill.yaml fits", doc.Kind, a.Document, doc.Partner),
			"waybill route shows why each rule does not fit; name a system in the profile, then release, or mend the rules and restart, then release")
		stop.Labels = o.Labels
		return stop, nil
	}
	var err error
	count := canonical.Count{Revision: at.n, Answer: 1}
	if at.answer {
		count = canonical.Count{Revision: 1, Answer: at.n}
	}
	if count.Revision > 1 {
		if doc.Body, err = withRevision(doc.Kind, doc.Body, count.Revision); err != nil {
			return o, err
		}
	}
	if _, doc.IdempotencyKey, err = canonical.Keys(doc, count); err != nil {
		return keyless(doc, err), nil
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return o, err
	}
	o.Claims = []spool.Claim{{Key: at.claim, Hash: doc.BodyHash}}
	if n := len(doc.Unmapped); n > 0 {
		o.Note += fmt.Sprintf(", %d value(s) not mapped", n)
	}
	for _, to := range to {
		o.Emit = append(o.Emit, spool.Child{
			Key: "to:" + to, Kind: KindDocument, Direction: Inbound, Partner: doc.Partner, Document: doc.Kind,
			Stage: ToDeliver, GroupKey: ToTarget(to), Body: body, Labels: labels(doc.Kind, doc.Body),
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
