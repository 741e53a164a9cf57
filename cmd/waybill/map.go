package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// mapCommand groups what can be done with mappings without a configuration.
func mapCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "map",
		Short:   "Try mappings on files",
		Example: "  waybill map run base/850 order.x12 --trace",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(mapRunCommand())
	return c
}

// mapRun is one run of map run.
type mapRun struct {
	c       *cobra.Command
	folder  fs.FS
	mapping string
	asJSON  bool
	trace   bool
	library *x12.Library
	maps    map[string]*mappings.Map // by release
	sets    int
	bad     int
}

func mapRunCommand() *cobra.Command {
	r := &mapRun{maps: map[string]*mappings.Map{}}
	var dir, output string
	c := &cobra.Command{
		Use:   "run MAPPING FILE",
		Short: "Map an X12 file and print the canonical document",
		Long: `Read the sets of an X12 file (- is standard input) that the mapping is for, and
print what it makes of each: the body of the canonical document. --trace says
for every field where its value came from, and lists what was not used.
MAPPING is a file of the mappings folder without its ending, or a built-in one.
With -o json each set is one line: the body, or with --trace an object of body,
trace, unmapped and problems.

Exit code 0: mapped (there may be warnings). 1: there are problems, in the
mapping or in the data. 2: a file cannot be opened.`,
		Example: `  waybill map run base/850 order.x12
  waybill map run acme-850 order.x12 --mappings shop/mappings --trace
  waybill map run base/850 order.x12 -o json | jq .lines[].item`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("-o is text or json, found %q", output))
			}
			r.c, r.mapping, r.asJSON = c, args[0], output == "json"
			return r.open(dir, args[1])
		},
	}
	c.Flags().StringVar(&dir, "mappings", "mappings", "the folder of mappings, over the built-in ones")
	c.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	c.Flags().BoolVar(&r.trace, "trace", false, "say where each value came from, and what was not used")
	return c
}

// open finds the mappings and the file, and maps the file's sets.
func (r *mapRun) open(dir, name string) error {
	r.folder = mappings.Base()
	if _, err := os.Stat(dir); err == nil {
		r.folder = mappings.Overlay(os.DirFS(dir))
	} else if r.c.Flags().Changed("mappings") || !strings.HasPrefix(r.mapping, "base/") {
		return usage(fmt.Errorf("there is no folder of mappings %s; name it with --mappings, such as --mappings shop/mappings", dir))
	}
	library, err := x12.Load()
	if err != nil {
		return err
	}
	r.library = library
	f, err := openX12(r.c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := x12.New(library).Decode(f, translators.Options{}, r.set); err != nil {
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	switch {
	case r.sets == 0:
		return findings(fmt.Errorf("%s holds no transaction set", name))
	case r.bad > 0:
		return findings(fmt.Errorf("%d of %d set(s) have problems", r.bad, r.sets))
	}
	return nil
}

// set maps one set and prints what came of it.
func (r *mapRun) set(set *translators.Set) error {
	r.sets++
	if set.Schema == nil {
		r.bad++
		fmt.Fprintf(r.c.ErrOrStderr(), "set %s %s in %s: there is no schema for it\n", set.ID, set.Control, set.Group.Version)
		return nil
	}
	m, err := r.compile(set.Schema)
	if err != nil {
		return err
	}
	result, trace, err := m.Trace(set)
	if err != nil {
		return err
	}
	failed := false
	for _, p := range result.Problems {
		failed = failed || p.Severity != "warn"
		fmt.Fprintf(r.c.ErrOrStderr(), "set %s %s: %s: %s\n", set.ID, set.Control, p.Severity, p.Error())
	}
	if failed {
		r.bad++
	}
	return r.print(set, m, result, trace)
}

// compile compiles the mapping once for each release that the file has.
func (r *mapRun) compile(schema *translators.Schema) (*mappings.Map, error) {
	key := schema.Set + " " + schema.Release
	if m := r.maps[key]; m != nil {
		return m, nil
	}
	m, found := mappings.Compile(r.folder, r.mapping, mappings.Against{Schema: schema, Canonical: canonical.Schema})
	if m == nil {
		return nil, fmt.Errorf("mapping %s for %s:\n%w", r.mapping, key, settings.Problems(found))
	}
	for _, p := range found {
		fmt.Fprintln(r.c.ErrOrStderr(), p.String())
	}
	r.maps[key] = m
	return m, nil
}

// mapped is one set as JSON with its trace.
type mapped struct {
	Body     json.RawMessage      `json:"body"`
	Trace    []mappings.TraceLine `json:"trace"`
	Unmapped []mappings.Unmapped  `json:"unmapped,omitempty"`
	Problems []mappings.Problem   `json:"problems,omitempty"`
}

func (r *mapRun) print(set *translators.Set, m *mappings.Map, result mappings.Result, trace []mappings.TraceLine) error {
	out := r.c.OutOrStdout()
	if r.asJSON && !r.trace {
		_, err := fmt.Fprintf(out, "%s\n", result.Body)
		return err
	}
	if r.asJSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return e.Encode(mapped{result.Body, trace, result.Unmapped, result.Problems})
	}
	fmt.Fprintf(out, "set %s %s is a canonical %s by %s; %d element(s) not used\n", set.ID, set.Control, m.Canonical(), m.Name(), len(result.Unmapped))
	if r.trace {
		return mappings.WriteTrace(out, trace, result.Unmapped)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, result.Body, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\n", pretty.Bytes())
	return err
}
