package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a module of one package and makes it the working directory.
func module(t *testing.T, test string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module sample\n\ngo 1.26\n", "sample_test.go": "package sample\n\nimport \"testing\"\n\n" + test + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		test string
		ci   bool
		exit int
		has  string
	}{
		"good":                {`func TestA(t *testing.T) {}`, true, 0, "1 passed, 0 failed, 0 skipped"},
		"bad":                 {`func TestA(t *testing.T) { t.Error("it broke") }`, false, 1, "it broke"},
		"panics":              {`func TestA(t *testing.T) { panic("gone") }`, false, 1, "panic: gone"},
		"does not build":      {`func TestA(t *testing.T) { nowhere() }`, false, 1, "undefined: nowhere"},
		"left out":            {`func TestA(t *testing.T) { t.Skip("left out: no moon") }`, false, 0, "  no moon\n"},
		"left out under CI":   {`func TestA(t *testing.T) { t.Skip("left out: no moon") }`, true, 1, "  no moon\n"},
		"left out underneath": {`func TestA(t *testing.T) { t.Run("b", func(t *testing.T) { t.Skip("left out: no moon") }) }`, true, 1, "sample.TestA/b"},
	} {
		t.Run(name, func(t *testing.T) {
			module(t, c.test)
			var out strings.Builder
			if got := run([]string{"-bring", "make deps", "./..."}, c.ci, &out, &out); got != c.exit || !strings.Contains(out.String(), c.has) {
				t.Errorf("exit %d, want %d with %q:\n%s", got, c.exit, c.has, &out)
			}
		})
	}
}

func TestRunWithoutEvents(t *testing.T) {
	module(t, `func TestA(t *testing.T) {}`)
	var out strings.Builder
	if got := run([]string{"-nosuchflag"}, false, &out, &out); got != 1 || !strings.Contains(out.String(), "nosuchflag") {
		t.Errorf("exit %d:\n%s", got, &out)
	}
}
