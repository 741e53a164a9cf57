package mailbox

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProfileOfSending(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Profile)
		want   string
	}{
		{"as it is", func(*Profile) {}, ""},
		{"title with an unknown word", func(p *Profile) { p.Title = "{set}" }, "title"},
		{"title with a line end", func(p *Profile) { p.Title = "855\nBcc: x" }, "title"},
		{"empty title", func(p *Profile) { p.Title = "" }, "title"},
		{"title with one brace", func(p *Profile) { p.Title = "{document" }, "title"},
		{"name that is a path", func(p *Profile) { p.Name = "a/{document}" }, "name"},
		{"name with an unknown word", func(p *Profile) { p.Name = "{date}.edi" }, "name"},
		{"no time", func(p *Profile) { p.Within = 0 }, "within"},
		{"nothing to encrypt to", func(p *Profile) { p.Encrypt = "aes256-cbc" }, "certificates"},
		{"a certificate for signatures only", func(p *Profile) {
			p.Encrypt, p.Certificates = "3des", []Certificate{{File: "a.pem", Use: []string{"verify"}}}
		}, "certificates"},
		{"a certificate", func(p *Profile) { p.Encrypt, p.Certificates = "3des", []Certificate{{File: "a.pem"}} }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := DefaultProfile()
			p.To = "orders@acme.test"
			c.change(&p)
			var keys []string
			for _, found := range p.Check() {
				keys = append(keys, found.Key)
			}
			if got := strings.Join(keys, ", "); got != c.want {
				t.Errorf("found problems with %q, expected %q", got, c.want)
			}
		})
	}
}

// Terms have the certificate of the day.
func TestTermsOfAProfile(t *testing.T) {
	old, now := identity(t, "old"), identity(t, "new")
	p := DefaultProfile()
	p.To, p.Sign, p.Encrypt, p.Confirm = "orders@acme.test", "sha384", "aes128-cbc", ConfirmRead
	p.Certificates = []Certificate{{File: "old.pem", Until: "2026-12-31"}, {File: "new.pem", From: "2027-01-01"}}
	certs := [][]*x509.Certificate{{old.Certificate}, {now.Certificate}}
	day := func(s string) Terms {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return p.Terms("acme", "edi@our.test", Server{Address: "mx:25"}, certs, nil, at)
	}
	before, after := day("2026-12-31"), day("2027-01-01")
	if len(before.EncryptTo) != 1 || !before.EncryptTo[0].Equal(old.Certificate) || len(after.EncryptTo) != 1 || !after.EncryptTo[0].Equal(now.Certificate) {
		t.Error("the certificates are not those of the day")
	}
	got := []string{before.From, before.To, before.Sign, string(before.Encrypt), before.Confirm, before.Subject, before.Server.Address}
	want := []string{"edi@our.test", "orders@acme.test", "sha384", "aes128-cbc", "read", "{document} {control}", "mx:25"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.Sign, p.Encrypt = "none", "none"
	if got := day("2027-01-01"); got.Sign != "" || got.Encrypt != "" {
		t.Errorf("found %+v", got)
	}
}
