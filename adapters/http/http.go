// Package http hands canonical documents to one of our own systems over HTTP:
// one POST for each attempt, the whole document as JSON, under its idempotency
// key. See Config for its block in waybill.yaml.
//
// What counts as taken. The system has the document when it says so in a way
// that nothing else would: an answer of 2xx that carries the agreed reference,
// or a 409 that carries the reference or names our key, which means that an
// earlier attempt arrived. A 2xx that cannot be read, is too long or has no
// reference says nothing: login pages, proxies and half-started servers answer
// 200 as well. It is a temporary failure, not an acceptance, because the two
// mistakes differ: to ask again costs nothing, the key makes repeating safe and
// a system that did take the order answers with its reference; to believe a
// page that means nothing loses an order without a word. When such answers do
// not end, the attempts are used up and an operator reads what was answered. A
// system that gives no reference is configured with reference: none; then its
// status alone is believed, except a 409, which must still name our key.
package http

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"waybill/canonical"
	"waybill/settings"
)

// The headers that every attempt carries beside Content-Type: application/json.
const (
	headerKey         = "Idempotency-Key"
	headerCorrelation = "X-Correlation-Id"
	headerSchema      = "Waybill-Schema" // kind and version of the body, such as order/1.0
)

// Options of a Target; every field has a useful zero value.
type Options struct {
	Dir string      // where a relative secret file starts
	TLS *tls.Config // nil: the machine's roots
	Now func() time.Time
}

// Target posts documents to one URL. It implements adapters.Target.
type Target struct {
	c      Config
	o      Options
	client *nethttp.Client
	tokens *tokens // of oauth2
}

// New returns a Target for a block that Check found no fault with. A secret that
// cannot be read now is an error, so that it is known at the start.
func New(c Config, o Options) (*Target, error) {
	if found := c.Check(); settings.Fatal(found) {
		return nil, fmt.Errorf("adapter http: %w", settings.Problems(found))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	base, err := c.TLS.config(o.TLS, o.Dir)
	if err != nil {
		return nil, fmt.Errorf("adapter http: %w", err)
	}
	o.TLS = base
	t := &Target{c: c, o: o, client: newClient(c, o)}
	t.tokens = newTokens(c.Auth, t.client, o.Now, t.secret)
	for _, read := range []func() (string, error){t.secret, t.signing} {
		if _, err := read(); err != nil {
			return nil, fmt.Errorf("adapter http: %w", err)
		}
	}
	return t, nil
}

// newClient makes a client that does nothing on its own: no redirects, no
// HTTP/2, no repeated requests.
func newClient(c Config, o Options) *nethttp.Client {
	var protocols nethttp.Protocols
	protocols.SetHTTP1(true)
	return &nethttp.Client{
		Transport: &nethttp.Transport{
			Proxy:                  nethttp.ProxyFromEnvironment,
			TLSClientConfig:        o.TLS,
			Protocols:              &protocols,
			MaxIdleConnsPerHost:    c.Limits.Concurrency,
			IdleConnTimeout:        15 * time.Second, // shorter than servers' own, so that few connections are stale
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true, // what is read stays bounded
		},
		CheckRedirect: func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse },
	}
}

// secret is that of auth, "" where there is none.
func (t *Target) secret() (string, error) {
	if t.c.Auth.Kind == "none" {
		return "", nil
	}
	return reveal(t.c.Auth.Secret, t.o.Dir, "auth.secret")
}

// signing is the secret of signatures, "" where nothing is signed.
func (t *Target) signing() (string, error) {
	if !t.c.Sign.signs() {
		return "", nil
	}
	return reveal(t.c.Sign.Secret, t.o.Dir, "sign.secret")
}

// reveal reads a secret, which is one line.
func reveal(secret settings.Secret, dir, key string) (string, error) {
	s, err := secret.Reveal(dir)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return "", fmt.Errorf("read %s: it is empty, or has more than one line", key)
	}
	return s, nil
}

// Deliver makes one attempt to hand doc over and returns the system's reference,
// and the document that it answered with, if any.
func (t *Target) Deliver(ctx context.Context, doc canonical.Document) (ref string, document json.RawMessage, err error) {
	a, ref, err := t.attempt(ctx, doc)
	if err != nil {
		return "", nil, fmt.Errorf("post %s to %s: %w", doc.Kind, t.address(), err)
	}
	return ref, a.document(t.c.Answer), nil
}

