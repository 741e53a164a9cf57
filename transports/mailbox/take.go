package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/entity"
)

// fate is what becomes of a mail in the mailbox.
type fate int

const (
	fateStays fate = iota // it is not stored here
	fateTaken
	fateAside // a person must look at it
)

// desk takes mails, one after the other, wherever they come from.
type desk struct {
	lookup  Lookup
	address string // ours, in labels and logs
	remote  string // the server
	now     func() time.Time
	log     *slog.Logger
}

// take stores a mail, sees what it is, and records that. Only when it returned
// without an error may the mail leave the place where it was found.
func (d *desk) take(ctx context.Context, in transports.Inbox, from io.Reader) (fate, error) {
	began := d.now()
	br := bufio.NewReaderSize(from, entity.MaxHeader+4<<10)
	l, broken, err := peek(br)
	if err != nil {
		return fateStays, err
	}
	a, unknown := d.lookup.Sender(l.from, l.subject)
	stored, err := in.Accept(ctx, d.arrival(l, a), br)
	if err != nil {
		return fateStays, err
	}
	v, err := d.verdict(stored, l, broken, a, unknown)
	if err != nil {
		return fateStays, err
	}
	v.Duration = d.now().Sub(began)
	released, err := in.Release(ctx, stored.ID(), v)
	if err != nil {
		return fateStays, err
	}
	d.log.Info("mail taken", "partner", v.Partner, "msg_id", released.ID, "from", l.from, "documents", len(v.Payloads), "duplicate", released.Duplicate, "held", released.Held || v.Hold != nil)
	if released.Held || v.Hold != nil {
		return fateAside, nil
	}
	return fateTaken, nil
}

// peek reads the header of a mail that is still to be read. broken is what is wrong
// with it.
func peek(br *bufio.Reader) (l received, broken, err error) {
	head, err := br.Peek(entity.MaxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return l, nil, err
	}
	l, broken = readLetter(bufio.NewReaderSize(bytes.NewReader(head), entity.BufferSize))
	return l, broken, nil
}

// tooLarge stores the header of a mail that is not fetched.
func (d *desk) tooLarge(ctx context.Context, in transports.Inbox, head *bytes.Reader, size, most int64) (fate, error) {
	l, _ := readLetter(bufio.NewReaderSize(head, entity.BufferSize)) // what can be read of it
	a, _ := d.lookup.Sender(l.from, l.subject)
	if _, err := head.Seek(0, io.SeekStart); err != nil {
		return fateStays, err
	}
	stored, err := in.Accept(ctx, d.arrival(l, a), head)
	if err != nil {
		return fateStays, err
	}
	_, err = in.Release(ctx, stored.ID(), held(l, a.Partner, &hold{"MAIL-SIZE", fmt.Sprintf("the mail has %d bytes, and imap.max_size is %d: its header alone was fetched", size, most),
		"raise imap.max_size of the mailbox, restart, and move the mail back; or ask for smaller files"}))
	if err != nil {
		return fateStays, err
	}
	return fateAside, nil
}

// arrival is what the header says.
func (d *desk) arrival(l received, a Account) transports.Arrival {
	out := transports.Arrival{Door: Door, Partner: a.Partner, Remote: d.remote}
	for _, f := range l.fields {
		out.Headers = append(out.Headers, transports.Header{Name: f.Name, Value: f.Value})
	}
	for _, label := range [][2]string{{"mail-from", entity.Printable(l.from, 200)}, {"mail-subject", l.subject}, {LabelMessageID, l.id}, {"mailbox", d.address}} {
		if label[1] != "" {
			out.Labels = append(out.Labels, transports.Label{Name: label[0], Value: label[1]})
		}
	}
	return out
}

// verdict reads a stored mail. An error is of our own storage.
func (d *desk) verdict(stored transports.Stored, l received, broken error, a Account, unknown error) (transports.Verdict, error) {
	if broken != nil {
		return held(l, "", &hold{"MAIL-MIME", "the header of the mail cannot be read: it has more than 64 kB, or lines that are no header", hintMIME}), nil
	}
	body, err := stored.Open()
	if err != nil {
		return transports.Verdict{}, err
	}
	defer body.Close()
	if unknown != nil && !errors.Is(unknown, ErrUnknownSender) && !errors.Is(unknown, ErrManySenders) {
		return transports.Verdict{}, unknown
	}
	src := &sticky{r: body}
	br := bufio.NewReaderSize(src, entity.BufferSize)
	if l.notice() {
		return d.notice(l, src, br)
	}
	if unknown != nil {
		a = Account{MaxBytes: int64(DefaultProfile().MaxSize)}
	}
	r := newReading(&a, d.now(), stored.Create)
	f, _, failed := entity.ReadFields(br)
	if failed == nil {
		failed = r.entity(f, br, 1)
	}
	if err := errors.Join(r.local, src.err); err != nil {
		return transports.Verdict{}, err
	}
	if unknown != nil {
		return stranger(l, r, failed, unknown), nil
	}
	return d.judge(l, &a, r, failed), nil
}

