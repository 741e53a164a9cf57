package http

import (
	"net"
	nethttp "net/http"
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
	Sign      Sign              `yaml:"sign"`
	TLS       TLS               `yaml:"tls"`
	Reference string            `yaml:"reference"` // path of the reference in the answer, such as order.number; none: the answer is not read
	Answer    string            `yaml:"answer"`    // path of a canonical document in the answer, such as the response to an order; "": none is looked for
	Limits    adapters.Limits   `yaml:"limits"`
	Webhook   Webhook           `yaml:"webhook"`
	Mapping   map[string]string `yaml:"mapping"` // for each kind of document the file of adapters/, without its ending, that has the system's own names; nothing else than those is sent then
	Headers   map[string]string `yaml:"headers"` // further headers; none of them secret
}

// NoReference in Config.Reference says that the system gives no reference and
// that a status of 2xx alone is its word.
const NoReference = "none"

// DefaultConfig is what holds where a block says nothing.
func DefaultConfig() Config {
	return Config{Kind: Kind, Timeout: 30 * time.Second, Auth: Auth{Kind: "none", ClientIn: "header"}, Sign: Sign{Header: signatureHeader}, Reference: "reference", Limits: adapters.DefaultLimits(), Webhook: DefaultWebhook()}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; nothing is opened and no secret is read.
func (c *Config) Check() []settings.Problem {
	var l settings.Problems
	if c.Kind != Kind {
		l.Add("kind", "this block is read by the adapter http", "found %q", c.Kind)
	}
	checkAddress(&l, "url", c.URL)
	if c.Timeout <= 0 || c.Timeout > time.Hour {
		l.Add("timeout", "use a time such as 30s, at most 1h", "found %s", c.Timeout)
	}
	for _, p := range c.Limits.Check() {
		p.Key = "limits." + p.Key
		l = append(l, p)
	}
	if err := checkPath(c.Reference); err != nil {
		l.Add("reference", "write a path such as reference or order.number, or none", "%v", err)
	}
	if err := checkPath(c.Answer); err != nil && c.Answer != "" {
		l.Add("answer", "write a path such as document or order.response", "%v", err)
	}
	c.Auth.check(&l)
	c.Sign.check(&l)
	c.TLS.check(&l, c.URL)
	c.Webhook.check(&l)
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

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ownHeaders are written by the adapter alone.
func ownHeaders() []string {
	return []string{"Accept", "Authorization", "Content-Length", "Content-Type", "Host", headerKey, headerCorrelation, headerSchema, "Connection", "Transfer-Encoding"}
}

func (c *Config) checkHeaders(l *settings.Problems) {
	for name, value := range c.Headers {
		key := "headers." + name
		switch {
		case !isToken(name):
			l.Add("headers", "a header name has letters, digits and hyphens", "the name %q cannot be sent", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
			l.Add(key, "a header is one line of printable ASCII", "the value cannot be sent")
		case slices.Contains(ownHeaders(), nethttp.CanonicalHeaderKey(name)), c.Sign.signs() && strings.EqualFold(name, c.Sign.Header):
			l.Add(key, "leave it out; for Authorization use auth, for a signature sign", "the adapter writes this header itself")
		}
	}
}

// isToken holds a header name against RFC 9110 §5.6.2.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
