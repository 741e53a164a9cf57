// Package names stands between an adapter and the rest, where one of our own
// systems has field names of its own: a document is turned into the system's
// JSON before it is handed over, and what the system answers or brings is turned
// back, by mappings that the adapter's configuration names. Nothing else in the
// gateway knows those names.
package names

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waybill/adapters"
	"waybill/canonical"
	"waybill/mappings"
)

// Maps are a system's mappings, by kind of document.
type Maps map[string]*mappings.System

// Target hands documents to the next in the system's own names. It implements
// adapters.Target.
type Target struct {
	next adapters.Target
	maps Maps
}

// New returns a Target before next, which gets the system's JSON as a document's
// body and must send nothing else.
func New(next adapters.Target, maps Maps) *Target { return &Target{next, maps} }

// Deliver turns doc, hands it over and turns the answer back. A document that the
// mapping refuses is for a person.
func (t *Target) Deliver(ctx context.Context, doc canonical.Document) (string, json.RawMessage, error) {
	body, err := t.maps.Write(doc)
	if err != nil {
		return "", nil, err
	}
	theirs := doc
	theirs.Body = body
	ref, answer, err := t.next.Deliver(ctx, theirs)
	if err != nil || answer == nil {
		return ref, nil, err
	}
	return ref, t.maps.answer(doc, answer), nil
}

// Write is a document as the system's JSON.
func (m Maps) Write(doc canonical.Document) (json.RawMessage, error) {
	s := m[doc.Kind]
	if s == nil {
		return nil, refused(nil, "the system has no mapping for a document of kind %s; it has %s", doc.Kind, strings.Join(m.kinds(), ", "))
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, refused(err, "write the document")
	}
	body, found, err := s.Write(data)
	if err != nil {
		return nil, refused(err, "name the fields of the document")
	}
	if body == nil {
		return nil, refused(nil, "%s", told(found))
	}
	return body, nil
}

// Read is a document of the system's as a canonical one. What it does not say of
// its envelope is for the caller to say.
func (m Maps) Read(kind string, data []byte) (canonical.Document, error) {
	s := m[kind]
	if s == nil {
		return canonical.Document{}, refused(nil, "the system has no mapping for a document of kind %s; it has %s", kind, strings.Join(m.kinds(), ", "))
	}
	r, err := s.Read(data)
	if err != nil {
		return canonical.Document{}, refused(err, "read the document")
	}
	if r.Body == nil {
		return canonical.Document{}, refused(nil, "%s", told(r.Problems))
	}
	doc := canonical.Document{Kind: kind, SchemaVersion: canonical.SchemaVersion, Body: r.Body}
	for name, to := range map[string]*string{
		"id": &doc.ID, "partner": &doc.Partner, "role": &doc.Role, "direction": &doc.Direction, "channel": &doc.Channel, "environment": &doc.Environment,
		"correlationId": &doc.CorrelationID, "causationId": &doc.CausationID, "idempotencyKey": &doc.IdempotencyKey, "createdAt": &doc.CreatedAt,
	} {
		*to = r.Envelope[name]
	}
	for _, u := range r.Unmapped {
		doc.Unmapped = append(doc.Unmapped, canonical.Unmapped(u))
	}
	return doc, nil
}

// answerTo is the kind of document that answers another.
func answerTo(kind string) string {
	switch kind {
	case "order", "orderChange":
		return "orderResponse"
	case "warehouseOrder":
		return "shipment"
	}
	return ""
}

// answer turns what the system answered with. What cannot be turned is no
// document, and says why: it is held beside the delivery, which stands.
func (m Maps) answer(of canonical.Document, data json.RawMessage) json.RawMessage {
	doc, err := m.Read(answerTo(of.Kind), data)
	if err == nil {
		if doc.Partner == "" {
			doc.Partner = of.Partner
		}
		if doc.CorrelationID == "" {
			doc.CorrelationID = of.CorrelationID
		}
		var out json.RawMessage
		if out, err = json.Marshal(doc); err == nil {
			return out
		}
	}
	said, failed := json.Marshal(map[string]any{"problem": err.Error(), "answer": data})
	if failed != nil {
		return data
	}
	return said
}

func (m Maps) kinds() []string {
	out := make([]string, 0, len(m))
	for kind := range m {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

// shown is how many problems stand in the words of an error.
const shown = 10

func told(found []mappings.Problem) string {
	var words []string
	for _, p := range found[:min(len(found), shown)] {
		words = append(words, p.Error())
	}
	if more := len(found) - shown; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}

// failure is why a document could not be put into the system's names.
type failure struct {
	text string
	err  error
}

func refused(err error, format string, args ...any) *failure {
	return &failure{fmt.Sprintf(format, args...), err}
}

// Error says what is wrong.
func (f *failure) Error() string {
	if f.err != nil {
		return f.text + ": " + f.err.Error()
	}
	return f.text
}

// Unwrap is the error below.
func (f *failure) Unwrap() error { return f.err }

// Temporary says that another attempt helps nobody.
func (f *failure) Temporary() bool { return false }

// Hint says who must act.
func (f *failure) Hint() string {
	return "mend the system's mapping or its tables under adapters/ and restart, then retry"
}

// Code is the error's entry in the runbook.
func (f *failure) Code() string { return "ERP-MAPPING" }
