package entity

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadFields(t *testing.T) {
	in := "Content-Type: multipart/signed;\r\n\tboundary=\"b\"\ncontent-type: text/plain\r\nX-Empty:\r\n\r\nbody"
	br := bufio.NewReader(strings.NewReader(in))
	f, raw, err := ReadFields(br)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Get("CONTENT-TYPE"); got != `multipart/signed; boundary="b"` {
		t.Errorf("folded and repeated: %q", got)
	}
	rest, _ := io.ReadAll(br)
	if string(rest) != "body" || string(raw)+"body" != in {
		t.Errorf("raw octets are not those that came: %q", raw)
	}
	for _, bad := range []string{"no colon\r\n\r\n", " folded first\r\n\r\n", "a b: c\r\n\r\n", ": x\r\n\r\n", "\x80: x\r\n\r\n",
		strings.Repeat("X: y\r\n", 20_000), "X: " + strings.Repeat("y", 100_000)} {
		if _, _, err := ReadFields(bufio.NewReaderSize(strings.NewReader(bad), BufferSize)); err == nil {
			t.Errorf("%.40q was taken for a header", bad)
		}
	}
}

func TestParseMedia(t *testing.T) {
	for in, want := range map[string]Media{
		`multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; ` + "\t" + `boundary="----=_Part_1"`: {"multipart/signed",
			map[string]string{"protocol": "application/pkcs7-signature", "micalg": "sha-256", "boundary": "----=_Part_1"}},
		`"multipart/signed; boundary=\"x y\""`:           {"multipart/signed", map[string]string{"boundary": "x y"}},
		`Multipart/Signed; BOUNDARY=x; boundary=y`:       {"multipart/signed", map[string]string{"boundary": "x"}},
		`multipart/report; report-type=a b; boundary=x;`: {"multipart/report", map[string]string{"report-type": "a b", "boundary": "x"}},
		`application/edi-x12; name*=UTF-8''p%C3%B6.edi`:  {"application/edi-x12", map[string]string{"name": "pö.edi"}},
		`text/plain;;; junk; ; charset = "a\"b" ; x`:     {"text/plain", map[string]string{"charset": `a"b`}},
		``: {"", map[string]string{}},
	} {
		if diff := cmp.Diff(want, ParseMedia(in), cmp.AllowUnexported(Media{})); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

func TestFileOf(t *testing.T) {
	for _, c := range []struct{ disposition, contentType, want string }{
		{`attachment; filename="../x/po 1.edi"`, "", "po 1.edi"},
		{`Attachment; filename=po.edi`, "", "po.edi"},
		{`attachment; filename="=?utf-8?B?cMO2LmVkaQ==?="`, "", "pö.edi"},
		{`attachment; filename*=UTF-8''p%C3%B6.edi`, "", "pö.edi"},
		{"", `application/edi-x12; name=po.edi`, "po.edi"},
		{"attachment", "application/edi-x12", ""},
	} {
		f := Fields{{"Content-Disposition", c.disposition}, {"Content-Type", c.contentType}}
		if got := f.File(); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.disposition, c.contentType, got, c.want)
		}
	}
}

// all reads every part of a multipart.
func all(r io.Reader, boundary string) ([]string, error) {
	p, err := NewParts(bufio.NewReaderSize(r, 64), boundary)
	if err != nil {
		return nil, err
	}
	var list []string
	for {
		part, err := p.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return list, err
		}
		list = append(list, string(b))
	}
}

