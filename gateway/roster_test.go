package gateway

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"waybill/cms"
	"waybill/example"
)

// made is when the certificates of these tests are made: they last two years.
func made() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// rosterTree writes the example's configuration into a directory of the test.
func rosterTree(t testing.TB) (dir string, ours cms.Identity) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "shop")
	them, err := example.NewPartner(made())
	if err != nil {
		t.Fatal(err)
	}
	if ours, err = example.Write(dir, example.Addresses{}, them, made()); err != nil {
		t.Fatal(err)
	}
	return dir, ours
}

// edit replaces a text in a file of a configuration.
func edit(t testing.TB, dir, name, from, to string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), from) {
		t.Fatalf("%s has no %q: %v", name, from, err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func after(years int) func() time.Time {
	return func() time.Time { return made().AddDate(years, 0, 0) }
}

func TestRoster(t *testing.T) {
	dir, ours := rosterTree(t)
	if err := os.WriteFile(filepath.Join(dir, "certs", "old.cer"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ours.Certificate.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	edit(t, dir, "partners/acme-retail.yaml", "use: [verify, encrypt] }", "until: 2027-05-31 }")
	r, problems := ReadRoster(dir, after(1))
	if r == nil {
		t.Fatal(problems)
	}
	want := []Listed{{
		Name: "acme-retail", Title: "ACME Retail Inc.", Status: "production", Priority: 1, URL: "http://127.0.0.1:4082/as2",
		ISA: Pair{"ZZ:ACMERETAIL", "ZZ:OURCO"}, GS: Pair{"ACMERETAIL", "OURCO"}, AS2: &Pair{"ACME_AS2", "OURCO_AS2"},
		Documents: []ListedDocument{{Document: "850", Direction: "in", Role: "seller", Mapping: "acme-850", To: []string{"erp"}}},
		Certificates: []Held{{
			File: "certs/acme-retail.cer", Subject: "CN=ACME_AS2", Use: []string{"verify", "encrypt"}, DaysLeft: 366, NamedBy: "acme-retail", Retired: true,
			Until: time.Date(2028, 6, 1, 12, 0, 0, 0, time.UTC),
		}},
	}}
	if diff := cmp.Diff(want, r.Partners, cmpopts.IgnoreFields(Held{}, "From", "Fingerprint")); diff != "" {
		t.Error(diff)
	}
	var all [][2]string
	for _, h := range r.Certificates {
		all = append(all, [2]string{h.File, h.NamedBy})
	}
	if diff := cmp.Diff([][2]string{{"certs/ourco.cer", "as2.keys ourco"}, {"certs/acme-retail.cer", "acme-retail"}, {"certs/old.cer", ""}}, all); diff != "" {
		t.Error(diff)
	}
	if h := r.Certificates[0]; !h.Ours || h.Fingerprint != Fingerprint(ours.Certificate) {
		t.Errorf("ours is %+v", h)
	}
}

// A certificate that ended half a day ago has -1 days left, not 0.
func TestDaysLeft(t *testing.T) {
	for left, want := range map[time.Duration]int{0: 0, time.Hour: 0, 25 * time.Hour: 1, -time.Hour: -1, -25 * time.Hour: -2} {
		g := &Gateway{o: Options{Now: made}}
		if got := g.held("x", &x509.Certificate{NotAfter: made().Add(left)}, nil).DaysLeft; got != want {
			t.Errorf("%s before its end: found %d days, expected %d", left, got, want)
		}
	}
}

func TestRosterOfTheListenersCertificate(t *testing.T) {
	dir, _ := rosterTree(t)
	edit(t, dir, "waybill.yaml", "  path: /as2", "  tls: { key: keys/ourco.key, certificate: certs/ourco.cer }\n  path: /as2")
	r, problems := ReadRoster(dir, after(0))
	if r == nil {
		t.Fatal(problems)
	}
	if h := r.Certificates[1]; h.NamedBy != "as2.tls" || !h.Ours || len(h.Use) != 1 || h.Use[0] != "https" {
		t.Errorf("found %+v", h)
	}
}

func TestRosterNeedsAConfiguration(t *testing.T) {
	if r, problems := ReadRoster(t.TempDir(), after(0)); r != nil || len(problems) != 1 {
		t.Errorf("found %v, %v", r, problems)
	}
	dir, _ := rosterTree(t)
	edit(t, dir, "partners/acme-retail.yaml", "partner: ", "partnr: ")
	if r, problems := ReadRoster(dir, after(0)); r != nil || len(problems) == 0 {
		t.Errorf("found %v, %v", r, problems)
	}
}

func TestFingerprintIsThatOfOpenssl(t *testing.T) {
	got := Fingerprint(&x509.Certificate{Raw: []byte("abc")})
	if want := "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD"; got != want {
		t.Errorf("found %s", got)
	}
}
