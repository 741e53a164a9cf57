package waybill_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// command is what a page tells its reader to run: the command's words and its flags.
type command struct {
	words, flags []string
}

// commands finds the waybill commands in a page: in backquotes, behind a prompt
// or at the beginning of a line of code.
func commands(text string) []command {
	var all []command
	for _, found := range regexp.MustCompile("(?m)(?:`|^|; )waybill ([^`\n;|>]+)").FindAllStringSubmatch(text, -1) {
		var c command
		plain := true // flags and arguments follow the words of the command
		unquoted := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(found[1], "TEXT")
		unquoted, _, _ = strings.Cut(unquoted, "  ") // what follows in a list is its meaning
		for _, w := range strings.Fields(unquoted) {
			switch {
			case strings.HasPrefix(w, "--"):
				c.flags = append(c.flags, strings.TrimRight(w, ",."))
				plain = false
			case plain && len(c.words) < 2 && regexp.MustCompile(`^[a-z][a-z0-9]+$`).MatchString(w):
				c.words = append(c.words, w)
			default:
				plain = false
			}
		}
		all = append(all, c)
	}
	return all
}

// A reader in trouble must not find a command or a flag that is not there.
func TestRunbookCommandsExist(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "waybill")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/waybill").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	helps := map[string]string{}
	help := func(words []string) string {
		name := strings.Join(words, " ")
		if helps[name] == "" {
			out, err := exec.Command(binary, append(words, "--help")...).Output()
			if err != nil {
				t.Errorf("waybill %s --help: %v", name, err)
			}
			helps[name] = string(out)
		}
		return helps[name]
	}
	pages, err := filepath.Glob("docs/runbook/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "deploy/waybill.service") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range commands(string(text)) {
			said := help(c.words)
			if want := "waybill " + strings.Join(c.words, " "); !strings.Contains(said, want) {
				t.Errorf("%s: there is no command %q", page, want)
			}
			for _, f := range c.flags {
				if !strings.Contains(said, f+" ") {
					t.Errorf("%s: %s has no flag %s", page, strings.Join(c.words, " "), f)
				}
			}
		}
	}
}

func TestCommands(t *testing.T) {
	got := commands("`waybill spool show ID` and `waybill spool body ID > f.x12; waybill x12 explain f.x12`\n" +
		"waybill spool list --status held   what --waits\nwaybill check   every problem\n`waybill spool drop ID --reason \"never a --flag\"`\nthe waybill is no command\n`waybill check`")
	want := []command{
		{[]string{"spool", "show"}, nil}, {[]string{"spool", "body"}, nil}, {[]string{"x12", "explain"}, nil},
		{[]string{"spool", "list"}, []string{"--status"}}, {[]string{"check"}, nil}, {[]string{"spool", "drop"}, []string{"--reason"}}, {[]string{"check"}, nil},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Error(diff)
	}
}
