package mailbox

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// leaf keeps a part that is a document, and passes over one that is none.
func (r *reading) leaf(f entity.Fields, m entity.Media, br *bufio.Reader) error {
	name := f.File()
	br, err := entity.Decoded(br, f.Get("Content-Transfer-Encoding"), false)
	if err != nil {
		return err
	}
	head, err := br.Peek(entity.BufferSize / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		if strings.HasPrefix(m.Kind, "image/") { // a broken logo keeps nobody from an order
			return nil
		}
		return told(err, int64(len(head)))
	}
	attached := name != "" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(f.Get("Content-Disposition"))), "attachment")
	switch {
	case !attached && (m.Kind == "text/plain" || m.Kind == ""):
		return r.body(head, m, br)
	case r.wanted(name, m, head):
		return r.keep(&r.documents, name, m, br)
	case name != "":
		r.others = append(r.others, name)
	}
	return nil
}

// body keeps the interchange in a text, from the line on with which it begins.
func (r *reading) body(head []byte, m entity.Media, br *bufio.Reader) error {
	at := interchangeIn(bytes.TrimPrefix(head, []byte(mark)))
	if at < 0 || len(r.account.Attachments) > 0 {
		return nil
	}
	if bytes.HasPrefix(head, []byte(mark)) {
		at += len(mark)
	}
	if _, err := br.Discard(at); err != nil {
		return told(err, 0)
	}
	return r.keep(&r.bodies, "", m, br)
}

// mark is the byte order mark that some programs begin a file with.
const mark = "\ufeff"

// wanted says whether a part is a document: by the names that the profile gives,
// or, where it gives none, by what it is.
func (r *reading) wanted(name string, m entity.Media, head []byte) bool {
	if len(r.account.Attachments) > 0 {
		for _, pattern := range r.account.Attachments {
			if name != "" && like(pattern, name) {
				return true
			}
		}
		return false
	}
	switch m.Kind {
	case "application/edi-x12", "application/edi-consent": // RFC 1767
		return true
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(mark)), " \t\r\n")
	return isInterchange(head) && (name != "" || m.Kind != "text/html")
}

// isInterchange says whether X12 begins here: ISA and the element separator.
func isInterchange(b []byte) bool {
	if len(b) < 4 || string(b[:3]) != "ISA" {
		return false
	}
	c := b[3]
	return c < 0x80 && !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == ' ')
}

// interchangeIn finds the line of a text with which an interchange begins, -1
// where there is none.
func interchangeIn(text []byte) int {
	at := 0
	for line := range bytes.Lines(text) {
		if isInterchange(line) {
			return at
		}
		at += len(line)
	}
	return -1
}

// keep writes a document out.
func (r *reading) keep(to *[]document, name string, m entity.Media, from io.Reader) error {
	draft, err := r.create()
	if err != nil {
		r.local = err
		return err
	}
	h := sha256.New()
	w := &limited{w: draft, room: &r.room}
	n, err := io.CopyBuffer(io.MultiWriter(h, w), struct{ io.Reader }{from}, make([]byte, 32<<10))
	closed := draft.Close()
	if w.local != nil || closed != nil {
		r.local = errors.Join(w.local, closed)
	}
	if err != nil {
		return told(err, n)
	}
	*to = append(*to, document{
		payload: transports.Payload{Ref: draft.Ref(), File: name, ContentType: m.Kind}, sum: hex.EncodeToString(h.Sum(nil)),
	})
	return nil
}

// limited writes until the mail's room is used up.
type limited struct {
	w     io.Writer
	room  *int64
	local error
}

// Write implements io.Writer.
func (b *limited) Write(p []byte) (int, error) {
	if *b.room -= int64(len(p)); *b.room < 0 {
		return 0, errGrows
	}
	n, err := b.w.Write(p)
	b.local = err
	return n, err
}

// told puts what a decoder says after so many bytes into words for people.
func told(err error, after int64) error {
	var corrupt base64.CorruptInputError
	switch {
	case errors.As(err, &corrupt):
		return fmt.Errorf("it is called base64, and after %d bytes of content it is not", after)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault("its encoding breaks off")
	}
	return err
}

// found are the documents of the mail: those that were attached, else those in
// its text.
func (r *reading) found() []document {
	if len(r.documents) > 0 {
		return r.documents
	}
	return r.bodies
}
