package mailbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports"
)

// letter is a prepared mail: what must be the same in every attempt. Addresses,
// keys and the server are not in it, so that a mended profile mends the next.
type letter struct {
	MessageID   string     `json:"message_id"` // without brackets
	Date        string     `json:"date"`
	Subject     string     `json:"subject"`
	File        string     `json:"file"`
	ContentType string     `json:"content_type"`
	Text        string     `json:"text"`                  // for people
	InReplyTo   string     `json:"in_reply_to,omitempty"` // without brackets
	Confirm     string     `json:"confirm,omitempty"`
	Sign        string     `json:"sign,omitempty"`
	Encrypt     cms.Cipher `json:"encrypt,omitempty"`
	SHA256      string     `json:"sha256"`
	Size        int64      `json:"size"`
}

// contentType is what X12 is called in mails (RFC 1767).
const contentType = "application/EDI-X12"

// newLetter fixes a mail. The same message makes the same Message-ID, whatever
// becomes of this state.
func newLetter(t *Terms, out transports.Outgoing, answers string, now time.Time) (*letter, error) {
	l := &letter{
		Date: now.UTC().Format(time.RFC1123Z), InReplyTo: answers, Confirm: t.Confirm, Sign: t.Sign, Encrypt: t.Encrypt, ContentType: out.ContentType,
	}
	if l.ContentType == "" || strings.EqualFold(l.ContentType, contentType) {
		l.ContentType = contentType
	}
	_, domain, _ := strings.Cut(t.From, "@")
	l.MessageID = out.Message + "@" + domain
	l.Subject, l.File = filled(t.Subject, out), filled(t.Name, out)
	l.Text = fmt.Sprintf("The attached file %s is for your EDI system.", l.File)
	if out.Document != "" && out.Control != "" {
		l.Text = fmt.Sprintf("The attached file %s is for your EDI system: X12 %s, interchange control number %s.", l.File, out.Document, out.Control)
	}
	return l, l.check()
}

// check refuses what would not stand in its line of the header.
func (l *letter) check() error {
	for _, f := range [][2]string{{"Message-ID", l.MessageID}, {"In-Reply-To", l.InReplyTo}} {
		if f[1] != "" && !isMessageID(f[1]) {
			return transports.Permanent("MAIL-HEADER", "this is a fault of Waybill", nil, "%s: found %q, which is no message id", f[0], f[1])
		}
	}
	for _, f := range [][2]string{{"Subject", l.Subject}, {"file name", l.File}, {"Content-Type", l.ContentType}} {
		if text := wrongValue(f[1]); text != "" {
			return transports.Permanent("MAIL-HEADER", "mend title and name in the profile's mailbox block, then retry", nil, "%s: %s in %q", f[0], text, f[1])
		}
	}
	if text := wrongFile(l.File); text != "" {
		return transports.Permanent("MAIL-HEADER", "mend name in the profile's mailbox block, then retry", nil, "file name: %s in %q", text, l.File)
	}
	return nil
}

// digest fixes the content.
func (l *letter) digest(body io.ReadSeeker) error {
	var err error
	l.SHA256, l.Size, err = sum(body)
	return err
}

func sum(body io.ReadSeeker) (string, int64, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err := io.Copy(h, body)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// boundary is one of the letter's own: no line of a base64 text begins like it.
func (l *letter) boundary(of string) string {
	id, _, _ := strings.Cut(l.MessageID, "@")
	return "=_" + of + "_" + id
}

// header is what stands above the content.
func (l *letter) header(from, to string) (fields, error) {
	f := fields{
		{"From", "<" + from + ">"}, {"To", "<" + to + ">"}, {"Date", l.Date}, {"Subject", mime.QEncoding.Encode("utf-8", l.Subject)}, {"Message-ID", "<" + l.MessageID + ">"},
	}
	if l.InReplyTo != "" {
		f = append(f, field{"In-Reply-To", "<" + l.InReplyTo + ">"}, field{"References", "<" + l.InReplyTo + ">"})
	}
	if l.Confirm == ConfirmRead {
		f = append(f, field{"Disposition-Notification-To", "<" + from + ">"}) // RFC 8098 2.1
	}
	f = append(f, field{"Auto-Submitted", "auto-generated"}, field{"MIME-Version", "1.0"}) // RFC 3834 5
	for _, address := range []string{from, to} {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address || wrongValue(address) != "" || !ascii(address) {
			return nil, transports.Permanent("MAIL-CONFIG", "write the address alone, such as edi@partner.example, then retry", nil, "found %q where a mail address belongs", address)
		}
	}
	return f, nil
}

// document is the attachment.
func (l *letter) document(content io.ReadSeeker) part {
	return part{fields{
		{"Content-Type", mime.FormatMediaType(l.ContentType, map[string]string{"name": l.File})},
		{"Content-Transfer-Encoding", "base64"},
		{"Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.File})},
	}, func(w io.Writer) error {
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the content again: %w", err)
		}
		return encoded(w, func(w io.Writer) error { _, err := io.Copy(w, content); return err })
	}}
}

// note is what a person reads who opens the mail.
func (l *letter) note() part {
	return part{fields{{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "base64"}}, func(w io.Writer) error {
		return encoded(w, func(w io.Writer) error { _, err := io.WriteString(w, l.Text+"\r\n"); return err })
	}}
}

// mixed is note and attachment together: the whole mail where it is neither signed
// nor encrypted.
func (l *letter) mixed(content io.ReadSeeker) part {
	return together("multipart/mixed", nil, l.boundary("mixed"), l.note(), l.document(content))
}
