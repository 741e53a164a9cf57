package partners

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func nextEntry() CertificateEntry { return CertificateEntry{"certs/acme-2027.cer", "2027-03-01"} }

func TestAddCertificate(t *testing.T) {
	const added = "{ file: certs/acme-2027.cer, from: 2027-03-01 }\n"
	for name, c := range map[string]struct{ before, after string }{
		"one entry": {
			"as2:\n  certificates:   # theirs\n    - { file: a.cer }   # old\n  url: x\n",
			"as2:\n  certificates:   # theirs\n    - { file: a.cer }   # old\n    - " + added + "  url: x\n"},
		"no indent": {
			"as2:\n  certificates:\n  - { file: a.cer }\n  # behind\n\nx12: {}\n",
			"as2:\n  certificates:\n  - { file: a.cer }\n  - " + added + "  # behind\n\nx12: {}\n"},
		"block entries": {
			"as2:\n  certificates:\n    - file: a.cer\n    - file: b.cer\n      use:\n        - verify\n",
			"as2:\n  certificates:\n    - file: a.cer\n    - file: b.cer\n      use:\n        - verify\n    - " + added},
		"an entry over two lines": {
			"as2:\n  certificates:\n    - { file: a.cer,\n        use: [verify] }\n",
			"as2:\n  certificates:\n    - { file: a.cer,\n        use: [verify] }\n    - " + added},
		"no line end": {
			"as2:\n  certificates:\n    - { file: a.cer }",
			"as2:\n  certificates:\n    - { file: a.cer }\n    - " + added},
		"Windows": {
			"as2:\r\n  certificates:\r\n    - { file: a.cer }\r\nname: x\r\n",
			"as2:\r\n  certificates:\r\n    - { file: a.cer }\r\n    - " + strings.Replace(added, "\n", "\r\n", 1) + "name: x\r\n"},
	} {
		got, ok := AddCertificate([]byte(c.before), nextEntry())
		if diff := cmp.Diff(c.after, string(got)); !ok || diff != "" {
			t.Errorf("%s: %v\n%s", name, ok, diff)
		}
	}
}

// What cannot be changed safely is left to a person.
func TestAddCertificateLeavesOut(t *testing.T) {
	for name, text := range map[string]string{
		"no list":                "as2: { us: A }\n",
		"no block":               "name: x\n",
		"a list in one line":     "as2:\n  certificates: [{ file: a.cer }]\n",
		"a list of nothing":      "as2:\n  certificates: []\n",
		"a word":                 "as2:\n  certificates: a.cer\n",
		"a bracket a line later": "as2:\n  certificates:\n    - { file: a.cer\n      }\n",
		"a text over lines":      "as2:\n  certificates:\n    - file: \"a\n        b.cer\"\n",
		"broken":                 "as2: [\n",
		"nothing":                "",
	} {
		if got, ok := AddCertificate([]byte(text), nextEntry()); ok {
			t.Errorf("%s: found\n%s", name, got)
		}
	}
}

func TestCertificateEntry(t *testing.T) {
	if got := (CertificateEntry{File: "certs/a.cer"}).String(); got != "{ file: certs/a.cer }" {
		t.Errorf("found %s", got)
	}
}

// Whatever the text: what is said to be safe holds every byte of it still.
func FuzzAddCertificate(f *testing.F) {
	f.Add([]byte("as2:\n  certificates:\n    - { file: a.cer }\n"))
	f.Add([]byte("as2:\n  certificates:\n  - file: |\n      a\n  - b\n#\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := AddCertificate(text, nextEntry())
		if !ok {
			return
		}
		line := nextEntry().String()
		at := bytes.LastIndex(got, []byte(line))
		if at < 0 || len(got) <= len(text)+len(line) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestReplaceKeepsTheMode(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(name, []byte("1"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Replace(name, []byte("2")); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(name)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 || string(data) != "2" {
		t.Errorf("found %q, %v, %v", data, info.Mode(), err)
	}
	if err := Replace(filepath.Join(name, "b"), nil); err == nil {
		t.Error("a file was written into a file")
	}
	if left, _ := os.ReadDir(filepath.Dir(name)); len(left) != 1 {
		t.Errorf("it leaves %v", left)
	}
}

func TestFreeCertificateName(t *testing.T) {
	dir := folderOf(t, map[string]string{"certs/acme-2027.cer": "", "certs/acme-2027b.cer": ""})
	for year, want := range map[string]string{"2026": "certs/acme-2026.cer", "2027": "certs/acme-2027bb.cer"} {
		if got := FreeCertificateName(dir, "acme", year); got != want {
			t.Errorf("found %s, expected %s", got, want)
		}
	}
}
