package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// kept keeps what is submitted.
type kept struct {
	nobody
	got []Submission
	err error
}

func (k *kept) Submit(_ context.Context, s Submission) (Submitted, error) {
	k.got = append(k.got, s)
	return Submitted{ID: "01KA"}, k.err
}

// caller admits who says hello; a call that says nothing more cannot be opened.
type caller struct{}

func (caller) Admit(h http.Header, _ []byte) error {
	if h.Get("X-Hello") == "" {
		return errors.New("it does not say hello")
	}
	return nil
}

func (caller) Open(h http.Header, body []byte) (string, []byte, error) {
	if h.Get("X-Event") == "" {
		return "", nil, errors.New("there is no event")
	}
	return h.Get("X-Event"), body[1 : len(body)-1], nil
}

func TestWebhooks(t *testing.T) {
	for name, c := range map[string]struct {
		system, body, kind string
		hello, event       string
		stored             error
		status             int
		says               string
	}{
		"taken":               {system: "wms", hello: "x", event: "e-1", status: 202, says: "/v1/documents/01KA"},
		"a stranger":          {system: "wms", event: "e-1", status: 401, says: "does not say hello"},
		"another system":      {system: "crm", hello: "x", event: "e-1", status: 401, says: "API-AUTH"},
		"no event":            {system: "wms", hello: "x", status: 422, says: "there is no event"},
		"an event of two":     {system: "wms", hello: "x", event: strings.Repeat("x", KeyLimit+1), status: 400, says: "API-KEY"},
		"no JSON":             {system: "wms", hello: "x", event: "e-1", kind: "text/xml", status: 415, says: "API-TYPE"},
		"too large":           {system: "wms", hello: "x", event: "e-1", body: strings.Repeat("x", 2000), status: 413, says: "API-SIZE"},
		"refused":             {system: "wms", hello: "x", event: "e-1", stored: &Refusal{Status: 422, Code: "API-DOCUMENT"}, status: 422, says: "API-DOCUMENT"},
		"not known if stored": {system: "wms", hello: "x", event: "e-1", stored: errors.New("the disk is full"), status: 503, says: "API-STORE"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{err: c.stored}
			api := API(k, DocumentsOptions{MaxSize: 1000, Sources: map[string]Source{"wms": caller{}}})
			if c.body == "" {
				c.body = `[{"kind":"shipment"}]`
			}
			r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/webhooks/"+c.system, strings.NewReader(c.body))
			if r.Header.Set("Content-Type", "application/json"); c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			r.Header.Set("X-Hello", c.hello)
			r.Header.Set("X-Event", c.event)
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("found %d %s", w.Code, w.Body)
			}
			if want := c.status == 202 || c.stored != nil; len(k.got) > 0 != want {
				t.Errorf("submitted %v", k.got)
			}
			if len(k.got) > 0 {
				if s := k.got[0]; s.Door != "webhook" || s.Client != "wms" || s.Key != "e-1" || string(s.Body) != `{"kind":"shipment"}` {
					t.Errorf("submitted %+v", s)
				}
			}
		})
	}
}
