package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// project lays a small program with the papers of ours and makes it the working directory.
func project(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	text := map[string]string{
		"go.mod":                       "module sample\n\ngo 1.26\n",
		"cmd/waybill/main.go":          "package main\n\nvar version = \"devel\"\n\nfunc main() { println(version) }\n",
		"deploy/waybill.service":       "[Unit]\n",
		"deploy/waybill.sysusers.conf": "u waybill\n",
	}
	for _, p := range papers() {
		text[p] = p
	}
	for name, content := range text {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// Two runs in two directories, under two names of the build cache, must agree.
func TestReleaseIsReproducible(t *testing.T) {
	var sums [2]string
	for i := range sums {
		project(t)
		t.Setenv("GOCACHE", t.TempDir())
		here := runtime.GOOS + "/" + runtime.GOARCH
		if err := run([]string{"-version", "v1.2.3", "-epoch", "1767225600", "-platforms", here + ",windows/arm64"}, io.Discard); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile("dist/SHA256SUMS")
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = string(b)
	}
	if sums[0] != sums[1] || !strings.Contains(sums[0], "waybill-v1.2.3-windows-arm64.zip") {
		t.Errorf("first\n%s\nsecond\n%s", sums[0], sums[1])
	}
	entries, err := os.ReadDir("dist")
	if err != nil || len(entries) != 3 {
		t.Errorf("%v: dist holds %v", err, entries)
	}
}

func TestCompileStampsTheVersion(t *testing.T) {
	project(t)
	if err := compile(runtime.GOOS, runtime.GOARCH, "v1.2.3", "./waybill.bin"); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("./waybill.bin").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "v1.2.3" {
		t.Errorf("%v: the binary says %s", err, out)
	}
	if err := os.WriteFile("cmd/waybill/main.go", []byte("package main\n\nfunc main() { nowhere() }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := compile(runtime.GOOS, runtime.GOARCH, "v1", "./x"); err == nil || !strings.Contains(err.Error(), "undefined: nowhere") {
		t.Errorf("got %v", err)
	}
}

func TestRunRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		has  string
	}{
		"no version":      {[]string{"-out", t.TempDir()}, "-version is missing"},
		"unknown flag":    {[]string{"-nosuch"}, "nosuch"},
		"half a platform": {[]string{"-version", "v1", "-platforms", "linux", "-out", filepath.Join(t.TempDir(), "d")}, `platform "linux"`},
	} {
		if err := run(c.args, io.Discard); err == nil || !strings.Contains(err.Error(), c.has) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
