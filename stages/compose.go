package stages

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/partners"
	"waybill/spool"
	"waybill/translators"
)

// Compose turns a canonical document of ours into the transaction set that the
// partner agreed on, and reads it as the partner would before it goes on: we
// never send what we would refuse.
type Compose struct {
	Translator translators.Translator
	Checker    *canonical.Checker
}

// Run composes one document.
func (c Compose) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	m := w.Message()
	var doc canonical.Document
	if err := readJSON(ctx, w.Store, m.Payload, &doc); err != nil {
		return spool.Outcome{}, err
	}
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "write the profile, then release"), nil
	}
	set := SetFor(doc.Kind, doc.Body)
	agreement, ok := profile.Agreement(set, Outbound)
	if !ok {
		return held("ROUTE-DOCUMENT", fmt.Sprintf("partner %s has no agreement for outbound %s, which is what the document, of kind %s, would be", m.Partner, cmp.Or(set, "sets"), doc.Kind),
			"add the document to the profile, then release; or drop this one"), nil
	}
	if why := profile.UsageStop(usage(profile)); why != "" {
		return held("ROUTE-STATUS", why, "change the status in the profile and release, or drop this one"), nil
	}
	if found := c.Checker.Check(doc.Kind, doc.Body); len(found) > 0 {
		return held("MAP-CHECK", checkText(doc.Kind, found), "have it corrected where it came from and sent again, then drop this one"), nil
	}
	d, stop := c.draft(w, doc, profile, agreement)
	if stop != nil {
		return *stop, nil
	}
	return c.once(ctx, w, doc, d, agreement)
}

// SetFor is the transaction set that carries a kind of document, "" where none
// does. A shipment is told to a buyer by an 856 and by a warehouse by a 945.
func SetFor(kind string, body json.RawMessage) string {
	switch kind {
	case "order":
		return "850"
	case "orderChange":
		return "860"
	case "orderResponse":
		return "855"
	case "warehouseOrder":
		return "940"
	case "invoice":
		return "810"
	case "inventory":
		return "846"
	case "shipment":
		var head struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(body, &head) == nil && head.Type == "warehouseShipment" {
			return "945"
		}
		return "856"
	}
	return ""
}

const mendOutbound = "mend the mapping or its tables, or have the document corrected where it came from; then release, or drop this one"

// draft maps the document and addresses the set; stop says why there is none.
func (c Compose) draft(w Work, doc canonical.Document, profile *partners.Profile, a partners.Agreement) (d draft, stop *spool.Outcome) {
	stopped := func(code, text, hint string) (draft, *spool.Outcome) {
		o := held(code, text, hint)
		o.Labels = labels(doc.Kind, doc.Body)
		return draft{}, &o
	}
	mapping, err := a.Map(a.Version)
	if err != nil {
		return stopped("MAP-COMPILE", err.Error(), "mend the mapping, then release")
	}
	set, found, err := write(mapping, doc)
	if err != nil {
		return stopped("MAP-TYPE", err.Error(), mendOutbound)
	}
	if text, code := problems(found); text != "" {
		return stopped(code, text, mendOutbound)
	}
	d = addressed(profile, a, set)
	d.Orders = ordersOf(doc.Body)
	if err := c.readAgain(w, d, profile, set.Schema); err != nil {
		return stopped("SYN-OWN", "the "+set.ID+" would be refused: "+err.Error(), mendOutbound)
	}
	return d, nil
}

// write has the mapping write the document's body.
func write(mapping *mappings.Map, doc canonical.Document) (*translators.Set, []mappings.Problem, error) {
	if kind := canonical.Of(mapping.Canonical()); kind != doc.Kind {
		return nil, nil, fmt.Errorf("mapping %s writes a document of kind %s, and this is one of kind %s", mapping.Name(), kind, doc.Kind)
	}
	body, err := canonical.ToMapped(mapping.Canonical(), doc.Body)
	if err != nil {
		return nil, nil, err
	}
	return mapping.Out(body)
}

// addressed puts a set under the names and versions that were agreed.
func addressed(profile *partners.Profile, a partners.Agreement, set *translators.Set) draft {
	return draft{
		Set: set.ID, Functional: set.Group.Functional, Version: a.Version, Convention: set.Convention, Segments: set.Segments,
		Sender:   envelopeParty{profile.Us.Qualifier, profile.Us.ID, profile.Us.Group},
		Receiver: envelopeParty{profile.Them.Qualifier, profile.Them.ID, profile.Them.Group},
		Usage:    usage(profile), Standard: "U", Release: a.Version[:min(len(a.Version), len("00401"))],
	}
}

