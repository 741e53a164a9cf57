package mailbox

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-smtp"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/entity"
)

// What a partner's mail system is asked to confirm.
const (
	ConfirmNone      = "none"      // only a notice of failure is looked for
	ConfirmDelivered = "delivered" // its server says that the mail was delivered (RFC 3461)
	ConfirmRead      = "read"      // its mail program says that the mail was opened (RFC 8098)
)

// Terms are how a partner gets our mails, as they stand when they are asked for.
type Terms struct {
	Partner   string
	Server    Server
	From, To  string // addresses
	Subject   string // template
	Name      string // template of the attachment's name
	Sign      string // sha256, sha384, sha512; "" does not
	Ours      []cms.Identity
	Encrypt   cms.Cipher
	EncryptTo []*x509.Certificate
	Confirm   string
	Within    time.Duration // of the confirmation
}

// Post sends documents to one partner by mail. It implements transports.Sender: a
// mail is sent when the server has taken it; what becomes of it behind that, a
// notice says.
type Post struct {
	// Terms is asked once for each Prepare and Send, so that a mended profile
	// mends the next attempt.
	Terms func(ctx context.Context) (Terms, error)
	// Answers finds the Message-ID of the mail that one of our messages answers, ""
	// where there is none.
	Answers func(ctx context.Context, message string) (string, error)
	Now     func() time.Time
}

// Prepare fixes the Message-ID, the date, the names and the content's digest.
func (p *Post) Prepare(ctx context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	t, err := p.Terms(ctx)
	if err != nil {
		return transports.Prepared{}, fmt.Errorf("prepare a mail: %w", err)
	}
	answers := ""
	if p.Answers != nil {
		if answers, err = p.Answers(ctx, out.Message); err != nil {
			return transports.Prepared{}, fmt.Errorf("prepare a mail: find what it answers: %w", err)
		}
	}
	if !isMessageID(answers) { // a stranger's id that is none makes no thread, and stops nothing
		answers = ""
	}
	l, err := newLetter(&t, out, answers, p.Now())
	if err != nil {
		return transports.Prepared{}, err
	}
	if _, err := l.header(t.From, t.To); err != nil {
		return transports.Prepared{}, err
	}
	if err := l.digest(body); err != nil {
		return transports.Prepared{}, transports.Temporary("TRN-STORE", "the message is sent again by itself", err, "read the message")
	}
	return l.prepared(&t)
}

// prepared is what the spool keeps. A notice of failure is possible of each mail;
// only what the profile asks for is waited for.
func (l *letter) prepared(t *Terms) (transports.Prepared, error) {
	state, err := json.Marshal(l)
	p := transports.Prepared{
		State: state, Kind: "dsn", Key: "dsn:" + l.MessageID, Within: t.Within, Possible: l.Confirm != ConfirmDelivered,
		Labels:  []transports.Label{{Name: LabelMessageID, Value: l.MessageID}, {Name: "file", Value: l.File}},
		Summary: fmt.Sprintf("%s, %d bytes, by mail to %s, Message-ID <%s>%s", l.File, l.Size, t.To, l.MessageID, l.packaging()),
	}
	if l.Confirm == ConfirmRead {
		p.Kind, p.Key, p.Possible = "mdn", "mdn:"+l.MessageID, false
	}
	return p, err
}

// LabelMessageID is the label of a mail's Message-ID, without its brackets.
const LabelMessageID = "message-id"

func (l *letter) packaging() string {
	out := ""
	if l.Sign != "" {
		out += ", signed " + l.Sign
	}
	if l.Encrypt != "" {
		out += ", encrypted " + string(l.Encrypt)
	}
	return out
}

// Send makes one attempt.
func (p *Post) Send(ctx context.Context, prep transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	var l letter
	if err := json.Unmarshal(prep.State, &l); err != nil {
		return transports.Receipt{}, transports.Permanent("MAIL-CHANGED", "this is a fault of Waybill", err, "read what was prepared")
	}
	if found, _, err := sum(body); err != nil {
		return transports.Receipt{}, transports.Temporary("TRN-STORE", "the message is sent again by itself", err, "read the message")
	} else if found != l.SHA256 {
		return transports.Receipt{}, transports.Permanent("MAIL-CHANGED", "the stored payload is damaged: waybill spool verify; then send the document again", nil, "the content is not what was prepared to be sent")
	}
	t, err := p.Terms(ctx)
	if err != nil {
		return transports.Receipt{}, transports.Temporary("MAIL-CONFIG", "mend the mailbox block of the profile; it is tried again by itself", err, "prepare the mail")
	}
	write, err := l.whole(&t, body, p.Now())
	if err != nil {
		return transports.Receipt{}, err
	}
	const slowest = 1000 // bytes in a second
	ctx, cancel := context.WithTimeout(ctx, time.Hour+time.Duration(l.Size/slowest)*time.Second)
	defer cancel()
	said, err := t.Server.submit(ctx, &l, &t, write)
	if err != nil {
		return transports.Receipt{}, err
	}
	return transports.Receipt{
		Summary: fmt.Sprintf("%s has taken the mail for %s: %s", t.Server.Address, t.To, said), Evidence: []byte(said), Remote: t.Server.Address,
	}, nil
}

