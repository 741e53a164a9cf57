package as2

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports/entity"
)

const maxMDN = 1 << 20

// MDN is a received message disposition notification (RFC 8098, RFC 4130 §7.4).
type MDN struct {
	From, To          string // AS2 identifiers of the answer, "" when absent or unreadable
	MessageID         string
	OriginalMessageID string // as it came; products add and drop angle brackets
	Disposition       Disposition
	MIC               []byte      // Received-Content-MIC; nil when absent or unreadable
	MICHash           crypto.Hash // 0 when the algorithm is unknown
	Text              string      // for people
	Signed            bool

	signature *cms.Signature
	forms     []formed
}

// Disposition is what became of the message.
type Disposition struct {
	Type     string // processed, failed, …
	Modifier string // "", error, failure, warning
	Detail   string // such as authentication-failed
}

// String writes the disposition as it stands in an MDN, without its mode.
func (d Disposition) String() string {
	s := d.Type
	if d.Modifier != "" {
		s += "/" + d.Modifier
	}
	if d.Detail != "" {
		s += ": " + d.Detail
	}
	return s
}

// Accepted says that the message was processed, with a warning at most.
func (d Disposition) Accepted() bool {
	return strings.EqualFold(d.Type, "processed") &&
		(d.Modifier == "" || strings.EqualFold(d.Modifier, "warning"))
}

// MICState says how a Received-Content-MIC compares with what was sent.
type MICState string

// The states of a comparison.
const (
	MICMatched    MICState = "matched"
	MICMismatched MICState = "mismatched"
	MICAbsent     MICState = "absent" // there is none, or by an unknown algorithm
)

// Compare holds the MDN's MIC against the digests of what was sent, by the
// algorithm that the MDN names: peers differ on which one to use.
func (m *MDN) Compare(sent Digests) MICState {
	want, ok := sent[m.MICHash]
	switch {
	case !ok || len(m.MIC) == 0:
		return MICAbsent
	case subtle.ConstantTimeCompare(want, m.MIC) == 1:
		return MICMatched
	}
	return MICMismatched
}

const (
	errNoMDN       = fault("the answer is no MDN")
	errUnsignedMDN = fault("the MDN is not signed")
)

// Verify checks the MDN's signature and says over which form it held.
func (m *MDN) Verify(trusted []*x509.Certificate, now time.Time) (Form, *cms.Signer, error) {
	if !m.Signed {
		return "", nil, errUnsignedMDN
	}
	form, signer, err := verifyForms(m.signature, m.forms, trusted, now)
	if err != nil {
		return "", nil, fmt.Errorf("verify the MDN's signature: %w", err)
	}
	return form.form, signer, nil
}

// ParseMDN reads an MDN from an answer or a request: signed or not, with the
// oddities of the field. It needs an Original-Message-ID and a Disposition.
func ParseMDN(header http.Header, body []byte) (*MDN, error) {
	if len(body) > maxMDN {
		return nil, fmt.Errorf("read MDN: it is longer than %d bytes", maxMDN)
	}
	var m MDN
	for name, values := range header {
		switch {
		case len(values) == 0:
		case strings.EqualFold(name, "AS2-From"):
			m.From, _ = parseName(name, values[0]) // an unreadable name is none: nothing depends on it
		case strings.EqualFold(name, "AS2-To"):
			m.To, _ = parseName(name, values[0])
		case strings.EqualFold(name, "Message-ID"):
			m.MessageID = values[0]
		}
	}
	if err := m.entity(fieldsOf(header), body, 0); err != nil {
		return nil, fmt.Errorf("read MDN: %w", err)
	}
	if m.OriginalMessageID == "" {
		return nil, errors.New("read MDN: there is no Original-Message-ID")
	}
	if m.Disposition.Type == "" {
		return nil, errors.New("read MDN: there is no Disposition")
	}
	return &m, nil
}

// isMDN tells an MDN from a message by its content type, so that both can come
// to the same address.
func isMDN(contentType string) bool {
	m := entity.ParseMedia(contentType)
	return m.Kind == "multipart/report" || m.Kind == "message/disposition-notification"
}

