package mailbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/transports/mailbox/mailtest"
)

// issuer is a token endpoint (RFC 6749) that numbers its tokens.
type issuer struct {
	url    string
	issued atomic.Int64
}

func newIssuer(t *testing.T, secret string) *issuer {
	t.Helper()
	i := &issuer{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, given, ok := r.BasicAuth()
		if !ok {
			client, given = r.FormValue("client_id"), r.FormValue("client_secret")
		}
		kind := r.FormValue("grant_type")
		w.Header().Set("Content-Type", "application/json")
		if client != "waybill" || given != secret || kind == "refresh_token" && r.FormValue("refresh_token") != "again and again" {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_client", "error_description": "the secret was " + given})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"access_token": fmt.Sprintf("%s-%s-%d", kind, r.FormValue("scope"), i.issued.Add(1)), "token_type": "Bearer", "expires_in": 3600,
		})
	}))
	t.Cleanup(s.Close)
	i.url = s.URL
	return i
}

// Tokens by client credentials and by a refresh token, shown in both ways; they are
// kept while they last.
func TestTokens(t *testing.T) {
	for name, c := range map[string]struct{ mechanism, refresh, want string }{
		"XOAUTH2, client credentials":     {"xoauth2", "", "client_credentials-mail-1"},
		"OAUTHBEARER, client credentials": {"oauthbearer", "", "client_credentials-mail-1"},
		"XOAUTH2, refresh token":          {"xoauth2", "again and again", "refresh_token--1"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, "hush")
			var shown atomic.Value
			addr := mailtest.WithTokens(t, func(token string) bool { shown.Store(token); return token == c.want })
			o := OAuth{TokenURL: i.url, Client: "waybill", Scopes: []string{"mail"}}
			s := Server{Address: addr, Security: "none", Timeout: 10 * time.Second, Login: Login{
				User: mailtest.User, Mechanism: c.mechanism, Token: o.Tokens(context.Background(), "hush", c.refresh),
			}}
			for range 2 {
				x, err := s.openIMAP(t.Context(), "INBOX")
				if err != nil {
					t.Fatalf("%v; shown was %v", err, shown.Load())
				}
				if err := x.end(); err != nil {
					t.Error(err)
				}
			}
			if n := i.issued.Load(); n != 1 {
				t.Errorf("%d tokens were asked for", n)
			}
		})
	}
}

// A token that is refused, and an endpoint that gives none, are told without a
// secret; the next attempt begins anew.
func TestTokensRefused(t *testing.T) {
	i := newIssuer(t, "hush")
	taken := atomic.Bool{}
	addr := mailtest.WithTokens(t, func(token string) bool { return taken.Load() })
	for _, mechanism := range []string{"xoauth2", "oauthbearer"} {
		s := Server{Address: addr, Security: "none", Timeout: 10 * time.Second, Login: Login{User: mailtest.User, Mechanism: mechanism, Token: fixed("stale token")}}
		_, err := s.openIMAP(t.Context(), "INBOX")
		if codeOf(err) != "MAIL-LOGIN" || strings.Contains(err.Error(), "stale token") {
			t.Errorf("%s: found %v", mechanism, err)
		}
		s.Login.Token = OAuth{TokenURL: i.url, Client: "waybill"}.Tokens(context.Background(), "wrong", "")
		_, err = s.openIMAP(t.Context(), "INBOX")
		if codeOf(err) != "MAIL-LOGIN" || strings.Contains(err.Error(), "wrong") || !strings.Contains(err.Error(), `the endpoint answered 401 "invalid_client"`) {
			t.Errorf("%s: found %v", mechanism, err)
		}
	}
	in, forgotten := inbox(t), atomic.Int64{}
	p := tokenPeer(t, addr, &taken)
	if _, err := p.Append("INBOX", letterOf("1", []byte(order))); err != nil {
		t.Fatal(err)
	}
	taken.Store(false)
	start(t, in, Server{}, func(o *ReceiverOptions) {
		o.Server = func(context.Context) (Server, error) {
			return Server{Address: addr, Security: "none", Timeout: 10 * time.Second, Login: Login{User: mailtest.User, Token: fixed("t")}}, nil
		}
		o.Refused = func() { taken.Store(forgotten.Add(1) > 1) }
	})
	eventually(t, "the mail is taken once the token is", func() bool { return len(in.Accepted()) == 1 })
	if n := forgotten.Load(); n != 2 {
		t.Errorf("told %d times that the login was refused, expected 2", n)
	}
}

// tokenPeer delivers where no password is taken.
func tokenPeer(t *testing.T, addr string, taken *atomic.Bool) *mailtest.Peer {
	t.Helper()
	taken.Store(true)
	p, err := mailtest.DialWith(t.Context(), addr, &xoauth2{user: mailtest.User, token: "any"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
