package partners

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"waybill/canonical"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
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

// options are those of most tests: the real schemas, two adapters.
func options() Options {
	return Options{Targets: []string{"erp", "wms"}, Schemas: schemas, Guides: guideOf, Canonical: canonical.Schema}
}

// guideOf compiles a guide by the program's own library.
func guideOf(fsys fs.FS, dir, name string) (*translators.Schema, []settings.Problem) {
	library, err := loaded()
	if err != nil {
		return nil, []settings.Problem{{File: name, Text: err.Error()}}
	}
	return library.Guide(fsys, dir, name)
}

// schemas finds a schema in the program's own library.
func schemas(set, version string) (*translators.Schema, error) {
	library, err := loaded()
	if err != nil {
		return nil, err
	}
	s, err := library.Schema(set, version)
	if err != nil { // in words of our own, so that the library can change its words
		return nil, fmt.Errorf("there is no schema of %s in version %s", set, version)
	}
	return s, nil
}

var loaded = sync.OnceValues(x12.Load)

// configDir writes files, name and content in turn, into a new config directory.
func configDir(t testing.TB, files ...string) string {
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
	s, found := Open(configDir(t, "partners/acme-retail.yaml", acme), options())
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
