package sim

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/smallstep/pkcs7"

	"waybill/transports"
)

// A good message arrives as it was sent, and its receipt is right by every check.
func TestSend(t *testing.T) {
	h := open(t)
	for name, how := range map[string]How{
		"as agreed":  {},
		"compressed": {Compress: true},
		"named":      {File: "po-1.edi", MessageID: "one@acme"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := h.partner.Send(t.Context(), order(1), how)
			if err != nil {
				t.Fatal(err)
			}
			if !s.Accepted() || s.Status != 200 || s.NoReceipt != "" || len(s.MDN) == 0 {
				t.Errorf("got %+v", s)
			}
			list := h.in.Accepted()
			last := list[len(list)-1]
			if !bytes.Equal(last.Payload(t, 0), order(1)) {
				t.Error("the order did not arrive as it was sent")
			}
			if want := or(how.File, "order.edi"); last.Verdict.Payloads[0].File != want {
				t.Errorf("the file is named %q, want %q", last.Verdict.Payloads[0].File, want)
			}
			if how.MessageID != "" && s.MessageID != how.MessageID {
				t.Errorf("the Message-ID is %q", s.MessageID)
			}
		})
	}
}

// Each way of sending a bad message has its effect at the gateway, and the
// partner reads the gateway's words for it.
func TestSendFaults(t *testing.T) {
	for name, c := range map[string]struct {
		how    How
		said   string // disposition
		status int
		signed bool
	}{
		"unencrypted":     {How{Unencrypted: true}, "processed/error: insufficient-message-security", 200, true},
		"in clear":        {How{Unsigned: true, Unencrypted: true}, "processed/error: insufficient-message-security", 200, true},
		"wrong recipient": {How{WrongRecipient: true}, "processed/error: decryption-failed", 200, true},
		"stranger":        {How{From: "NOBODY"}, "processed/error: unknown-trading-relationship", 200, false},
		"wrong receiver":  {How{To: "SOMEBODY ELSE"}, "processed/error: unknown-trading-relationship", 200, false},
		"asynchronous":    {How{Header: http.Header{"Receipt-Delivery-Option": {"http://127.0.0.1/mdn"}}}, "", 501, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			s, err := h.partner.Send(t.Context(), order(1), c.how)
			if err != nil {
				t.Fatal(err)
			}
			if s.Disposition != c.said || s.Status != c.status || s.Signed != c.signed || s.Accepted() {
				t.Errorf("got %d %q, signed %v: %s", s.Status, s.Disposition, s.Signed, s.NoReceipt)
			}
			if len(h.in.Accepted()) != 0 || len(h.in.Refused()) != 1 {
				t.Errorf("%d accepted, %d refused", len(h.in.Accepted()), len(h.in.Refused()))
			}
			if c.said == "" && (s.NoReceipt == "" || s.Text == "") {
				t.Errorf("an answer without a receipt has no words: %+v", s)
			}
		})
	}
}

// What is wrong behind the encryption is refused; in which words is the gateway's
// affair, which tells a stranger little.
func TestSendForged(t *testing.T) {
	for name, how := range map[string]How{
		"wrong key":              {WrongKey: true},
		"unsigned":               {Unsigned: true},
		"tampered":               {Tampered: true},
		"tampered, in clear":     {Tampered: true, Unencrypted: true},
		"wrong key, unencrypted": {WrongKey: true, Unencrypted: true},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.terms.Require.Encrypted = false
			s, err := h.partner.Send(t.Context(), order(1), how)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(s.Disposition, "processed/error: ") || len(h.in.Accepted()) != 0 || len(h.in.Refused()) != 1 {
				t.Errorf("got %q, %d accepted, %d refused", s.Disposition, len(h.in.Accepted()), len(h.in.Refused()))
			}
		})
	}
}

func TestSendWithoutReceipt(t *testing.T) {
	h := open(t)
	s, err := h.partner.Send(t.Context(), order(1), How{NoMDN: true})
	if err != nil || s.Status != 200 || len(s.MDN) != 0 || s.Accepted() || s.NoReceipt == "" {
		t.Errorf("got %+v, %v", s, err)
	}
	if len(h.in.Accepted()) != 1 {
		t.Errorf("%d accepted, want 1", len(h.in.Accepted()))
	}
}

