package http

import (
	"context"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/adapters/adaptertest"
)

// giver is a token endpoint.
type giver struct {
	*httptest.Server
	client, secret string

	mu     sync.Mutex
	asked  int
	tokens map[string]bool
	answer nethttp.HandlerFunc // instead of a token
	form   string              // of the last request
}

func newGiver(t testing.TB, client, secret string) *giver {
	t.Helper()
	g := &giver{client: client, secret: secret, tokens: map[string]bool{}}
	g.Server = httptest.NewServer(nethttp.HandlerFunc(g.give))
	t.Cleanup(g.Close)
	return g
}

func (g *giver) give(w nethttp.ResponseWriter, r *nethttp.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	data, _ := io.ReadAll(r.Body)
	g.form = string(data)
	if g.answer != nil {
		g.answer(w, r)
		return
	}
	user, password, ok := r.BasicAuth() // both form-encoded, RFC 6749 2.3.1
	if !ok || user != g.client || password != strings.ReplaceAll(g.secret, " ", "+") {
		w.WriteHeader(nethttp.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"not %s"}`, password)
		return
	}
	token := fmt.Sprintf("token-%d", g.asked)
	g.tokens["Bearer "+token] = true
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":3600}`, token)
}

func (g *giver) valid(authorization string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tokens[authorization]
}

// times is how often a token was asked for.
func (g *giver) times() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}

// tokenRig is a target with oauth2, its giver and its ERP, which takes what the
// giver says is valid.
type tokenRig struct {
	*giver
	target *Target
	at     time.Time
	calls  int
	shown  string
}

func newTokenRig(t *testing.T, change func(*Auth)) *tokenRig {
	t.Helper()
	r := &tokenRig{giver: newGiver(t, "waybill", "client secret"), at: now()}
	url := erp(t, func(w nethttp.ResponseWriter, q *nethttp.Request) {
		r.calls++
		r.shown = q.Header.Get("Authorization")
		if !r.valid(r.shown) {
			always(401, "no: "+r.shown)(w, q)
			return
		}
		always(201, `{"reference":"SO-1"}`)(w, q)
	})
	c := DefaultConfig()
	c.URL = url
	c.Auth = Auth{Kind: "oauth2", User: "waybill", Secret: secret(t, t.TempDir(), "client secret"), TokenURL: r.URL, ClientIn: "header", Scopes: []string{"a", "b"}}
	if change != nil {
		change(&c.Auth)
	}
	r.target = open(t, c, Options{Now: func() time.Time { return r.at }})
	return r
}

// A token is asked for once, and again shortly before its end.
func TestTokenIsKept(t *testing.T) {
	r := newTokenRig(t, nil)
	for range 3 {
		if _, err := deliver(t, r.target); err != nil {
			t.Fatal(err)
		}
	}
	if r.asked != 1 || r.form != "grant_type=client_credentials&scope=a+b" {
		t.Errorf("asked %d times, the last by %q", r.asked, r.form)
	}
	r.at = r.at.Add(time.Hour - 31*time.Second)
	if _, err := deliver(t, r.target); err != nil || r.asked != 1 {
		t.Errorf("asked %d times, %v", r.asked, err)
	}
	r.at = r.at.Add(time.Second)
	if _, err := deliver(t, r.target); err != nil || r.asked != 2 || r.shown != "Bearer token-2" {
		t.Errorf("asked %d times, shown %q, %v", r.asked, r.shown, err)
	}
}

// A token that was withdrawn is renewed once in an attempt, not for ever.
func TestTokenIsRenewedAfter401(t *testing.T) {
	r := newTokenRig(t, nil)
	if _, err := deliver(t, r.target); err != nil {
		t.Fatal(err)
	}
	r.tokens = map[string]bool{}
	if _, err := deliver(t, r.target); err != nil || r.asked != 2 || r.calls != 3 {
		t.Errorf("asked %d times in %d calls, %v", r.asked, r.calls, err)
	}
	r.answer = always(200, `{"access_token":"of-no-use"}`)
	r.tokens = map[string]bool{}
	r.calls = 0
	_, err := deliver(t, r.target)
	if f := failed(t, err); f.Code() != "ERP-AUTH" || !f.Temporary() || r.calls != 2 || strings.Contains(err.Error(), "of-no-use") {
		t.Errorf("%d calls: %v", r.calls, err)
	}
}

