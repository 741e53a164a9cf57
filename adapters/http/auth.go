package http

import (
	"context"
	"encoding/base64"
	nethttp "net/http"
	"net/url"
	"strings"

	"waybill/settings"
)

// Auth is how we show who we are.
type Auth struct {
	Kind     string          `yaml:"kind"`      // none, bearer, basic, oauth2 (client credentials, RFC 6749 4.4)
	User     string          `yaml:"user"`      // basic: the user; oauth2: the client id
	Secret   settings.Secret `yaml:"secret"`    // the bearer token, the password, the client secret
	TokenURL string          `yaml:"token_url"` // oauth2: where tokens are given
	Scopes   []string        `yaml:"scopes"`    // oauth2: what is asked for
	ClientIn string          `yaml:"client_in"` // oauth2: client id and secret go to token_url in the header or the body
}

// check looks for mistakes; keys are relative to the adapter's block.
func (a Auth) check(l *settings.Problems) {
	switch a.Kind {
	case "none":
		if a.User != "" || !a.Secret.IsZero() {
			l.Add("auth.kind", "use basic, bearer or oauth2, or leave out user and secret", "user or secret is given, but the kind is none")
		}
	case "bearer":
		if a.User != "" {
			l.Add("auth.user", "leave it out, or use kind basic", "a bearer token has no user")
		}
	case "basic":
		if a.User == "" || strings.Contains(a.User, ":") {
			l.Add("auth.user", "give the user name; it holds no colon", "found %q", a.User)
		}
	case "oauth2":
		a.checkOAuth(l)
	default:
		l.Add("auth.kind", "use one of: none, bearer, basic, oauth2", "found %q", a.Kind)
		return
	}
	if a.Kind != "none" && a.Secret.IsZero() {
		l.Add("auth.secret", "refer to it: secret://env/NAME or secret://file/PATH", "is missing")
	}
	if a.Kind != "oauth2" && (a.TokenURL != "" || len(a.Scopes) > 0) {
		l.Add("auth.token_url", "leave it out with its scopes, or use kind oauth2", "is for kind oauth2")
	}
}

func (a Auth) checkOAuth(l *settings.Problems) {
	if a.User == "" {
		l.Add("auth.user", "give the client id", "is missing")
	}
	if a.ClientIn != "header" && a.ClientIn != "body" {
		l.Add("auth.client_in", "use header, or body where the system wants client_id and client_secret there", "found %q", a.ClientIn)
	}
	checkAddress(l, "auth.token_url", a.TokenURL)
	for _, s := range a.Scopes {
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) { // RFC 6749 3.3
			l.Add("auth.scopes", "a scope is a word of printable ASCII", "found %q", s)
		}
	}
}

// proof is what one attempt shows, and what no text of ours may repeat.
type proof struct {
	authorization string
	token         string // of oauth2, so that one that is refused can be given up
	hide          []string
}

// proof reads the secret anew for every attempt, so that a renewed file takes
// effect without a restart.
func (t *Target) proof(ctx context.Context) (proof, error) {
	if t.c.Auth.Kind == "oauth2" {
		token, err := t.tokens.get(ctx)
		return proof{authorization: "Bearer " + token, token: token, hide: []string{token}}, err
	}
	secret, err := t.secret()
	if err != nil {
		return proof{}, &failure{code: "ERP-CONFIG", text: "no attempt was made", hint: "mend the secret; " + again, temporary: true, err: err}
	}
	switch t.c.Auth.Kind {
	case "bearer":
		return proof{authorization: "Bearer " + secret, hide: []string{secret}}, nil
	case "basic":
		both := base64.StdEncoding.EncodeToString([]byte(t.c.Auth.User + ":" + secret))
		return proof{authorization: "Basic " + both, hide: []string{secret, both}}, nil
	}
	return proof{}, nil
}

// checkAddress holds an address against what can be posted to with a secret.
func checkAddress(l *settings.Problems, key, address string) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		l.Add(key, "write http:// or https:// with a host, such as https://erp.example/orders", "found no address that can be posted to")
	case u.User != nil:
		l.Add(key, "put the user into auth.user and a reference to the password into auth.secret", "user and password do not belong here")
	case u.Fragment != "":
		l.Add(key, "leave out what follows the #", "found a fragment, which is never sent")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		*l = append(*l, settings.Problem{Key: key, Warning: true,
			Text: "documents and secrets go to " + u.Hostname() + " in clear", Hint: "use https, unless the network between is trusted"})
	}
}

// refusedProof says that the system did not take what we showed.
func refusedProof(a *answer) bool { return a != nil && a.status == nethttp.StatusUnauthorized }
