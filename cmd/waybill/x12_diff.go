package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"waybill/translators/x12"
)

func x12DiffCommand() *cobra.Command {
	var envelopes bool
	var output string
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Print what two X12 files say differently",
		Long: `Compare two files set by set and segment by segment (one of them may be -,
standard input), by what they say: delimiters and line ends are no difference.
Envelopes, control numbers and counts are compared with --envelopes only. Prints
what was removed (-), added (+) and changed (~) with its place: PO1[2] is the
second PO1 loop. -o json prints one object a line.

Exit code 0: they say the same. 1: there are differences, or one is no X12.
2: the command line is wrong.`,
		Example: `  waybill x12 diff sent.x12 received.x12
  waybill x12 diff --envelopes -o json sent.x12 received.x12 | jq .element`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("-o is text or json, found %q", output))
			}
			if args[0] == "-" && args[1] == "-" {
				return usage(fmt.Errorf("only one of the files can be standard input"))
			}
			return x12Diff(c, args[0], args[1], envelopes, output == "json")
		},
	}
	c.Flags().BoolVar(&envelopes, "envelopes", false, "envelopes, control numbers and counts too")
	c.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	return c
}

func x12Diff(c *cobra.Command, one, two string, envelopes, asJSON bool) error {
	t, err := x12Translator()
	if err != nil {
		return err
	}
	a, err := openX12(c, one)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := openX12(c, two)
	if err != nil {
		return err
	}
	defer b.Close()
	found, err := t.Diff(a, b, envelopes)
	if err != nil {
		return findings(fmt.Errorf("%s, %s: %w", one, two, err))
	}
	if err := printDifferences(c, found, asJSON); err != nil {
		return err
	}
	if len(found) > 0 {
		return findings(fmt.Errorf("%d difference(s)", len(found)))
	}
	return nil
}

// printDifferences prints them below the name of their set.
func printDifferences(c *cobra.Command, found []x12.Difference, asJSON bool) error {
	e := json.NewEncoder(c.OutOrStdout())
	e.SetEscapeHTML(false)
	set := ""
	for _, d := range found {
		if asJSON {
			if err := e.Encode(d); err != nil {
				return err
			}
			continue
		}
		if d.Set != set {
			set = d.Set
			fmt.Fprintf(c.OutOrStdout(), "set %s\n", set)
		}
		fmt.Fprintf(c.OutOrStdout(), "  %s\n", d)
	}
	return nil
}