func (m *MDN) entity(f entity.Fields, body []byte, depth int) error {
	if depth > 3 {
		return errNoMDN
	}
	ct := entity.ParseMedia(f.Get("Content-Type"))
	switch ct.Kind {
	case "multipart/signed":
		return m.signedEntity(ct, body, depth)
	case "multipart/report", "multipart/mixed":
		list, err := split(ct, body)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := m.part(p, depth); err != nil {
				return err
			}
		}
		return nil
	case "message/disposition-notification":
		return m.part(section{f, nil, body}, depth)
	}
	return errNoMDN
}

// section is one part held in memory.
type section struct {
	fields entity.Fields
	header []byte
	body   []byte
}

// split cuts a small multipart.
func split(ct entity.Media, body []byte) ([]section, error) {
	br := bufio.NewReader(bytes.NewReader(body))
	p, err := entity.NewParts(br, entity.Boundary(ct, br))
	if err != nil {
		return nil, err
	}
	var list []section
	for {
		r, err := p.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		inner := bufio.NewReaderSize(r, entity.BufferSize)
		f, raw, err := entity.ReadFields(inner)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(inner)
		if err != nil {
			return nil, err
		}
		list = append(list, section{f, raw, content})
	}
}

func (m *MDN) signedEntity(ct entity.Media, body []byte, depth int) error {
	list, err := split(ct, body)
	if err != nil {
		return err
	}
	if m.Signed || len(list) < 2 {
		return entity.ErrPartMissing
	}
	der, err := list[1].content(true)
	if err != nil {
		return err
	}
	if m.signature, err = cms.ParseSignature(der); err != nil {
		return err
	}
	d := newDigester(list[0].header)
	if _, err := d.Write(list[0].body); err != nil {
		return err
	}
	m.Signed, m.forms = true, d.forms()
	return m.entity(list[0].fields, list[0].body, depth+1)
}

// content is the section's body with its transfer encoding undone.
func (s section) content(isCMS bool) ([]byte, error) {
	r, err := entity.Decoded(bufio.NewReader(bytes.NewReader(s.body)), s.fields.Get("Content-Transfer-Encoding"), isCMS)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (m *MDN) part(s section, depth int) error {
	ct := entity.ParseMedia(s.fields.Get("Content-Type"))
	switch {
	case ct.Kind == "message/disposition-notification":
		content, err := s.content(false)
		if err != nil {
			return err
		}
		m.notification(content)
	case ct.Kind == "multipart/report" || ct.Kind == "multipart/mixed":
		return m.entity(s.fields, s.body, depth+1)
	case ct.Kind == "text/plain" || ct.Kind == "":
		if content, err := s.content(false); err == nil && m.Text == "" {
			m.Text = strings.TrimSpace(strings.ToValidUTF8(string(content), "?"))
		}
	}
	return nil
}

// notification reads the machine's part. Lines that are no fields are passed over.
func (m *MDN) notification(b []byte) {
	var f entity.Fields
	for line := range bytes.Lines(b) {
		if text := bytes.TrimRight(line, "\r\n"); len(text) > 0 {
			if more := f.Add(text); more != nil {
				f = more
			}
		}
	}
	m.OriginalMessageID = f.Get("Original-Message-ID")
	m.Disposition = parseDisposition(f.Get("Disposition"))
	m.MIC, m.MICHash = parseMIC(f.Get("Received-Content-MIC"))
}

// parseDisposition reads "mode; type/modifier: detail" (RFC 4130 §7.4.3).
func parseDisposition(v string) Disposition {
	if _, rest, ok := strings.Cut(v, ";"); ok {
		v = rest
	}
	kind, detail, _ := strings.Cut(v, ":")
	typ, modifier, _ := strings.Cut(kind, "/")
	clean := func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
	return Disposition{clean(typ), clean(modifier), strings.TrimSpace(detail)}
}

func parseMIC(v string) ([]byte, crypto.Hash) {
	text, name, _ := strings.Cut(v, ",")
	mic, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(mic) == 0 {
		return nil, 0
	}
	return mic, hashByName(name)
}

// fieldsOf is an HTTP header as MIME fields.
func fieldsOf(h http.Header) entity.Fields {
	var f entity.Fields
	for name, values := range h {
		for _, v := range values {
			f = append(f, entity.Field{Name: name, Value: v})
		}
	}
	return f
}
