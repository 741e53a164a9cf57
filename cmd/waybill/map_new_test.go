package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMapNew: the file is written with its samples and golden files, passes check
// and map test, and is not written over.
func TestMapNew(t *testing.T) {
	dir := shop(t)
	sample := changedFile(t, mapOrder, "PO4*100~", "PKG*F****BOX~")
	mapping := filepath.Join(dir, "mappings", "bolt-stores-850.yaml")
	put(t, mapping, "# as partner new writes it\nmap: bolt-stores-850\nextends: base/850\n# fields:\n")
	commandCases(t, "map", []commandCase{
		{"printed", []string{"new", "--partner", "bolt-stores", "--from", sample, "--print"}, 0, "  lines[].extensions.bolt.packagingMarkingDescription:  PKG[F]05", ""},
		{"written", []string{"new", "--partner", "bolt-stores", "--from", sample, "--config", dir}, 0, "wrote " + mapping + ": ", ""},
		{"tested", []string{"test", "bolt-stores-850", "--config", dir}, 0, "ok      bolt-stores-850 tests/bolt-stores/changed.x12", ""},
		{"there already", []string{"new", "--partner", "bolt-stores", "--from", sample, "--config", dir}, 2, "", "bolt-stores-850.yaml is there already"},
		{"written over", []string{"new", "--partner", "bolt-stores", "--from", sample, "--config", dir, "--force"}, 0, "1 test(s), 94 of 94 elements used", ""},
		{"by a name", []string{"new", "bolt-2", "--from", sample, "--config", dir, "--extends", "acme-850"}, 0, "bolt-2.yaml: ", ""},
		{"two samples", []string{"new", "bolt-3", "--from", sample, mapOrder, "--config", dir}, 0, "2 test(s)", ""},
		{"no sample", []string{"new", "--partner", "bolt-stores"}, 2, "", "expected --from SAMPLE and --partner PARTNER"},
		{"no file", []string{"new", "--partner", "b", "--from", "nowhere", "--print"}, 2, "", "nowhere"},
		{"no folder", []string{"new", "--partner", "b", "--from", sample, "--config", "nowhere"}, 2, "", "there is no folder "},
		{"no X12", []string{"new", "--partner", "b", "--from", filepath.Join(dir, "waybill.yaml"), "--print"}, 1, "", "waybill.yaml"},
		{"the same twice", []string{"new", "--partner", "b", "--from", sample, "--from", sample, "--print"}, 2, "", "two samples are called"},
		{"documents", []string{"new", "--partner", "b", "--from", tempFile(t, "a.json", "{}"), "--print"}, 2, "", "a sample is an X12 file"},
	})
	if code, stdout, _ := command("check", "--config", dir); code != 0 {
		t.Error(stdout)
	}
	golden, err := os.ReadFile(filepath.Join(dir, "mappings", "tests", "bolt-stores", "changed.json"))
	if err != nil || !strings.Contains(string(golden), `"packagingMarkingDescription": "BOX"`) {
		t.Errorf("%v %s", err, golden)
	}
}
