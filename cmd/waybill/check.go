package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

// checkCommand reads the whole configuration and prints every problem in it.
func checkCommand() *cobra.Command {
	var dir, output string
	c := &cobra.Command{
		Use:   "check",
		Short: "Read the whole configuration and print every problem",
		Long: `Read waybill.yaml, every partner, mapping, certificate and key as serve would,
open nothing, and print each problem with its file and line and what to do.
It takes the same path as serve and as a reload.

Exit code 0: good (there may be warnings). 1: there are problems.`,
		Example: `  waybill check --config shop
  waybill check --config shop -o json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("-o is text or json, found %q", output))
			}
			return check(c, dir, output == "json")
		},
	}
	c.Flags().StringVar(&dir, "config", ".", "the config directory")
	c.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	return c
}

// checked is one problem as JSON.
type checked struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Key     string `json:"key,omitempty"`
	Text    string `json:"text"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

func check(c *cobra.Command, dir string, asJSON bool) error {
	problems := gateway.Check(dir)
	out := c.OutOrStdout()
	for _, p := range problems {
		if !asJSON {
			fmt.Fprintln(out, p.String())
			continue
		}
		line, err := json.Marshal(checked{p.File, p.Line, p.Column, p.Key, p.Text, p.Hint, p.Warning})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n", line)
	}
	errors := 0
	for _, p := range problems {
		if !p.Warning {
			errors++
		}
	}
	if settings.Fatal(problems) {
		return findings(fmt.Errorf("%d problem(s) in %s", errors, dir))
	}
	if !asJSON {
		fmt.Fprintf(out, "%s is good: %d warning(s)\n", dir, len(problems))
	}
	return nil
}
