package http

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	nethttp "net/http"
	"strings"
	"time"

	"waybill/settings"
)

// Webhook is the block of a system that calls us: which of its calls we take, and
// what in them says which event it is, and holds the document.
type Webhook struct {
	Auth     WebhookAuth `yaml:"auth"`
	Event    string      `yaml:"event"`    // path of the event's id in the call's JSON, such as event.id; "" is the header Idempotency-Key
	Document string      `yaml:"document"` // path of the canonical document in the call's JSON, such as data.document; "" is the whole of it
}

// WebhookAuth is how a system that calls us shows who it is.
type WebhookAuth struct {
	Kind   string          `yaml:"kind"`   // bearer, basic, signed
	User   string          `yaml:"user"`   // basic only
	Secret settings.Secret `yaml:"secret"` // the token, the password, the key of signatures
	Older  settings.Secret `yaml:"older"`  // the secret before, while both are in use
	Header string          `yaml:"header"` // signed: where the signature stands
	Window time.Duration   `yaml:"window"` // signed: how far its time may be from ours
}

// DefaultWebhook is what holds where a block says nothing.
func DefaultWebhook() Webhook {
	return Webhook{Auth: WebhookAuth{Header: signatureHeader, Window: 5 * time.Minute}}
}

// Used says that the system may call us.
func (w Webhook) Used() bool { return w.Auth.Kind != "" }

func (w Webhook) check(l *settings.Problems) {
	if !w.Used() {
		if w != DefaultWebhook() {
			l.Add("webhook.auth.kind", "say how the system shows who it is: bearer, basic, signed", "is missing")
		}
		return
	}
	for key, path := range map[string]string{"webhook.event": w.Event, "webhook.document": w.Document} {
		if err := checkPath(path); err != nil && path != "" {
			l.Add(key, "write a path such as event.id", "%v", err)
		}
	}
	a := w.Auth
	switch {
	case a.Kind != "bearer" && a.Kind != "basic" && a.Kind != "signed":
		l.Add("webhook.auth.kind", "use one of: bearer, basic, signed", "found %q", a.Kind)
	case (a.Kind == "basic") != (a.User != ""):
		l.Add("webhook.auth.user", "basic has a user, the others have none", "found %q for kind %s", a.User, a.Kind)
	case !isToken(a.Header):
		l.Add("webhook.auth.header", "a header name has letters, digits and hyphens", "found %q", a.Header)
	case a.Window < time.Second || a.Window > time.Hour:
		l.Add("webhook.auth.window", "use a time from 1s to 1h", "found %s", a.Window)
	}
	if a.Secret.IsZero() {
		l.Add("webhook.auth.secret", "refer to it: secret://env/NAME or secret://file/PATH", "is missing")
	}
}

// Source reads the calls of one system. What it lets through is for others to
// judge.
type Source struct {
	c Webhook
	o Options
}

// NewSource returns the Source of a block that Check found no fault with. A secret
// that cannot be read now is an error, so that it is known at the start.
func NewSource(c Webhook, o Options) (*Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Source{c, o}
	if _, err := s.secrets(); err != nil {
		return nil, fmt.Errorf("adapter http: webhook: %w", err)
	}
	return s, nil
}

// secrets are read for each call, so that a renewed file takes effect.
func (s *Source) secrets() ([]string, error) {
	first, err := reveal(s.c.Auth.Secret, s.o.Dir, "webhook.auth.secret")
	if err != nil || s.c.Auth.Older.IsZero() {
		return []string{first}, err
	}
	older, err := reveal(s.c.Auth.Older, s.o.Dir, "webhook.auth.older")
	return []string{first, older}, err
}

var errStranger = errors.New("the call does not show who it is from")

// Admit says why a call is not taken for the system's; nil where it is. An error
// says nothing that would help a stranger.
func (s *Source) Admit(h nethttp.Header, body []byte) error {
	secrets, err := s.secrets()
	if err != nil {
		return err
	}
	last := errStranger
	for _, secret := range secrets {
		if last = s.admits(h, body, secret); last == nil {
			return nil
		}
	}
	return last
}

func (s *Source) admits(h nethttp.Header, body []byte, secret string) error {
	switch s.c.Auth.Kind {
	case "signed":
		return verify(h.Get(s.c.Auth.Header), secret, s.o.Now(), s.c.Auth.Window, body)
	case "basic":
		user, password, ok := (&nethttp.Request{Header: h}).BasicAuth()
		if ok && same(user, s.c.Auth.User) && same(password, secret) {
			return nil
		}
	case "bearer":
		if token, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer "); ok && same(token, secret) {
			return nil
		}
	}
	return errStranger
}

// same compares in a time that tells nothing.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// maxNesting is how deep a call's JSON may go.
const maxNesting = 200

// Open finds the event's id and the document in a call.
func (s *Source) Open(h nethttp.Header, body []byte) (event string, document []byte, err error) {
	if err := shallow(body, maxNesting); err != nil {
		return "", nil, err
	}
	v, err := parse(body)
	if err != nil {
		return "", nil, fmt.Errorf("read the call: %w", err)
	}
	event = strings.TrimSpace(h.Get(headerKey))
	if s.c.Event != "" {
		event = exactly(v, s.c.Event)
	}
	if event == "" {
		return "", nil, fmt.Errorf("the call does not say which event it is: there is nothing at %s", s.eventPlace())
	}
	if s.c.Document == "" {
		return event, body, nil
	}
	found := (&answer{body: body}).document(s.c.Document)
	if found == nil {
		return "", nil, fmt.Errorf("there is no document at %s", s.c.Document)
	}
	return event, found, nil
}

// exactly is the text or number at a path as it stands there: an id is not
// shortened or mended, or two of them might become one.
func exactly(v any, path string) string {
	found := find(v, path)
	for step := range strings.SplitSeq(path, ".") {
		if object, ok := v.(map[string]any); ok {
			v = object[step]
		}
	}
	if text, ok := v.(string); ok && text != found {
		return ""
	}
	return found
}

func (s *Source) eventPlace() string {
	if s.c.Event == "" {
		return "the header " + headerKey
	}
	return s.c.Event
}

// shallow refuses JSON that goes too deep, before anything is built of it.
func shallow(body []byte, most int) error {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return fmt.Errorf("the call's JSON goes deeper than %d", most)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	if !json.Valid(body) {
		return errors.New("the call is not JSON")
	}
	return nil
}
