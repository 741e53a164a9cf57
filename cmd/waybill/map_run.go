package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"waybill/mappings"
	"waybill/mappings/workbench"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// mapRun is one run of map run.
type mapRun struct {
	c       *cobra.Command
	shop    *mapShop
	bench   *workbench.Bench
	mapping string
	own     string // the set that it is for; others are left out
	asJSON  bool
	trace   bool
	prove   bool
	partner string          // to whom is written
	said    map[string]bool // warnings of the mapping
	sets    int
	bad     int
}

func mapRunCommand(s *mapShop) *cobra.Command {
	r := &mapRun{shop: s, said: map[string]bool{}}
	var out bool
	c := &cobra.Command{
		Use:   "run NAME FILE",
		Short: "Map an X12 file and print the canonical document, or the other way",
		Long: `Read the sets of an X12 file (- is standard input) that the mapping is for, and
print what it makes of each: the body of the canonical document. NAME is a file of
mappings/ without its ending, or a built-in one.

--trace says for every field where its value came from: segment, element, byte of
the file, what stood there, what each function made of it, the line of the pair,
the parts that brought it there and the pairs that it replaced; then what was not
used. --prove takes every value back through its pair, writes the document as X12,
reads that again, and prints what differs. --out writes: FILE holds canonical
documents (or only their bodies), one after another, and the X12 is printed: to the
partner whose mapping it is, or with --partner to one of them; to PARTNER where
there is none. Each document is held against its schema, as the API does it.

With -o json each set is one line: the body, or with --trace or --prove an object
of body, trace, unmapped, problems and proof; with --out x12 and problems.

Exit code 0: mapped (there may be warnings). 1: there are problems, in the
mapping or in the data, or a value does not come back. 2: the command line is
wrong, or a file cannot be opened.`,
		Example: `  waybill map run base/850 order.x12
  waybill map run acme-850 order.x12 --config shop --trace
  waybill map run acme-850 order.x12 --config shop --prove
  waybill map run base/850 order.x12 -o json | waybill map run base/850 - --out`,
		Args: cobra.ExactArgs(2),
	}
	asJSON := outputFlag(c)
	c.Flags().BoolVar(&r.trace, "trace", false, "say where each value came from, and what was not used")
	c.Flags().BoolVar(&r.prove, "prove", false, "take every value back, and print what differs")
	c.Flags().BoolVar(&out, "out", false, "write X12 from canonical documents")
	c.Flags().StringVar(&r.partner, "partner", "", "with --out, to whom (default: the partner whose mapping it is)")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if r.asJSON, err = asJSON(); err != nil {
			return err
		}
		if out && (r.trace || r.prove) {
			return usage(fmt.Errorf("--out prints X12; --trace and --prove are for what is read"))
		}
		r.c, r.mapping = c, args[0]
		if r.bench, err = s.open(c); err != nil {
			return err
		}
		if out {
			return r.write(args[1])
		}
		return r.read(args[1])
	}
	return c
}

