package mailbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"waybill/transports"
	"waybill/transports/entity"
)

// The limits of a mail beside its size.
const (
	maxDepth = 5 // entities inside each other
	maxParts = 50
)

const (
	errDepth   = fault("its parts stand in each other more than 5 deep")
	errParts   = fault("it has more than 50 parts")
	errGrows   = fault("its documents are larger than the profile allows")
	errNoFrame = fault("a mail inside is encoded, which RFC 2046 5.2.1 forbids")
)

// reading takes a mail apart in one pass and in constant memory. What it writes
// stays private until the whole mail is known to be good.
type reading struct {
	account *Account
	now     time.Time
	create  func() (transports.Draft, error)

	documents []document
	bodies    []document // interchanges in texts that were no attachments
	others    []string   // names of attachments that are no documents
	said      string     // who signed
	evidence  []byte     // the signature, DER

	parts  int
	layers int
	room   int64 // bytes that may still be written
	local  error // our own disk failed, which is not the sender's fault
}

// document is one document of a mail.
type document struct {
	payload transports.Payload
	sum     string // SHA-256, hex

	signed, encrypted bool // it stood in what a signature covers, in an encryption
}

func newReading(a *Account, now time.Time, create func() (transports.Draft, error)) *reading {
	return &reading{account: a, now: now, create: create, room: a.MaxBytes}
}

// partError is what is wrong with one part of a mail.
type partError struct {
	part int // as they come, from 1; 0 is the mail itself
	file string
	err  error
}

// Error says where it is.
func (e *partError) Error() string {
	switch {
	case e.part == 0:
		return e.err.Error()
	case e.file != "":
		return fmt.Sprintf("part %d, %s: %v", e.part, e.file, e.err)
	}
	return fmt.Sprintf("part %d: %v", e.part, e.err)
}

// Unwrap is the error below.
func (e *partError) Unwrap() error { return e.err }

// entity reads one entity and all that stand in it.
func (r *reading) entity(f entity.Fields, br *bufio.Reader, depth int) error {
	if depth > maxDepth {
		return errDepth
	}
	if depth > 1 {
		r.parts++
	}
	if r.parts > maxParts {
		return errParts
	}
	at := r.parts
	m := entity.ParseMedia(f.Get("Content-Type"))
	var err error
	switch {
	case m.Kind == "multipart/signed":
		err = r.signature(m, br, depth)
	case strings.HasPrefix(m.Kind, "multipart/"):
		err = r.multipart(m, br, depth)
	case m.Kind == "application/pkcs7-mime", m.Kind == "application/x-pkcs7-mime":
		err = r.object(br, depth)
	case m.Kind == "message/rfc822":
		err = r.mail(f, br, depth)
	default:
		err = r.leaf(f, m, br)
	}
	var known *partError
	if err != nil && !errors.As(err, &known) && !isLimit(err) {
		err = &partError{at, f.File(), err}
	}
	return err
}

// mark notes of the documents that were found since there were so many what stood
// around them: another part of the mail may have had none of it.
func (r *reading) mark(since [2]int, what func(*document)) {
	for i := since[0]; i < len(r.documents); i++ {
		what(&r.documents[i])
	}
	for i := since[1]; i < len(r.bodies); i++ {
		what(&r.bodies[i])
	}
}

func (r *reading) count() [2]int { return [2]int{len(r.documents), len(r.bodies)} }

// isLimit says that a mail is refused for its shape as a whole.
func isLimit(err error) bool { return errors.Is(err, errDepth) || errors.Is(err, errParts) }

func (r *reading) multipart(m entity.Media, br *bufio.Reader, depth int) error {
	p, err := entity.NewParts(br, entity.Boundary(m, br))
	if err != nil {
		return err
	}
	for {
		part, err := p.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, entity.ErrTooMany):
			return errParts
		case err != nil:
			return err
		}
		if err := r.inside(part, depth); err != nil {
			return err
		}
	}
}

// inside reads the entity that a part, a mail or a CMS object holds.
func (r *reading) inside(from io.Reader, depth int) error {
	br := bufio.NewReaderSize(from, entity.BufferSize)
	f, _, err := entity.ReadFields(br)
	if err != nil {
		return err
	}
	return r.entity(f, br, depth+1)
}

// mail reads a mail that is attached to another, as it is when people forward one.
func (r *reading) mail(f entity.Fields, br *bufio.Reader, depth int) error {
	switch strings.ToLower(strings.TrimSpace(f.Get("Content-Transfer-Encoding"))) {
	case "", "7bit", "8bit", "binary":
		return r.inside(br, depth)
	}
	return errNoFrame
}
