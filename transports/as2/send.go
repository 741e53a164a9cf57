package as2

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports"
)

// Send makes one attempt: it posts the prepared message and judges the MDN that
// comes back. It streams; body is read once, or twice when the length is sent.
func (s *Sender) Send(ctx context.Context, prep transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	p, err := s.terms()
	if err != nil {
		return transports.Receipt{}, fmt.Errorf("send AS2: %w", err)
	}
	var st state
	if err := json.Unmarshal(prep.State, &st); err != nil {
		return transports.Receipt{}, transports.Permanent("AS2-SYNTAX", "resend the message, which prepares it anew", err, "send AS2 to %s: read the prepared state", p.Partner)
	}
	a := &attempt{Sender: s, p: &p, st: &st, content: body}
	rec, err := a.run(ctx, body)
	if err != nil {
		return transports.Receipt{}, fmt.Errorf("send AS2 to %s: %w", p.Partner, err)
	}
	return rec, nil
}

// attempt is one Send.
type attempt struct {
	*Sender
	p      *Partnership
	st     *state
	remote string

	content io.ReadSeeker // the document, for finding out why a MIC differs
}

func (a *attempt) run(ctx context.Context, body io.ReadSeeker) (transports.Receipt, error) {
	if a.p.Suspended {
		return transports.Receipt{}, transports.Temporary("AS2-SUSPENDED", "set the profile's status to production", nil, "the exchange with this partner is suspended")
	}
	top, err := a.pack(body)
	if err != nil {
		return transports.Receipt{}, err
	}
	length := int64(-1)
	if !a.p.Chunked {
		if length, err = measure(ctx, top); err != nil {
			return transports.Receipt{}, a.packing(err)
		}
	}
	return a.post(ctx, top, length)
}

// pack signs the prepared digest and puts the layers together.
func (a *attempt) pack(body io.ReadSeeker) (layer, error) {
	var signature []byte
	now := a.o.Now()
	if a.st.Sign != "" {
		if len(a.p.Ours) == 0 {
			return layer{}, transports.Permanent("AS2-CONFIG", "name our key in the listener's keys", nil, "there is no key to sign with")
		}
		us := a.p.Ours[0]
		if !validAt(us.Certificate, now) {
			return layer{}, transports.Permanent("AS2-CERT-EXPIRED", "make a new key and give the partner its certificate", nil, "our own certificate %s is valid from %s to %s", us.Certificate.Subject, day(us.Certificate.NotBefore), day(us.Certificate.NotAfter))
		}
		h := hashByName(a.st.Sign)
		var err error
		if signature, err = cms.SignDigest(a.st.digests()[h], us, cms.SignOptions{Hash: h, Time: now}); err != nil {
			return layer{}, transports.Permanent("AS2-CONFIG", "check our key", err, "sign")
		}
	}
	var to *x509.Certificate
	if a.st.Encrypt != "" {
		var err error
		if to, err = recipient(a.p.EncryptTo, now); err != nil {
			return layer{}, err
		}
	}
	return a.st.outermost(body, signature, to, a.o.Rand), nil
}

// recipient is the first certificate that is valid now: while two overlap, the
// older one, which the partner surely has the key of.
func recipient(list []*x509.Certificate, now time.Time) (*x509.Certificate, error) {
	for _, c := range list {
		if validAt(c, now) {
			return c, nil
		}
	}
	if len(list) == 0 {
		return nil, transports.Permanent("AS2-CONFIG", "add a certificate with use encrypt to the profile", nil, "there is no certificate to encrypt to")
	}
	return nil, transports.Permanent("AS2-CERT-EXPIRED", "ask the partner for their new certificate and add it to the profile", nil,
		"the partner's certificate %s is valid from %s to %s", list[0].Subject, day(list[0].NotBefore), day(list[0].NotAfter))
}

