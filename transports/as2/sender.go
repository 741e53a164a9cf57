package as2

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// SenderOptions is what a Sender needs beside its terms; every field has a
// default.
type SenderOptions struct {
	TLS  *tls.Config // roots and client certificate for https
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Stall is how long the peer may take to connect or to shake hands; default 15 s.
	Stall time.Duration
	Now   func() time.Time
	Rand  io.Reader
	Log   *slog.Logger
}

// Sender posts messages to one partner. It implements transports.Sender and
// transports.Checker.
type Sender struct {
	terms  func() (Partnership, error)
	o      SenderOptions
	client *http.Client
}

// NewSender returns a Sender for the terms that the function gives; it is asked
// once for each Prepare, Send and Check, so that a reloaded profile takes effect.
func NewSender(terms func() (Partnership, error), o SenderOptions) *Sender {
	set(&o.Stall, 15*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = cryptoRand()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: o.Stall}).DialContext
	}
	return &Sender{terms: terms, o: o, client: newClient(o)}
}

func cryptoRand() io.Reader { return rand.Reader }

// newClient makes a client that does nothing on its own: no redirects, no
// HTTP/2, no repeated requests. Every attempt has its own connection, because a
// POST on a kept connection that the peer has just closed fails for no reason.
func newClient(o SenderOptions) *http.Client {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            o.Dial,
			TLSClientConfig:        o.TLS,
			TLSHandshakeTimeout:    o.Stall,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
			Protocols:              &protocols,
			ReadBufferSize:         32 << 10,
			WriteBufferSize:        64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Check says whether the partner's server answers at all. What it answers to a
// GET does not matter: most refuse it.
func (s *Sender) Check(ctx context.Context) error {
	p, err := s.terms()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return fmt.Errorf("check AS2 url: %w", err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("reach the AS2 server of %s: %w", p.Partner, err)
	}
	if res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone {
		return errors.Join(&noPath{res.StatusCode, req.URL.Path}, res.Body.Close())
	}
	return res.Body.Close()
}

// noPath says that a server has nothing where the partner is said to receive.
type noPath struct {
	status int
	path   string
}

// Error names the path and the answer.
func (e *noPath) Error() string {
	return fmt.Sprintf("the server answers %d %s to the path %q", e.status, http.StatusText(e.status), e.path)
}

// Hint says who must act.
func (e *noPath) Hint() string {
	return "the server is there, but not under this path: compare as2.url with what the partner wrote, to the letter"
}
