package partners

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAgreementsAreInOrderAndTheCallers(t *testing.T) {
	book, _ := loadFiles(map[string][]byte{"partners/acme.yaml": []byte(`
partner: acme
status: testing
x12:
  them: { qualifier: ZZ, id: ACMERETAIL }
  us: { qualifier: ZZ, id: OURCO }
  version: "004010"
documents:
  "860": { direction: in, mapping: base/850, to: [erp] }
  "850": { direction: in, role: buyer, mapping: base/850, to: [erp] }
`)})
	p, ok := book.Partner("acme")
	if !ok {
		t.Fatal("there is no profile")
	}
	all := p.Agreements()
	var got [][3]string
	for _, a := range all {
		got = append(got, [3]string{a.Document, a.Role, a.Mapping()})
	}
	if diff := cmp.Diff([][3]string{{"850", "buyer", "base/850"}, {"860", "seller", "base/850"}}, got); diff != "" {
		t.Error(diff)
	}
	all[0].To[0] = "elsewhere"
	if again := p.Agreements(); again[0].To[0] != "erp" {
		t.Errorf("the profile was changed to %v", again[0].To)
	}
}

func TestCertificateFilesOfTheBook(t *testing.T) {
	certificate, _ := certificatePEM(t, newIdentity(t, "ACME", 1, when()))
	book, _ := loadFiles(map[string][]byte{
		"certs/b.cer": []byte(certificate), "certs/a.txt": []byte("who to ask"), "partners/notes.md": nil,
	})
	got := book.CertificateFiles()
	if len(got) != 2 || got[0].Path != "certs/a.txt" || len(got[0].Certificates) != 0 || got[1].Path != "certs/b.cer" || len(got[1].Certificates) != 1 {
		t.Errorf("found %+v", got)
	}
}
