package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"time"

	adapter "waybill/adapters/http"
	"waybill/canonical"
)

// answer is something that a system may say to a document.
type answer struct {
	words  string
	status int
	header [2]string
	body   string
	config func(*adapter.Config)
}

// sampleKey is the key of the document that is handed over to see what becomes of it.
const sampleKey = "order:acme-retail:4500012345::1"

func answers() []answer {
	none := func(c *adapter.Config) { c.Reference = adapter.NoReference }
	return []answer{
		{words: "2xx with the reference", status: 201, body: `{"reference":"SO-1"}`},
		{words: "2xx without it", status: 200, body: `{}`},
		{words: "2xx that is no JSON, such as a login page", status: 200, body: `<html>`},
		{words: "2xx, with `reference: none`", status: 204, config: none},
		{words: "2xx that names another key", status: 200, body: `{"reference":"SO-1","idempotencyKey":"another"}`},
		{words: "409 with the reference", status: 409, body: `{"reference":"SO-1"}`},
		{words: "409 that names our key", status: 409, header: [2]string{"Idempotency-Key", sampleKey}},
		{words: "409 with Retry-After", status: 409, header: [2]string{"Retry-After", "5"}},
		{words: "409, and no more", status: 409},
		{words: "400, 422 and every other 4xx", status: 422, body: `{"error":"unknown item"}`},
		{words: "401", status: 401},
		{words: "403", status: 403},
		{words: "404, 405", status: 404},
		{words: "408, 425, 429", status: 429},
		{words: "3xx", status: 302, header: [2]string{"Location", "/elsewhere"}},
		{words: "5xx", status: 503},
		{words: "nothing within `timeout`", config: func(c *adapter.Config) { c.Timeout = 20 * time.Millisecond }},
		{words: "no connection", config: func(c *adapter.Config) { c.URL = "http://127.0.0.1:1/orders" }},
	}
}

// outcome hands a document to a server that gives the answer, and says what the
// adapter made of it.
func (a answer) outcome() (what, errorCode string, err error) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil || a.status == 0 {
			<-r.Context().Done()
			return
		}
		if a.header[0] != "" {
			w.Header().Set(a.header[0], a.header[1])
		}
		w.WriteHeader(a.status)
		fmt.Fprint(w, a.body)
	}))
	defer s.Close()
	c := adapter.DefaultConfig()
	c.URL = s.URL
	if a.config != nil {
		a.config(&c)
	}
	target, err := adapter.New(c, adapter.Options{})
	if err != nil {
		return "", "", err
	}
	_, _, failed := target.Deliver(context.Background(), canonical.Document{
		Kind: "order", SchemaVersion: canonical.SchemaVersion, IdempotencyKey: sampleKey, Body: json.RawMessage(`{}`),
	})
	if failed == nil {
		return "accepted", "", nil
	}
	var coded interface{ Code() string }
	var temporary interface{ Temporary() bool }
	if !errors.As(failed, &coded) || !errors.As(failed, &temporary) {
		return "", "", fmt.Errorf("%s: an error without a class: %w", a.words, failed)
	}
	if temporary.Temporary() {
		return "sent again, same key", coded.Code(), nil
	}
	return "**held** for a person", coded.Code(), nil
}

func httpAdapter(root string) (string, error) {
	r, err := readRoom(root, "adapters/http")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The HTTP adapter\n\n%s\n%s\nIts keys stand in [waybill.yaml](waybill-yaml.md). The errors stand in [the runbook](../runbook/ERP.md).\n", made, paragraphs(r.doc))
	b.WriteString("\n## What the system gets\n\nOne POST with these headers, and the document as JSON. The [order](order.md) is its `body`. `tenant`, `process`, `source.transport` and `source.receivedAt` have their names already and are not filled yet; `mapping.version` is always 1.\n\n")
	head(&b, "header", "value")
	row(&b, "`Content-Type`", "`application/json`")
	for _, h := range [][2]string{
		{"headerKey", "the document's idempotencyKey, such as `" + sampleKey + "`; the same on every attempt"},
		{"headerCorrelation", "the document's correlationId"},
		{"headerSchema", r.notes["headerSchema"]},
	} {
		v, err := r.value(r.consts[h[0]], "")
		if err != nil {
			return "", err
		}
		row(&b, code(v), cell(h[1]))
	}
	b.WriteString("| `Authorization` | as `auth` says |\n\n")
	head(&b, "field of the document", "meaning")
	documentFields(&b, "", reflect.TypeFor[canonical.Document]())
	b.WriteString("\n## What counts\n\nThe adapter was asked with each of these answers when this page was made.\n\n")
	head(&b, "the system answers", "the document is", "code")
	for _, a := range answers() {
		what, errorCode, err := a.outcome()
		if err != nil {
			return "", err
		}
		row(&b, a.words, what, errorCode)
	}
	b.WriteString("\nA `Retry-After` is heeded, up to the longest delay of `retry` in waybill.yaml. When the attempts are used up the document is dead and waits for a person.\n")
	return b.String(), nil
}

// documentFields are the JSON names of the envelope with what is said of them.
func documentFields(b *strings.Builder, prefix string, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		row(b, code(prefix+name), cell(f.Tag.Get("doc")))
		inner := f.Type
		for inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			documentFields(b, prefix+name+".", inner)
		}
	}
}

// paragraphs joins the lines of a comment's paragraphs, the sentence that sends
// readers of the code elsewhere left out.
func paragraphs(doc string) string {
	var out []string
	for _, p := range strings.Split(strings.TrimSpace(doc), "\n\n") {
		p = strings.Join(strings.Fields(p), " ")
		p = strings.TrimPrefix(p, "Package http ")
		p = strings.ReplaceAll(p, " See Config for its block in waybill.yaml.", "")
		out = append(out, sentence(p))
	}
	if len(out) > 0 {
		out[0] = "The adapter " + strings.ToLower(out[0][:1]) + out[0][1:]
	}
	return strings.Join(out, "\n\n") + "\n"
}
