package as2

import (
	"crypto"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/cms"
	"waybill/settings"
)

const profileText = `
us: OURCO_AS2
them: "ACME AS2"
url: https://as2.acme.example/receive
sign: sha512
encrypt: aes128-cbc
compress: true
require: [signed]
accept: [sha1, expired]
mdn: { request: signed, timeout: 90s }
certificates:
  - { file: certs/acme-2025.cer, use: [verify, encrypt], until: 2026-12-05 }
  - { file: certs/acme-2026.cer, use: [verify, encrypt], from: 2026-12-01 }
  - { file: certs/acme-mdn.cer, use: [verify] }
transfer: base64
micalg: sha-256
headers: { X-Key: abc }
user: ourco
password: secret://env/ACME
max_size: 20MB
retry: { first: 1m, max: 30m, give_up: 24h }
`

func readProfile(t *testing.T, text string) (Profile, []settings.Problem) {
	t.Helper()
	node, found := settings.Parse("acme.yaml", []byte(text))
	if len(found) > 0 {
		t.Fatal(found)
	}
	p := DefaultProfile()
	found = settings.Decode("acme.yaml", node, &p)
	return p, append(found, p.Check()...)
}

func TestProfile(t *testing.T) {
	p, found := readProfile(t, profileText)
	if len(found) > 0 {
		t.Fatal(found)
	}
	old, next, mdn := &x509.Certificate{Raw: []byte("old")}, &x509.Certificate{Raw: []byte("next")}, &x509.Certificate{Raw: []byte("mdn")}
	ours := []cms.Identity{{Certificate: &x509.Certificate{Raw: []byte("us")}}}
	m := Material{Partner: "acme", Certificates: [][]*x509.Certificate{{old}, {next}, {mdn}}, Ours: ours, Password: "pw"}
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	got := p.Partnership(m, day("2026-11-30 12:00:00"))
	if got.Partner != "acme" || got.Us != "OURCO_AS2" || got.Them != "ACME AS2" || got.Sign != crypto.SHA512 || got.Encrypt != "aes128-cbc" ||
		got.Compress != CompressBefore || !got.Require.Signed || got.Require.Encrypted || !got.Accept.SHA1 || !got.Accept.Expired || got.Accept.NoMIC ||
		got.MDN != (MDNTerms{ReceiptSigned, 90 * time.Second}) || !got.Base64 || !got.HyphenMIC || got.User != "ourco" || got.Password != "pw" ||
		got.MaxBytes != 20_000_000 || got.Header["X-Key"][0] != "abc" || len(got.Ours) != 1 {
		t.Errorf("%+v", got)
	}
	for at, want := range map[string][2][]*x509.Certificate{
		"2026-11-30 23:59:59": {{old, mdn}, {old}},
		"2026-12-01 00:00:00": {{old, next, mdn}, {old, next}},
		"2026-12-05 23:59:59": {{old, next, mdn}, {old, next}},
		"2026-12-06 00:00:00": {{next, mdn}, {next}},
	} {
		got := p.Partnership(m, day(at))
		if diff := cmp.Diff(want, [2][]*x509.Certificate{got.Verify, got.EncryptTo}, cmp.Comparer(func(a, b *x509.Certificate) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", at, diff)
		}
	}
}

// What a profile does not say is safe: signed and encrypted, both ways.
func TestProfileDefaults(t *testing.T) {
	p, found := readProfile(t, "us: A\nthem: B\ncertificates: [{ file: b.cer }]\n")
	if len(found) > 0 {
		t.Fatal(found)
	}
	cert := &x509.Certificate{}
	got := p.Partnership(Material{Certificates: [][]*x509.Certificate{{cert}}}, time.Now())
	if got.Sign != crypto.SHA256 || got.Encrypt != "aes256-cbc" || got.Compress != CompressNone || !got.Require.Signed || !got.Require.Encrypted ||
		got.MDN.Request != ReceiptSigned || len(got.Verify) != 1 || len(got.EncryptTo) != 1 || got.Accept != (Accept{}) || got.maxBytes() != DefaultMaxBytes {
		t.Errorf("%+v", got)
	}
}

func TestProfileProblems(t *testing.T) {
	base := "us: A\nthem: B\ncertificates: [{ file: b.cer }]\n"
	for text, key := range map[string]string{
		"them: B\ncertificates: [{ file: b.cer }]\n":          "us",
		base + "sing: sha256\n":                               "sing",
		base + "sign: md5\n":                                  "sign",
		base + "encrypt: rc4\n":                               "encrypt",
		base + "compress: maybe\n":                            "compress",
		base + "require: [sealed]\n":                          "require[0]",
		base + "accept: [md5]\n":                              "accept[0]",
		base + "mdn: { mode: async }\n":                       "mdn.mode",
		base + "mdn: { request: perhaps }\n":                  "mdn.request",
		base + "mdn: { timeout: 2h }\n":                       "mdn.timeout",
		base + "url: ftp://x\n":                               "url",
		base + "url: https://user:pw@x/\n":                    "url",
		base + "transfer: 7bit\n":                             "transfer",
		base + "micalg: md5\n":                                "micalg",
		base + "max_size: 0\n":                                "max_size",
		base + "password: hunter2\n":                          "password",
		base + "password: secret://env/X\n":                   "user",
		base + "headers: { \"X-A\": \"a\\r\\nX-B: b\" }\n":    "headers",
		base + "retry: { first: 1h, max: 1m }\n":              "retry",
		"us: A\nthem: B\n":                                    "certificates",
		"us: A\nthem: B\ncertificates: [{ use: [sign] }]\n":   "certificates[0].use[0]",
		"us: A\nthem: B\ncertificates: [{ use: [verify] }]\n": "certificates[0].file",
		"us: A\nthem: B\ncertificates: [{ file: x, from: 2026-12-02, until: 2026-12-01 }]\n": "certificates[0]",
		"us: A\nthem: B\ncertificates: [{ file: x, from: tomorrow }]\n":                      "certificates[0]",
	} {
		_, found := readProfile(t, text)
		hit := false
		for _, f := range found {
			hit = hit || f.Key == key
			if strings.Contains(f.Text+f.Hint, "hunter2") {
				t.Error("a problem repeats a secret")
			}
		}
		if !hit {
			t.Errorf("%q: no problem at %s but %v", text, key, found)
		}
	}
}

func TestListener(t *testing.T) {
	node, found := settings.Parse("waybill.yaml", []byte(`
listen: 0.0.0.0:4080
path: /in/as2
keys: [{ name: main, key: keys/as2.key, certificate: keys/as2.cer }]
tls: { key: keys/tls.key, certificate: keys/tls.cer }
in_flight: 8
timeouts: { header: 5s, stop: 1m }
`))
	l := DefaultListener()
	found = append(found, settings.Decode("waybill.yaml", node, &l)...)
	if found = append(found, l.Check()...); len(found) > 0 {
		t.Fatal(found)
	}
	o := l.Options()
	if o.Address != "0.0.0.0:4080" || o.Path != "/in/as2" || o.InFlight != 8 || o.Timeouts.Header != 5*time.Second || o.Timeouts.Idle != time.Minute || o.Timeouts.Stop != time.Minute {
		t.Errorf("%+v", o)
	}
	if def := DefaultListener(); len(def.Check()) > 0 || !strings.HasPrefix(def.Listen, "127.0.0.1:") {
		t.Errorf("the default is wrong: %v", def.Check())
	}
	bad := Listener{Listen: "4080", Path: "as2", TLS: ListenerTLS{Key: "x"}, Keys: []Key{{}, {Name: "a", Key: "k"}, {Name: "a", Key: "k"}}}
	want := map[string]bool{"listen": true, "path": true, "tls": true, "in_flight": true, "keys[0].name": true, "keys[0].key": true, "keys[2].name": true,
		"timeouts.header": true, "timeouts.idle": true, "timeouts.body": true, "timeouts.stop": true}
	got := map[string]bool{}
	for _, p := range bad.Check() {
		got[p.Key] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
