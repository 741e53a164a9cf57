package http

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// tokens gets access tokens with our client credentials (RFC 6749 4.4) and keeps
// one until shortly before its end. One is asked for at a time, whoever needs it.
type tokens struct {
	auth   Auth
	client *nethttp.Client
	now    func() time.Time
	secret func() (string, error)
	asking chan struct{} // holds one while a token is asked for

	mu    sync.Mutex
	token string
	until time.Time // zero: nobody knows
}

func newTokens(a Auth, client *nethttp.Client, now func() time.Time, secret func() (string, error)) *tokens {
	return &tokens{auth: a, client: client, now: now, secret: secret, asking: make(chan struct{}, 1)}
}

// get returns the token that is kept, or a new one.
func (k *tokens) get(ctx context.Context) (string, error) {
	select {
	case k.asking <- struct{}{}:
		defer func() { <-k.asking }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	if token := k.kept(); token != "" {
		return token, nil
	}
	g, err := k.ask(ctx)
	if err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.token, k.until = g.token, time.Time{}
	if g.lasts > 0 { // renewed before its end, so that none ends on its way
		k.until = k.now().Add(g.lasts - min(g.lasts/4, earlier))
	}
	return g.token, nil
}

const (
	earlier    = 30 * time.Second // before its end a token is renewed
	longestUse = 30 * 24 * time.Hour
)

func (k *tokens) kept() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.until.IsZero() && !k.now().Before(k.until) {
		k.token = ""
	}
	return k.token
}

// forget gives up a token that the system refused, unless there is another by now.
func (k *tokens) forget(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.token == token {
		k.token = ""
	}
}

// granted is what an answer of the token endpoint gives.
type granted struct {
	token string
	lasts time.Duration // 0: it does not say
}

func (k *tokens) ask(ctx context.Context) (granted, error) {
	failed := func(err error, text string, args ...any) error {
		return &failure{code: "ERP-TOKEN", text: "no attempt was made: " + fmt.Sprintf(text, args...), temporary: true, err: err,
			hint: "check auth.token_url, auth.user and the secret, and whether the client may do this; " + again}
	}
	secret, err := k.secret()
	if err != nil {
		return granted{}, &failure{code: "ERP-CONFIG", text: "no attempt was made", hint: "mend the secret; " + again, temporary: true, err: err}
	}
	req, err := k.request(ctx, secret)
	if err != nil {
		return granted{}, failed(nil, "a token cannot be asked for")
	}
	res, err := k.client.Do(req)
	if err != nil {
		if ue, ok := err.(*url.Error); ok {
			err = ue.Err
		}
		return granted{}, failed(err, "%s gave no token", k.host())
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return granted{}, failed(err, "%s gave no token", k.host())
	}
	if res.StatusCode != nethttp.StatusOK {
		return granted{}, failed(nil, "%s gave no token: answered %d %s", k.host(), res.StatusCode, refusalOf(body, secret, url.QueryEscape(secret)))
	}
	g, err := readGrant(body)
	if err != nil {
		return g, failed(err, "%s gave no token", k.host())
	}
	return g, nil
}

// request is the access token request (RFC 6749 4.4.2).
func (k *tokens) request(ctx context.Context, secret string) (*nethttp.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(k.auth.Scopes) > 0 {
		form.Set("scope", strings.Join(k.auth.Scopes, " "))
	}
	if k.auth.ClientIn == "body" {
		form.Set("client_id", k.auth.User)
		form.Set("client_secret", secret)
	}
	req, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodPost, k.auth.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	if k.auth.ClientIn == "header" { // form-encoded first, RFC 6749 2.3.1
		req.SetBasicAuth(url.QueryEscape(k.auth.User), url.QueryEscape(secret))
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Waybill")
	return req, nil
}

// host is whom a person would ask.
func (k *tokens) host() string {
	u, err := url.Parse(k.auth.TokenURL)
	if err != nil {
		return "token_url"
	}
	return u.Host
}

// readGrant reads a successful answer (RFC 6749 5.1). Some servers write the
// seconds as text.
func readGrant(body []byte) (granted, error) {
	var a struct {
		Token string          `json:"access_token"`
		Type  string          `json:"token_type"`
		Lasts json.RawMessage `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return granted{}, fmt.Errorf("its answer is not as agreed")
	}
	if a.Token == "" || strings.ContainsFunc(a.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return granted{}, fmt.Errorf("its answer has no access_token that can be sent")
	}
	if a.Type != "" && !strings.EqualFold(a.Type, "Bearer") {
		return granted{}, fmt.Errorf("its token is of type %q, and bearer is what can be shown", clean(a.Type, maxReference))
	}
	g := granted{token: a.Token}
	var seconds float64
	if text := strings.Trim(string(a.Lasts), `"`); text != "" && text != "null" {
		if err := json.Unmarshal([]byte(text), &seconds); err != nil || seconds < 0 {
			return granted{}, fmt.Errorf("its expires_in is %q, expected seconds", clean(text, maxReference))
		}
		g.lasts = time.Duration(min(seconds, longestUse.Seconds()) * float64(time.Second))
	}
	return g, nil
}

// refusalOf is what a refusal says (RFC 6749 5.2), without our secret.
func refusalOf(body []byte, hide ...string) string {
	var a struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	said := string(body)
	if json.Unmarshal(body, &a) == nil && a.Error != "" {
		said = strings.TrimSuffix(a.Error+": "+a.Description, ": ")
	}
	for _, secret := range hide {
		said = strings.ReplaceAll(said, secret, "***")
	}
	return clean(said, maxSaid)
}
