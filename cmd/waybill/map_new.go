package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/mappings"
	"waybill/mappings/workbench"
)

// mapNew is one run of map new.
type mapNew struct {
	c        *cobra.Command
	shop     *mapShop
	o        workbench.StarterOptions
	from     []string
	force    bool
	print    bool
	contents map[string][]byte // of the samples, by the path that tests name them by
}

func mapNewCommand(s *mapShop) *cobra.Command {
	n := &mapNew{shop: s, contents: map[string][]byte{}}
	c := &cobra.Command{
		Use:   "new [NAME] --partner PARTNER --from SAMPLE...",
		Short: "Begin a mapping from a partner's sample files",
		Long: `Write a mapping that extends a base map and says only what the samples have and
the base does not cover: elements without a pair become extensions of the partner,
what the base keeps in a list of others is suggested in a comment, places that
goods go to become a table for your own numbers; each line with what was seen. The
samples are copied to mappings/tests/ and become golden tests. There is a mapping
for each set that the samples have, PARTNER-SET unless NAME says otherwise. It
compiles and passes map test.

A file that is there already is not touched, unless it says nothing but what it
extends (as partner new writes it), or with --force.

Exit code 0: written. 1: the samples cannot be read, or there is no base map.
2: the command line is wrong, or a file is there already.`,
		Example: `  waybill map new --partner bolt-stores --from bolt-sample.edi --config shop
  waybill map new --partner bolt-stores --from a.edi --from b.edi --extends base/850 --print`,
		Args: cobra.ArbitraryArgs,
	}
	c.Flags().StringSliceVar(&n.from, "from", nil, "an X12 sample of the partner; more may follow")
	c.Flags().StringVar(&n.o.Partner, "partner", "", "the partner, whose extensions they are")
	c.Flags().StringVar(&n.o.Extends, "extends", "", "the mapping to begin from (default base/SET, for the release of the samples)")
	c.Flags().BoolVar(&n.force, "force", false, "write over a mapping that is there")
	c.Flags().BoolVar(&n.print, "print", false, "print the mapping and write nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		n.c = c
		return n.run(args)
	}
	return c
}

// run reads the samples and writes what they give.
func (n *mapNew) run(args []string) error {
	for _, arg := range args {
		if _, err := os.Stat(arg); err == nil || n.o.Name != "" { // a sample behind another one
			n.from = append(n.from, arg)
			continue
		}
		n.o.Name = arg
	}
	if len(n.from) == 0 || n.o.Partner == "" && n.o.Name == "" {
		return usage(errors.New("found no sample or no partner, expected --from SAMPLE and --partner PARTNER; map new --help shows how"))
	}
	if n.o.Partner == "" {
		n.o.Partner, _, _ = strings.Cut(n.o.Name, "-")
	}
	fsys := mappings.Base()
	if user, ok := n.shop.user(); ok {
		fsys = mappings.Overlay(user)
	} else if !n.print {
		return n.shop.none()
	}
	if err := n.samples(); err != nil {
		return err
	}
	b, err := bench(fsys)
	if err != nil {
		return err
	}
	all, err := b.Starters(n.o)
	if err != nil {
		return findings(err)
	}
	if n.print {
		for _, s := range all {
			fmt.Fprint(n.c.OutOrStdout(), s.Text)
		}
		return nil
	}
	return n.write(all)
}

// samples reads the files; they will be beside the mapping, under the partner's name.
func (n *mapNew) samples() error {
	for _, name := range n.from {
		data, err := os.ReadFile(name)
		if err != nil {
			return usage(err)
		}
		at := "tests/" + n.o.Partner + "/" + filepath.Base(name)
		if _, twice := n.contents[at]; twice {
			return usage(fmt.Errorf("two samples are called %s", filepath.Base(name)))
		}
		if strings.HasSuffix(at, ".json") || strings.ContainsAny(at, " ,:#'\"{}[]") {
			return usage(fmt.Errorf("a sample is an X12 file with a plain name, such as order.edi; found %s", filepath.Base(name)))
		}
		n.contents[at] = data
		n.o.Samples = append(n.o.Samples, workbench.Sample{Name: at, Data: data})
	}
	return nil
}

// write puts the mappings, their samples and golden files into the folder.
func (n *mapNew) write(all []workbench.Starter) error {
	dir := beside(n.shop.dir())
	for _, s := range all {
		if err := n.free(dir, s.Name); err != nil {
			return err
		}
	}
	for name, data := range n.contents {
		if err := dir.Write(path.Join(path.Dir(n.o.Name), name), data); err != nil {
			return err
		}
	}
	out := n.c.OutOrStdout()
	for _, s := range all {
		if err := dir.Write(s.Name+".yaml", []byte(n.schemaLine(s.Name)+s.Text)); err != nil {
			return err
		}
		b, err := bench(mappings.Overlay(os.DirFS(string(dir))))
		if err != nil {
			return err
		}
		r, err := n.shop.resolve(n.c, b, s.Name)
		if err != nil {
			return err
		}
		done, c, err := b.Test(r, dir, true)
		if err != nil {
			return findings(err)
		}
		c.Sum()
		fmt.Fprintf(out, "wrote %s: %d line(s), %d place(s) that %s has no pair for\n", filepath.Join(string(dir), s.Name+".yaml"), strings.Count(s.Text, "\n"), s.Found, r.Chain[len(r.Chain)-2])
		for _, g := range done {
			if !g.Good() {
				return findings(fmt.Errorf("%s does not pass its own test %s: %s", s.Name, g.Sample, strings.Join(append(g.Problems, g.Error), "; ")))
			}
		}
		fmt.Fprintf(out, "  %d test(s), %d of %d elements used\n", len(done), c.Elements-c.Missed(), c.Elements)
	}
	return nil
}

// schemaLine names the schema that editors check the mapping against, where the
// configuration has it.
func (n *mapNew) schemaLine(name string) string {
	if _, err := os.Stat(filepath.Join(filepath.Dir(n.shop.dir()), gateway.SchemaDir, "mapping.json")); err != nil {
		return ""
	}
	up := strings.Repeat("../", 1+strings.Count(name, "/"))
	return "# yaml-language-server: $schema=" + up + gateway.SchemaDir + "/mapping.json\n"
}

// free says that a mapping may be written: it is not there, or says nothing yet.
func (n *mapNew) free(dir beside, name string) error {
	data, err := dir.Read(name + ".yaml")
	if errors.Is(err, fs.ErrNotExist) || n.force {
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		if word != "" && word[0] != '#' && word != "map" && word != "extends" && word != "x12" {
			return usage(fmt.Errorf("%s is there already and says something; --force writes over it", filepath.Join(string(dir), name+".yaml")))
		}
	}
	return nil
}
