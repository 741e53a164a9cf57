package gateway_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/example"
	"waybill/gateway"
)

// tree writes the example configuration and returns its directory.
func tree(t testing.TB, a example.Addresses) string {
	t.Helper()
	partner, err := example.NewPartner(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "config")
	if _, err := example.Write(dir, a, partner, time.Now()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheExampleIsGood(t *testing.T) {
	for _, p := range gateway.Check(tree(t, example.Addresses{})) {
		t.Errorf("a new tree has a problem: %s", p)
	}
}

// replace changes one text of a file of the tree.
func replace(t testing.TB, dir, file, old, with string) {
	t.Helper()
	name := filepath.Join(dir, file)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(data), old, with)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheckNamesFileLineAndCure(t *testing.T) {
	for _, c := range []struct {
		name, file, old, with string
		want                  []string // all in one problem
	}{
		{"unknown key", "waybill.yaml", "observe:", "obsrve:", []string{"waybill.yaml:", "obsrve", "did you mean observe?"}},
		{"unknown store", "waybill.yaml", "sqlite:data", "mysql:data", []string{"waybill.yaml:7:8: store", "expected sqlite:PATH or postgres://"}},
		{"unknown kind of adapter", "waybill.yaml", "kind: http", "kind: htp", []string{"waybill.yaml:", "adapters.erp.kind", "expected http"}},
		{"key that is not there", "waybill.yaml", "keys/ourco.key", "keys/lost.key", []string{"waybill.yaml:", "as2.keys[0].key", "lost.key"}},
		{"wrong listener", "waybill.yaml", "127.0.0.1:4080", "127.0.0.1", []string{"waybill.yaml:", "as2.listen"}},
		{"wrong level", "waybill.yaml", "level: info", "level: loud", []string{"waybill.yaml:25:15: log.level", "debug, info, warn or error"}},
		{"no workers", "waybill.yaml", "payloads:", "workers: 0\npayloads:", []string{"workers", "found 0", "expected 1 to 256"}},
		{"a lease that is too short", "waybill.yaml", "payloads:", "lease: 10ms\npayloads:", []string{"lease", "found 10ms", "expected 1s to 1h"}},
		{"retries without a pause", "waybill.yaml", "payloads:", "retry: { first: 0s }\npayloads:", []string{"retry", "found first 0s", "expected 0 < first"}},
		{"no attempt at all", "waybill.yaml", "payloads:", "retry: { attempts: 0 }\npayloads:", []string{"retry", "attempts 0"}},
		{"a wait that shrinks", "waybill.yaml", "payloads:", "retry: { first: 1h, max: 1m }\npayloads:", []string{"retry", "max 1m"}},
		{"pages without a port", "waybill.yaml", "127.0.0.1:4081", "127.0.0.1", []string{"observe.listen", "such as 127.0.0.1:4081"}},
		{"two doors at one address", "waybill.yaml", "127.0.0.1:4080 ", "127.0.0.1:4081 ", []string{"waybill.yaml:11:11: as2.listen", "observe.listen"}},
		{"unknown key of a block", "waybill.yaml", "timeout: 10s", "tiemout: 10s", []string{"waybill.yaml:", "adapters.erp.tiemout", "did you mean timeout?"}},
		{"missing key of a block", "partners/defaults.yaml", "  us: OURCO_AS2\n", "", []string{"acme-retail.yaml:", "as2.us: is missing"}},
		{"wrong format of the log", "waybill.yaml", "format: text", "format: xml", []string{"log.format", "json or text"}},
		{"an https listener without its key", "waybill.yaml", "  path: /as2 ", "  tls: { key: keys/ourco.key }\n  path: /as2 ", []string{"waybill.yaml:", "as2.tls", "both key and certificate"}},
		{"an https listener whose key is lost", "waybill.yaml", "  path: /as2 ", "  tls: { key: keys/x.key, certificate: certs/ourco.cer }\n  path: /as2 ", []string{"waybill.yaml:", "as2.tls", "x.key"}},
		{"an adapter's secret that is not there", "waybill.yaml", "timeout: 10s", "timeout: 10s\n    auth: { kind: bearer, secret: \"secret://file/lost\" }", []string{"waybill.yaml:", "adapters.erp", "lost"}},
		{"a key of ours that has no such name", "partners/acme-retail.yaml", "as2:\n", "as2:\n  key: oldkey\n", []string{"acme-retail.yaml:", "as2.key", "oldkey", "waybill.yaml"}},
		{"a password that is not there", "partners/acme-retail.yaml", "as2:\n", "as2:\n  user: u\n  password: \"secret://env/WAYBILL_TEST_LOST\"\n", []string{"acme-retail.yaml:", "as2.password", "WAYBILL_TEST_LOST"}},
		{"unknown key of a profile", "partners/acme-retail.yaml", "priority:", "prioritty:", []string{"acme-retail.yaml:", "did you mean priority?"}},
		{"adapter that is not there", "partners/acme-retail.yaml", "to: [erp]", "to: [epr]", []string{"acme-retail.yaml:", "epr", "erp"}},
		{"mapping that is not there", "partners/acme-retail.yaml", "mapping: acme-850", "mapping: acme-851", []string{"acme-851"}},
		{"certificate that is not there", "partners/acme-retail.yaml", "certs/acme-retail.cer", "certs/x.cer", []string{"acme-retail.yaml:", "as2.certificates[0].file", "x.cer"}},
		{"unknown cipher", "partners/acme-retail.yaml", "as2:\n", "as2:\n  encrypt: rot13\n", []string{"acme-retail.yaml:", "as2.encrypt", "rot13"}},
		{"misspelt path", "mappings/acme-850.yaml", "promotion:", "promotoin:", []string{"acme-850.yaml:", "promotoin", "did you mean promotion"}},
		{"element that is not there", "mappings/acme-850.yaml", "REF[YD]02", "REF[YD]09", []string{"acme-850.yaml:", "REF"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := tree(t, example.Addresses{})
			replace(t, dir, c.file, c.old, c.with)
			problems := gateway.Check(dir)
			for _, p := range problems {
				found := true
				for _, w := range c.want {
					found = found && strings.Contains(p.String(), w)
				}
				if found && !p.Warning {
					return
				}
			}
			t.Errorf("no problem says %q; found:\n%v", c.want, problems)
		})
	}
}

// A mistake in one block of waybill.yaml is no problem of the profiles that refer to it.
func TestCheckBlamesNobodyElse(t *testing.T) {
	for _, c := range [][2]string{{"kind: http", "kind: htp"}, {"timeout: 10s", "timeout: 10"}, {"path: /as2", "paht: /as2"}} {
		dir := tree(t, example.Addresses{})
		replace(t, dir, "waybill.yaml", c[0], c[1])
		if found := gateway.Check(dir); len(found) != 1 {
			t.Errorf("%s: found %d problems, expected one:\n%v", c[1], len(found), found)
		}
	}
}

func TestCheckWarnsOfOurOwnCertificate(t *testing.T) {
	dir := tree(t, example.Addresses{})
	replace(t, dir, "partners/acme-retail.yaml", "certs/acme-retail.cer", "certs/ourco.cer")
	found := gateway.Check(dir)
	if len(found) != 1 || !found[0].Warning || !strings.Contains(found[0].String(), "our own certificate") {
		t.Errorf("found %v, expected one warning of our own certificate", found)
	}
}

func TestCheckRefusesAKeyThatOthersMayRead(t *testing.T) {
	dir := tree(t, example.Addresses{})
	if err := os.Chmod(filepath.Join(dir, "keys", "ourco.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	found := gateway.Check(dir)
	if len(found) == 0 || !strings.Contains(found[0].String(), "chmod 600") {
		t.Errorf("found %v, expected a problem that says chmod 600", found)
	}
}

func TestCheckReportsEveryProblem(t *testing.T) {
	dir := tree(t, example.Addresses{})
	replace(t, dir, "waybill.yaml", "level: info", "level: loud")
	replace(t, dir, "waybill.yaml", "kind: http", "kind: htp")
	replace(t, dir, "partners/acme-retail.yaml", "priority:", "prioritty:")
	if found := gateway.Check(dir); len(found) < 3 {
		t.Errorf("found %d problems, expected all three:\n%v", len(found), found)
	}
}

func TestCheckOfADirectoryWithoutConfiguration(t *testing.T) {
	found := gateway.Check(t.TempDir())
	if len(found) != 1 || !strings.Contains(found[0].Hint, "waybill init") {
		t.Errorf("found %v, expected one problem that names waybill init", found)
	}
}
