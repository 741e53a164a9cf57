package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tested is a shop whose mapping has golden tests, written by --update.
func testedShop(t *testing.T) (dir string) {
	t.Helper()
	dir = shop(t)
	addTests(t, dir, "  - ../samples/850.edi\n  - { sample: tests/a.x12, x12: tests/a-out.x12 }\n  - tests/written.json\n")
	order, err := os.ReadFile(filepath.Join(dir, "samples", "850.edi"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "mappings", "tests", "a.x12"), string(order))
	put(t, filepath.Join(dir, "mappings", "tests", "written.json"), `{"customerOrderNumber":"7","purpose":"original","type":"standalone","orderDate":"2026-11-16","currency":"USD","parties":{"shipTo":{"name":"ACME"}},"lines":[{"lineNumber":"1","item":{"buyerItem":"9"},"quantity":{"value":"1","unit":"EA"}}]}`)
	code, stdout, stderr := command("map", "test", "--config", dir, "--update")
	if code != 0 || strings.Count(stdout, "  wrote ") != 4 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	return dir
}

func addTests(t *testing.T, dir, lines string) {
	t.Helper()
	name := filepath.Join(dir, "mappings", "acme-850.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	put(t, name, string(text)+"tests:\n"+lines)
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// change replaces a text in a file of the configuration.
func change(t *testing.T, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(text), from) {
		t.Fatalf("%q is not in %s (%v)", from, name, err)
	}
	put(t, name, strings.Replace(string(text), from, to, 1))
}

// TestMapTest: what changes in a mapping shows at the path, and --update takes it.
func TestMapTest(t *testing.T) {
	dir := testedShop(t)
	mapping := filepath.Join(dir, "mappings", "acme-850.yaml")
	commandCases(t, "map", []commandCase{
		{"as expected", []string{"test", "--config", dir}, 0, "ok      acme-850 tests/written.json\nacme-850: 3 test(s) use ", ""},
		{"named", []string{"test", "acme-850", "--config", dir, "--coverage"}, 0, "its own pairs not tried:\n    promotion: REF[YD]02", ""},
		{"no such", []string{"test", "acme-851", "--config", dir}, 2, "", "there is no mapping acme-851"},
		{"no folder", []string{"test"}, 2, "", "there is no folder "},
	})
	change(t, mapping, "A-10002: SKU-1002", "A-10002: SKU-1003")
	change(t, mapping, "promotion:              REF[YD]02", "department: drop")
	commandCases(t, "map", []commandCase{
		{"a value", []string{"test", "--config", dir}, 1, `~ lines[1].item.sku: "SKU-1002" → "SKU-1003"`, "2 problem(s) in 3 test(s)"},
		{"a value that went", []string{"test", "--config", dir}, 1, `- department: "031"`, ""},
		{"as JSON", []string{"test", "--config", dir, "-o", "json"}, 1, `"map":"acme-850"`, ""},
		{"taken", []string{"test", "--config", dir, "--update"}, 0, "wrote ", ""},
		{"again as expected", []string{"test", "--config", dir}, 0, "ok ", ""},
	})
}

// TestMapTestProblems: what a sample makes a mapping report must be expected.
func TestMapTestProblems(t *testing.T) {
	dir := testedShop(t)
	sample := filepath.Join(dir, "mappings", "tests", "a.x12")
	change(t, sample, "IN*A-10001", "IN*A-99999")
	commandCases(t, "map", []commandCase{
		{"not expected", []string{"test", "--config", dir}, 1, `hold: MAP-LOOKUP lines[0].item.sku: table acmeItems has no row for "A-99999"`, ""},
	})
	mapping := filepath.Join(dir, "mappings", "acme-850.yaml")
	change(t, mapping, "x12: tests/a-out.x12 }", `problems: ["MAP-LOOKUP lines[0].item.sku"] }`)
	commandCases(t, "map", []commandCase{
		{"expected", []string{"test", "--config", dir, "--update"}, 0, "ok ", ""},
	})
	change(t, sample, "IN*A-99999", "IN*A-10001")
	commandCases(t, "map", []commandCase{
		{"expected in vain", []string{"test", "--config", dir}, 1, "- problem MAP-LOOKUP lines[0].item.sku", ""},
	})
	put(t, sample, "hello")
	change(t, mapping, "  - tests/written.json\n", "  - tests/nowhere.json\n  - ../samples/other.edi\n")
	commandCases(t, "map", []commandCase{
		{"no sample", []string{"test", "--config", dir}, 1, "there is no file " + filepath.Join(dir, "mappings", "tests", "nowhere.json"), "3 problem(s) in 4 test(s)"},
	})
	change(t, mapping, "extends: base/850", "extends: base/851")
	commandCases(t, "map", []commandCase{
		{"a bad mapping", []string{"test", "--config", dir}, 1, "", "there is no mapping base/851"},
	})
}

func TestMapTestWithoutTests(t *testing.T) {
	dir := shop(t)
	commandCases(t, "map", []commandCase{
		{"none", []string{"test", "--config", dir}, 0, "no samples: acme-850: it compiles, and nothing is tried; name some under tests:\n", ""},
		{"none in the named one", []string{"test", "acme-850", "--config", dir}, 1, "no samples: acme-850", "1 problem(s) in 0 test(s)"},
		{"as JSON", []string{"test", "--config", dir, "-o", "json"}, 0, `{"map":"acme-850","tests":[]`, ""},
	})
	addTests(t, dir, "  - ../samples/850.edi\n")
	commandCases(t, "map", []commandCase{
		{"no golden file yet", []string{"test", "--config", dir}, 1, "map test acme-850 --update writes it", ""},
	})
}

func TestMapTestCoverage(t *testing.T) {
	dir := testedShop(t)
	change(t, filepath.Join(dir, "mappings", "tests", "a.x12"), "PO4*100~", "PKG*F****BOX~")
	_, stdout, _ := command("map", "test", "--config", dir, "-o", "json")
	var got struct {
		Coverage struct {
			Elements         int
			Unused, Unfilled []string
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err, stdout)
	}
	if c := got.Coverage; c.Elements < 100 || strings.Join(c.Unused, " ") != "850/PO1[]/PKG[]/PKG01 850/PO1[]/PKG[]/PKG05" || len(c.Unfilled) < 100 {
		t.Errorf("%+v", c)
	}
}
