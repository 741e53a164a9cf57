package mailbox

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/cms"
)

// smime is `openssl cms`, an S/MIME program of others, with a partner's key and ours.
type smime struct {
	dir          string
	theirs, ours cms.Identity
}

func newSMIME(t *testing.T) *smime {
	t.Helper()
	needs(t, "openssl", "openssl")
	s := &smime{dir: t.TempDir()}
	for name, id := range map[string]*cms.Identity{"theirs": &s.theirs, "ours": &s.ours} {
		var err error
		if *id, err = cms.NewIdentity(name, 1, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		cert, key, err := id.PEM()
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, name+".cer", cert)
		s.write(t, name+".key", key)
	}
	return s
}

func (s *smime) write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run wraps an entity; its lines end in CRLF as a mail's do.
func (s *smime) run(t *testing.T, entity string, args ...string) string {
	t.Helper()
	c := exec.Command("openssl", append([]string{"cms", "-crlfeol", "-binary"}, args...)...)
	c.Dir, c.Stdin = s.dir, strings.NewReader(entity)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	return string(out)
}

func (s *smime) signed(t *testing.T, entity string, more ...string) string {
	return s.run(t, entity, append([]string{"-sign", "-signer", "theirs.cer", "-inkey", "theirs.key", "-md", "sha256"}, more...)...)
}

func (s *smime) sealed(t *testing.T, entity string) string {
	return s.run(t, entity, "-encrypt", "-aes256", "ours.cer")
}

// partner is acme, who signs and encrypts.
func (s *smime) partner() Account {
	a := acme()
	a.Require = Require{Signed: true, Encrypted: true}
	a.Verify, a.Ours = []*x509.Certificate{s.theirs.Certificate}, []cms.Identity{s.ours}
	return a
}

const inner = "Content-Type: application/edi-x12; name=po.edi\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + order

// crlf mends the ends of lines: openssl ends those of its own header in LF.
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

func TestMailsThatAreSecured(t *testing.T) {
	s := newSMIME(t)
	signedOnly, sealedOnly, none := s.partner(), s.partner(), s.partner()
	signedOnly.Require.Encrypted, sealedOnly.Require.Signed, none.Require = false, false, Require{}
	stranger := s.partner()
	stranger.Verify = []*x509.Certificate{s.ours.Certificate}
	locked := s.partner()
	locked.Ours = []cms.Identity{s.theirs}
	signed := crlf(s.signed(t, inner))
	for name, c := range map[string]struct {
		account Account
		mail    string
		code    string
	}{
		"signed":                 {signedOnly, signed, ""},
		"opaque":                 {signedOnly, crlf(s.signed(t, inner, "-nodetach")), ""},
		"encrypted":              {sealedOnly, crlf(s.sealed(t, inner)), ""},
		"signed and encrypted":   {s.partner(), crlf(s.sealed(t, signed)), ""},
		"more than was asked":    {none, crlf(s.sealed(t, signed)), ""},
		"signed in a list":       {signedOnly, mixedWith("zz", "\r\nA footer of a list", strings.TrimPrefix(signed, "MIME-Version: 1.0\r\n")), ""},
		"not signed":             {signedOnly, inner, "MAIL-SECURITY"},
		"not encrypted":          {s.partner(), signed, "MAIL-SECURITY"},
		"not signed inside":      {s.partner(), crlf(s.sealed(t, inner)), "MAIL-SECURITY"},
		"a document beside it":   {signedOnly, mixedWith("zz", attached("evil.edi", order), strings.TrimPrefix(signed, "MIME-Version: 1.0\r\n")), "MAIL-SECURITY"},
		"changed":                {signedOnly, strings.Replace(signed, "ISA*00", "ISA*01", 1), "MAIL-SIGNATURE"},
		"another's":              {stranger, crlf(s.sealed(t, signed)), "MAIL-SIGNATURE"},
		"to somebody else":       {locked, crlf(s.sealed(t, signed)), "MAIL-DECRYPT"},
		"SHA-1":                  {signedOnly, crlf(s.signed(t, inner, "-md", "sha1")), "MAIL-SIGNATURE"},
		"a signature of nothing": {signedOnly, strings.Replace(signed, "MII", "AAA", 1), "MAIL-MIME"},
	} {
		t.Run(name, func(t *testing.T) {
			got := take(t, at(c.account), "From: edi@acme.example\r\n"+c.mail)
			h := got.Verdict.Hold
			switch {
			case c.code == "" && (h != nil || len(got.Verdict.Payloads) != 1 || !strings.HasPrefix(string(got.Payload(t, 0)), order)):
				t.Errorf("found %+v, %d documents", h, len(got.Verdict.Payloads))
			case c.code != "" && (h == nil || h.Code != c.code):
				t.Errorf("found %+v, expected %s", h, c.code)
			}
			if by := label(got.Verdict.Labels, "mail-signed-by"); c.code == "" && strings.Contains(name, "signed") && !strings.Contains(by, "theirs") {
				t.Errorf("signed by %q", by)
			}
		})
	}
}

// Documents that are packed so that they grow without end are stopped.
func TestMailThatGrows(t *testing.T) {
	var b bytes.Buffer
	z, err := cms.Compress(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write([]byte(inner + strings.Repeat(" ", 60<<20))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	mail := fromAcme + "Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(b.Bytes())
	if h := take(t, at(acme()), mail).Verdict.Hold; h == nil || h.Code != "MAIL-SIZE" {
		t.Errorf("found %+v", h)
	}
}
