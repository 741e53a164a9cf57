package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// command runs waybill with the arguments.
func command(args ...string) (code int, stdout, stderr string) {
	var out, errors strings.Builder
	code = run(context.Background(), args, &out, &errors)
	return code, out.String(), errors.String()
}

// commandCase is a command line with its exit code and a part of what it prints.
type commandCase struct {
	name           string
	args           []string
	code           int
	stdout, stderr string
}

// commandCases runs the commands of a group, such as x12.
func commandCases(t *testing.T, group string, cases []commandCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := command(append([]string{group}, c.args...)...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit %d, expected %d\nstdout: %s\nstderr: %s", code, c.code, stdout, stderr)
			}
		})
	}
}

// changedFile is a copy of a file with one change.
func changedFile(t *testing.T, name, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), from, to, 1)
	if changed == string(text) {
		t.Fatalf("%q is not in %s", from, name)
	}
	return tempFile(t, "changed.x12", changed)
}

// tempFile is a file of the test.
func tempFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// shop makes a configuration with waybill init.
func shop(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	if code, _, stderr := command("init", dir); code != exitOK {
		t.Fatalf("init ended with %d: %s", code, stderr)
	}
	return dir
}

// TestExitCodes: 0 is good, 1 says that something was found wrong or did not
// work, 2 that the command line was wrong. What went wrong is on standard error.
func TestExitCodes(t *testing.T) {
	dir, none := shop(t), t.TempDir()
	order := filepath.Join(dir, "samples", "850.edi")
	mappings := filepath.Join(dir, "mappings")
	letter := filepath.Join(none, "letter.txt")
	if err := os.WriteFile(letter, []byte("Dear colleague"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := shop(t)
	if err := os.WriteFile(filepath.Join(bad, "waybill.yaml"), []byte("stroe: sqlite:x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string // % is a directory of waybill init
		code   int
		stderr string
	}{
		{"", 0, ""},
		{"--help", 0, ""},
		{"help", 0, ""},
		{"version", 0, ""},
		{"--version", 0, ""},
		{"check --config %", 0, ""},
		{"check --config % -o json", 0, ""},
		{"x12 check " + order, 0, ""},
		{"x12 ack " + order, 0, ""},
		{"x12 explain " + order, 0, ""},
		{"map run acme-850 " + order + " --mappings " + mappings, 0, ""},
		{"map run acme-850 " + order + " --mappings " + mappings + " --trace", 0, ""},

		{"check --config " + none, 1, "problem(s)"},
		{"check --config " + bad, 1, "problem(s)"},
		{"serve --config " + none, 1, "waybill check"},
		{"serve --config " + bad, 1, "did you mean store?"},
		{"x12 check " + letter, 1, "problem(s)"},
		{"x12 ack " + letter, 1, ""},
		{"map run acme-850 " + letter + " --mappings " + mappings, 1, ""},
		{"map run acme-851 " + order + " --mappings " + mappings, 1, "acme-851"},
		{"spool list --config %", 1, "waybill serve makes it at its first start"},
		{"spool show 01ABCDEF --config %", 1, "there is no spool"},
		{"spool verify --config " + bad, 1, ""},

		{"sevre", 2, `no command "sevre"`},
		{"--colour", 2, "--help"},
		{"version now", 2, "version --help"},
		{"check --config", 2, "--help"},
		{"check -o xml --config %", 2, "text or json"},
		{"check %", 2, "did you mean --config %"},
		{"init", 2, "init --help"},
		{"init a b", 2, "init --help"},
		{"init %", 2, "name a new directory"},
		{"serve here", 2, "serve --help"},
		{"serve --port 1", 2, "serve --help"},
		{"demo --break everything", 2, "acknowledged"},
		{"demo once", 2, "demo --help"},
		{"x12 check", 2, "check --help"},
		{"x12 ack", 2, "ack --help"},
		{"x12 explain", 2, "explain --help"},
		{"x12 chek " + order, 2, "chek"},
		{"map run", 2, "run --help"},
		{"map walk", 2, "walk"},
		{"spool show", 2, "found no argument, expected waybill spool show ID"},
		{"spool list --status hold --config %", 2, "arrived, ready, running, done, held"},
		{"spool lst", 2, "lst"},
		{"spool drop 01ABCDEF --config %", 2, ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			code, stdout, stderr := command(strings.Fields(strings.ReplaceAll(c.args, "%", dir))...)
			if code != c.code || !strings.Contains(stderr, strings.ReplaceAll(c.stderr, "%", dir)) {
				t.Errorf("found exit code %d with %q on standard error, expected %d with %q", code, stderr, c.code, c.stderr)
			}
			if code == exitOK && stdout == "" && !strings.HasSuffix(c.args, "json") { // no problem is no line
				t.Error("it is good, and says nothing")
			}
			if code == exitUsage && (stdout != "" || !strings.HasPrefix(stderr, "waybill: ")) {
				t.Errorf("a wrong command line: found %q on standard output and %q on standard error", stdout, stderr)
			}
		})
	}
}

// TestEveryCommandShowsHow: help has a sentence, a paragraph and an example that
// begins with the command itself.
func TestEveryCommandShowsHow(t *testing.T) {
	commands := 0
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			each(sub)
		}
		if c.Name() == "help" || c.Name() == "completion" {
			return
		}
		commands++
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: its short help is %q", c.CommandPath(), c.Short)
		}
		if !strings.Contains(c.Example, c.CommandPath()) {
			t.Errorf("%s: its example is %q, expected a line with the command", c.CommandPath(), c.Example)
		}
		code, stdout, stderr := command(append(strings.Fields(c.CommandPath())[1:], "--help")...)
		if code != exitOK || !strings.Contains(stdout, "Examples:\n") || stderr != "" {
			t.Errorf("%s --help ended with %d and shows no example:\n%s%s", c.CommandPath(), code, stdout, stderr)
		}
	}
	each(root())
	if commands < 18 {
		t.Errorf("only %d commands were found", commands)
	}
}

