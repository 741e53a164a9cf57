package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/mappings"
	"waybill/mappings/workbench"
	"waybill/settings"
)

// mapTest is one run of map test.
type mapTest struct {
	c                *cobra.Command
	shop             *mapShop
	update, coverage bool
	asJSON           bool
	tests, bad       int
}

func mapTestCommand(s *mapShop) *cobra.Command {
	t := &mapTest{shop: s}
	c := &cobra.Command{
		Use:   "test [NAME...]",
		Short: "Hold mappings against their golden files",
		Long: `Run the tests that mappings name under tests: (all mappings of the folder, or
those named). A test is a sample beside the mapping and what must come of it:

  tests:
    - tests/order.x12                        # read: must give tests/order.json
    - { sample: tests/b.x12, x12: tests/b-written.x12 }  # and be written like this
    - { sample: tests/order.json }           # written: must give tests/order.x12

What the mapping reports about a sample must be expected, warnings apart:
problems: ["MAP-LOOKUP lines[0].item.sku"]. Differences are printed by path: - gone,
+ new, ~ changed. --update writes what comes out as the golden files; look at the
difference before you keep it. Below stands what the samples use of themselves, of
our fields and of the mapping's pairs; --coverage lists what they do not. A mapping
without samples is compiled, and said to have none. Documents of ours are held
against their schema before they are written, as the API does it.

Exit code 0: everything as expected. 1: differences or problems, or a mapping that
was named has no samples. 2: there is no
such mapping, or the command line is wrong.`,
		Example: `  waybill map test --config shop
  waybill map test acme-850 --config shop --coverage
  waybill map test acme-850 --config shop --update`,
		Args: cobra.ArbitraryArgs,
	}
	asJSON := outputFlag(c)
	c.Flags().BoolVar(&t.update, "update", false, "write the golden files")
	c.Flags().BoolVar(&t.coverage, "coverage", false, "list what the samples do not use")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if t.asJSON, err = asJSON(); err != nil {
			return err
		}
		t.c = c
		return t.run(args)
	}
	return c
}

func (t *mapTest) run(names []string) error {
	b, err := t.shop.open(t.c)
	if err != nil {
		return err
	}
	user, ok := t.shop.user()
	if !ok {
		return t.shop.none()
	}
	own := mappings.Names(user)
	for _, name := range names {
		if !slices.Contains(own, name) {
			return usage(fmt.Errorf("there is no mapping %s in %s", name, t.shop.dir()))
		}
	}
	for _, name := range own {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		r, found := mappings.Resolve(b.Maps, name)
		if r == nil || settings.Fatal(found) {
			t.bad++
			report(t.c.ErrOrStderr(), found)
			continue
		}
		if err := t.mapping(b, r, len(names) > 0); err != nil {
			return err
		}
	}
	switch {
	case t.bad > 0:
		return findings(fmt.Errorf("%d problem(s) in %d test(s)", t.bad, t.tests))
	case len(own) == 0 && !t.asJSON:
		fmt.Fprintf(t.c.OutOrStdout(), "there is no mapping in %s\n", t.shop.dir())
	}
	return nil
}

// tested is one mapping as JSON.
type tested struct {
	Map      string              `json:"map"`
	Tests    []workbench.Golden  `json:"tests"`
	Coverage *workbench.Coverage `json:"coverage"`
}

func (t *mapTest) mapping(b *workbench.Bench, r *mappings.Resolved, named bool) error {
	if len(r.Tests) == 0 {
		return t.untested(b, r, named)
	}
	all, coverage, err := b.Test(r, beside(t.shop.dir()), t.update)
	if err != nil {
		return findings(err)
	}
	coverage.Sum()
	t.tests += len(all)
	t.bad += len(kept(all, func(g workbench.Golden) bool { return !g.Good() }))
	if t.asJSON {
		return printLines(t.c.OutOrStdout(), []tested{{r.Name, all, coverage}})
	}
	for _, g := range all {
		t.print(g)
	}
	t.covered(r.Name, len(all), coverage)
	return nil
}

