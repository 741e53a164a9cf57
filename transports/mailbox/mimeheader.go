package mailbox

import (
	"bufio"
	"io"
	"mime"
	"net/mail"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"waybill/transports/entity"
)

// received is what the header of a mail says.
type received struct {
	fields  entity.Fields
	from    string // the one address; "" where there is none, or several
	why     string // … and why
	subject string
	id      string // Message-ID without its brackets; "" where it cannot be used
	media   entity.Media
}

// readLetter reads the header of a mail, and leaves br at its body.
func readLetter(br *bufio.Reader) (received, error) {
	fields, _, err := entity.ReadFields(br)
	l := received{fields: fields, media: entity.ParseMedia(fields.Get("Content-Type"))}
	if err != nil {
		return l, err
	}
	words := decoder()
	if l.subject, err = words.DecodeHeader(fields.Get("Subject")); err != nil {
		l.subject = fields.Get("Subject")
	}
	l.subject = entity.Printable(l.subject, 200)
	l.from, l.why = sender(fields)
	l.id = messageID(fields.Get("Message-ID"))
	return l, nil
}

// decoder reads encoded words (RFC 2047) in whatever charset they are.
func decoder() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(r), nil
	}}
}

// sender is the address in From. Several, in one field or in two, are nobody's:
// readers differ in which they believe.
func sender(f entity.Fields) (address, why string) {
	var found []string
	for _, x := range f {
		if strings.EqualFold(x.Name, "From") {
			found = append(found, x.Value)
		}
	}
	if len(found) != 1 {
		return "", "its header has " + several(len(found), "From line")
	}
	p := mail.AddressParser{WordDecoder: decoder()}
	list, err := p.ParseList(found[0])
	switch {
	case err != nil:
		return "", "its From line names no address: " + entity.Printable(found[0], 100)
	case len(list) != 1:
		return "", "its From line names " + several(len(list), "address")
	}
	return list[0].Address, ""
}

func several(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "one " + what
	}
	if strings.HasSuffix(what, "s") {
		what += "e"
	}
	return "several " + what + "s"
}

// messageID is a Message-ID without its brackets, "" where it is none that could
// tell a mail from others (RFC 5322 3.6.4).
func messageID(v string) string {
	v = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(v), "<"), ">")
	if len(v) > 998 || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return v
}

// automatic says that nobody wrote the mail: an answer that somebody is away, or
// another that a machine made (RFC 3834 5).
func (l *received) automatic() bool {
	v := strings.ToLower(strings.TrimSpace(l.fields.Get("Auto-Submitted")))
	return v != "" && v != "no"
}

// notice says that the mail reports on one of ours (RFC 6522).
func (l *received) notice() bool { return l.media.Kind == "multipart/report" }
