package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

func partnerTestCommand(dir *string) *cobra.Command {
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "test NAME",
		Short: "Test the way to a partner, step by step",
		Long: `Test the way to a partner as a message would go, without sending one: profile,
certificate, name, TCP, TLS with the server's chain, an answer from the AS2 path
(a GET; any answer will do but that there is nothing), and our own certificate with its
fingerprint, to compare by telephone. The gateway need not run.

Exit code 0: every step is ok. 1: the configuration has problems. 3: a step failed.`,
		Example: `  waybill partner test bolt-stores --config shop
  waybill partner test bolt-stores --config shop --timeout 5s -o json`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := outputFlag(c)
	c.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "give up after so long")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.Context(), timeout)
		defer cancel()
		steps, problems, err := gateway.Reach(ctx, *dir, args[0], time.Now)
		if err != nil {
			return usage(err)
		}
		if settings.Fatal(problems) {
			report(c.ErrOrStderr(), problems)
			return findings(fmt.Errorf("the configuration in %s cannot be used: mend what is said above", *dir))
		}
		if json {
			err = printLines(c.OutOrStdout(), steps)
		} else {
			err = printSteps(c.OutOrStdout(), steps)
		}
		return errors.Join(err, failed(args[0], steps))
	}
	return c
}

// failed counts the steps that did not go well.
func failed(partner string, steps []gateway.Step) error {
	n := 0
	for _, s := range steps {
		if s.State == gateway.StepFailed {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &exit{exitRemote, fmt.Errorf("%d step(s) to %s failed", n, partner)}
}

// printSteps prints a line for each step, and below it what else it says.
func printSteps(w io.Writer, steps []gateway.Step) error {
	indent := strings.Repeat(" ", 41)
	var b strings.Builder
	for _, s := range steps {
		took := ""
		if s.Took > 0 {
			took = s.Took.Round(10 * time.Microsecond).String()
		}
		head := cell(s.Name, 18) + "  " + cell(s.State, 9) + "  " + cell(took, 8) + "  "
		lines := strings.Split(s.Text, "\n")
		if s.Hint != "" {
			lines = append(lines, s.Hint)
		}
		for i, l := range lines {
			switch {
			case i == 0:
				l = head + printable(l)
			case strings.Count(l, ":") == 31: // a fingerprint takes the line for itself
				l = "  " + l
			default:
				l = indent + printable(l)
			}
			b.WriteString(strings.TrimRight(l, " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
