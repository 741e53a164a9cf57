package http

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/adapters"
	"waybill/settings"
)

// block decodes and checks a block as the gateway does.
func block(t testing.TB, text string) (Config, []settings.Problem) {
	t.Helper()
	node, problems := settings.Parse("waybill.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := DefaultConfig()
	problems = settings.Decode("waybill.yaml", node, &c)
	return c, append(problems, c.Check()...)
}

func TestConfig(t *testing.T) {
	got, problems := block(t, `
kind: http
url: https://erp.example/api/orders
timeout: 10s
auth: { kind: basic, user: waybill, secret: "secret://env/ERP_PASSWORD" }
reference: order.number
limits: { concurrency: 4, rate: 20/s, breaker: { failures: 3 } }
headers: { X-Client: waybill }
`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	secret, err := settings.ParseSecret("secret://env/ERP_PASSWORD")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Kind: "http", URL: "https://erp.example/api/orders", Timeout: 10 * time.Second, Auth: Auth{Kind: "basic", User: "waybill", Secret: secret, ClientIn: "header"}, Sign: Sign{Header: "Waybill-Signature"},
		Reference: "order.number", Limits: adapters.Limits{Concurrency: 4, Rate: "20/s", Breaker: adapters.Breaker{Failures: 3, OpenFor: 30 * time.Second}}, Headers: map[string]string{"X-Client": "waybill"}, Webhook: DefaultWebhook()}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b settings.Secret) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestShortestConfig(t *testing.T) {
	got, problems := block(t, "url: http://127.0.0.1:8090/orders")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got.Timeout != 30*time.Second || got.Reference != "reference" || got.Limits != adapters.DefaultLimits() || got.Auth.Kind != "none" || got.Kind != "http" {
		t.Errorf("the defaults are %+v", got)
	}
}

// Every refusal names its key and says what to do.
func TestBadConfigs(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"no url":                  {"timeout: 1s", "url"},
		"no scheme":               {"url: erp.example/orders", "url"},
		"another scheme":          {"url: ftp://erp.example/orders", "url"},
		"no host":                 {"url: https:///orders", "url"},
		"a password in it":        {"url: https://waybill:hunter2@erp.example/orders", "url"},
		"a fragment":              {"url: https://erp.example/orders#x", "url"},
		"another kind":            {"{kind: file, url: https://erp.example}", "kind"},
		"no time":                 {"{url: https://erp.example, timeout: 0s}", "timeout"},
		"too much time":           {"{url: https://erp.example, timeout: 2h}", "timeout"},
		"none at once":            {"{url: https://erp.example, limits: {concurrency: 0}}", "limits.concurrency"},
		"too many at once":        {"{url: https://erp.example, limits: {concurrency: 5000}}", "limits.concurrency"},
		"an empty step":           {"{url: https://erp.example, reference: a..b}", "reference"},
		"no path":                 {`{url: https://erp.example, reference: ""}`, "reference"},
		"too long a path":         {"{url: https://erp.example, reference: a" + strings.Repeat(".a", 16) + "}", "reference"},
		"another auth":            {"{url: https://erp.example, auth: {kind: digest}}", "auth.kind"},
		"a token without kind":    {`{url: https://erp.example, auth: {secret: "secret://env/X"}}`, "auth.kind"},
		"bearer without":          {"{url: https://erp.example, auth: {kind: bearer}}", "auth.secret"},
		"bearer with user":        {`{url: https://erp.example, auth: {kind: bearer, user: me, secret: "secret://env/X"}}`, "auth.user"},
		"basic without user":      {`{url: https://erp.example, auth: {kind: basic, secret: "secret://env/X"}}`, "auth.user"},
		"a user with a colon":     {`{url: https://erp.example, auth: {kind: basic, user: "a:b", secret: "secret://env/X"}}`, "auth.user"},
		"a secret in clear":       {"{url: https://erp.example, auth: {kind: bearer, secret: hunter2}}", "auth.secret"},
		"our own header":          {"{url: https://erp.example, headers: {idempotency-key: x}}", "headers.idempotency-key"},
		"authorization":           {"{url: https://erp.example, headers: {Authorization: Bearer hunter2}}", "headers.Authorization"},
		"a bad header":            {`{url: https://erp.example, headers: {"X Y": x}}`, "headers"},
		"a bad value":             {`{url: https://erp.example, headers: {X-Y: "a\nb"}}`, "headers.X-Y"},
		"oauth2 without a client": {`{url: https://erp.example, auth: {kind: oauth2, secret: "secret://env/X", token_url: https://id.example/token}}`, "auth.user"},
		"oauth2 without a place":  {`{url: https://erp.example, auth: {kind: oauth2, user: me, secret: "secret://env/X"}}`, "auth.token_url"},
		"oauth2 with a password":  {`{url: https://erp.example, auth: {kind: oauth2, user: me, secret: "secret://env/X", token_url: "https://me:hunter2@id.example"}}`, "auth.token_url"},
		"oauth2 without a secret": {`{url: https://erp.example, auth: {kind: oauth2, user: me, token_url: https://id.example/token}}`, "auth.secret"},
		"oauth2 in the query":     {`{url: https://erp.example, auth: {kind: oauth2, user: me, secret: "secret://env/X", token_url: https://id.example/token, client_in: query}}`, "auth.client_in"},
		"a scope of two words":    {`{url: https://erp.example, auth: {kind: oauth2, user: me, secret: "secret://env/X", token_url: https://id.example/token, scopes: ["a b"]}}`, "auth.scopes"},
		"scopes without oauth2":   {`{url: https://erp.example, auth: {kind: bearer, secret: "secret://env/X", scopes: [a]}}`, "auth.token_url"},
		"a bad signature header":  {`{url: https://erp.example, sign: {secret: "secret://env/X", header: "X Y"}}`, "sign.header"},
		"a signature in clear":    {`{url: https://erp.example, sign: {secret: hunter2}}`, "sign.secret"},
		"the signature's header":  {`{url: https://erp.example, sign: {secret: "secret://env/X", header: X-Sig}, headers: {x-sig: y}}`, "headers.x-sig"},
		"a key alone":             {`{url: https://erp.example, tls: {key: keys/erp.key}}`, "tls.key"},
		"a certificate alone":     {`{url: https://erp.example, tls: {certificate: certs/erp.cer}}`, "tls.key"},
		"tls without https":       {`{url: http://127.0.0.1, tls: {ca: certs/ca.cer}}`, "tls"},
		"a rate without a time":   {"{url: https://erp.example, limits: {rate: 20}}", "limits.rate"},
		"a breaker of a day":      {"{url: https://erp.example, limits: {breaker: {open_for: 24h}}}", "limits.breaker.open_for"},
		"a webhook of nobody":     {"{url: https://erp.example, webhook: {event: id}}", "webhook.auth.kind"},
		"another webhook":         {"{url: https://erp.example, webhook: {auth: {kind: oauth2}}}", "webhook.auth.kind"},
		"a webhook for all":       {"{url: https://erp.example, webhook: {auth: {kind: bearer}}}", "webhook.auth.secret"},
		"a webhook without user":  {`{url: https://erp.example, webhook: {auth: {kind: basic, secret: "secret://env/X"}}}`, "webhook.auth.user"},
		"a webhook with user":     {`{url: https://erp.example, webhook: {auth: {kind: signed, user: me, secret: "secret://env/X"}}}`, "webhook.auth.user"},
		"a webhook without end":   {`{url: https://erp.example, webhook: {auth: {kind: signed, secret: "secret://env/X", window: 24h}}}`, "webhook.auth.window"},
		"a webhook's bad header":  {`{url: https://erp.example, webhook: {auth: {kind: signed, secret: "secret://env/X", header: "a b"}}}`, "webhook.auth.header"},
		"a webhook's bad path":    {`{url: https://erp.example, webhook: {event: a..b, auth: {kind: bearer, secret: "secret://env/X"}}}`, "webhook.event"},
		"an unknown key":          {"{url: https://erp.example, retries: 3}", "retries"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := block(t, c.text)
			if !settings.Fatal(problems) {
				t.Fatalf("accepted: %v", problems)
			}
			found := false
			for _, p := range problems {
				found = found || p.Key == c.key
				if strings.Contains(p.String(), "hunter2") {
					t.Errorf("a secret is printed: %s", p)
				}
				if p.Hint == "" && !strings.HasSuffix(p.Key, ".secret") {
					t.Errorf("no hint: %s", p)
				}
			}
			if !found {
				t.Errorf("no problem is about %s: %v", c.key, problems)
			}
		})
	}
}

// Plain HTTP is for loopback; elsewhere it is worth a warning.
func TestPlainHTTP(t *testing.T) {
	for url, warned := range map[string]bool{
		"http://127.0.0.1:8090/": false, "http://localhost/": false, "http://[::1]:1/": false, "https://erp.example/": false,
		"http://erp.example/": true, "http://10.0.0.7/": true,
	} {
		_, problems := block(t, "url: "+url)
		if settings.Fatal(problems) || (len(problems) == 1) != warned {
			t.Errorf("%s: %v", url, problems)
		}
	}
}

func TestNewRefusesABadBlock(t *testing.T) {
	if _, err := New(Config{}, Options{}); err == nil || !strings.Contains(err.Error(), "url") {
		t.Errorf("got %v", err)
	}
}
