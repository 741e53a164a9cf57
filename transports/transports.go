// Package transports holds what every door to a trading partner shares: the
// Inbox that receivers hand bytes to, and the Receiver and Sender contracts.
// Persist, then acknowledge: a receiver answers its peer only with what Release
// (or Take) returned.
package transports

import (
	"context"
	"io"
	"time"
)

// Inbox is the only way in. The gateway implements it over the spool.
type Inbox interface {
	// Accept stores the bytes exactly as they came (status arrived) and returns
	// after the commit. If body fails with an error, what came is kept as a
	// refused arrival and that error is returned, wrapped: there is nothing to release.
	Accept(ctx context.Context, a Arrival, body io.Reader) (Stored, error)
	// Release records, in one commit, what the bytes turned out to be: payloads,
	// receipt, evidence and dedupe key, or the problem. Only after it returned may
	// the receipt be sent, and it is Released.Receipt that is sent.
	Release(ctx context.Context, id string, v Verdict) (Released, error)
	// Take is both in one commit, for doors whose bytes are the payload.
	Take(ctx context.Context, a Arrival, body io.Reader) (Released, error)
}

// Arrival is what a door knows before it has read the bytes.
type Arrival struct {
	Door    string // "as2", "sftp", "mailbox", "folder"
	Partner string // as far as the door knows; "" for a stranger
	Remote  string // network address of the peer
	Headers []Header
	File    string // name that the peer gave, made safe
	Labels  []Label
}

// Header is one header line as received; the name keeps its case.
type Header struct{ Name, Value string }

// Label is a name and value that people will search by.
type Label struct{ Name, Value string }

// Stored is an arrival whose bytes are safe.
type Stored interface {
	ID() string
	// Open reads the bytes as they came, as often as needed.
	Open() (io.ReadSeekCloser, error)
	// Create starts a derived stream (decrypted, decompressed) that stays private
	// until Release names it as a payload; one that is not named is removed.
	Create() (Draft, error)
}

// Draft is a private stream. It can be read again after Close.
type Draft interface {
	io.WriteCloser
	Ref() string
	Open() (io.ReadSeekCloser, error)
}

// Verdict says what stored bytes turned out to be.
type Verdict struct {
	Partner  string
	Payloads []Payload // empty when Problem is set, or when the message only answers one of ours
	Receipt  []byte    // what will be sent back; kept as evidence
	Evidence []byte    // what proves it: the signature, the received MDN
	Dedupe   string    // unique id of an accepted transmission, such as "as2:ACME:<id>"; "" when refused
	// Digest identifies the content for Dedupe (hex); "" lets the inbox use the payloads' hashes.
	Digest   string
	Labels   []Label
	Problem  *Problem // the arrival is refused, and the sender told so by Receipt
	Hold     *Problem // the payloads wait for a person before they are worked on
	Answers  []Settlement
	Duration time.Duration
}

// Payload is one document file inside an arrival.
type Payload struct {
	Ref         string // of a Draft; "" for the bytes as they came
	File        string
	ContentType string
}

// Problem is why an arrival was refused.
type Problem struct {
	Code string // such as AS2-DECRYPT
	Text string
	Hint string
}

// Settlement says that an arrival answers something we sent, such as an asynchronous MDN.
type Settlement struct {
	Key   string // such as "mdn:<Message-ID without brackets>"
	State string // accepted, errors, rejected; "" is news that settles nothing yet
	Text  string
	Quiet bool     // nobody need wait for it
	Hold  *Problem // what we sent came to nothing: it is held for a person
}

// Released is what the inbox made of a verdict.
type Released struct {
	ID        string
	Duplicate bool   // the same transmission was accepted before
	Held      bool   // kept for a person, such as the same id with other content
	Receipt   []byte // the receipt to send: the original one when Duplicate
}

// Receiver listens or polls until ctx ends, hands what comes to in, and returns
// when its last exchange is over.
type Receiver interface {
	Receive(ctx context.Context, in Inbox) error
}

// Sender delivers one body to one partner.
type Sender interface {
	// Prepare fixes everything that must not change between attempts (Message-ID,
	// boundary, file name, every digest). The result is persisted before Send.
	Prepare(ctx context.Context, out Outgoing, body io.ReadSeeker) (Prepared, error)
	// Send makes one attempt. Its errors say by Temporary() bool whether another may help.
	Send(ctx context.Context, p Prepared, body io.ReadSeeker) (Receipt, error)
}

// Checker is an optional power of a Sender or Receiver: a connection test.
type Checker interface {
	Check(ctx context.Context) error
}

// Outgoing is what is to be sent.
type Outgoing struct {
	Message     string // our message id, from which identities are derived
	Partner     string
	File        string
	ContentType string // such as application/edi-x12
	Size        int64
	Document    string // what is in it, such as 855
	Control     string // its number in the partner's sight (X12 ISA13); "" where it has none
}

// Prepared is a fixed transmission: opaque to everybody but its Sender.
type Prepared struct {
	State  []byte        // the Sender's own JSON
	Key    string        // of the answer that will settle it, "mdn:…"; "" when none is expected
	Kind   string        // of that answer: "mdn", "fetch" when the partner comes for it, "dsn" for a notice about a mail; "" is "mdn"
	Within time.Duration // the answer is due that long after sending
	// Possible says that the answer may come and nobody waits for it: a mail that
	// cannot be delivered comes back.
	Possible bool
	Labels   []Label
	Summary  string // one line for the history: what will be sent, and how
}

// Receipt is the partner's answer to one Send.
type Receipt struct {
	Settled  bool   // the answer came with this attempt; otherwise it is still expected
	State    string // accepted, errors, rejected
	Summary  string // one line for the history
	Evidence []byte // the answer as it came
	Remote   string
}
