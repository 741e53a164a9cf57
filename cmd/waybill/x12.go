package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/translators"
	"waybill/translators/x12"
)

// x12Command groups what can be done with X12 files without a configuration.
func x12Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "x12",
		Short: "Check, answer, explain and rewrite X12 files",
		Example: `  waybill x12 check order.x12
  waybill x12 explain order.x12
  waybill x12 sample 850 --lines 5 > sample.x12
  waybill x12 diff order.x12 sample.x12`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(x12CheckCommand(), x12AckCommand(), x12ExplainCommand(), x12FormatCommand(), x12SplitCommand(), x12RedactCommand(), x12SampleCommand(), x12DiffCommand(), x12GuideCommand())
	return c
}

func x12CheckCommand() *cobra.Command {
	var output, guide, charset, trailing string
	var business bool
	c := &cobra.Command{
		Use:   "check FILE...",
		Short: "Hold X12 files against the standard and print every problem",
		Long: `Read each file (- is standard input) as the gateway would: envelopes, counts,
control numbers, and every set against its schema. Prints each problem with its
place; -o json prints one object a line. CODE is what an acknowledgement says of
it: TA105 of an interchange, AK905 of a group, AK502 of a set, AK304 of a segment,
AK403 of an element. With --guide, sets are held against a partner's guide, and
what breaks it is told with the guide's line.

Exit code 0: no problem (there may be warnings). 1: there are problems.
2: a file cannot be opened, or the guide is wrong.`,
		Example: `  waybill x12 check order.x12
  waybill x12 check --guide guides/acme-850.yaml order.x12
  waybill x12 check --charset basic --trailing forbid order.x12
  waybill x12 check -o json inbox/*.x12 | jq .code`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("-o is text or json, found %q", output))
			}
			t, err := guidedTranslator(guide)
			if err != nil {
				return err
			}
			if err := checkWords(flagWords{"charset", charset, "any basic extended utf8"}, flagWords{"trailing", trailing, "forbid optional require"}); err != nil {
				return usage(err)
			}
			if charset == "any" {
				charset = ""
			}
			if t = t.Texts(charset, trailing); business {
				t = t.Business()
			}
			return x12Check(c, t, args, output == "json")
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	guideFlag(c, &guide)
	c.Flags().StringVar(&charset, "charset", "any", "what values are written in (X12.5): basic, extended (ISO 8859-1), utf8, or any")
	c.Flags().StringVar(&trailing, "trailing", "optional", "separators at the end of a segment: forbid, optional or require")
	c.Flags().BoolVar(&business, "business", false, "warn of totals, counts of lines and levels that contradict what stands in the set")
	return c
}