// TestInitLeavesWhatIsThere: a directory that holds something is refused, and
// nothing in it changes.
func TestInitLeavesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("init", dir)
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "letter.txt") {
		t.Errorf("found exit code %d, %q and %q, expected 2 and the name of what is there", code, stdout, stderr)
	}
	if found, err := os.ReadDir(dir); err != nil || len(found) != 1 {
		t.Errorf("the directory holds %v, %v", found, err)
	}
}

// TestInitSaysWhatToTry: the commands that it prints work as they stand,
// and what it writes that is secret is its owner's alone.
func TestInitSaysWhatToTry(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	code, stdout, _ := command("init", dir)
	if code != exitOK {
		t.Fatalf("found exit code %d", code)
	}
	tries := 0
	for line := range strings.Lines(stdout) {
		args, ok := strings.CutPrefix(strings.TrimSpace(line), "waybill ")
		if !ok {
			continue
		}
		tries++
		if strings.HasPrefix(args, "serve ") || strings.HasPrefix(args, "sim send ") { // one would not end, the other needs it
			continue
		}
		if code, _, stderr := command(strings.Fields(args)...); code != exitOK {
			t.Errorf("waybill %s ended with %d: %s", args, code, stderr)
		}
	}
	if tries != 4 {
		t.Errorf("it names %d commands to try, expected 4:\n%s", tries, stdout)
	}
	for _, name := range []string{"keys/ourco.key", "samples/acme-retail.pem"} {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s has the mode %o", name, mode)
		}
	}
}

// TestCheckIsTheSameForPeopleAndPrograms: each problem stands in both outputs.
func TestCheckIsTheSameForPeopleAndPrograms(t *testing.T) {
	dir := shop(t)
	name := filepath.Join(dir, "partners", "acme-retail.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(strings.Replace(string(data), "priority:", "prioritty:", 1), "to: [erp]", "to: [epr]", 1)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, people, _ := command("check", "--config", dir)
	_, programs, stderr := command("check", "--config", dir, "-o", "json")
	if strings.Count(people, "\n") != 2 || strings.Count(programs, "\n") != 2 || !strings.Contains(stderr, "2 problem(s)") {
		t.Errorf("expected two lines each, found:\n%s%s%s", people, programs, stderr)
	}
	for _, want := range []string{`"file":"partners/acme-retail.yaml","line":5`, `"key":"prioritty"`, `"hint":"did you mean priority?"`} {
		if !strings.Contains(programs, want) {
			t.Errorf("the JSON does not say %s:\n%s", want, programs)
		}
	}
}
