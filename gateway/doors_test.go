package gateway

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/cms"
	"waybill/transports/as2"
)

// second writes another partner's profile, made of the example's by changes.
func second(t *testing.T, dir string, changes ...string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "partners", "acme-retail.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(append([]string{"partner: acme-retail", "partner: beta-retail", "ACMERETAIL", "BETARETAIL"}, changes...)...).Replace(string(data))
	if err := os.WriteFile(filepath.Join(dir, "partners", "beta-retail.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// built is a gateway that is not run.
func built(t *testing.T, dir string) *Gateway {
	t.Helper()
	c, _ := Load(dir)
	g, problems := New(c, Options{})
	if g == nil {
		t.Fatal(problems)
	}
	return g
}

func TestAPairBelongsToOnePartner(t *testing.T) {
	dir := exampleTree(t)
	second(t, dir)
	found := Check(dir)
	if len(found) != 1 || found[0].Warning {
		t.Fatalf("found %v, expected one problem", found)
	}
	for _, want := range []string{"partners/beta-retail.yaml:", "as2.them", "pair of partner acme-retail", "belongs to one partner"} {
		if !strings.Contains(found[0].String(), want) {
			t.Errorf("the problem is %q, expected it to say %q", found[0], want)
		}
	}
}

func TestLookup(t *testing.T) {
	dir := exampleTree(t)
	second(t, dir, "ACME_AS2", "BETA_AS2", "priority: 1", "status: suspended")
	g := built(t, dir)
	for _, c := range []struct {
		us, them, partner string
		suspended         bool
		err               error
	}{
		{"OURCO_AS2", "ACME_AS2", "acme-retail", false, nil},
		{"OURCO_AS2", "BETA_AS2", "beta-retail", true, nil},
		{"OURCO_AS2", "GAMMA_AS2", "", false, as2.ErrUnknownPair},
		{"ACME_AS2", "OURCO_AS2", "", false, as2.ErrUnknownPair},
		{"ourco_as2", "ACME_AS2", "", false, as2.ErrUnknownPair},
	} {
		got, err := lookup{g}.Partnership(c.us, c.them)
		if err != c.err || got.Partner != c.partner || got.Suspended != c.suspended {
			t.Errorf("%s, %s: found %s (suspended %t), %v; expected %s, %v", c.us, c.them, got.Partner, got.Suspended, err, c.partner, c.err)
		}
		if err == nil && (len(got.Ours) != 1 || len(got.Verify) != 1 || len(got.EncryptTo) != 1) {
			t.Errorf("%s: found %d keys, %d certificates to verify and %d to encrypt to", c.them, len(got.Ours), len(got.Verify), len(got.EncryptTo))
		}
	}
}

func TestSenders(t *testing.T) {
	dir := exampleTree(t)
	second(t, dir, "ACME_AS2", "BETA_AS2", "  url: http://127.0.0.1:4082/as2\n", "")
	g := built(t, dir)
	book := g.shelf.Current()
	for name, want := range map[string]string{"acme-retail": "", "beta-retail": "partner beta-retail has no as2.url to send to"} {
		p, _ := book.Partner(name)
		s, err := g.senders(book, p, "997")
		if want == "" && (err != nil || s == nil) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: found %v, %v; expected %q", name, s, err, want)
		}
	}
	p, _ := book.Partner("acme-retail")
	bare := *book
	bare.Attached = nil
	if _, err := g.senders(&bare, p, "997"); err == nil || !strings.Contains(err.Error(), "no way to be sent to") {
		t.Errorf("without transports: found %v", err)
	}
}

// TestOursSignsWithTheNamedKey: every key of ours decrypts, and the one that the
// profile names comes first.
func TestOursSignsWithTheNamedKey(t *testing.T) {
	var keys []key
	for _, name := range []string{"old", "new", "spare"} {
		keys = append(keys, key{name, cms.Identity{Certificate: &x509.Certificate{Raw: []byte(name)}}})
	}
	for name, want := range map[string]string{"": "old new spare", "old": "old new spare", "new": "new old spare", "spare": "spare old new"} {
		got, err := ours(keys, name)
		var order []string
		for _, id := range got {
			order = append(order, string(id.Certificate.Raw))
		}
		if err != nil || strings.Join(order, " ") != want {
			t.Errorf("%q: found %v, %v; expected %s", name, order, err, want)
		}
	}
	if _, err := ours(keys, "lost"); err == nil || err.Error() != `there is no key "lost"` {
		t.Errorf("a name that no key has: found %v", err)
	}
	if _, err := ours(nil, ""); err == nil {
		t.Error("without a key of ours: found no error")
	}
}
