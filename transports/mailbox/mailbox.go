// Package mailbox exchanges documents with trading partners by mail: a Receiver
// that reads a mailbox of ours over IMAP (RFC 9051, RFC 3501), and a Sender that
// submits messages over SMTP (RFC 5321, RFC 6409). It knows nothing of profiles:
// what it needs of a partner is an Account, found through a Lookup by the sender
// and the subject of a mail.
//
// The mailbox itself is the record of what is still to be done: a mail is moved
// (or flagged, or deleted) only after the inbox has it. What is found again after
// a crash, a lost connection or a new UIDVALIDITY is recognised by its Message-ID
// and its content. Nothing is deleted that was not taken.
package mailbox

import (
	"crypto/x509"

	"waybill/cms"
)

// Door is the name of this door in arrivals.
const Door = "mailbox"

// Account is what a mail needs to be a partner's. It is read only.
type Account struct {
	Partner     string   // key of the partner's profile
	From        []string // addresses, and domains that begin with @
	Subject     string   // pattern with * and ?; "" is any
	Attachments []string // patterns of the names of documents; none: what looks like X12
	MaxBytes    int64    // of one mail, and of all its documents together
	Suspended   bool     // mails are held
	Require     Require
	Accept      Accept
	Verify      []*x509.Certificate // theirs, that prove signatures
	Ours        []cms.Identity      // that mails are encrypted to
}

// Require is what a mail must be.
type Require struct{ Signed, Encrypted bool }

// Accept is what a signature may be in spite of better knowledge.
type Accept struct{ SHA1, Expired bool }

// Lookup finds the partner of a mail.
type Lookup interface {
	// Sender finds whose mail it is by the address in From and the subject. The
	// error is ErrUnknownSender where no profile names it, ErrManySenders where
	// several do.
	Sender(address, subject string) (Account, error)
}

const (
	// ErrUnknownSender says that no profile names this sender.
	ErrUnknownSender = fault("no profile names this sender with this subject")
	// ErrManySenders says that a mail could be several partners'.
	ErrManySenders = fault("several profiles name this sender with this subject")
)

// fault is an error that is a constant.
type fault string

// Error is the fault's text.
func (f fault) Error() string { return string(f) }
