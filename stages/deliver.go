package stages

import (
	"context"
	"fmt"
	"strings"

	"waybill/canonical"
	"waybill/spool"
)

// Target is one of our own systems, as a document sees it.
type Target interface {
	// Deliver hands over doc under its idempotency key and returns the system's
	// own reference. Errors with Temporary() false are for a person.
	Deliver(ctx context.Context, doc canonical.Document) (ref string, err error)
}

// Deliver hands canonical documents to the system that their agreement names.
type Deliver struct {
	Targets map[string]Target
}

// toTarget is the group key of a document that waits for the named system.
func toTarget(name string) string { return "to:" + name }

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
	ref, err := target.Deliver(ctx, doc)
	if err != nil { // what is to be done about it, the error says itself
		return spool.Outcome{}, err
	}
	o := spool.Outcome{Note: name + " accepted " + doc.IdempotencyKey}
	if ref != "" {
		o.Note += " as " + ref
		o.Labels = []spool.Label{{Name: name + "-reference", Value: ref}}
	}
	return o, nil
}