func TestParts(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"plain":                    {"--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n", []string{"one", "two"}},
		"line feeds only":          {"--b\none\n--b\ntwo\n--b--", []string{"one", "two"}},
		"preamble and epilogue":    {"Content-Type: x\r\n\r\n--b\r\none\r\n--b--\r\nrest", []string{"one"}},
		"space after boundary":     {"--b \t\r\none\r\n--b-- \r\n", []string{"one"}},
		"longer word is content":   {"--b\r\n--bc\r\n--b--c\r\n--b--\r\n", []string{"--bc\r\n--b--c"}},
		"empty part":               {"--b\r\n\r\n--b--", []string{""}},
		"part without any line":    {"--b\r\n--b--", []string{""}},
		"line ends belong to part": {"--b\r\n\r\none\r\n\r\n\r\n--b--", []string{"\r\none\r\n\r\n"}},
		"lone carriage returns":    {"--b\r\na\rb\r\r\n--b--", []string{"a\rb\r"}},
		"boundary in the middle":   {"--b\r\nx --b\r\n--b--", []string{"x --b"}},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in))} {
			got, err := all(r, "b")
			if err != nil {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %s: %s", name, how, diff)
			}
		}
	}
}

func TestPartsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		in, boundary string
		want         error
	}{
		"no boundary":      {"", "", ErrNoBoundary},
		"long boundary":    {"", strings.Repeat("b", 201), ErrNoBoundary},
		"no start":         {"one\r\ntwo\r\n", "b", ErrNoStart},
		"no end":           {"--b\r\none\r\n", "b", ErrNoEnd},
		"empty":            {"", "b", ErrNoStart},
		"too many":         {strings.Repeat("--b\r\nx\r\n", 51) + "--b--", "b", ErrTooMany},
		"ends in boundary": {"--b\r\none\r\n--b", "b", ErrNoEnd},
	} {
		if _, err := all(strings.NewReader(c.in), c.boundary); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Parts come back octet by octet, whatever they hold and however the reads fall.
func TestPartsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SliceOfN(rapid.SampledFrom([]string{"\r", "\n", "\r\n", "-", "--", "--q", "b", "x", strings.Repeat("y", 63), "\x00"}), 0, 40)
		var want []string
		var b strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			part := strings.Join(piece.Draw(t, "part"), "")
			want = append(want, part)
			b.WriteString("--bound\r\n" + part + "\r\n")
		}
		b.WriteString("--bound--\r\n")
		got, err := all(strings.NewReader(b.String()), "bound")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDecoded(t *testing.T) {
	for _, c := range []struct {
		in, encoding string
		cms          bool
		want         string
	}{
		{"SVNBKjAw\r\n", "base64", false, "ISA*00"},
		{"SVNB KjAw\r\n\t", "BASE64", false, "ISA*00"},
		{"ISA*00", "base64", false, "ISA*00"}, // the header lies
		{"ISA=2A00", "quoted-printable", false, "ISA*00"},
		{"abcd", "", false, "abcd"},
		{"abcd", "8bit", false, "abcd"},
		{"0\x80\x06", "base64", true, "0\x80\x06"}, // binary CMS behind a base64 label
		{"MIAG", "binary", true, "0\x80\x06"},      // and the other way round
		{"MIAG", "", true, "0\x80\x06"},
	} {
		r, err := Decoded(bufio.NewReader(strings.NewReader(c.in)), c.encoding, c.cms)
		if err != nil {
			t.Errorf("%q as %s: %v", c.in, c.encoding, err)
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != c.want {
			t.Errorf("%q as %s: %q, %v", c.in, c.encoding, got, err)
		}
	}
	if _, err := Decoded(bufio.NewReader(strings.NewReader("x")), "x-uuencode", false); !errors.Is(err, ErrTransfer) {
		t.Errorf("unknown encoding: %v", err)
	}
}

func TestToBase64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "content")
		var b bytes.Buffer
		w := ToBase64(&b)
		for rest := want; len(rest) > 0; {
			n := min(rapid.IntRange(1, 100).Draw(t, "piece"), len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if len(line) > 78 || !strings.HasSuffix(line, "\r\n") {
				t.Fatalf("line %q", line)
			}
		}
		got, err := io.ReadAll(fromBase64(&b))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v: %q, want %q", err, got, want)
		}
	})
}