// address is the url without its query, which may hold what is not for logs.
func (t *Target) address() string {
	u, err := url.Parse(t.c.URL)
	if err != nil {
		return "the adapter's url"
	}
	u.RawQuery = ""
	return u.Redacted()
}

var errSlow = errors.New("the answer did not come in time")

func (t *Target) attempt(ctx context.Context, doc canonical.Document) (*answer, string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, t.c.Timeout, errSlow)
	defer cancel()
	for renewed := false; ; renewed = true {
		p, err := t.proof(ctx)
		if err != nil {
			return nil, "", err
		}
		a, ref, err := t.post(ctx, doc, p)
		if !refusedProof(a) || p.token == "" || renewed {
			return a, ref, err
		}
		t.tokens.forget(p.token) // it may have been withdrawn before its end: a new one, once
	}
}

// post sends the document once.
func (t *Target) post(ctx context.Context, doc canonical.Document, p proof) (*answer, string, error) {
	req, err := t.request(ctx, doc, p)
	if err != nil {
		return nil, "", err
	}
	res, err := t.client.Do(req)
	if err != nil {
		return nil, "", t.unanswered(ctx, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(t.c.longest())+1))
	a := &answer{status: res.StatusCode, header: res.Header, body: body, longest: t.c.longest(), hide: p.hide}
	if err != nil && (a.status < 300 || a.status == nethttp.StatusConflict) { // what it would have said is open
		return nil, "", t.unanswered(ctx, err)
	}
	ref, err := t.judge(a, doc.IdempotencyKey)
	return a, ref, err
}

// request makes the request. It has no GetBody: Go's transport silently repeats
// a POST with an Idempotency-Key when a kept connection closes, and every
// attempt must be ours, in the history.
func (t *Target) request(ctx context.Context, doc canonical.Document, p proof) (*nethttp.Request, error) {
	unfit := func(text, hint string, err error) *failure {
		return &failure{code: "ERP-DOCUMENT", text: text, hint: hint, err: err}
	}
	if key := doc.IdempotencyKey; key == "" || strings.ContainsFunc(key, unicode.IsControl) {
		return nil, unfit(fmt.Sprintf("the idempotency key %q cannot be sent", key), "without it a repetition would make a second order: mend what it is made of", nil)
	}
	data, err := json.Marshal(doc)
	if len(t.c.Mapping) > 0 { // it is the system's own document, which has no envelope of ours
		data, err = json.Marshal(doc.Body)
	}
	if err != nil {
		return nil, unfit("the document cannot be written as JSON", "report this as a fault of Waybill", err)
	}
	req, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodPost, t.c.URL, bytes.NewReader(data))
	if err != nil {
		return nil, unfit("the request cannot be made", "check the adapter's url", err)
	}
	req.GetBody = nil
	for name, value := range t.c.Headers {
		req.Header.Set(name, value)
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "Waybill")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(headerKey, doc.IdempotencyKey)
	req.Header.Set(headerCorrelation, doc.CorrelationID)
	req.Header.Set(headerSchema, doc.Kind+"/"+doc.SchemaVersion)
	if p.authorization != "" {
		req.Header.Set("Authorization", p.authorization)
	}
	return req, t.sign(req, data)
}

// sign adds the signature of a body, where there is one.
func (t *Target) sign(req *nethttp.Request, body []byte) error {
	secret, err := t.signing()
	if err != nil {
		return &failure{code: "ERP-CONFIG", text: "no attempt was made", hint: "mend the secret; " + again, temporary: true, err: err}
	}
	if secret != "" {
		req.Header.Set(t.c.Sign.Header, signature(secret, t.o.Now(), body))
	}
	return nil
}

// unanswered classes an attempt that ended without an answer. The system may
// have the document all the same; the key makes asking again safe.
func (t *Target) unanswered(ctx context.Context, err error) error {
	if ue := (*url.Error)(nil); errors.As(err, &ue) {
		err = ue.Err // its text has the url with its query
	}
	if errors.Is(context.Cause(ctx), errSlow) {
		return &failure{code: "ERP-TIMEOUT", text: fmt.Sprintf("no answer within %s", t.c.Timeout), hint: "whether the system has the document is open; " + again, temporary: true, err: errSlow}
	}
	return &failure{code: "ERP-CONNECT", text: "no answer", hint: "check the system and the network; " + again, temporary: true, err: err}
}
