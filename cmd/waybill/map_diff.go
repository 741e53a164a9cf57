package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/mappings"
	"waybill/mappings/workbench"
)

func mapDiffCommand(s *mapShop) *cobra.Command {
	var against []string
	c := &cobra.Command{
		Use:   "diff OLD NEW [--against FILE...]",
		Short: "Print what two mappings do differently, pair by pair and document by document",
		Long: `Compare two mappings as merged: pairs and rows of tables that came (+), went (-) or
changed (~), with their lines; and, of each file after --against, the documents of
which the two make something different: values by path, and what is no longer used.
OLD and NEW are each
  the name of a mapping                    acme-850
  a folder of mappings                     shop/mappings   (all that both have)
  a git revision with a folder or mapping  HEAD~1:shop/mappings/acme-850.yaml

Exit code 0: no difference. 1: there are differences, or a file cannot be read.
2: the command line is wrong.`,
		Example: `  waybill map diff base/850 acme-850 --config shop
  waybill map diff HEAD:shop/mappings shop/mappings --against inbox/*.edi
  waybill map diff HEAD~1:shop/mappings/acme-850.yaml acme-850 --config shop --against a.edi,b.edi`,
		Args: cobra.MinimumNArgs(2),
	}
	asJSON := outputFlag(c)
	c.Flags().StringSliceVar(&against, "against", nil, "X12 files to map with both; more may follow")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		if len(args) > 2 && len(against) == 0 {
			return usage(fmt.Errorf("found %d mappings, expected two; files come after --against", len(args)))
		}
		d := &mapDiff{c: c, shop: s, asJSON: json, files: append(against, args[2:]...)}
		return d.run(args[0], args[1])
	}
	return c
}

// mapDiff is one run of map diff.
type mapDiff struct {
	c      *cobra.Command
	shop   *mapShop
	asJSON bool
	files  []string
	found  int
}

func (d *mapDiff) run(one, two string) error {
	old, err := d.side(one)
	if err != nil {
		return err
	}
	now, err := d.side(two)
	if err != nil {
		return err
	}
	pairs, err := d.pair(old, now)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := d.compare(p[0], p[1]); err != nil {
			return err
		}
	}
	if d.found > 0 {
		return findings(fmt.Errorf("%d difference(s)", d.found))
	}
	if !d.asJSON {
		fmt.Fprintln(d.c.OutOrStdout(), "no difference")
	}
	return nil
}

// pair says which mappings are compared: of two folders all that both have.
func (d *mapDiff) pair(old, now workbench.Side) ([][2]workbench.Side, error) {
	switch {
	case old.Name == "" && now.Name == "":
		both, only := workbench.Common(old.Bench, now.Bench)
		for _, line := range only {
			d.found++
			d.print(workbench.PairChange{Sign: line[:1], Field: "mapping " + line[2:]}, line[:1]+" mapping "+line[2:])
		}
		var all [][2]workbench.Side
		for _, name := range both {
			all = append(all, [2]workbench.Side{{Bench: old.Bench, Name: name}, {Bench: now.Bench, Name: name}})
		}
		return all, nil
	case old.Name == "":
		old.Name = now.Name
	case now.Name == "":
		now.Name = old.Name
	}
	return [][2]workbench.Side{{old, now}}, nil
}

func (d *mapDiff) print(v any, text string) {
	if d.asJSON {
		_ = printLines(d.c.OutOrStdout(), []any{v}) // what cannot be written is noticed at the end
		return
	}
	fmt.Fprintln(d.c.OutOrStdout(), printable(text))
}

// compare prints what two mappings do differently.
func (d *mapDiff) compare(old, now workbench.Side) error {
	a, err := old.Resolve()
	if err != nil {
		return findings(err)
	}
	b, err := now.Resolve()
	if err != nil {
		return findings(err)
	}
	pairs := workbench.Pairs(a, b)
	d.found += len(pairs)
	if len(pairs) > 0 && !d.asJSON {
		fmt.Fprintf(d.c.OutOrStdout(), "%s: %d pair(s) or row(s) differ\n", heading(old, now), len(pairs))
	}
	for _, p := range pairs {
		d.print(p, "  "+p.String())
	}
	if a.X12 == "" || b.X12 == "" {
		return nil
	}
	for _, file := range d.files {
		if err := d.file(old, now, file); err != nil {
			return err
		}
	}
	return nil
}

func heading(old, now workbench.Side) string {
	if old.Name == now.Name {
		return old.Name
	}
	return old.Name + " → " + now.Name
}

func (d *mapDiff) file(old, now workbench.Side, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return usage(err)
	}
	changed, read, err := workbench.Compare(old, now, file, data)
	if err != nil {
		return findings(fmt.Errorf("%s: %w", file, err))
	}
	d.found += len(changed)
	if read > 0 && !d.asJSON {
		fmt.Fprintf(d.c.OutOrStdout(), "%s: %d of %d document(s) differ\n", file, len(changed), read)
	}
	for _, one := range changed {
		if d.asJSON {
			d.print(one, "")
			continue
		}
		d.print(nil, "  set "+one.Set+" "+one.Control)
		for _, c := range one.Changes {
			d.print(nil, "    "+c.String())
		}
		for _, line := range one.Unmapped {
			d.print(nil, "    "+line[:2]+"not used: "+line[2:])
		}
		for _, line := range one.Problems {
			d.print(nil, "    "+line)
		}
	}
	return nil
}

// side finds what an argument names. A folder has no name.
func (d *mapDiff) side(arg string) (workbench.Side, error) {
	if info, err := os.Stat(arg); err == nil && info.IsDir() {
		b, err := bench(mappings.Overlay(os.DirFS(arg)))
		return workbench.Side{Bench: b}, err
	}
	if revision, name, ok := strings.Cut(arg, ":"); ok {
		return d.revision(revision, name)
	}
	b, err := d.shop.open(d.c)
	if err != nil {
		return workbench.Side{}, err
	}
	if !slices.Contains(mappings.Names(b.Maps), arg) {
		return workbench.Side{}, usage(fmt.Errorf("%s is no mapping of %s, no folder, and no git revision such as HEAD:shop/mappings", arg, d.shop.dir()))
	}
	return workbench.Side{Bench: b, Name: arg}, nil
}

// revision reads the folder of a mapping, or a folder, as it was in git.
func (d *mapDiff) revision(revision, name string) (workbench.Side, error) {
	dir, mapping := strings.TrimSuffix(name, "/"), ""
	if strings.HasSuffix(name, ".yaml") {
		dir, mapping = path.Dir(name), strings.TrimSuffix(path.Base(name), ".yaml")
	}
	if strings.HasPrefix(revision, "-") {
		return workbench.Side{}, usage(fmt.Errorf("%q is no git revision", revision))
	}
	var out, words bytes.Buffer
	git := exec.CommandContext(d.c.Context(), "git", "archive", "--format=zip", revision, "--", dir)
	git.Stdout, git.Stderr = &out, &words
	if err := git.Run(); err != nil {
		return workbench.Side{}, usage(fmt.Errorf("git archive %s %s: %w: %s", revision, dir, err, strings.TrimSpace(words.String())))
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		return workbench.Side{}, findings(fmt.Errorf("git archive %s %s: %w", revision, dir, err))
	}
	files, err := fs.Sub(archive, path.Clean(dir))
	if err != nil {
		return workbench.Side{}, usage(fmt.Errorf("%s is no folder within the repository", dir))
	}
	b, err := bench(mappings.Overlay(files))
	return workbench.Side{Bench: b, Name: mapping}, err
}
