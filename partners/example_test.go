package partners_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"waybill/partners"
	"waybill/translators"
)

// A Shelf reads the config directory; a Book answers who sent an envelope.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "waybill")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	profile := `
partner: acme-retail
status: testing
x12:
  them: { qualifier: ZZ, id: ACMERETAIL }
  us: { qualifier: ZZ, id: OURCO }
  version: "004010"
`
	if err := errors.Join(
		os.Mkdir(filepath.Join(dir, "partners"), 0o755),
		os.WriteFile(filepath.Join(dir, "partners", "acme-retail.yaml"), []byte(profile), 0o600),
	); err != nil {
		fmt.Println(err)
		return
	}
	shelf, problems := partners.Open(dir, partners.Options{
		Schemas:   func(set, version string) (*translators.Schema, error) { return nil, errors.New("no schemas here") },
		Canonical: func(kind string) (json.RawMessage, error) { return nil, errors.New("no kinds here") },
	})
	for _, p := range problems {
		fmt.Println(p)
	}
	book := shelf.Current()
	p, _ := book.ByEnvelope("ZZ", "ACMERETAIL", "ZZ", "OURCO")
	fmt.Println(p.Name())
	fmt.Println(p.UsageStop("P"))
	_, err = book.ByEnvelope("ZZ", "ACMERETIAL", "ZZ", "OURCO")
	fmt.Println(err)
	// Output:
	// acme-retail
	// ISA15 = P (production data), but the status of acme-retail is testing
	// no partner sends as ZZ:ACMERETIAL; did you mean ZZ:ACMERETAIL of acme-retail?
}
