package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// errNoMechanism says that a server takes none of the logins that we have.
var errNoMechanism = errors.New("the server offers no login that we have")

// mechanism picks how to log in: a token goes by XOAUTH2 or OAUTHBEARER (RFC
// 7628), a password by PLAIN (RFC 4616) or LOGIN. It is nil where there is
// nothing to log in with.
func (s *Submission) mechanism(ctx context.Context, c *smtp.Client) (sasl.Client, error) {
	if s.Token != nil {
		token, err := s.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("get a token: %w", err)
		}
		switch {
		case c.SupportsAuth(xoauth2Name):
			return &xoauth2{user: s.User, token: token}, nil
		case c.SupportsAuth(sasl.OAuthBearer):
			return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: s.User, Token: token}), nil
		}
		return nil, offered(c, "XOAUTH2 or OAUTHBEARER")
	}
	switch {
	case s.User == "":
		return nil, nil
	case c.SupportsAuth(sasl.Plain):
		return sasl.NewPlainClient("", s.User, s.Password), nil
	case c.SupportsAuth(sasl.Login):
		return login{s.User, s.Password}, nil
	}
	return nil, offered(c, "PLAIN or LOGIN")
}

// offered says which logins a server has, where it has none of ours.
func offered(c *smtp.Client, want string) error {
	_, have := c.Extension("AUTH")
	if have == "" {
		have = "none"
	}
	return fmt.Errorf("%w: found %s, expected %s", errNoMechanism, have, want)
}

const xoauth2Name = "XOAUTH2"

// xoauth2 is the login by a bearer token that the large mail providers had before
// RFC 7628. A challenge is the server's refusal in JSON; the empty answer to it
// brings the reply that ends the exchange.
type xoauth2 struct{ user, token string }

// Start implements sasl.Client.
func (x *xoauth2) Start() (string, []byte, error) {
	return xoauth2Name, []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next implements sasl.Client.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// login is the LOGIN mechanism. Servers word its two questions differently, and
// some ask for the name although it came with the command.
type login struct{ user, password string }

// Start implements sasl.Client.
func (l login) Start() (string, []byte, error) { return sasl.Login, nil, nil }

// Next implements sasl.Client.
func (l login) Next(question []byte) ([]byte, error) {
	asked := strings.ToLower(string(question))
	switch {
	case strings.Contains(asked, "pass"):
		return []byte(l.password), nil
	case strings.Contains(asked, "user"):
		return []byte(l.user), nil
	}
	return nil, sasl.ErrUnexpectedServerChallenge
}
