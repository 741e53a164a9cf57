package http

import (
	"encoding/base64"
	"fmt"
	"net"
	nethttp "net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"waybill/adapters"
	"waybill/settings"
)

// Kind is the word that chooses this adapter in waybill.yaml.
const Kind = "http"

// Config is one block under adapters in waybill.yaml.
type Config struct {
	Kind      string            `yaml:"kind"`
	URL       string            `yaml:"url" required:"true"` // where documents are posted
	Timeout   time.Duration     `yaml:"timeout"`             // one attempt, from connecting to the end of the answer
	Auth      Auth              `yaml:"auth"`
	Reference string            `yaml:"reference"` // path of the reference in the answer, such as order.number; none: the answer is not read
	Answer    string            `yaml:"answer"`    // path of a canonical document in the answer, such as the response to an order; "": none is looked for
	Limits    adapters.Limits   `yaml:"limits"`
	Mapping   map[string]string `yaml:"mapping"` // for each kind of document the file of adapters/, without its ending, that has the system's own names; nothing else than those is sent then
	Headers   map[string]string `yaml:"headers"` // further headers; none of them secret
}

// Auth is how we show who we are.
type Auth struct {
	Kind   string          `yaml:"kind"` // none, bearer, basic
	User   string          `yaml:"user"` // basic only
	Secret settings.Secret `yaml:"secret"`
}

// NoReference in Config.Reference says that the system gives no reference and
// that a status of 2xx alone is its word.
const NoReference = "none"

// DefaultConfig is what holds where a block says nothing.
func DefaultConfig() Config {
	return Config{Kind: Kind, Timeout: 30 * time.Second, Auth: Auth{Kind: "none"}, Reference: "reference", Limits: adapters.DefaultLimits()}
}

// problems collects mistakes.
type problems []settings.Problem

func (l *problems) add(key, hint, format string, args ...any) {
	*l = append(*l, settings.Problem{Key: key, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; nothing is opened and no secret is read.
func (c *Config) Check() []settings.Problem {
	var l problems
	if c.Kind != Kind {
		l.add("kind", "this block is read by the adapter http", "found %q", c.Kind)
	}
	c.checkURL(&l)
	if c.Timeout <= 0 || c.Timeout > time.Hour {
		l.add("timeout", "use a time such as 30s, at most 1h", "found %s", c.Timeout)
	}
	for _, p := range c.Limits.Check() {
		p.Key = "limits." + p.Key
		l = append(l, p)
	}
	if err := checkPath(c.Reference); err != nil {
		l.add("reference", "write a path such as reference or order.number, or none", "%v", err)
	}
	if err := checkPath(c.Answer); err != nil && c.Answer != "" {
		l.add("answer", "write a path such as document or order.response", "%v", err)
	}
	c.Auth.check(&l)
	c.checkHeaders(&l)
	return l
}

// longest is how many bytes of an answer are read.
func (c *Config) longest() int {
	if c.Answer != "" {
		return maxDocument
	}
	return maxAnswer
}

func (c *Config) checkURL(l *problems) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		l.add("url", "write http:// or https:// with a host, such as https://erp.example/orders", "found no address that can be posted to")
	case u.User != nil:
		l.add("url", "put the user into auth.user and a reference to the password into auth.secret", "user and password do not belong here")
	case u.Fragment != "":
		l.add("url", "leave out what follows the #", "found a fragment, which is never sent")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		*l = append(*l, settings.Problem{Key: "url", Warning: true,
			Text: "documents and secrets go to " + u.Hostname() + " in clear", Hint: "use https, unless the network between is trusted"})
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (a Auth) check(l *problems) {
	switch a.Kind {
	case "none":
		if a.User != "" || !a.Secret.IsZero() {
			l.add("auth.kind", "use basic or bearer, or leave out user and secret", "user or secret is given, but the kind is none")
		}
		return
	case "bearer":
		if a.User != "" {
			l.add("auth.user", "leave it out, or use kind basic", "a bearer token has no user")
		}
	case "basic":
		if a.User == "" || strings.Contains(a.User, ":") {
			l.add("auth.user", "give the user name; it holds no colon", "found %q", a.User)
		}
	default:
		l.add("auth.kind", "use one of: none, bearer, basic", "found %q", a.Kind)
		return
	}
	if a.Secret.IsZero() {
		l.add("auth.secret", "refer to it: secret://env/NAME or secret://file/PATH", "is missing")
	}
}

// forms are the ways in which a secret may stand in a text.
func (a Auth) forms(secret string) []string {
	if secret == "" {
		return nil
	}
	return []string{secret, base64.StdEncoding.EncodeToString([]byte(a.User + ":" + secret))}
}

// ownHeaders are written by the adapter alone.
func ownHeaders() []string {
	return []string{"Accept", "Authorization", "Content-Length", "Content-Type", "Host", headerKey, headerCorrelation, headerSchema, "Connection", "Transfer-Encoding"}
}

func (c *Config) checkHeaders(l *problems) {
	for name, value := range c.Headers {
		key := "headers." + name
		switch {
		case !isToken(name):
			l.add("headers", "a header name has letters, digits and hyphens", "the name %q cannot be sent", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
			l.add(key, "a header is one line of printable ASCII", "the value cannot be sent")
		case slices.Contains(ownHeaders(), nethttp.CanonicalHeaderKey(name)):
			l.add(key, "leave it out; for Authorization use auth", "the adapter writes this header itself")
		}
	}
}

// isToken holds a header name against RFC 9110 §5.6.2.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