func x12Check(c *cobra.Command, t *x12.Translator, files []string, asJSON bool) error {
	var found []x12.Finding
	for _, name := range files {
		f, err := openX12(c, name)
		if err != nil {
			return err
		}
		more, err := t.Check(name, f)
		f.Close()
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	if err := printFindings(c.OutOrStdout(), found, asJSON); err != nil {
		return err
	}
	problems := x12.Problems(found)
	if problems > 0 {
		return findings(fmt.Errorf("%d problem(s), %d warning(s) in %d file(s)", problems, len(found)-problems, len(files)))
	}
	if !asJSON {
		fmt.Fprintf(c.OutOrStdout(), "no problem, %d warning(s) in %d file(s)\n", len(found), len(files))
	}
	return nil
}

func printFindings(w io.Writer, found []x12.Finding, asJSON bool) error {
	if !asJSON {
		if len(found) == 0 {
			return nil
		}
		return x12.WriteFindings(w, found)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, f := range found {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

func x12AckCommand() *cobra.Command {
	p := translators.AckPolicy{}
	var guide string
	c := &cobra.Command{
		Use:   "ack FILE",
		Short: "Print the acknowledgement that would answer a file",
		Long: `Print the interchange with the 997 (or 999, TA1) that the file would be answered
with. Control numbers count from one; a real answer has those of the partner's
own sequences.

Exit code 0: an answer is printed. 1: nothing would be answered.`,
		Example: `  waybill x12 ack order.x12
  waybill x12 ack --mode with-errors --accepted order.x12`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkAckPolicy(p); err != nil {
				return usage(err)
			}
			return x12Ack(c, args[0], guide, p)
		},
	}
	c.Flags().StringVar(&p.Functional, "functional", "997", "997 or 999")
	c.Flags().StringVar(&p.Detail, "detail", "errors", "errors (AK3 and AK4 for refused sets) or none")
	c.Flags().StringVar(&p.Mode, "mode", "reject", "reject, with-errors to accept sets with noted problems, or accept to note nothing")
	c.Flags().StringVar(&p.Per, "per", "set", "how far a refusal reaches: set, group or interchange")
	c.Flags().BoolVar(&p.Accepted, "accepted", false, "an AK2 also for sets that are accepted")
	c.Flags().StringVar(&p.Interchange, "ta1", "never", "never, on-error, always or on-request")
	guideFlag(c, &guide)
	return c
}

// checkAckPolicy names the first flag with a word that it does not know.
func checkAckPolicy(p translators.AckPolicy) error {
	return checkWords(
		flagWords{"functional", p.Functional, "997 999"},
		flagWords{"detail", p.Detail, "errors none"},
		flagWords{"mode", p.Mode, "reject with-errors accept"},
		flagWords{"per", p.Per, "set group interchange"},
		flagWords{"ta1", p.Interchange, "never on-error always on-request"},
	)
}

// flagWords is a flag with its value and the words that it knows.
type flagWords struct{ name, value, known string }

func checkWords(flags ...flagWords) error {
	for _, flag := range flags {
		known := strings.Fields(flag.known)
		if !slices.Contains(known, flag.value) {
			return fmt.Errorf("--%s is one of %s, found %q", flag.name, strings.Join(known, ", "), flag.value)
		}
	}
	return nil
}

func x12Ack(c *cobra.Command, name, guide string, p translators.AckPolicy) error {
	t, err := guidedTranslator(guide)
	if err != nil {
		return err
	}
	f, err := openX12(c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	report, err := t.Decode(f, translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	n, err := t.Reply(c.OutOrStdout(), report, p, time.Now())
	if err != nil {
		return findings(err)
	}
	if n == 0 {
		return findings(fmt.Errorf("nothing would be answered: %s", unanswered(name, report)))
	}
	return nil
}

// unanswered says why a file gets no 997 or 999.
func unanswered(name string, report *translators.Report) string {
	for _, ic := range report.Interchanges {
		if slices.ContainsFunc(ic.Problems, func(p translators.Problem) bool { return !p.Warning }) {
			return fmt.Sprintf("the envelope of interchange %s is broken, for which there is a TA1 at most; waybill x12 check %s says how", ic.Control, name)
		}
	}
	return "the file holds acknowledgements only, or nothing"
}

func x12ExplainCommand() *cobra.Command {
	var page bool
	var guide string
	c := &cobra.Command{
		Use:   "explain FILE",
		Short: "Print an X12 file in words",
		Long: `Print loops, names, decoded codes, and each problem below the segment it is about.
With --html it is a page to open in a browser or to send to somebody: one file
without scripts, with the raw segments beside their words, loops that open and
close, and problems marked where they are.

Exit code 0: printed, with its problems if there are. 1: the file is no X12.
2: the file cannot be opened.`,
		Example: `  waybill x12 explain order.x12
  waybill x12 explain --html order.x12 > order.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			t, err := guidedTranslator(guide)
			if err != nil {
				return err
			}
			return x12Through(c, args[0], func(w io.Writer, r io.Reader) error {
				if page {
					return t.ExplainHTML(w, filepath.Base(args[0]), r)
				}
				out := fitted(w)
				return errors.Join(t.Explain(out, r), out.Close())
			})
		},
	}
	c.Flags().BoolVar(&page, "html", false, "a page for a browser")
	guideFlag(c, &guide)
	return c
}

func x12Translator() (*x12.Translator, error) {
	library, err := x12.Load()
	if err != nil {
		return nil, err
	}
	return x12.New(library), nil
}

// openX12 opens a file, or standard input for "-".
func openX12(c *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.InOrStdin()), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usage(err)
	}
	return f, nil
}