// A message that is cut off is no message, and the same one whole is.
func TestSendCut(t *testing.T) {
	h := open(t)
	if _, err := h.partner.Send(t.Context(), order(1), How{MessageID: "one@acme", Cut: true}); err == nil {
		t.Error("a message that was cut off had an answer")
	}
	s, err := h.partner.Send(t.Context(), order(1), How{MessageID: "one@acme"})
	if err != nil || !s.Accepted() {
		t.Errorf("the whole message: %+v, %v", s, err)
	}
	if len(h.in.Accepted()) != 1 || len(h.in.Arrivals()) != 2 {
		t.Errorf("%d accepted of %d begun", len(h.in.Accepted()), len(h.in.Arrivals()))
	}
}

// The same Message-ID again gets the same receipt; with other content it is held.
func TestSendAgain(t *testing.T) {
	h := open(t)
	var mdns [][]byte
	for range 2 {
		s, err := h.partner.Send(t.Context(), order(1), How{MessageID: "one@acme"})
		if err != nil || !s.Accepted() {
			t.Fatalf("%+v, %v", s, err)
		}
		mdns = append(mdns, s.MDN)
	}
	if !bytes.Equal(mdns[0], mdns[1]) {
		t.Error("the receipts differ")
	}
	if n := len(h.in.Accepted()); n != 1 {
		t.Errorf("%d accepted, want 1", n)
	}
	if _, err := h.partner.Send(t.Context(), order(2), How{MessageID: "one@acme"}); err != nil {
		t.Fatal(err)
	}
	if list := h.in.Arrivals(); !list[2].Result.Held {
		t.Error("other content under the same Message-ID was not held")
	}
}

// Deliver goes on, octet for octet, until there is a receipt.
func TestDeliver(t *testing.T) {
	h := open(t)
	failures := 2
	h.in.Hook(transporttestHooks(func() error {
		if failures--; failures >= 0 {
			return errors.New("the disk is full")
		}
		return nil
	}))
	s, err := h.partner.Deliver(t.Context(), order(1), How{})
	if err != nil || !s.Accepted() || s.Attempts != 3 {
		t.Errorf("got %+v, %v", s, err)
	}
	if n := len(h.in.Accepted()); n != 1 {
		t.Errorf("%d accepted, want 1", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	h.in.Hook(transporttestHooks(func() error { cancel(); return errors.New("the disk is full") }))
	if _, err := h.partner.Deliver(ctx, order(2), How{}); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop: %v", err)
	}
}

func TestSendBeforeJoining(t *testing.T) {
	p, err := OpenPartner(PartnerOptions{Name: "acme", AS2: "ACME"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Send(t.Context(), order(1), How{}); err == nil {
		t.Error("a message left for nowhere")
	}
	if _, err := p.Deliver(t.Context(), order(1), How{}); err == nil {
		t.Error("a message left for nowhere")
	}
	if p.Keys().Certificate.Subject.CommonName != "acme" {
		t.Errorf("the keys made on the spot are for %s", p.Keys().Certificate.Subject)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for _, o := range []PartnerOptions{{}, {Name: "acme"}, {Name: "a", AS2: "A", Address: "256.0.0.1:0"}} {
		if _, err := OpenPartner(o); err == nil {
			t.Errorf("%+v: a partner was opened", o)
		}
	}
}

// Another implementation reads what the partner packs: signature and content.
func TestPackedBySomebodyElse(t *testing.T) {
	_, theirs := keys(t)
	e, mic, err := pack(order(1), "a.edi", recipe{signer: &theirs, now: theirs.Certificate.NotBefore.AddDate(0, 1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	_, parts, err := multipart(e.contentType, e.body)
	if err != nil || len(parts) != 2 {
		t.Fatal(len(parts), err)
	}
	p, err := pkcs7.Parse(decode64(t, parts[1].body))
	if err != nil {
		t.Fatal(err)
	}
	p.Content = parts[0].raw
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(order(1), parts[0].body); diff != "" {
		t.Error(diff)
	}
	if !matches(mic64(mic[:])+", sha-256", mic[:]) {
		t.Error("the MIC does not match itself")
	}
}

var _ transports.Inbox = (*inbox)(nil)
