package mailtest

import (
	"io"
	"log"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
)

// Memory starts an IMAP server that keeps one empty mailbox in memory, and returns
// its address. It ends with the test.
func Memory(t testing.TB) string {
	t.Helper()
	return memory(t, func(s imapserver.SessionIMAP4rev2) imapserver.Session { return s })
}

// WithTokens is Memory that takes no password, but a token that good says yes to,
// by XOAUTH2 or OAUTHBEARER (RFC 7628).
func WithTokens(t testing.TB, good func(token string) bool) string {
	t.Helper()
	return memory(t, func(s imapserver.SessionIMAP4rev2) imapserver.Session { return &tokenSession{s, good} })
}

func memory(t testing.TB, wrap func(imapserver.SessionIMAP4rev2) imapserver.Session) string {
	t.Helper()
	user := imapmemserver.NewUser(User, Password)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	users := imapmemserver.New()
	users.AddUser(user)
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return wrap(users.NewSession().(imapserver.SessionIMAP4rev2)), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}, imap.CapIdle: {}}, InsecureAuth: true,
		Logger: log.New(io.Discard, "", 0),
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(ln) // it says that it was closed
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	return ln.Addr().String()
}

// tokenSession takes tokens.
type tokenSession struct {
	imapserver.SessionIMAP4rev2
	good func(string) bool
}

// AuthenticateMechanisms implements imapserver.SessionSASL.
func (s *tokenSession) AuthenticateMechanisms() []string { return []string{"XOAUTH2", "OAUTHBEARER"} }

// Login takes no password.
func (s *tokenSession) Login(string, string) error { return imapserver.ErrAuthFailed }

// Authenticate implements imapserver.SessionSASL.
func (s *tokenSession) Authenticate(mechanism string) (sasl.Server, error) {
	take := func(user, token string) bool {
		return user == User && s.good(token) && s.SessionIMAP4rev2.Login(User, Password) == nil
	}
	if mechanism == "OAUTHBEARER" {
		return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			if !take(o.Username, o.Token) {
				return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
			}
			return nil
		}), nil
	}
	return &xoauth2{take: take}, nil
}

// xoauth2 is the server's side of XOAUTH2.
type xoauth2 struct {
	take    func(user, token string) bool
	refused bool
}

// Next implements sasl.Server: a token that is no good is told by a challenge of
// JSON, which the client answers with nothing.
func (x *xoauth2) Next(response []byte) (challenge []byte, done bool, err error) {
	if x.refused {
		return nil, true, imapserver.ErrAuthFailed
	}
	if response == nil {
		return []byte{}, false, nil
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01")
	token := strings.TrimSuffix(strings.TrimPrefix(rest, "auth=Bearer "), "\x01\x01")
	if !x.take(user, token) {
		x.refused = true
		return []byte(`{"status":"401","schemes":"bearer"}`), false, nil
	}
	return nil, true, nil
}
