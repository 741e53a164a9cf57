// Package adapters holds what every door to one of our own systems shares: a
// Target takes canonical documents, a Source brings them. Each adapter lives in
// a directory of its own, with its configuration beside it.
package adapters

import (
	"context"
	"encoding/json"

	"waybill/canonical"
)

// Target is one of our own systems that takes documents, such as the ERP.
type Target interface {
	// Deliver hands doc over under its idempotency key and returns the system's
	// own reference, "" where it gives none, and the canonical document that it
	// answered with, such as the response to an order; nil where there is none. A
	// system that answers must give the same answer to the same key. A nil error means that the system
	// itself said that it has the document: whatever leaves that open is an
	// error, because handing over again under the same key is safe and a lost
	// document is not. Errors say by Temporary() bool whether another attempt may
	// help; those that say false are for a person.
	Deliver(ctx context.Context, doc canonical.Document) (ref string, answer json.RawMessage, err error)
}

// Source is one of our own systems that brings documents. Run returns when ctx
// ends and what had begun is over.
type Source interface {
	Run(ctx context.Context, in Intake) error
}

// Intake takes documents from a Source. The gateway implements it.
type Intake interface {
	// Submit returns the message id after the commit that holds doc.
	Submit(ctx context.Context, doc canonical.Document) (id string, err error)
}
