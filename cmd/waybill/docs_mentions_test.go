package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each command that a page names is there, with the flags that it is given,
// whether its output is shown or not.
func TestDocumentsNameRealCommands(t *testing.T) {
	found := 0
	for _, file := range documentFiles(t, filepath.Join("..", "..")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mentions(string(text)) {
			found++
			if wrong := unreal(m); wrong != "" {
				t.Errorf("%s: waybill %s: %s", file, m, wrong)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d commands are named: are these the documents?", found)
	}
}

// mentions are the commands in a page, without the name of the program: in code
// within the text, and at the beginning of a line or behind a user's name.
func mentions(text string) []string {
	var all []string
	for _, m := range regexp.MustCompile("`waybill ([^`;|>]+)|(?m:^(?:\\$ |  |sudo -u \\w+ )?(?:bin/)?waybill ([^`;|>#\n]+))").FindAllStringSubmatch(text, -1) {
		all = append(all, strings.TrimSpace(m[1]+m[2]))
	}
	return all
}

// unreal says what is wrong with a command; "" for nothing.
func unreal(command string) string {
	args := strings.Fields(command) // quotes do not matter: reasons have no flags in them
	c, rest, err := root().Find(args)
	if err != nil || c.Parent() == nil && !strings.HasPrefix(args[0], "-") {
		return "there is no such command"
	}
	for _, a := range rest {
		name, _, _ := strings.Cut(a, "=")
		long, ok := strings.CutPrefix(name, "--")
		if ok && long != "help" && c.Flags().Lookup(long) == nil && c.InheritedFlags().Lookup(long) == nil {
			return "there is no flag " + name
		}
	}
	return ""
}

func TestMentions(t *testing.T) {
	got := mentions("Say `waybill check` or `waybill spool body ID > f; waybill x12 check f`.\nThe waybill is none.\n$ waybill init shop\nsudo -u waybill waybill spool list\nbin/waybill demo   # now\n")
	if diff := cmp.Diff([]string{"check", "spool body ID", "init shop", "spool list", "demo"}, got); diff != "" {
		t.Error(diff)
	}
	for command, want := range map[string]string{
		"check --config x": "", "spool list --status held": "", "spool list --state held": "there is no flag --state", "--help": "",
		"polish": "there is no such command", "map run a b --trace": "", `spool drop ID --reason "…"`: "",
	} {
		if got := unreal(command); got != want {
			t.Errorf("%s: found %q, expected %q", command, got, want)
		}
	}
}
