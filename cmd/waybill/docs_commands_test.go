package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

//go:generate go test -run ^TestPageOfTheCommands$ -count=1 -update .

// The page of the commands is made from the commands themselves.
func TestPageOfTheCommands(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "reference", "commands.md")
	var b strings.Builder
	b.WriteString("# Commands\n\nMade from the code by `make generate`.\n\nExit codes: 0 good, 1 something was found, 2 wrong usage, 3 a peer failed, 4 not allowed. Every command has `--help`.\n")
	page(&b, root())
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(committed)); diff != "" {
		t.Errorf("docs/reference/commands.md is not that of the commands: make generate writes it (-commands +file):\n%s", diff)
	}
}

// page writes a command and those below it.
func page(b *strings.Builder, c *cobra.Command) {
	if c.Runnable() && !c.HasSubCommands() {
		section(b, c)
	}
	for _, sub := range c.Commands() {
		if !sub.Hidden && sub.Name() != "help" && sub.Name() != "completion" {
			page(b, sub)
		}
	}
}

func section(b *strings.Builder, c *cobra.Command) {
	b.WriteString("\n## " + c.CommandPath() + "\n\n" + c.Short + ".\n")
	if c.Long != "" && c.Long != c.Short {
		b.WriteString("\n" + c.Long + "\n")
	}
	b.WriteString("\n```\n" + c.UseLine() + "\n")
	if c.Example != "" {
		b.WriteString("\n" + c.Example + "\n")
	}
	b.WriteString("```\n")
	var flags []string
	for line := range strings.Lines(c.NonInheritedFlags().FlagUsages() + c.InheritedFlags().FlagUsages()) {
		switch name := strings.Fields(line); {
		case slices.Contains(name, "--help"):
		case name[0] == "--by": // whoever runs the command
			flags = append(flags, line[:strings.Index(line, " (default")]+"\n")
		default:
			flags = append(flags, line)
		}
	}
	if len(flags) > 0 {
		b.WriteString("\n```\n" + strings.Join(flags, "") + "```\n")
	}
}

func TestSectionOfACommand(t *testing.T) {
	up := &cobra.Command{Use: "up", Short: "Above"}
	up.PersistentFlags().String("config", ".", "where")
	c := &cobra.Command{Use: "do ID", Short: "Do it", Long: "Do it well.", Example: "  up do 1", Run: func(*cobra.Command, []string) {}}
	c.Flags().BoolP("all", "a", false, "everything")
	c.Flags().String("by", "me", "who")
	up.AddCommand(c)
	var b strings.Builder
	page(&b, up)
	want := "\n## up do\n\nDo it.\n\nDo it well.\n\n```\nup do ID [flags]\n\n  up do 1\n```\n\n```\n" +
		"  -a, --all         everything\n      --by string   who\n      --config string   where (default \".\")\n```\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
