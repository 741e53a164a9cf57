// Package stages holds the steps a message takes, one file each: decode, map,
// deliver, compose, envelope, send and settle. A stage is a function from work to
// outcome; it holds no spool and keeps no state. The gateway leases the work,
// runs the stage and has the spool apply the outcome in one transaction.
package stages

import (
	"context"
	"io"
	"iter"
	"time"

	"waybill/partners"
	"waybill/spool"
)

// The stages by the names that stand in the spool.
const (
	ToDecode   spool.Stage = "decode"
	ToMap      spool.Stage = "map"
	ToDeliver  spool.Stage = "deliver"
	ToCompose  spool.Stage = "compose"
	ToEnvelope spool.Stage = "envelope"
	ToSend     spool.Stage = "send"
	ToSettle   spool.Stage = "settle"
)

// Kinds of message.
const (
	KindSubmission      = "submission"      // a canonical document as one of our systems handed it in
	KindTransmission    = "transmission"    // bytes as they came through a door
	KindInterchange     = "interchange"     // one file of ISA…IEA envelopes
	KindSet             = "set"             // one ST…SE, a range of its interchange
	KindDocument        = "document"        // one canonical document for one of our systems
	KindAcknowledgement = "acknowledgement" // a 997 or 999 before it has an envelope
)

// Directions, seen from us.
const (
	Inbound  = "in"
	Outbound = "out"
)

// Stage turns work into an outcome. An error means that the attempt failed:
// one that says Temporary() true, or says nothing, is tried again.
type Stage interface {
	Run(ctx context.Context, w Work) (spool.Outcome, error)
}

// Work is what a stage is given for one run.
type Work struct {
	Messages []spool.Message // one, or a batch with the same group key
	Book     *partners.Book  // one Book from start to end
	Now      time.Time
	Store    Store
}

// Message is the first message of the work; most stages have only one.
func (w Work) Message() spool.Message { return w.Messages[0] }

// Store is what a running stage may ask of the spool.
type Store interface {
	// Open reads the range that r names.
	Open(ctx context.Context, r spool.Ref) (io.ReadSeekCloser, error)
	// OpenWhole reads the whole payload that r is a range of.
	OpenWhole(ctx context.Context, r spool.Ref) (io.ReadSeekCloser, error)
	// Stage inserts children in chunks; they become visible with the outcome.
	Stage(ctx context.Context, children iter.Seq[spool.Child]) error
	// Prior finds the holder of a business key and the hash that it claimed.
	Prior(ctx context.Context, key string) (spool.Message, string, bool, error)
	// Number is the next control number of a scope for messages of the work that
	// share it; the same when asked again for one of them. A new scope begins with first.
	Number(ctx context.Context, scope string, first int64, messages ...string) (int64, error)
	// Awaiting finds the message that waits, or waited last, for an answer.
	Awaiting(ctx context.Context, key string) (spool.Message, bool, error)
	// AwaitingAny says whether any message did, for a key that begins so.
	AwaitingAny(ctx context.Context, prefix string) (bool, error)
	// Troubled returns what of a partner's answers is overdue or a refusal, the latest first.
	Troubled(ctx context.Context, partner string, limit int) ([]spool.Expectation, error)
	// Undone says why what a document of ours led to stands no longer: dropped before
	// it was through, or rejected by the partner; "" while it stands.
	Undone(ctx context.Context, id string) (string, error)
}

// held is the outcome for work that a person must decide.
func held(code, text, hint string) spool.Outcome {
	return spool.Outcome{Status: spool.Held, Code: code, Error: text, Hint: hint}
}