func validAt(c *x509.Certificate, now time.Time) bool {
	return !now.Before(c.NotBefore) && !now.After(c.NotAfter)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// measure writes the body into nothing to know its length, and to see that it
// still is what was prepared before a byte leaves.
func measure(ctx context.Context, top layer) (int64, error) {
	var n counter
	err := top.body(cancelled{ctx, &n})
	return int64(n), err
}

func (a *attempt) packing(err error) error {
	if errors.Is(err, errChanged) {
		return transports.Permanent("AS2-CHANGED", "resend the message, which prepares it anew", err, "pack the message")
	}
	return transports.Temporary("AS2-PACK", "", err, "pack the message")
}

const errStalled = fault("the partner's server took nothing and answered nothing for too long")

// post sends the request. The body comes through a pipe: it cannot be sent a
// second time behind our back.
func (a *attempt) post(ctx context.Context, top layer, length int64) (transports.Receipt, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := a.p.mdnTimeout()
	stalled := time.AfterFunc(patience, func() { cancel(errStalled) })
	defer stalled.Stop()

	pr, pw := io.Pipe()
	req, err := a.request(ctx, top, &progress{pr, func() { stalled.Reset(patience) }}, length)
	if err != nil {
		return transports.Receipt{}, err
	}
	packed := make(chan error, 1)
	go func() {
		err := top.body(pw)
		pw.CloseWithError(err)
		packed <- err
	}()
	res, err := a.client.Do(req)
	_ = pr.CloseWithError(errAnswered) // an answer may come before the body is through
	packErr := <-packed
	if err != nil {
		return transports.Receipt{}, a.unsent(ctx, err, packErr)
	}
	defer res.Body.Close()
	return a.answer(ctx, res)
}

const errAnswered = fault("the request is over")

// unsent says why there was no answer.
func (a *attempt) unsent(ctx context.Context, err, packErr error) error {
	if packErr != nil && !errors.Is(packErr, errAnswered) && !errors.Is(packErr, io.ErrClosedPipe) {
		return a.packing(packErr)
	}
	if cause := context.Cause(ctx); errors.Is(cause, errStalled) {
		return transports.Temporary("AS2-MDN-TIMEOUT", "the message is sent again with the same Message-ID", cause, "post to %s", a.p.URL)
	}
	return transports.Temporary("TRN-CONNECT", "check the network and as2.url; the message is sent again by itself", err, "post to %s", a.p.URL)
}

// progress tells of every read, so that only standing still counts as time.
type progress struct {
	*io.PipeReader
	moved func()
}

func (p *progress) Read(b []byte) (int, error) {
	p.moved()
	n, err := p.PipeReader.Read(b)
	p.moved()
	return n, err
}

// request makes the HTTP request. Names are put into the header map as AS2
// spells them: Set would write As2-From. Content-Type is one line, because
// folded headers break peers.
func (a *attempt) request(ctx context.Context, top layer, body io.ReadCloser, length int64) (*http.Request, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		a.remote = i.Conn.RemoteAddr().String()
	}})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.p.URL, body)
	if err != nil {
		return nil, transports.Permanent("AS2-CONFIG", "correct as2.url in the profile", err, "make the request")
	}
	req.ContentLength = length
	for name, values := range a.p.Header {
		req.Header[name] = values
	}
	put := func(name, value string) { req.Header[name] = []string{value} }
	put("User-Agent", "Waybill")
	put("AS2-Version", asVersion)
	put("AS2-From", quoteName(a.p.Us))
	put("AS2-To", quoteName(a.p.Them))
	put("Message-ID", a.st.MessageID)
	put("MIME-Version", "1.0")
	put("Date", a.o.Now().UTC().Format(http.TimeFormat))
	put("Subject", "AS2 message")
	for _, f := range top.fields {
		put(f.Name, f.Value)
	}
	if a.st.Receipt != ReceiptNone {
		put("Disposition-Notification-To", hostOf(a.p.Us)+"@waybill.invalid")
		if a.st.Receipt == ReceiptSigned {
			put("Disposition-Notification-Options", "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, "+a.micalg())
		}
	}
	if a.p.User != "" {
		req.SetBasicAuth(a.p.User, a.p.Password)
	}
	return req, checkHeader(req.Header)
}

// checkHeader refuses what would be more than one line of a header.
func checkHeader(h http.Header) error {
	for name, values := range h {
		odd := strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' })
		if odd || strings.ContainsFunc(strings.Join(values, ""), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return transports.Permanent("AS2-CONFIG", "correct the profile's headers, identifiers and file names", nil, "the header %.60q cannot be sent", name)
		}
	}
	return nil
}

// micalg asks for the signature's own algorithm: peers differ on which of the
// two they use for the MIC, and so it does not matter.
func (a *attempt) micalg() string {
	h := hashByName(a.st.Sign)
	if h == 0 {
		h = crypto.SHA256
	}
	return nameOf(h, a.st.HyphenMIC)
}
