package as2

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/cms"
)

// signedBy is a detached signature over octets, as DER.
func signedBy(t testing.TB, id cms.Identity, octets string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(octets))
	der, err := cms.SignDigest(sum[:], id, cms.SignOptions{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	return string(der)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// Shapes of signed messages that peers send: which are taken, over which octets
// they verify, and what comes out.
func TestShapesOfPeers(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require.Encrypted = false
	r := receive(t, ours)
	them := actors(t).them
	header := pack(t, theirs, "01A", nil).header
	const part = "Content-Type: application/edi-x12\r\nContent-Disposition: attachment; filename=po.edi\r\n\r\nISA*1~\r\nIEA*1~\r\n"
	const lfPart = "Content-Type: application/edi-x12\n\nISA*1~\nIEA*1~\n"
	canonical := strings.ReplaceAll(lfPart, "\n", "\r\n")
	sig := func(octets string) string { return signedBy(t, them, octets) }
	second := "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	both := func(first, signature string) string {
		return "--b\r\n" + first + "\r\n--b\r\n" + signature + "\r\n--b--\r\n"
	}
	const plain = `multipart/signed; protocol="application/pkcs7-signature"; micalg=sha256; boundary="b"`
	lf := "ISA*1~\nIEA*1~\n"
	crlf := "ISA*1~\r\nIEA*1~\r\n"
	for name, c := range map[string]struct {
		contentType, body string
		form              Form // "" when refused
		content           string
		says              string // of the refusal
	}{
		"as RFC 1847 has it":         {plain, both(part, second+b64(sig(part))), FormRaw, crlf, ""},
		"boundary without quotes":    {`multipart/signed; boundary=b; micalg=sha-256`, both(part, second+b64(sig(part))), FormRaw, crlf, ""},
		"the whole value in quotes":  {`"multipart/signed; boundary=b"`, both(part, second+b64(sig(part))), FormRaw, crlf, ""},
		"no boundary named":          {`multipart/signed`, both(part, second+b64(sig(part))), FormRaw, crlf, ""},
		"another micalg than signed": {strings.Replace(plain, "sha256", "sha1", 1), both(part, second+b64(sig(part))), FormRaw, crlf, ""},
		"binary signature":           {plain, both(part, "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: binary\r\n\r\n"+sig(part)), FormRaw, crlf, ""},
		"base64 that is binary":      {plain, both(part, second+sig(part)), FormRaw, crlf, ""},
		"no encoding said":           {plain, both(part, "Content-Type: application/pkcs7-signature\r\n\r\n"+b64(sig(part))), FormRaw, crlf, ""},
		"signature without a type":   {plain, both(part, "\r\n"+b64(sig(part))), FormRaw, crlf, ""},
		"names in lower case":        {plain, both(strings.ToLower(part), second+b64(sig(strings.ToLower(part)))), FormRaw, "isa*1~\r\niea*1~\r\n", ""},
		"preamble and epilogue":      {plain, "This is a message.\r\n" + both(part, second+b64(sig(part))) + "the end", FormRaw, crlf, ""},
		"LF, signed so":              {plain, both(lfPart, second+b64(sig(lfPart))), FormRaw, lf, ""},
		"LF header, signed as CRLF":  {plain, both(lfPart, second+b64(sig("Content-Type: application/edi-x12\r\n\r\n"+lf))), FormHeader, lf, ""},
		"LF, signed as CRLF":         {plain, both(lfPart, second+b64(sig(canonical))), FormAll, lf, ""},
		"LF throughout":              {plain, strings.ReplaceAll(both(lfPart, second+b64(sig(canonical))), "\r\n", "\n"), FormAll, lf, ""},
		"no header at all":           {plain, both("\r\nISA*1~", second+b64(sig("\r\nISA*1~"))), FormRaw, "ISA*1~", ""},
		"base64 content":             {plain, both("Content-Transfer-Encoding: base64\r\n\r\n"+b64(crlf), second+b64(sig("Content-Transfer-Encoding: base64\r\n\r\n"+b64(crlf)))), FormRaw, crlf, ""},
		"quoted-printable content":   {plain, both("Content-Transfer-Encoding: quoted-printable\r\n\r\nISA=2A1~", second+b64(sig("Content-Transfer-Encoding: quoted-printable\r\n\r\nISA=2A1~"))), FormRaw, "ISA*1~", ""},
		"a third part":               {plain, strings.Replace(both(part, second+b64(sig(part))), "--b--", "--b\r\n\r\nmore\r\n--b--", 1), FormRaw, crlf, ""},

		"changed":                  {plain, both(strings.Replace(part, "ISA", "ISB", 1), second+b64(sig(part))), "", "", "integrity-check-failed"},
		"header changed":           {plain, both(strings.Replace(part, "po.edi", "xx.edi", 1), second+b64(sig(part))), "", "", "integrity-check-failed"},
		"a line end too many":      {plain, both(part+"\r\n", second+b64(sig(part))), "", "", "integrity-check-failed"},
		"body of the stranger":     {plain, both(part, second+b64(signedBy(t, actors(t).stranger, part))), "", "", "authentication-failed"},
		"the parts are swapped":    {plain, both(second+b64(sig(part)), part), "", "", "unexpected-processing-error"},
		"one part":                 {plain, "--b\r\n" + part + "\r\n--b--\r\n", "", "", "unexpected-processing-error"},
		"not closed":               {plain, "--b\r\n" + part + "\r\n--b\r\n" + second + b64(sig(part)), "", "", "unexpected-processing-error"},
		"no part":                  {plain, "nothing", "", "", "unexpected-processing-error"},
		"empty signature":          {plain, both(part, second), "", "", "unexpected-processing-error"},
		"a certificate for one":    {plain, both(part, second+b64(string(them.Certificate.Raw))), "", "", "unexpected-processing-error"},
		"an MDN inside":            {plain, both("Content-Type: multipart/report; boundary=c\r\n\r\n--c--", second+b64(sig("Content-Type: multipart/report; boundary=c\r\n\r\n--c--"))), "", "", ""},
		"signed twice":             {plain, both("Content-Type: "+plain+"\r\n\r\n"+both(part, second+b64(sig(part))), second+b64(sig("x"))), "", "", "unexpected-processing-error"},
		"boundary in the boundary": {`multipart/signed; boundary="` + strings.Repeat("b", 300) + `"`, both(part, second+b64(sig(part))), "", "", "unexpected-processing-error"},
	} {
		t.Run(name, func(t *testing.T) {
			h := header.Clone()
			h["Message-ID"], h["Content-Type"] = []string{"<" + strings.ReplaceAll(name, " ", "-") + "@x>"}, []string{c.contentType}
			got := packed{h, []byte(c.body)}.send(t, r.url)
			list := r.in.Arrivals()
			a := list[len(list)-1]
			if c.form == "" {
				if c.says != "" && got.mdn(t).Disposition.Detail != c.says || a.Verdict.Problem == nil {
					t.Errorf("%d %s: %+v", got.status, got.body, a.Verdict.Problem)
				}
				return
			}
			if mdn := got.mdn(t); !mdn.Disposition.Accepted() {
				t.Fatalf("%s: %+v", mdn.Disposition, a.Verdict.Problem)
			}
			if content := a.Payload(t, 0); string(content) != c.content {
				t.Errorf("%q", content)
			}
			form := ""
			for _, l := range a.Verdict.Labels {
				if l.Name == "as2-signature-form" {
					form = l.Value
				}
			}
			if form != string(c.form) {
				t.Errorf("verified as %s, want %s", form, c.form)
			}
		})
	}
}

// Several documents in one message (RFC 6362), each with its name, in order.
func TestSeveralDocuments(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	header := pack(t, theirs, "01A", nil).header
	var b bytes.Buffer
	b.WriteString("Content-Type: multipart/related; boundary=d\r\n\r\n")
	for i := range 4 {
		fmt.Fprintf(&b, "--d\r\nContent-Type: application/x-%d\r\nContent-Disposition: attachment; filename=\"doc %d.edi\"\r\n\r\nnumber %d\r\n", i, i, i)
	}
	b.WriteString("--d--")
	message := "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n" + b.String() + "\r\n--s\r\n\r\n" + b64(signedBy(t, actors(t).them, b.String())) + "\r\n--s--"
	if got := (packed{header, seal(t, theirs, message)}).send(t, r.url).mdn(t); !got.Disposition.Accepted() {
		t.Fatalf("%s", got.Disposition)
	}
	a := r.in.Accepted()[0]
	if len(a.Verdict.Payloads) != 4 {
		t.Fatalf("%d documents", len(a.Verdict.Payloads))
	}
	for i, p := range a.Verdict.Payloads {
		if p.File != fmt.Sprintf("doc %d.edi", i) || p.ContentType != fmt.Sprintf("application/x-%d", i) || string(a.Payload(t, i)) != fmt.Sprintf("number %d", i) {
			t.Errorf("%d: %+v, %q", i, p, a.Payload(t, i))
		}
	}

	// The limit is of all of them together.
	ours.MaxBytes = 9 << 10
	r = receive(t, ours)
	half := strings.Repeat("x", 6<<10)
	two := "Content-Type: multipart/mixed; boundary=d\r\n\r\n--d\r\n\r\n" + half + "\r\n--d\r\n\r\n" + half + "\r\n--d--"
	message = "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n" + zipped(t, two) + "\r\n--s\r\n\r\n" + b64(signedBy(t, actors(t).them, zipped(t, two))) + "\r\n--s--"
	refused(t, r, packed{header, seal(t, theirs, message)}, refusal{failed("decompression-failed"), "AS2-DECOMPRESS", true})
}

// zipped is an entity as a compressed one.
func zipped(t testing.TB, entity string) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n")
	z, err := cms.Compress(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write([]byte(entity)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A document that is encrypted without a MIME header is taken when it begins as
// an interchange does, and nothing else is.
func TestBareInterchange(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require.Signed = false
	header := pack(t, theirs, "01A", nil).header
	for content, taken := range map[string]bool{
		"ISA*00*          *00*": true, "UNA:+.? 'UNB+UNOA:2'": true, "UNB+UNOA:2+A:14'": true, "<?xml version=\"1.0\"?>": true, "UNA+:.? 'UNB": true,
		"ISB*00*": false, "hello": false, "\x00\x01\x02\x03\x04\x05\x06": false, "IS": false, "isa*00*   ": false, "Subject: ISA\r\n\r\nx": true,
	} {
		body := seal(t, theirs, content)
		got, payload, err := openVector(t, ours, time.Now(), fieldsOf(header), body)
		if taken != (err == nil) {
			t.Errorf("%q: %v", content, err)
		}
		if err == nil && got.signed {
			t.Errorf("%q passed for signed", content)
		}
		if taken && !strings.HasPrefix(content, "Subject") && string(payload) != content {
			t.Errorf("%q became %q", content, payload)
		}
	}
}