// read maps the file's sets.
func (r *mapRun) read(name string) error {
	resolved, _, err := r.shop.merged(r.bench, r.mapping) // what is wrong is said when it is compiled
	if err != nil {
		return err
	}
	r.own, _, _ = strings.Cut(resolved.X12, " ")
	f, err := openX12(r.c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := x12.New(r.bench.Library).Decode(f, translators.Options{}, r.set); err != nil {
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	switch {
	case r.sets == 0:
		return findings(fmt.Errorf("%s holds no %s", name, r.own))
	case r.bad > 0:
		return findings(fmt.Errorf("%d of %d set(s) have problems", r.bad, r.sets))
	}
	return nil
}

// set maps one set and prints what came of it.
func (r *mapRun) set(set *translators.Set) error {
	if r.own != "" && set.ID != r.own {
		return nil
	}
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
	failed := r.problems(set.ID+" "+set.Control, result.Problems)
	var proof *workbench.Proof
	if r.prove {
		if proof, err = r.bench.Prove(m, set, result, trace); err != nil {
			return err
		}
		failed = failed || !proof.Holds()
	}
	if failed {
		r.bad++
	}
	return r.print(set, m, mapped{result.Body, trace, result.Unmapped, result.Problems, proof})
}

// problems prints what is wrong with a set; true where it is more than warnings.
func (r *mapRun) problems(set string, all []mappings.Problem) bool {
	failed := false
	for _, p := range all {
		failed = failed || p.Severity != "warn"
		fmt.Fprintf(r.c.ErrOrStderr(), "set %s: %s: %s\n", set, p.Severity, p.Error())
	}
	return failed
}

// compile compiles the mapping once for each release that the file has.
func (r *mapRun) compile(schema *translators.Schema) (*mappings.Map, error) {
	m, found := r.bench.Compile(r.mapping, schema)
	key := schema.Set + " " + schema.Release
	if m == nil {
		return nil, fmt.Errorf("mapping %s for %s:\n%w", r.mapping, key, settings.Problems(found))
	}
	if !r.said[key] {
		report(r.c.ErrOrStderr(), found)
		r.said[key] = true
	}
	return m, nil
}

// mapped is one set as JSON with what is asked about it.
type mapped struct {
	Body     json.RawMessage      `json:"body"`
	Trace    []mappings.TraceLine `json:"trace"`
	Unmapped []mappings.Unmapped  `json:"unmapped,omitempty"`
	Problems []mappings.Problem   `json:"problems,omitempty"`
	Proof    *workbench.Proof     `json:"proof,omitempty"`
}

func (r *mapRun) print(set *translators.Set, m *mappings.Map, what mapped) error {
	out := r.c.OutOrStdout()
	switch {
	case r.asJSON && !r.trace && !r.prove:
		_, err := fmt.Fprintf(out, "%s\n", what.Body)
		return err
	case r.asJSON:
		return printLines(out, []mapped{what})
	}
	fmt.Fprintf(out, "set %s %s is a canonical %s by %s; %d element(s) not used\n", set.ID, set.Control, m.Canonical(), m.Name(), len(what.Unmapped))
	if r.trace {
		if err := mappings.WriteTrace(out, what.Trace, what.Unmapped); err != nil {
			return err
		}
	}
	if what.Proof != nil {
		return printProof(out, what.Proof)
	}
	if r.trace {
		return nil
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, what.Body, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\n", pretty.Bytes())
	return err
}

// printProof prints what did not come back, or that everything did.
func printProof(w io.Writer, p *workbench.Proof) error {
	var b strings.Builder
	for _, part := range []struct {
		text  string
		lines []string
	}{
		{fmt.Sprintf("%d value(s), %d by a pair that serves both directions; of those give something else back:", p.Values, p.Inverted), p.Lost},
		{"written and read again, values that differ:", p.Body},
		{"refused on writing:", p.Refused},
		{"written as X12, what differs from the file:", p.X12},
	} {
		if len(part.lines) == 0 {
			b.WriteString(part.text + " none\n")
			continue
		}
		b.WriteString(part.text + " " + strconv.Itoa(len(part.lines)) + "\n")
		for _, line := range part.lines {
			b.WriteString("  " + line + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// write makes X12 of canonical documents.
func (r *mapRun) write(name string) error {
	resolved, _, err := r.shop.merged(r.bench, r.mapping) // what is wrong is said when it is compiled
	if err != nil {
		return err
	}
	f, err := openX12(r.c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostWritten))
	if err != nil {
		return err
	}
	envelope, err := r.shop.envelope(r.mapping, r.partner)
	if err != nil {
		return err
	}
	text, problems, err := r.bench.Write(resolved, data, envelope)
	failed := r.problems(resolved.X12, problems)
	if err != nil {
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	switch {
	case r.asJSON:
		err = printLines(r.c.OutOrStdout(), []written{{string(text), problems}})
	case !failed: // what has problems would not leave
		_, err = r.c.OutOrStdout().Write(text)
	}
	if err == nil && failed {
		err = findings(fmt.Errorf("%s has problems: nothing is written", name))
	}
	return err
}

// mostWritten bounds a file of documents.
const mostWritten = 64 << 20

// written is what --out prints as JSON.
type written struct {
	X12      string             `json:"x12"`
	Problems []mappings.Problem `json:"problems,omitempty"`
}
