package http

import (
	"encoding/json"
	nethttp "net/http"
	"strings"
	"testing"
	"time"
)

func source(t testing.TB, change func(w *Webhook)) *Source {
	t.Helper()
	w := DefaultWebhook()
	w.Auth.Kind, w.Auth.Secret = "bearer", secret(t, t.TempDir(), "new")
	if change != nil {
		change(&w)
	}
	s, err := NewSource(w, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func header(pairs ...string) nethttp.Header {
	h := nethttp.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// Who shows the secret, or the one before while both are in use, is let in, and
// nobody else.
func TestAdmit(t *testing.T) {
	body := []byte(`{"kind":"shipment"}`)
	basicOf := func(user, password string) string {
		r := nethttp.Request{Header: nethttp.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	older := secret(t, t.TempDir(), "old")
	for kind, calls := range map[string]map[string]struct {
		header nethttp.Header
		in     bool
	}{
		"bearer": {
			"the secret":        {header("Authorization", "Bearer new"), true},
			"the one before":    {header("Authorization", "Bearer old"), true},
			"another":           {header("Authorization", "Bearer newer"), false},
			"none":              {header(), false},
			"an empty one":      {header("Authorization", "Bearer "), false},
			"as a password":     {header("Authorization", basicOf("wms", "new")), false},
			"without its word":  {header("Authorization", "new"), false},
			"in another header": {header("X-Authorization", "Bearer new"), false},
		},
		"basic": {
			"the secret":     {header("Authorization", basicOf("wms", "new")), true},
			"the one before": {header("Authorization", basicOf("wms", "old")), true},
			"another":        {header("Authorization", basicOf("wms", "x")), false},
			"another user":   {header("Authorization", basicOf("erp", "new")), false},
			"as a token":     {header("Authorization", "Bearer new"), false},
		},
		"signed": {
			"the secret":     {header(signatureHeader, signature("new", now(), body)), true},
			"the one before": {header(signatureHeader, signature("old", now(), body)), true},
			"another":        {header(signatureHeader, signature("x", now(), body)), false},
			"another body":   {header(signatureHeader, signature("new", now(), nil)), false},
			"a replay":       {header(signatureHeader, signature("new", now().Add(-6*time.Minute), body)), false},
			"none":           {header("Authorization", "Bearer new"), false},
		},
	} {
		s := source(t, func(w *Webhook) {
			if w.Auth.Kind, w.Auth.Older = kind, older; kind == "basic" {
				w.Auth.User = "wms"
			}
		})
		for name, c := range calls {
			err := s.Admit(c.header, body)
			if (err == nil) != c.in {
				t.Errorf("%s: %s: found %v", kind, name, err)
			}
			if err != nil && (strings.Contains(err.Error(), "new") || strings.Contains(err.Error(), "old")) {
				t.Errorf("%s: %s: a secret is told: %v", kind, name, err)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	deep := strings.Repeat(`{"a":`, maxNesting) + "1" + strings.Repeat("}", maxNesting)
	for name, c := range map[string]struct {
		event, document string // the block
		header          string
		body            string
		id, doc, says   string
	}{
		"the whole call":            {header: "e-1", body: `{"kind":"order"}`, id: "e-1", doc: `{"kind":"order"}`},
		"an envelope":               {event: "event.id", document: "event.data", body: `{"event":{"id":"e-2","data":{"n":1.50}}}`, id: "e-2", doc: `{"n":1.50}`},
		"a number":                  {event: "id", body: `{"id":12345678901234567890}`, id: "12345678901234567890", doc: `{"id":12345678901234567890}`},
		"no header":                 {body: `{}`, says: "the header Idempotency-Key"},
		"no event":                  {event: "id", header: "e-1", body: `{}`, says: "nothing at id"},
		"an event that is cleaned":  {event: "id", body: `{"id":"a\u0000b"}`, says: "nothing at id"},
		"an event that is too long": {event: "id", body: `{"id":"` + strings.Repeat("x", 300) + `"}`, says: "nothing at id"},
		"no document":               {document: "data", header: "e-1", body: `{}`, says: "no document at data"},
		"no JSON":                   {header: "e-1", body: `<order/>`, says: "not JSON"},
		"two":                       {header: "e-1", body: `{}{}`, says: "not JSON"},
		"too deep":                  {header: "e-1", body: `[` + deep + `]`, says: "deeper than"},
		"a text that looks deep":    {header: "e-1", body: `{"a":"` + strings.Repeat("[", 500) + `\"["}`, id: "e-1", doc: `{"a":"` + strings.Repeat("[", 500) + `\"["}`},
	} {
		s := source(t, func(w *Webhook) { w.Event, w.Document = c.event, c.document })
		id, doc, err := s.Open(header(headerKey, c.header), []byte(c.body))
		if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) || c.says == "" && (err != nil || id != c.id || string(doc) != c.doc) {
			t.Errorf("%s: found %q, %q, %v", name, id, doc, err)
		}
	}
}

func TestNoSource(t *testing.T) {
	w := DefaultWebhook()
	w.Auth.Kind, w.Auth.Secret = "bearer", secret(t, t.TempDir(), "")
	if _, err := NewSource(w, Options{}); err == nil || !strings.Contains(err.Error(), "webhook.auth.secret") {
		t.Errorf("found %v", err)
	}
}

// Whatever a system sends, what comes of it is JSON with an event's id of a size
// that can be kept, or an error.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{`{"id":"e-1","data":{"kind":"order"}}`, `{"id":1e3,"data":[]}`, `[[[[`, `{"id":"a\tb","data":null}`, `"id"`} {
		f.Add([]byte(seed))
	}
	s := source(f, func(w *Webhook) { w.Event, w.Document = "id", "data" })
	f.Fuzz(func(t *testing.T, body []byte) {
		id, doc, err := s.Open(header(), body)
		if err == nil && (id == "" || len(id) > maxReference || !json.Valid(doc)) {
			t.Errorf("%q gave %q, %q", body, id, doc)
		}
	})
}
