package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// inGit puts a configuration under version control, so that a revision can be named.
func inGit(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{{"init", "-q"}, {"add", "mappings", "samples"}, {"-c", "user.name=Test", "-c", "user.email=test@test.example", "commit", "-qm", "first"}} {
		git := exec.CommandContext(t.Context(), "git", args...)
		git.Dir = dir
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
}

func TestMapDiff(t *testing.T) {
	dir := shop(t)
	inGit(t, dir)
	t.Chdir(dir)
	sample := filepath.Join("samples", "850.edi")
	commandCases(t, "map", []commandCase{
		{"names", []string{"diff", "base/850", "acme-850", "--against", sample}, 1, `    + lines[0].item.sku: "SKU-1001"`, "difference(s)"},
		{"pairs", []string{"diff", "base/850", "acme-850"}, 1, "+ extensions.acme.event: REF[EV]02 (acme-850.yaml:16:3)", ""},
		{"the same", []string{"diff", "acme-850", "mappings", "--against", sample}, 0, "0 of 1 document(s) differ\nno difference\n", ""},
		{"the revision before", []string{"diff", "HEAD:mappings", "mappings"}, 0, "no difference\n", ""},
	})
	change(t, filepath.Join("mappings", "acme-850.yaml"), "A-10002: SKU-1002", "A-10002: SKU-1003")
	change(t, filepath.Join("mappings", "acme-850.yaml"), "fields:\n", "fields:\n  freight: drop\n")
	put(t, filepath.Join("mappings", "bolt-850.yaml"), "map: bolt-850\nextends: base/850\n")
	commandCases(t, "map", []commandCase{
		{"a row", []string{"diff", "HEAD:mappings/acme-850.yaml", "acme-850"}, 1, "~ table acmeItems A-10002: A-10002 = SKU-1002 (acme-850.yaml:8:5) → A-10002 = SKU-1003 (acme-850.yaml:8:5)", ""},
		{"a pair that went", []string{"diff", "HEAD:mappings/acme-850.yaml", "acme-850"}, 1, "- freight.title: FOB03 (base/", ""},
		{"folders", []string{"diff", "HEAD:mappings", "mappings", "--against", sample, sample}, 1, "+ mapping bolt-850", ""},
		{"documents", []string{"diff", "HEAD:mappings", "mappings", "--against", sample}, 1, `~ lines[1].item.sku: "SKU-1002" → "SKU-1003"`, ""},
		{"what is not used", []string{"diff", "HEAD:mappings", "acme-850", "--against", sample}, 1, "+ not used: 850/FOB[1]/FOB01 CC", ""},
		{"as JSON", []string{"diff", "HEAD:mappings", "mappings", "--against", sample, "-o", "json"}, 1, `{"file":"samples/850.edi","set":"850","control":"0001","changes":[`, ""},
		{"no revision", []string{"diff", "nothing:mappings", "mappings"}, 2, "", "git archive nothing mappings"},
		{"a flag for git", []string{"diff", "--", "-x:mappings", "mappings"}, 2, "", "no git revision"},
		{"no mapping", []string{"diff", "acme-851", "mappings"}, 2, "", "acme-851 is no mapping of mappings, no folder"},
		{"three", []string{"diff", "a", "b", "c"}, 2, "", "files come after --against"},
		{"one", []string{"diff", "a"}, 2, "", "map diff --help"},
		{"no file", []string{"diff", "acme-850", "mappings", "--against", "nowhere"}, 2, "", "nowhere"},
		{"a file that is no X12", []string{"diff", "acme-850", "mappings", "--against", "waybill.yaml"}, 1, "", "waybill.yaml"},
	})
	put(t, filepath.Join("mappings", "acme-850.yaml"), "map: acme-850\nextends: base/851\n")
	if code, _, stderr := command("map", "diff", "HEAD:mappings", "acme-850"); code != 1 || !strings.Contains(stderr, "there is no mapping base/851") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
