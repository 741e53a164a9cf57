package gateway

import (
	"context"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"waybill/transports"
)

// discreet is a Sender whose errors and summaries never hold its secret: a
// partner's server may repeat in its answer what it was told, and the answer goes
// into the history and the log.
type discreet struct {
	transports.Sender
	mask *strings.Replacer
}

// keepSecret wraps a sender that shows user and password to the partner.
func keepSecret(s transports.Sender, user, password string) transports.Sender {
	if password == "" {
		return s
	}
	var pairs []string
	for _, form := range []string{
		base64.StdEncoding.EncodeToString([]byte(user + ":" + password)), // RFC 7617 §2
		base64.StdEncoding.EncodeToString([]byte(password)), url.QueryEscape(password), password,
	} {
		pairs = append(pairs, form, "***")
	}
	return discreet{s, strings.NewReplacer(pairs...)}
}

// Prepare implements transports.Sender.
func (d discreet) Prepare(ctx context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	p, err := d.Sender.Prepare(ctx, out, body)
	return p, d.masked(err)
}

// Send implements transports.Sender.
func (d discreet) Send(ctx context.Context, p transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	r, err := d.Sender.Send(ctx, p, body)
	r.Summary = d.mask.Replace(r.Summary)
	return r, d.masked(err)
}

// masked keeps what kind of error it is, and changes its words alone.
func (d discreet) masked(err error) error {
	if err == nil {
		return nil
	}
	if text := d.mask.Replace(err.Error()); text != err.Error() {
		return &maskedError{text, err}
	}
	return err
}

type maskedError struct {
	text string
	err  error
}

func (e *maskedError) Error() string { return e.text }
func (e *maskedError) Unwrap() error { return e.err }