// Whoever needs a token while one is asked for gets that one.
func TestOneTokenForMany(t *testing.T) {
	r := newTokenRig(t, nil)
	tokens := map[string]bool{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			token, err := r.target.tokens.get(context.WithoutCancel(t.Context()))
			mu.Lock()
			defer mu.Unlock()
			if tokens[token] = true; err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if len(tokens) != 1 || r.times() != 1 {
		t.Errorf("%d tokens, asked %d times", len(tokens), r.times())
	}
}

func TestClientInTheBody(t *testing.T) {
	r := newTokenRig(t, func(a *Auth) { a.ClientIn, a.Scopes = "body", nil })
	r.answer = always(200, `{"access_token":"x","token_type":"Bearer","expires_in":"60"}`)
	r.tokens["Bearer x"] = true
	if _, err := deliver(t, r.target); err != nil || r.form != "client_id=waybill&client_secret=client+secret&grant_type=client_credentials" {
		t.Errorf("asked by %q, %v", r.form, err)
	}
}

// What a token endpoint may answer instead: it is told, without our secret, and
// the document waits.
func TestNoToken(t *testing.T) {
	for name, c := range map[string]struct {
		answer nethttp.HandlerFunc
		says   string
	}{
		"a refusal":       {always(400, `{"error":"invalid_scope","error_description":"client secret may not"}`), "invalid_scope: *** may not"},
		"a page":          {always(200, "<html>"), "not as agreed"},
		"no token":        {always(200, `{"token_type":"bearer"}`), "no access_token"},
		"a token of two":  {always(200, `{"access_token":"a b"}`), "no access_token"},
		"another type":    {always(200, `{"access_token":"a","token_type":"mac"}`), `type "mac"`},
		"a time in words": {always(200, `{"access_token":"a","expires_in":"soon"}`), `"soon"`},
		"a redirect":      {always(302, "", "Location", "/elsewhere"), "answered 302"},
		"trouble":         {always(500, "out of order"), "out of order"},
		"endless":         {always(200, `{"access_token":"a","more":"`+strings.Repeat("x", 1<<20)+`"}`), "not as agreed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t, nil)
			r.answer = c.answer
			_, err := deliver(t, r.target)
			f := failed(t, err)
			if f.Code() != "ERP-TOKEN" || !f.Temporary() || f.Hint() == "" || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "client secret") {
				t.Errorf("found %s: %v", f.Code(), err)
			}
			if r.calls != 0 {
				t.Errorf("the ERP was called %d times without a token", r.calls)
			}
		})
	}
}

// An attempt that is over does not wait for a token that somebody else asks for.
func TestWaitingForATokenEnds(t *testing.T) {
	r := newTokenRig(t, nil)
	r.target.tokens.asking <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := r.target.Deliver(ctx, adaptertest.Document("1")); err == nil {
		t.Error("it succeeded without a token")
	}
}

// Whatever an endpoint answers, no token that cannot be shown is taken.
func FuzzGrant(f *testing.F) {
	f.Add([]byte(`{"access_token":"a","token_type":"Bearer","expires_in":3600}`))
	f.Add([]byte(`{"access_token":"a","expires_in":"1e300"}`))
	f.Add([]byte(`{"access_token":"a\nb","expires_in":-1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := readGrant(data)
		if err == nil && (g.token == "" || strings.ContainsAny(g.token, "\r\n ") || g.lasts < 0 || g.lasts > longestUse) {
			t.Errorf("%q gave %+v", data, g)
		}
	})
}
