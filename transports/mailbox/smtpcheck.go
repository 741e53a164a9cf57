package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"waybill/transports"
)

// Step is one step of a connection test.
type Step struct {
	Name, Text, Hint string
	Err              error
	Took             time.Duration
}

// trial runs steps one after the other until one fails.
type trial struct {
	now   func() time.Time
	steps []Step
}

// step runs one, unless one before it failed.
func (t *trial) step(name string, do func() (string, error)) {
	if n := len(t.steps); n > 0 && t.steps[n-1].Err != nil {
		return
	}
	began := t.now()
	text, err := do()
	x := Step{Name: name, Text: text, Err: err, Took: t.now().Sub(began)}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		x.Hint = hinted.Hint()
	}
	t.steps = append(t.steps, x)
}

// TestSubmission goes the way of a mail to the server: its address, the
// connection, encryption, login, and whether it would take a mail from us for an
// address. No mail is sent. It ends with the first step that fails.
func (s Server) TestSubmission(ctx context.Context, from, to string, now func() time.Time) []Step {
	t := &trial{now: now}
	t.step("SMTP host", func() (string, error) { return resolved(ctx, s.Address) })
	var x *session
	t.step("SMTP connect", func() (_ string, err error) {
		x, err = s.connect(ctx)
		return s.Address, err
	})
	if x == nil {
		return t.steps
	}
	defer x.cut()
	t.step("SMTP handshake", func() (string, error) {
		if err := s.greet(ctx, x); err != nil {
			return "", err
		}
		return x.secured(), nil
	})
	t.step("SMTP login", func() (string, error) {
		if s.Login.User == "" {
			return "the server takes our mails without one", nil
		}
		return s.Login.User, s.login(ctx, x)
	})
	t.step("SMTP recipient", func() (string, error) {
		if err := x.Mail(from, nil); err != nil {
			return "", s.refused(ctx, err, "from "+from)
		}
		if err := x.Rcpt(to, nil); err != nil {
			return "", s.refused(ctx, err, "for "+to)
		}
		return fmt.Sprintf("it would take a mail from %s for %s", from, to), x.Reset()
	})
	if len(t.steps) > 0 && t.steps[len(t.steps)-1].Err == nil {
		x.quit()
	}
	return t.steps
}

// TestReading goes the way to a folder that is read: address, connection, login,
// and a search. No mail is touched. It ends with the first step that fails.
func (s Server) TestReading(ctx context.Context, folder string, now func() time.Time) []Step {
	t := &trial{now: now}
	t.step("IMAP host", func() (string, error) { return resolved(ctx, s.Address) })
	var x *reader
	t.step("IMAP handshake", func() (_ string, err error) {
		if x, err = s.dial(ctx); err != nil {
			return "", transports.Temporary("MAIL-CONNECT", "look at host, security and ca of the mailbox's imap block, and ask whoever runs the server", err, "reach %s", s.Address)
		}
		return s.Address + ", " + s.Security, nil
	})
	if x == nil {
		return t.steps
	}
	defer x.hangUp()
	t.step("IMAP login", func() (string, error) { return s.Login.User, x.login(s) })
	t.step("IMAP search", func() (string, error) {
		err := x.pick(folder)
		var found []mailUID
		if err == nil {
			found, err = x.list()
		}
		if err != nil {
			return "", transports.Temporary("MAIL-FETCH", "look at folder of the mailbox: the server must have it", err, "search %s", folder)
		}
		return fmt.Sprintf("%d mails in %s are new", len(found), folder), nil
	})
	if t.steps[len(t.steps)-1].Err == nil {
		_ = x.end() // it was tried; how it ends does not matter
	}
	return t.steps
}

// resolved finds the addresses of a server.
func resolved(ctx context.Context, address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if net.ParseIP(host) != nil {
		return host + " is an address", nil
	}
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", transports.Temporary("TRN-CONNECT", "look at the host of the mailbox in waybill.yaml; ask whoever keeps our DNS", err, "find %s", host)
	}
	return host + " is " + strings.Join(found, ", "), nil
}

// secured says how a session is encrypted, and by whom the other side is known.
func (x *session) secured() string {
	state, ok := x.TLSConnectionState()
	if !ok {
		return "in clear"
	}
	out := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		c := state.PeerCertificates[0]
		out += fmt.Sprintf(", %s, until %s", c.Subject, c.NotAfter.UTC().Format(time.DateOnly))
	}
	return out
}
