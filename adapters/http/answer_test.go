package http

import (
	"io"
	nethttp "net/http"
	"strings"
	"testing"
	"time"
)

// What an answer is worth, by status and body.
func TestAnswers(t *testing.T) {
	const key = "order:acme-retail:4500012345::1"
	long := `{"reference":"` + strings.Repeat("x", maxAnswer) + `"}`
	for name, c := range map[string]struct {
		answer    nethttp.HandlerFunc
		reference string // of the block; "" is the default
		ref       string
		code      string // "" is accepted
		temporary bool
		after     time.Duration
		says      string // in the error
	}{
		"201 with a reference":        {answer: always(201, `{"reference":"SO-1"}`), ref: "SO-1"},
		"200 with a number":           {answer: always(200, `{"reference":9223372036854775807123}`), ref: "9223372036854775807123"},
		"200 with a byte order mark":  {answer: always(200, "\xef\xbb\xbf"+`{"reference":"SO-1"}`), ref: "SO-1"},
		"200 with a deep reference":   {answer: always(200, `{"d":{"results":[{"no":"7"},{"no":"8"}]}}`), reference: "d.results.1.no", ref: "8"},
		"200 with a dirty reference":  {answer: always(200, `{"reference":" SO\u0000-1\n\u001b[31m "}`), ref: "SO-1 [31m"},
		"204":                         {answer: always(204, ""), code: "ERP-ANSWER", temporary: true, says: "answered 204"},
		"202 empty":                   {answer: always(202, ""), code: "ERP-ANSWER", temporary: true},
		"200 with a page":             {answer: always(200, "<html>Please log in</html>"), code: "ERP-ANSWER", temporary: true, says: "Please log in"},
		"200 with an error in it":     {answer: always(200, `{"error":"database locked"}`), code: "ERP-ANSWER", temporary: true, says: "database locked"},
		"200 with half an answer":     {answer: always(200, `{"reference":"SO-`), code: "ERP-ANSWER", temporary: true},
		"200 with two answers":        {answer: always(200, `{"reference":"SO-1"}{"reference":"SO-2"}`), code: "ERP-ANSWER", temporary: true, says: "more behind"},
		"200 with a list":             {answer: always(200, `["SO-1"]`), code: "ERP-ANSWER", temporary: true},
		"200 with no text there":      {answer: always(200, `{"reference":{"a":1}}`), code: "ERP-ANSWER", temporary: true, says: "no text or number at reference"},
		"200 with null":               {answer: always(200, `{"reference":null}`), code: "ERP-ANSWER", temporary: true},
		"200 with an empty reference": {answer: always(200, `{"reference":" "}`), code: "ERP-ANSWER", temporary: true},
		"200 too long":                {answer: always(200, long), code: "ERP-ANSWER", temporary: true, says: "longer than 65536 bytes"},
		"200 for another key":         {answer: always(200, `{"reference":"SO-1","idempotencyKey":"other"}`), code: "ERP-CONFLICT", says: `"other"`},
		"200, none, with a page":      {answer: always(200, "<html>"), reference: "none"},
		"204, none":                   {answer: always(204, ""), reference: "none"},
		"409 with the reference":      {answer: always(409, `{"reference":"SO-1"}`), ref: "SO-1"},
		"409 that names our key":      {answer: always(409, `{"idempotencyKey":"`+key+`"}`)},
		"409 with our key as header":  {answer: always(409, "", "Idempotency-Key", key)},
		"409 for another key":         {answer: always(409, `{"reference":"SO-1","idempotencyKey":"other"}`), code: "ERP-CONFLICT"},
		"409 of another kind":         {answer: always(409, `{"error":"this number is taken"}`), code: "ERP-CONFLICT", says: "this number is taken"},
		"409, none":                   {answer: always(409, `{"error":"this number is taken"}`), reference: "none", code: "ERP-CONFLICT"},
		"409, none, that names us":    {answer: always(409, `{"idempotencyKey":"`+key+`"}`), reference: "none"},
		"409 still at work":           {answer: always(409, "", "Retry-After", "5"), code: "ERP-BUSY", temporary: true, after: 5 * time.Second},
		"400":                         {answer: always(400, `{"error":"line 2: unknown item"}`), code: "ERP-REJECTED", says: "line 2: unknown item"},
		"401":                         {answer: always(401, ""), code: "ERP-AUTH", temporary: true, says: "401 Unauthorized"},
		"404":                         {answer: always(404, "no such page"), code: "ERP-REJECTED"},
		"422 with a long page":        {answer: always(422, strings.Repeat("wrong ", 1000)), code: "ERP-REJECTED", says: "…"},
		"408":                         {answer: always(408, ""), code: "ERP-BUSY", temporary: true},
		"425":                         {answer: always(425, ""), code: "ERP-BUSY", temporary: true},
		"429 with seconds":            {answer: always(429, "", "Retry-After", "120"), code: "ERP-BUSY", temporary: true, after: 2 * time.Minute},
		"429 with a date":             {answer: always(429, "", "Retry-After", "Mon, 16 Nov 2026 14:31:00 GMT"), code: "ERP-BUSY", temporary: true, after: time.Minute},
		"429 with a date gone by":     {answer: always(429, "", "Retry-After", "Mon, 16 Nov 2026 14:00:00 GMT"), code: "ERP-BUSY", temporary: true},
		"429 with nonsense":           {answer: always(429, "", "Retry-After", "soon"), code: "ERP-BUSY", temporary: true},
		"429 with less than nothing":  {answer: always(429, "", "Retry-After", "-5"), code: "ERP-BUSY", temporary: true},
		"500":                         {answer: always(500, "stack trace"), code: "ERP-FAILED", temporary: true, says: "stack trace"},
		"503 with seconds":            {answer: always(503, "", "Retry-After", "7"), code: "ERP-FAILED", temporary: true, after: 7 * time.Second},
		"500 that names a reference":  {answer: always(500, `{"reference":"SO-1"}`), code: "ERP-FAILED", temporary: true},
		"302 to a login page":         {answer: always(302, "", "Location", "/login"), code: "ERP-REDIRECT", says: "302 Found"},
		"307":                         {answer: always(307, "", "Location", "/orders"), code: "ERP-REDIRECT"},
		"an answer with huge headers": {answer: always(200, `{"reference":"SO-1"}`, "X-Long", strings.Repeat("x", 100<<10)), code: "ERP-CONNECT", temporary: true},
		"200 cut in its body":         {answer: cut(200), code: "ERP-CONNECT", temporary: true},
		"409 cut in its body":         {answer: cut(409), code: "ERP-CONNECT", temporary: true},
		"400 cut in its body":         {answer: cut(400), code: "ERP-REJECTED", says: `{\"reference\"`},
		"a page in another alphabet":  {answer: always(400, "Größe\u202e\u00a0zu\tklein\x00\xff"), code: "ERP-REJECTED", says: `"Größe zu klein"`},
	} {
		t.Run(name, func(t *testing.T) {
			tg := target(t, erp(t, c.answer), func(conf *Config) {
				if c.reference != "" {
					conf.Reference = c.reference
				}
			})
			ref, err := deliver(t, tg)
			if c.code == "" {
				if err != nil || ref != c.ref {
					t.Fatalf("got %q and %v, want %q", ref, err, c.ref)
				}
				return
			}
			f := failed(t, err)
			if f.Code() != c.code || f.Temporary() != c.temporary || f.RetryAfter() != c.after || f.Hint() == "" {
				t.Errorf("got %s, temporary %v, after %s, hint %q: %v", f.Code(), f.Temporary(), f.RetryAfter(), f.Hint(), err)
			}
			if !strings.Contains(err.Error(), c.says) || ref != "" || len(err.Error()) > 800 {
				t.Errorf("the error does not say %q, or says too much: %v", c.says, err)
			}
		})
	}
}

// cut promises more than it writes.
func cut(status int) nethttp.HandlerFunc {
	return func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"reference":`)
	}
}

// What an answer tells of the system as a whole: a document that has to wait is no
// failure of it, and only 429 and 503 ask for it to be left alone.
func TestWhatAnswersTellOfTheSystem(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		sound  bool
		pause  time.Duration
	}{
		"409 still at work": {409, true, 0}, "429": {429, false, 5 * time.Second}, "503": {503, false, 5 * time.Second}, "500": {500, false, 0}, "401": {401, false, 0},
	} {
		_, err := deliver(t, target(t, erp(t, always(c.status, "", "Retry-After", "5")), nil))
		if f := failed(t, err); f.Sound() != c.sound || f.Pause() != c.pause {
			t.Errorf("%s: sound %v, pause %s", name, f.Sound(), f.Pause())
		}
	}
}
