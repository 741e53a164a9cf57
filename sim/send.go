package sim

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"waybill/cms"
)

// How says how a message is sent. The zero value signs with SHA-256, encrypts
// with AES-256-CBC and asks for a signed receipt.
type How struct {
	MessageID string // "" makes one; the same again is the same message
	File      string // name that is given; default order.edi
	From, To  string // other AS2 identifiers than the agreed ones
	Header    http.Header

	Compress    bool // before it is signed
	Unsigned    bool
	Unencrypted bool
	NoMDN       bool // no receipt is asked for

	WrongKey       bool // signed with a key that nobody knows
	WrongRecipient bool // encrypted to a key that the gateway does not have
	Tampered       bool // one bit of the body is turned over on its way
	Cut            bool // the connection ends in the middle of the body
}

// Sent is what came of sending a message.
type Sent struct {
	MessageID   string // without angle brackets
	Status      int    // of HTTP
	Attempts    int
	Answer      http.Header
	MDN         []byte // the body of the answer, when it is a receipt
	Disposition string // such as processed, or processed/error: decryption-failed
	MIC         string // Received-Content-MIC as it came
	MICMatches  bool   // it is the SHA-256 of what was sent
	Signed      bool   // the receipt's signature holds, and is the gateway's
	Text        string // the answer, when it is no receipt
	Stored      bool   // by a door without receipts, such as SFTP: the peer said that it has it
	NoReceipt   string // why there is no receipt, or why its signature is worth nothing
}

// Accepted says that the gateway vouched for having the message as it was sent.
func (s Sent) Accepted() bool {
	return s.Stored || s.Disposition == "processed" && s.MICMatches && s.Signed
}

// Send posts body once and reads the receipt. An answer without a receipt is no
// error; no answer is one.
func (p *Partner) Send(ctx context.Context, body []byte, how How) (Sent, error) {
	m, err := p.message(body, how)
	if err != nil {
		return Sent{}, err
	}
	return p.post(ctx, m, how.Cut)
}

// Deliver posts body until there is a receipt, good or bad, always the same
// octets under the same Message-ID, as partners do.
func (p *Partner) Deliver(ctx context.Context, body []byte, how How) (Sent, error) {
	m, err := p.message(body, how)
	if err != nil {
		return Sent{}, err
	}
	const first, most = 50 * time.Millisecond, 2 * time.Second
	for wait, n := first, 1; ; n++ {
		s, err := p.post(ctx, m, how.Cut)
		s.Attempts = n
		if err == nil && len(s.MDN) > 0 {
			return s, nil
		}
		if !pause(ctx, wait) {
			return s, fmt.Errorf("deliver %s: no receipt after %d attempts: %w", s.MessageID, n, errors.Join(err, ctx.Err()))
		}
		wait = min(2*wait, most)
	}
}

// pause waits, and says whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// message packs body as how says, for the gateway as it is known now.
func (p *Partner) message(body []byte, how How) (*message, error) {
	g := p.joined()
	if g.URL == "" || g.Certificate == nil {
		return nil, errors.New("send AS2: the partner has not joined a gateway")
	}
	if how.MessageID == "" {
		how.MessageID = random() + "@" + p.o.Name
	}
	r, err := p.recipe(how, g.Certificate)
	if err != nil {
		return nil, fmt.Errorf("send AS2: %w", err)
	}
	e, mic, err := pack(body, or(how.File, "order.edi"), r)
	if err != nil {
		return nil, fmt.Errorf("send AS2: %w", err)
	}
	m := &message{id: how.MessageID, body: e.body, mic: mic, header: http.Header{
		"AS2-Version": {"1.2"}, "AS2-From": {quoted(or(how.From, p.o.AS2))}, "AS2-To": {quoted(or(how.To, g.AS2))},
		"Message-ID": {"<" + how.MessageID + ">"}, "MIME-Version": {"1.0"}, "Subject": {"Simulated AS2 message"},
		"Date": {r.now.UTC().Format(http.TimeFormat)}, "User-Agent": {"Waybill-Sim"}, "Content-Type": {e.contentType},
	}}
	if e.disposition != "" {
		m.header["Content-Disposition"] = []string{e.disposition}
	}
	if !how.NoMDN {
		m.header["Disposition-Notification-To"] = []string{"edi@" + p.o.Name + ".invalid"}
		m.header["Disposition-Notification-Options"] = []string{"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256"}
	}
	for name, values := range how.Header {
		m.header[name] = values
	}
	if how.Tampered {
		m.body = tampered(m.body, body)
	}
	return m, nil
}

// tampered turns over one bit: of the content where it stands in clear, else of
// the ciphertext.
func tampered(whole, content []byte) []byte {
	at := len(whole) / 2
	if i := bytes.Index(whole, content); i >= 0 {
		at = i + len(content)/2
	}
	whole = bytes.Clone(whole)
	whole[at] ^= 1
	return whole
}

func (p *Partner) recipe(how How, gateway *x509.Certificate) (recipe, error) {
	r := recipe{signer: &p.keys, to: gateway, compress: how.Compress, now: p.o.Now()}
	var nobody cms.Identity
	if how.WrongKey || how.WrongRecipient {
		var err error
		if nobody, err = p.wrong(); err != nil {
			return r, err
		}
	}
	if how.WrongKey {
		r.signer = &nobody
	}
	if how.WrongRecipient {
		r.to = nobody.Certificate
	}
	if how.Unsigned {
		r.signer = nil
	}
	if how.Unencrypted {
		r.to = nil
	}
	return r, nil
}

// post makes one attempt.
func (p *Partner) post(ctx context.Context, m *message, cut bool) (Sent, error) {
	s := Sent{MessageID: m.id, Attempts: 1}
	g := p.joined()
	var body io.Reader = bytes.NewReader(m.body)
	if cut {
		body = io.MultiReader(bytes.NewReader(m.body[:len(m.body)/2]), broken{})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, io.NopCloser(body))
	if err != nil {
		return s, fmt.Errorf("send AS2: %w", err)
	}
	req.Header, req.ContentLength = m.header.Clone(), int64(len(m.body))
	res, err := p.client.Do(req)
	if err != nil {
		return s, fmt.Errorf("send AS2 %s: %w", m.id, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return s, fmt.Errorf("send AS2 %s: read the answer: %w", m.id, err)
	}
	s.Status, s.Answer = res.StatusCode, res.Header
	p.judge(&s, m, answer)
	return s, nil
}

// judge reads what the answer says of the message.
func (p *Partner) judge(s *Sent, m *message, answer []byte) {
	got, err := readMDN(s.Answer.Get("Content-Type"), answer, []*x509.Certificate{p.joined().Certificate}, p.o.Now())
	switch {
	case s.Status != http.StatusOK:
		s.NoReceipt = "the answer is " + strconv.Itoa(s.Status)
	case err != nil:
		s.NoReceipt = err.Error()
	case got.original != "<"+m.id+">":
		s.NoReceipt = "the receipt is for " + got.original
	default:
		s.MDN, s.Disposition, s.MIC, s.Signed = answer, got.disposition, got.mic, got.signed
		s.MICMatches = matches(got.mic, m.mic[:])
		if got.unsigned != nil {
			s.NoReceipt = got.unsigned.Error()
		}
		return
	}
	s.Text = string(answer)
}

// broken is a connection that ends.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the connection was cut on purpose") }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// quoted writes an AS2 identifier for a header (RFC 4130 §6.2).
func quoted(name string) string {
	for _, r := range name {
		if r == ' ' || r == '"' || r == '\\' {
			return strconv.Quote(name)
		}
	}
	return name
}