// sticky remembers the error that our storage ended in, however the readers above
// it dress it up.
type sticky struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *sticky) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// judge says what a partner's mail comes to.
func (d *desk) judge(l received, a *Account, r *reading, failed error) transports.Verdict {
	if failed != nil {
		return held(l, a.Partner, because(failed))
	}
	docs := r.found()
	if why := r.lacks(docs); why != nil {
		return held(l, a.Partner, why)
	}
	v := transports.Verdict{Partner: a.Partner, Evidence: r.evidence, Dedupe: dedupeKey(a.Partner, l.id, docs)}
	for _, x := range docs {
		v.Payloads = append(v.Payloads, x.payload)
	}
	if r.said != "" {
		v.Labels = append(v.Labels, transports.Label{Name: "mail-signed-by", Value: entity.Printable(r.said, 200)})
	}
	if len(docs) == 0 && l.automatic() {
		v.Evidence = []byte("an automatic answer without a document: " + l.subject)
		return v
	}
	if len(docs) == 0 {
		return held(l, a.Partner, r.empty())
	}
	if a.Suspended {
		v.Hold = &transports.Problem{Code: "MAIL-SUSPENDED", Text: "the partner is suspended", Hint: "change its status, then release"}
	}
	return v
}

// lacks says what the profile requires and the documents have not.
func (r *reading) lacks(docs []document) *hold {
	const hint = "their software must sign and encrypt as the profile's require says, or the profile must ask for less"
	switch {
	case r.account.Require.Signed && slices.ContainsFunc(docs, func(d document) bool { return !d.signed }):
		return &hold{"MAIL-SECURITY", "a document is not signed, and the profile requires it", hint}
	case r.account.Require.Encrypted && slices.ContainsFunc(docs, func(d document) bool { return !d.encrypted }):
		return &hold{"MAIL-SECURITY", "a document is not encrypted, and the profile requires it", hint}
	}
	return nil
}

// empty says that a mail has no document, and what it has instead.
func (r *reading) empty() *hold {
	text := "there is no X12 in the mail"
	if len(r.account.Attachments) > 0 {
		text = "no attachment has a name as the profile says: " + strings.Join(r.account.Attachments, ", ")
	}
	if len(r.others) > 0 {
		text += fmt.Sprintf("; it has %.300s", strings.Join(r.others, ", "))
	}
	return &hold{"MAIL-EMPTY", text, "read the mail: somebody may have written to us, or attached a file of another kind; answer them, then drop it"}
}

// stranger holds a mail whose partner is not known. Its documents are at hand, so
// that a release sends them on to be found out by their envelopes.
func stranger(l received, r *reading, failed, unknown error) transports.Verdict {
	h := &hold{"MAIL-STRANGER", fmt.Sprintf("%s with the subject %q is no partner's", l.from, l.subject),
		"ask who it is; add the address to mailbox.from of a profile and move the mail back, or release it once, or drop it"}
	switch {
	case l.from == "":
		h.text = "nobody can tell who sent the mail: " + l.why
	case errors.Is(unknown, ErrManySenders):
		h.text = fmt.Sprintf("several profiles have %s with the subject %q", l.from, l.subject)
		h.hint = "tell them apart by mailbox.subject, then move the mail back"
	}
	v := held(l, "", h)
	if docs := r.found(); failed == nil && len(docs) > 0 {
		v.Payloads = nil
		for _, x := range docs {
			v.Payloads = append(v.Payloads, x.payload)
		}
	}
	return v
}

// hold is why a person must look at a mail.
type hold struct{ code, text, hint string }

const hintMIME = "ask the partner what made the mail; when it is sent again, drop this one"

// because is why a mail that cannot be read is held.
func because(err error) *hold {
	var secure *secureError
	switch {
	case errors.As(err, &secure):
		return &hold{secure.code, err.Error(), secure.hint + "; or move the mail back once the profile is mended"}
	case errors.Is(err, errGrows), errors.Is(err, cms.ErrTooLarge):
		return &hold{"MAIL-SIZE", err.Error(), "raise mailbox.max_size in the profile and move the mail back, or ask for smaller files"}
	}
	return &hold{"MAIL-MIME", "the mail cannot be read: " + err.Error(), hintMIME}
}

// held is the verdict over a mail that a person must look at: the mail as it came
// is what is kept. Its key is of a kind of its own, so that the mail counts as new
// when it is moved back and is good then.
func held(l received, partner string, h *hold) transports.Verdict {
	v := transports.Verdict{Partner: partner, Payloads: []transports.Payload{{File: "mail.eml", ContentType: "message/rfc822"}},
		Hold: &transports.Problem{Code: h.code, Text: h.text, Hint: h.hint}}
	if l.id != "" {
		v.Dedupe = "mailbox-held:" + h.code + ":" + escape(partner) + ":" + escape(l.from) + ":" + l.id
	}
	return v
}

// dedupeKey names a mail: its partner and its Message-ID; where it has none, the
// documents in it.
func dedupeKey(partner, id string, docs []document) string {
	if id != "" {
		return "mailbox:" + escape(partner) + ":" + id
	}
	if len(docs) == 0 {
		return ""
	}
	h := sha256.New()
	for _, d := range docs {
		_, _ = io.WriteString(h, d.sum) // a hash takes everything
	}
	return "mailbox:" + escape(partner) + ":sha256:" + hex.EncodeToString(h.Sum(nil))
}

// escape keeps the parts of a key apart.
func escape(s string) string { return strings.NewReplacer("%", "%25", ":", "%3A").Replace(s) }