// usage is ISA15 of what we send (X12 I14).
func usage(p *partners.Profile) string {
	if p.Status() == partners.Testing {
		return "T"
	}
	return "P"
}

// readAgain writes the set into an interchange of its own and reads it against
// the schema that was agreed, the partner's guide in it.
func (c Compose) readAgain(w Work, d draft, profile *partners.Profile, schema *translators.Schema) error {
	ic := envelopeOf(d, profile, w)
	ic.Control = "000000001"
	group := translators.Group{
		Functional: d.Functional, Sender: d.Sender.Group, Receiver: d.Receiver.Group,
		Date: w.Now.UTC().Format("20060102"), Time: w.Now.UTC().Format("1504"), Control: "1", Agency: "X", Version: d.Version,
	}
	var out bytes.Buffer
	if err := c.Translator.Encode(&out, ic, numbered([]draft{d}, []string{"0001"}, group)); err != nil {
		return err
	}
	var words []string
	dropped := 0
	_, err := c.Translator.Decode(&out, translators.Options{
		Rules: func(translators.Interchange, translators.Group, string) translators.Rules {
			return translators.Rules{Schema: schema, Charset: ic.Charset, Trailing: ic.Trailing}
		},
	}, func(s *translators.Set) error {
		dropped = s.Dropped
		for _, p := range s.Problems {
			if !p.Warning {
				words = append(words, inPlace(p))
			}
		}
		return nil
	})
	if err == nil && len(words) > 0 {
		err = fmt.Errorf("%s", firstOf(words, shownProblems, dropped))
	}
	return err
}

// LabelDuplicate names the document that was sent, at one that was not because it
// is the same.
const LabelDuplicate = "duplicate-of"

// once decides by business key and body hash whether the document was sent
// before, and hands what is new to the envelope stage.
func (c Compose) once(ctx context.Context, w Work, doc canonical.Document, d draft, a partners.Agreement) (spool.Outcome, error) {
	doc.Partner = w.Message().Partner
	hash, err := canonical.BodyHash(doc.Body)
	if err != nil {
		return keyless(doc, err), nil
	}
	at, err := place(ctx, w, ours, doc, hash)
	if err != nil {
		return spool.Outcome{}, err
	}
	if at.nameless != nil {
		return keyless(doc, at.nameless), nil
	}
	o := spool.Outcome{Note: d.Set + " " + at.key, Labels: labels(doc.Kind, doc.Body)}
	switch {
	case at.repeats:
		o.Note += ": duplicate-of " + at.holder + ", not sent again"
		o.Labels = append(o.Labels, spool.Label{Name: LabelDuplicate, Value: at.holder})
		return o, nil
	case at.changed(purpose(doc.Body)):
		stop := held("MAP-CHANGED", fmt.Sprintf("%s was sent before as %s with other content, and this one says that it is an original", at.key, at.holder),
			"have it sent again as a replacement where it came from, and drop this one; or, if the partner rejects the first, release this one")
		stop.Labels = o.Labels
		return stop, nil
	case at.corrects != "":
		o.Note += ": in place of " + at.corrects
	}
	body, err := d.encode()
	if err != nil {
		return o, err
	}
	groupKey := ""
	if a.Batch.Max > 1 {
		groupKey = d.groupKey(w.Message().Partner)
	}
	o.Claims, o.Events = []spool.Claim{{Key: at.claim, Hash: hash}}, picks(doc.Kind, doc.Body)
	if profile, ok := w.Book.Partner(doc.Partner); ok {
		o.Expect = dues(profile, d.Set, Outbound, doc.Body, w.Now)
	}
	o.Emit = []spool.Child{{
		Key: "set", Kind: KindSet, Direction: Outbound, Partner: w.Message().Partner, Document: d.Set, Stage: ToEnvelope,
		GroupKey: groupKey, RunAt: w.Now.Add(a.Batch.Window), Body: body, Labels: o.Labels, Note: o.Note,
	}}
	return o, nil
}

// ordersOf are the purchase orders that a body is about; a shipment may be about
// several.
func ordersOf(body json.RawMessage) []string {
	type order struct {
		PO string `json:"customerOrderNumber"`
	}
	var head struct {
		order
		Orders []order `json:"orders"`
	}
	_ = json.Unmarshal(body, &head) // the model has checked it
	var out []string
	for _, o := range append([]order{head.order}, head.Orders...) {
		if o.PO != "" && !slices.Contains(out, o.PO) {
			out = append(out, o.PO)
		}
	}
	return out
}

// purpose is what a body says it is for; "" where its kind has no purpose.
func purpose(body json.RawMessage) string {
	var head struct {
		Purpose string `json:"purpose"`
	}
	_ = json.Unmarshal(body, &head) // the model has checked it
	return head.Purpose
}
