package partners

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/settings"
	"waybill/translators"
)

const acme = `partner: acme-retail
name: ACME Retail Inc.
status: production
x12:
  them: { qualifier: ZZ, id: ACMERETAIL }
  us: { qualifier: ZZ, id: OURCO }
  version: "004010"
documents:
  "850": { direction: in, mapping: base/850, to: [erp] }
`

// options are those of most tests.
func options() Options {
	return Options{
		Targets: []string{"erp", "wms"},
		Schemas: func(set, version string) (*translators.Schema, error) {
			return nil, fmt.Errorf("no schema for %s in %s", set, version)
		},
		Canonical: func(kind string) (json.RawMessage, error) { return nil, fmt.Errorf("no kind %s", kind) },
	}
}

// folder writes files, name and content in turn, into a new config directory.
func folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		write(t, dir, files[i], files[i+1])
	}
	return dir
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func text(found []settings.Problem) string { return settings.Problems(found).Error() }

func TestOpen(t *testing.T) {
	s, found := Open(folder(t, "partners/acme-retail.yaml", acme), options())
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	p, err := s.Current().ByEnvelope("ZZ", "ACMERETAIL", "ZZ", "OURCO")
	if err != nil || p.Name() != "acme-retail" {
		t.Fatalf("found %v, %v", p, err)
	}
	_, err = s.Current().ByEnvelope("ZZ", "ACMERETIAL", "ZZ", "OURCO")
	if want := "did you mean ZZ:ACMERETAIL of acme-retail?"; !strings.Contains(err.Error(), want) {
		t.Errorf("found %v, expected %s", err, want)
	}
}
