package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/emersion/go-sasl"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Server is an IMAP or SMTP server with what opens our account there.
type Server struct {
	Address  string         // name and port
	Security string         // tls, starttls, none
	Roots    *x509.CertPool // that its certificate must be by; nil: those that the system trusts
	Timeout  time.Duration  // for one answer
	Login    Login
}

// TLS is how the connection is encrypted.
func (s Server) TLS() *tls.Config {
	name, _, _ := net.SplitHostPort(s.Address) // checked with the block
	return &tls.Config{ServerName: name, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// ReadRoots reads the certificates that a server's must be by; "" is nil, which
// means those that the system trusts.
func ReadRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s holds no PEM certificate", file)
	}
	return pool, nil
}

// Login is our account at a server.
type Login struct {
	User      string
	Password  string
	Token     oauth2.TokenSource // shown instead of the password
	Mechanism string             // of the token: xoauth2, oauthbearer
}

// Client is the login as SASL does it (RFC 4422), with a mechanism that the
// server offers; offered are their names.
func (l Login) Client(address string, offered func(mechanism string) bool) (sasl.Client, error) {
	if l.Token == nil {
		if !offered(sasl.Plain) && offered(sasl.Login) {
			return login{l.User, l.Password}, nil
		}
		return sasl.NewPlainClient("", l.User, l.Password), nil
	}
	t, err := l.Token.Token()
	if err != nil {
		return nil, &tokenError{err}
	}
	if l.Mechanism == "oauthbearer" {
		host, text, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		port, err := strconv.Atoi(text)
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: l.User, Token: t.AccessToken, Host: host, Port: port}), err
	}
	return &xoauth2{user: l.User, token: t.AccessToken}, nil
}

// xoauth2 is the mechanism that Google and Microsoft had before RFC 7628.
type xoauth2 struct{ user, token string }

// Start implements sasl.Client.
func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's JSON about a token that it does not take with an
// empty line; the refusal itself comes after it.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// Tokens gets tokens as the block says. They are kept until they run out.
func (o OAuth) Tokens(ctx context.Context, secret, refresh string) oauth2.TokenSource {
	if refresh != "" {
		c := oauth2.Config{ClientID: o.Client, ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL}, Scopes: o.Scopes}
		return c.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh})
	}
	c := clientcredentials.Config{ClientID: o.Client, ClientSecret: secret, TokenURL: o.TokenURL, Scopes: o.Scopes}
	return c.TokenSource(ctx)
}

// tokenError is why there is no token.
type tokenError struct{ err error }

// Error never shows what was sent; the endpoint's answer may hold anything, and
// only its error code is shown (RFC 6749 5.2).
func (e *tokenError) Error() string {
	var r *oauth2.RetrieveError
	if !errors.As(e.err, &r) {
		return fmt.Sprintf("get a token: %v", e.err)
	}
	status := 0
	if r.Response != nil {
		status = r.Response.StatusCode
	}
	return fmt.Sprintf("get a token: the endpoint answered %d %.60q", status, r.ErrorCode)
}

// Unwrap is the error below.
func (e *tokenError) Unwrap() error { return e.err }
