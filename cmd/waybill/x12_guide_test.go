package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// guideFile is the example's guide.
const guideFile = "../../example/tree/guides/acme-850.yaml"

// TestX12ByAGuide: what the guide demands is told with its line; a bad guide is
// told with the place of every mistake, and nothing is read.
func TestX12ByAGuide(t *testing.T) {
	const good = "../../example/tree/samples/850.edi"
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	bad := write(t, "bad.edi", strings.Replace(string(text), "CUR*BY*USD", "CUR*BY*EUR", 1))
	wrong := write(t, "wrong.yaml", "guide: wrong\nset: \"850\"\nrelease: \"004010\"\nrules:\n  BEG3: mandatory\n  CURR: not used\n")
	x12Cases(t, []x12Case{
		{"good", []string{"check", "--guide", guideFile, good}, 0, "no problem", ""},
		{"broken", []string{"check", "--guide", guideFile, bad}, 1, "(GUIDE-CODE)", "1 problem(s)"},
		{"broken, as JSON", []string{"check", "--guide", guideFile, "-o", "json", bad}, 1, `"rule":"GUIDE-CODE"`, "1 problem(s)"},
		{"not by the standard", []string{"check", bad}, 0, "no problem", ""},
		{"answer", []string{"ack", "--guide", guideFile, bad}, 0, "AK4*2*100*7*EUR~", ""},
		{"words", []string{"explain", "--guide", guideFile, bad}, 0, "guides/acme-850.yaml:15 (GUIDE-CODE)", ""},
		{"sample", []string{"sample", "--guide", guideFile, "--lines", "2"}, 0, "CTT*2~", ""},
		{"sample of another set", []string{"sample", "855", "--guide", guideFile}, 2, "", "guide acme-850 is for 850 in 004010, not for 855"},
		{"many", []string{"sample", "850", "--guide", guideFile, "--orders", "3"}, 2, "", "do not go together"},
		{"sample of nothing", []string{"sample"}, 2, "", "name a set"},
		{"guide", []string{"guide", guideFile}, 0, "ACME Retail purchase order", ""},
		{"guide as a page", []string{"guide", "--html", guideFile}, 0, "</html>", ""},
		{"guide that is wrong", []string{"guide", wrong}, 2, "", "expected a segment"},
		{"wrong guide", []string{"check", "--guide", wrong, good}, 2, "", "wrong.yaml:6:3: rules.CURR: expected a segment"},
		{"no guide", []string{"check", "--guide", "nowhere.yaml", good}, 2, "", "nowhere.yaml: cannot be read"},
		{"not a guide", []string{"check", "--guide", bad, good}, 2, "", "a guide is a file such as"},
	})
}

// write makes a file for one test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
