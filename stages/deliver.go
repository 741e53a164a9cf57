package stages

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"waybill/canonical"
	"waybill/spool"
)

// Target is one of our own systems, as a document sees it.
type Target interface {
	// Deliver hands over doc under its idempotency key and returns the system's
	// own reference, and the canonical document that it answered with, nil for
	// none. Errors with Temporary() false are for a person.
	Deliver(ctx context.Context, doc canonical.Document) (ref string, answer json.RawMessage, err error)
}

// Deliver hands canonical documents to the system that their agreement names.
type Deliver struct {
	Targets map[string]Target
	Checker *canonical.Checker // of what they answer
}

// ToTarget is the group key of a document that waits for the named system.
func ToTarget(name string) string { return "to:" + name }

// Run delivers one document.
func (d Deliver) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	m := w.Message()
	name := strings.TrimPrefix(m.GroupKey, "to:")
	target, ok := d.Targets[name]
	if !ok {
		return held("ROUTE-TARGET", fmt.Sprintf("there is no adapter %q", name), "add it to waybill.yaml and restart, or mend the profile; then release"), nil
	}
	var doc canonical.Document
	if err := readJSON(ctx, w.Store, m.Payload, &doc); err != nil {
		return spool.Outcome{}, err
	}
	ref, answer, err := target.Deliver(ctx, doc)
	if err != nil { // what is to be done about it, the error says itself
		return spool.Outcome{}, err
	}
	o := spool.Outcome{Note: name + " accepted " + doc.IdempotencyKey}
	if ref != "" {
		o.Note += " as " + ref
		o.Labels = []spool.Label{{Name: name + "-reference", Value: ref}}
	}
	if answer != nil {
		o.Emit = []spool.Child{d.answered(name, doc, answer)}
	}
	return o, nil
}

// answered is the document that a system answered with, on its way to the partner;
// one that is none is held beside the delivery, which stands.
func (d Deliver) answered(name string, of canonical.Document, answer json.RawMessage) spool.Child {
	c := spool.Child{
		Key: "answer", Kind: KindDocument, Direction: Outbound, Partner: of.Partner, Stage: ToCompose, Body: answer,
		Note: name + " answered " + of.IdempotencyKey,
	}
	doc, found := d.Checker.Parse(answer)
	if len(found) > 0 {
		c.Status, c.Code, c.Error = spool.Held, "ERP-RESPONSE", name+" answered with a document that is none: "+checkText("document", found)
		c.Hint = "settle with the system's owner what it writes; drop this one, and have the document handed in again"
		return c
	}
	c.Partner, c.Document, c.Labels = cmp.Or(doc.Partner, of.Partner), doc.Kind, labels(doc.Kind, doc.Body)
	return c
}
