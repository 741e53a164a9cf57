package http

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{"reference":"SO-1"}`, "reference", "SO-1"},
		{`{"Reference":"SO-1"}`, "reference", ""},
		{`{"a":{"b":{"c":7}}}`, "a.b.c", "7"},
		{`{"a":{"b":{"c":7}}}`, "a.b", ""},
		{`{"a":[{"n":"x"},{"n":"y"}]}`, "a.1.n", "y"},
		{`{"a":[{"n":"x"}]}`, "a.1.n", ""},
		{`{"a":[{"n":"x"}]}`, "a.-1.n", ""},
		{`{"a":[{"n":"x"}]}`, "a.n", ""},
		{`["x"]`, "0", "x"},
		{`"x"`, "reference", ""},
		{`{"reference":true}`, "reference", ""},
		{`{"reference":1e3}`, "reference", "1e3"},
		{`{"reference":"` + strings.Repeat("ä", 150) + `"}`, "reference", strings.Repeat("ä", 98) + "…"},
	} {
		v, err := parse([]byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		if got := find(v, c.path); got != c.want {
			t.Errorf("%s at %s: got %q, want %q", c.body, c.path, got, c.want)
		}
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"a b", 10, "a b"},
		{" a\r\n\tb ", 10, "a b"},
		{"a\x00\x1b[31mb\u202e", 20, "a[31mb"},
		{"\xff\xfeab", 10, "ab"},
		{"abcdefgh", 8, "abcdefgh"},
		{"abcdefghi", 8, "abcde…"},
		{"äöüäöü", 8, "äö…"},
		{"", 8, ""},
	} {
		if got := clean(c.in, c.limit); got != c.want {
			t.Errorf("clean(%q, %d) is %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

// Whatever a server answers, what is kept of it fits on one line of a log.
func FuzzReference(f *testing.F) {
	for _, body := range []string{
		`{"reference":"SO-1"}`, `{"a":[{"n":"x"}]}`, `[[[[`, `{"reference":1e999999}`, "\xef\xbb\xbf{}", `{"reference":"\ud800\u2028"}`,
		strings.Repeat(`{"a":`, 500), `{"reference":"a"}{}`, "<html>", "",
	} {
		f.Add([]byte(body), "reference")
		f.Add([]byte(body), "a.0.n")
	}
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		if len(body) > maxAnswer || checkPath(path) != nil {
			return
		}
		a := &answer{body: body}
		ref, _, err := a.read(path)
		if ref == "" && err == nil && path != NoReference {
			t.Fatal("there is neither a reference nor a reason")
		}
		for _, text := range []struct {
			s     string
			limit int
		}{{ref, maxReference}, {a.said(), maxSaid}} {
			if len(text.s) > text.limit || !utf8.ValidString(text.s) || strings.TrimSpace(text.s) != text.s ||
				strings.ContainsFunc(text.s, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Fatalf("%q is not fit for a log", text.s)
			}
		}
		if ref != "" && !strings.HasSuffix(ref, "…") && !bytes.ContainsAny(body, `\`) {
			if first, _, _ := strings.Cut(ref, " "); !bytes.Contains(bytes.Map(printable, body), []byte(first)) {
				t.Fatalf("the reference %q does not stand in the answer", ref)
			}
		}
	})
}

// printable drops what clean drops.
func printable(r rune) rune {
	if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
		return -1
	}
	return r
}

func BenchmarkReference(b *testing.B) {
	a := &answer{body: []byte(`{"status":"created","order":{"number":"SO-778812","lines":[{"line":1},{"line":2}]}}`)}
	for b.Loop() {
		if ref, _, err := a.read("order.number"); err != nil || ref == "" {
			b.Fatal(ref, err)
		}
	}
}

// TestDocument: the document in an answer, byte for byte where it counts.
func TestDocument(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{"reference":"1","document":{"kind":"orderResponse","n":1.10}}`, "document", `{"kind":"orderResponse","n":1.10}`},
		{`{"order":{"response":{"a":"b"}}}`, "order.response", `{"a":"b"}`},
		{`{"reference":"1"}`, "document", ""},
		{`{"document":null}`, "document", ""},
		{`{"document":"text"}`, "document.kind", ""},
		{`{"document":{}}`, "", ""},
		{`no JSON`, "document", ""},
	} {
		a := &answer{body: []byte(c.body)}
		if got := string(a.document(c.path)); got != c.want {
			t.Errorf("%s at %q: found %s, expected %s", c.body, c.path, got, c.want)
		}
	}
}