// untested compiles a mapping that names no samples, and says so. It is a finding
// where the mapping was asked for.
func (t *mapTest) untested(b *workbench.Bench, r *mappings.Resolved, named bool) error {
	schema, err := b.Schema(r)
	if err != nil && r.X12 == "" {
		return nil // parts and tables, which others extend
	}
	if err != nil {
		return findings(err)
	}
	m, found := b.Compile(r.Name, schema)
	report(t.c.ErrOrStderr(), found)
	if m == nil || named {
		t.bad++
	}
	if t.asJSON {
		return printLines(t.c.OutOrStdout(), []tested{{Map: r.Name, Tests: []workbench.Golden{}}})
	}
	word := "it compiles, and nothing is tried"
	if m == nil {
		word = "it does not compile"
	}
	fmt.Fprintf(t.c.OutOrStdout(), "no samples: %s: %s; name some under tests:\n", r.Name, word)
	return nil
}

func (t *mapTest) print(g workbench.Golden) {
	out, word := t.c.OutOrStdout(), "ok"
	if !g.Good() {
		word = "differs"
	}
	fmt.Fprintf(out, "%-7s %s %s\n", word, g.Map, g.Sample)
	for _, name := range g.Wrote {
		fmt.Fprintf(out, "  wrote %s\n", filepath.Join(t.shop.dir(), filepath.FromSlash(name)))
	}
	for _, line := range slices.Concat(g.Changes, g.Problems) {
		fmt.Fprintf(out, "  %s\n", printable(line))
	}
	if g.Error != "" {
		fmt.Fprintf(out, "  %s\n", strings.ReplaceAll(g.Error, "\n", "\n  "))
	}
}

// covered prints how much the samples use, and with --coverage what they do not.
func (t *mapTest) covered(name string, tests int, c *workbench.Coverage) {
	out := t.c.OutOrStdout()
	own := c.OwnUntried()
	fmt.Fprintf(out, "%s: %d test(s) ", name, tests)
	if c.Elements > 0 { // a sample was read
		fmt.Fprintf(out, "use %d of %d elements, ", c.Elements-c.Missed(), c.Elements)
	}
	fmt.Fprintf(out, "fill %d of %d fields, try %d of %d pairs", len(c.Fields)-len(c.Unfilled), len(c.Fields), c.Pairs-len(c.Untried), c.Pairs)
	if len(own) > 0 {
		fmt.Fprintf(out, "; %d of its own not", len(own))
	}
	fmt.Fprintln(out)
	if !t.coverage {
		return
	}
	for _, part := range []struct {
		title string
		lines []string
	}{
		{"elements not used", c.Unused}, {"its own pairs not tried", own},
		{"fields never filled", folded(c.Fold(c.Unfilled))}, {"pairs not tried, by field", folded(c.Fold(c.Untried))},
	} {
		if len(part.lines) == 0 {
			continue
		}
		fmt.Fprintf(out, "  %s:\n", part.title)
		for _, line := range part.lines {
			fmt.Fprintf(out, "    %s\n", printable(line))
		}
	}
}

// folded puts many short texts on lines that fit.
func folded(all []string) []string {
	var lines []string
	line := ""
	for i, text := range all {
		if i < len(all)-1 {
			text += ","
		}
		if line != "" && len(line)+len(text) > width-6 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + text)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// beside is the folder of mappings, where samples and golden files are.
type beside string

// Read reads a file.
func (b beside) Read(name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(b), filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s: %w", filepath.Join(string(b), filepath.FromSlash(name)), fs.ErrNotExist)
	}
	return data, err
}

// Write writes a golden file and makes its folder.
func (b beside) Write(name string, data []byte) error {
	file := filepath.Join(string(b), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
