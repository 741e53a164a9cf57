package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"waybill/mappings"
	"waybill/mappings/workbench"
)

func mapShowCommand(s *mapShop) *cobra.Command {
	var whole bool
	c := &cobra.Command{
		Use:   "show NAME",
		Short: "Print the pairs of a mapping with the line of each",
		Long: `Print what the mapping's own file says, each pair with its line and the pair of
the base that it replaces. With --resolved print the merged mapping: every pair
of it and of what it extends, parts put in, and the rows of its tables. in: is
read only, out: is written only.

Exit code 0: printed. 1: the mapping cannot be read.`,
		Example: `  waybill map show acme-850 --config shop
  waybill map show base/850 --resolved | grep shipTo`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := outputFlag(c)
	c.Flags().BoolVar(&whole, "resolved", false, "the merged mapping with all that it extends")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		b, err := s.open(c)
		if err != nil {
			return err
		}
		r, err := s.resolve(c, b, args[0])
		if err != nil {
			return err
		}
		if json {
			return printLines(c.OutOrStdout(), []*mappings.Resolved{r})
		}
		return showMap(c.OutOrStdout(), r, whole)
	}
	return c
}

func showMap(w io.Writer, r *mappings.Resolved, whole bool) error {
	own := r.Name + ".yaml:"
	rows := [][]string{{"FIELD", "X12", "LINE"}}
	for _, p := range r.Pairs {
		if !whole && !strings.HasPrefix(p.At, own) {
			continue
		}
		text, at := p.Text(), p.At
		if p.Way != mappings.Both {
			text = string(p.Way) + ": " + text
		}
		if len(p.Over) > 0 {
			at += " instead of " + p.Over[len(p.Over)-1]
		}
		rows = append(rows, []string{p.Field, text, at})
	}
	for _, k := range r.Checks {
		if whole || strings.HasPrefix(k.At, own) {
			rows = append(rows, []string{"check " + k.Name, k.Severity + ": " + k.Text, k.At})
		}
	}
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			if whole || strings.HasPrefix(row.At, own) {
				rows = append(rows, []string{"table " + t.Name, workbench.Arrow(row.Way) + " " + row.Code + " is " + row.Word, row.At})
			}
		}
	}
	fmt.Fprintf(w, "%s: %s as %s, merged of %s\n", r.Name, orNothing(r.X12), orNothing(r.Canonical), strings.Join(r.Chain, ", "))
	return columns(w, rows)
}

func orNothing(text string) string {
	if text == "" {
		return "nothing that can be run"
	}
	return text
}

// columns prints rows below one another; a text that is too wide for its column
// is let run on.
func columns(w io.Writer, rows [][]string) error {
	const widest = 44
	var widths []int
	for _, row := range rows {
		for i, text := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if n := utf8.RuneCountInString(printable(text)); n <= widest {
				widths[i] = max(widths[i], n)
			}
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, text := range row {
			text = printable(text)
			line += text + strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(text))+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func mapExplainCommand(s *mapShop) *cobra.Command {
	var sample string
	var own, used bool
	c := &cobra.Command{
		Use:   "explain NAME",
		Short: "Print each field of a mapping, where it stands in X12, and what is done on the way",
		Long: `Print a line for each field: ⇄ read and written, ← read only, → written only; its
place in X12 from the set's beginning, what its functions do, and with --sample
what a file has there. --own leaves out what the base maps say; --used what the
sample does not have.

Exit code 0: printed. 1: the mapping or the sample cannot be read. 2: the command
line is wrong.`,
		Example: `  waybill map explain acme-850 --config shop --own
  waybill map explain base/850 --sample order.x12 --used`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := outputFlag(c)
	c.Flags().StringVar(&sample, "sample", "", "an X12 file, to show what stands there")
	c.Flags().BoolVar(&own, "own", false, "only what the mapping's own file says")
	c.Flags().BoolVar(&used, "used", false, "only what the sample has")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		if used && sample == "" {
			return usage(fmt.Errorf("--used needs a --sample"))
		}
		b, err := s.open(c)
		if err != nil {
			return err
		}
		r, err := s.resolve(c, b, args[0])
		if err != nil {
			return err
		}
		var traced []mappings.TraceLine
		if sample != "" {
			data, err := os.ReadFile(sample)
			if err != nil {
				return usage(err)
			}
			if traced, err = b.Traced(r.Name, data); err != nil {
				return findings(fmt.Errorf("%s: %w", sample, err))
			}
		}
		all := workbench.Explain(r, traced)
		all = kept(all, func(e workbench.Explained) bool {
			return (!own || strings.HasPrefix(e.At, r.Name+".yaml:")) && (!used || len(e.Values) > 0)
		})
		if json {
			return printLines(c.OutOrStdout(), all)
		}
		return printExplained(c.OutOrStdout(), all, sample != "")
	}
	return c
}

func kept[T any](all []T, keep func(T) bool) []T {
	var some []T
	for _, one := range all {
		if keep(one) {
			some = append(some, one)
		}
	}
	return some
}

func printExplained(w io.Writer, all []workbench.Explained, sampled bool) error {
	head := []string{"FIELD", " ", "X12", "HOW"}
	if sampled {
		head = []string{"FIELD", " ", "X12", "FOUND", "HOW"}
	}
	rows := [][]string{head}
	for _, e := range all {
		row := []string{e.Field, e.Arrow, e.Place, e.Words}
		if sampled {
			row = []string{e.Field, e.Arrow, e.Place, shortList(e.Values, 3), e.Words}
		}
		rows = append(rows, row)
	}
	return columns(w, rows)
}

// shortList is some of the texts, and how many there are more.
func shortList(all []string, most int) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}