// whole is the function that writes the mail.
func (l *letter) whole(t *Terms, body io.ReadSeeker, now time.Time) (func(io.Writer) error, error) {
	head, err := l.header(t.From, t.To)
	if err != nil {
		return nil, err
	}
	content, err := l.secured(l.mixed(body), t, now)
	if err != nil {
		return nil, err
	}
	content.fields = append(head, content.fields...)
	return content.entity, nil
}

// submit brings one mail to the server and returns what that said to it. One
// recipient that is refused keeps the mail from all.
func (s Server) submit(ctx context.Context, l *letter, t *Terms, write func(io.Writer) error) (string, error) {
	x, err := s.open(ctx)
	if err != nil {
		return "", err
	}
	defer x.cut()
	size := l.Size/57*78 + 8192 // what base64 makes of it, and the rest (RFC 1870 6)
	if err := x.Mail(t.From, &smtp.MailOptions{Size: size, Return: smtp.DSNReturnHeaders, EnvelopeID: l.MessageID}); err != nil {
		return "", s.refused(ctx, err, "from "+t.From)
	}
	notify := []smtp.DSNNotify{smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed}
	if l.Confirm == ConfirmDelivered {
		notify = append(notify, smtp.DSNNotifySuccess)
	}
	if err := x.Rcpt(t.To, &smtp.RcptOptions{Notify: notify, OriginalRecipientType: smtp.DSNAddressTypeRFC822, OriginalRecipient: t.To}); err != nil {
		return "", s.refused(ctx, err, "for "+t.To)
	}
	w, err := x.Data()
	if err != nil {
		return "", s.refused(ctx, err, "and its content")
	}
	if err := write(w); err != nil { // without the dot that ends it a server keeps nothing (RFC 5321 4.1.1.4)
		return "", s.refused(ctx, err, "and its content")
	}
	said, err := w.CloseWithResponse()
	var answer *smtp.SMTPError
	switch {
	case err == nil:
		x.CommandTimeout = 5 * time.Second // it has the mail: nothing depends on its farewell
		x.quit()
		return entity.Printable("250 "+said.StatusText, longestWords), nil
	case errors.As(err, &answer):
		return "", s.refused(ctx, err, "and its content")
	}
	return "", ended(ctx, transports.Temporary("MAIL-UNKNOWN", "the mail goes out again under the same Message-ID, by which the partner can tell that it is the same",
		err, "%s had the whole mail and did not say whether it took it", s.Address))
}

// refused puts a failure before the end of the mail into words: 4xx and what is
// no answer at all may pass, 5xx does not (RFC 5321 4.2.1).
func (s Server) refused(ctx context.Context, err error, what string) error {
	var answer *smtp.SMTPError
	if !errors.As(err, &answer) {
		return ended(ctx, transports.Temporary("MAIL-LATER", "it is tried again by itself", err, "submit the mail %s to %s", what, s.Address))
	}
	words := spoken(err)
	if answer.Temporary() {
		return transports.Temporary("MAIL-LATER", "the mail server says why; it is tried again by itself", words, "%s does not take the mail %s now", s.Address, what)
	}
	return transports.Permanent("MAIL-REFUSED", "read what the server says: an address that is wrong is mended in the profile, then retry; else ask whoever keeps the mail server",
		words, "%s does not take the mail %s", s.Address, what)
}

// longestWords bounds what a server says in one answer.
const longestWords = 500

// spoken is an error with the words of the server's answer in one line.
func spoken(err error) error {
	var answer *smtp.SMTPError
	if !errors.As(err, &answer) {
		return err
	}
	if answer.EnhancedCode[0] <= 0 {
		return fault(entity.Printable(fmt.Sprintf("%d %s", answer.Code, answer.Message), longestWords))
	}
	return fault(entity.Printable(fmt.Sprintf("%d %d.%d.%d %s", answer.Code, answer.EnhancedCode[0], answer.EnhancedCode[1], answer.EnhancedCode[2], answer.Message), longestWords))
}
