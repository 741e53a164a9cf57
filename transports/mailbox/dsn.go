package mailbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// Report is what a mail server or a mail program says about a mail of ours: a
// delivery status notification (RFC 3464) or a message disposition notification
// (RFC 8098).
type Report struct {
	Original string // Message-ID of ours, without its brackets
	Fate     Fate
	Text     string // who says what, in one line
}

// Fate is what became of a mail of ours.
type Fate string

// The fates of a mail.
const (
	Delivered Fate = "delivered"
	Relayed   Fate = "relayed" // to a system that sends no notices, or to a list
	Delayed   Fate = "delayed"
	Failed    Fate = "failed"
	Opened    Fate = "opened"  // by a person or a program
	Ignored   Fate = "ignored" // thrown away unread, or the answer was denied
)

const (
	errNoReport   = fault("it is no report on a mail: there is no message/delivery-status and no message/disposition-notification in it")
	errNoFate     = fault("the report does not say what became of the mail")
	errNoOriginal = fault("the report does not say which mail it is about")
)

// ReadReport reads a multipart/report whose header was read; body is what stands
// behind that. It reads no more of a report than it needs, whatever it holds.
func ReadReport(header entity.Fields, body *bufio.Reader) (*Report, error) {
	m := entity.ParseMedia(header.Get("Content-Type"))
	if m.Kind != "multipart/report" {
		return nil, errNoReport
	}
	parts, err := entity.NewParts(body, entity.Boundary(m, body))
	if err != nil {
		return nil, fmt.Errorf("read a report: %w", err)
	}
	var r reporting
	for err == nil && !r.whole() {
		var part io.Reader
		if part, err = parts.Next(); err == nil {
			err = r.part(part)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) && !r.seen { // many are cut short behind what they say
		return nil, fmt.Errorf("read a report: %w", err)
	}
	return r.report(header)
}

// Answers are the settlements of what our mail waits for. A failure answers both
// kinds of confirmation, since none will come any more.
func (r *Report) Answers() []transports.Settlement {
	dsn := transports.Settlement{Key: "dsn:" + r.Original, State: "accepted", Text: r.Text}
	mdn := transports.Settlement{Key: "mdn:" + r.Original, State: "accepted", Text: r.Text}
	switch r.Fate {
	case Delivered:
		return []transports.Settlement{dsn}
	case Opened:
		dsn.Quiet = true
		return []transports.Settlement{mdn, dsn}
	case Ignored:
		mdn.State, mdn.Hold = "rejected", &transports.Problem{Code: "MAIL-UNREAD", Text: r.Text,
			Hint: "ask the partner why nobody opened it; then retry, which sends it again, or drop"}
		return []transports.Settlement{mdn}
	case Failed:
		hold := &transports.Problem{Code: "MAIL-BOUNCED", Text: r.Text,
			Hint: "mend mailbox.to in the profile, or ask the partner what is wrong with its mailbox; then retry, which sends it again, or drop"}
		dsn.State, dsn.Hold, dsn.Quiet = "rejected", hold, true
		mdn.State, mdn.Hold, mdn.Quiet = "rejected", hold, true
		return []transports.Settlement{dsn, mdn}
	}
	dsn.State, dsn.Quiet, mdn.State, mdn.Quiet = "", true, "", true // it is on its way still
	return []transports.Settlement{dsn, mdn}
}

// reporting is what was read of a report so far.
type reporting struct {
	words    string // the part for people
	message  entity.Fields
	fates    []recipient
	original string
	isMDN    bool
	seen     bool // the part for programs
	returned bool // the part with our mail, or its header
}

func (r *reporting) whole() bool { return r.seen && r.returned }

// part reads one part of a report.
func (r *reporting) part(from io.Reader) error {
	br := bufio.NewReaderSize(from, entity.BufferSize)
	f, _, err := entity.ReadFields(br)
	if err != nil {
		return err
	}
	body, err := entity.Decoded(br, f.Get("Content-Transfer-Encoding"), false)
	if err != nil {
		return err
	}
	switch kind := entity.ParseMedia(f.Get("Content-Type")).Kind; kind {
	case "message/delivery-status", "message/global-delivery-status":
		r.seen = true
		return r.status(body)
	case "message/disposition-notification", "message/global-disposition-notification":
		r.seen, r.isMDN = true, true
		r.message, _, err = entity.ReadFields(body)
		return err
	case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
		r.returned = true
		returned, _, err := entity.ReadFields(body)
		if err != nil {
			return nil // what is returned may be broken as it was sent
		}
		r.original = reference(returned.Get("Message-ID"))
	case "text/plain", "":
		if r.words == "" {
			const enough = 4 << 10
			b, err := io.ReadAll(io.LimitReader(body, enough))
			r.words = string(b)
			return err
		}
	}
	return nil
}

// recipient is what became of the mail on its way to one address (RFC 3464 2.3).
type recipient struct{ address, action, status, diagnostic string }

// status reads the fields about the message, and a group of fields for each
// recipient.
func (r *reporting) status(body *bufio.Reader) error {
	const most = 100 // mails of ours have one recipient
	for range most {
		f, raw, err := entity.ReadFields(body)
		if err != nil {
			return err
		}
		switch {
		case len(raw) == 0:
			return nil
		case f.Get("Action") != "":
			r.fates = append(r.fates, recipient{
				address: typed(f.Get("Final-Recipient")), action: strings.ToLower(word(f.Get("Action"))), status: word(f.Get("Status")), diagnostic: f.Get("Diagnostic-Code"),
			})
		case r.message == nil:
			r.message = f
		}
	}
	return nil
}
