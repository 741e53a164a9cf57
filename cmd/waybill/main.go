// Command waybill is an EDI gateway in one binary: trading partners exchange X12
// documents with it over AS2, and our own systems get canonical orders.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK       = 0
	exitFindings = 1 // something was found wrong, or did not work
	exitUsage    = 2 // the command line was wrong
	exitRemote   = 3 // a peer did not answer, or answered no
	exitDenied   = 4 // not allowed
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run is main as a function: what it would print goes to the writers.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := root()
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	err := c.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, "waybill:", text)
	}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) && hinted.Hint() != "" {
		fmt.Fprintln(stderr, "  "+hinted.Hint())
	}
	var coded *exit
	if errors.As(err, &coded) {
		return coded.code
	}
	return exitFindings
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "waybill",
		Short: "EDI and B2B partner gateway: X12 over AS2 in, canonical orders out",
		Long: `Waybill exchanges X12 documents with trading partners over AS2, turns them into
canonical orders for the ERP, and sends back the receipts and acknowledgements
that each partner's profile asks for.`,
		Example: `  waybill demo                    # one purchase order's whole journey, on this machine
  waybill init shop               # an example configuration to start from
  waybill serve --config shop`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("there is no command %q; waybill --help lists them", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.CompletionOptions.HiddenDefaultCmd = true
	c.Version = versionLine()
	c.SetVersionTemplate("{{.Version}}\n")
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w; %s --help shows what there is", err, c.CommandPath()))
	})
	c.AddCommand(serveCommand(), demoCommand(), initCommand(), checkCommand(), spoolCommand(), statusCommand(), threadCommand(), x12Command(), mapCommand(), partnerCommand(), certCommand(), routeCommand(), schemaCommand(), simCommand(), versionCommand())
	arguments(c)
	return c
}

// arguments makes wrong arguments of every command a usage error.
func arguments(c *cobra.Command) {
	for _, sub := range c.Commands() {
		if check := sub.Args; check != nil {
			sub.Args = func(c *cobra.Command, args []string) error {
				err := check(c, args)
				if err == nil {
					return nil
				}
				if c.HasSubCommands() {
					return usage(fmt.Errorf("%w; %s --help shows how", err, c.CommandPath()))
				}
				return usage(wrongArguments(c, args, check(c, nil) == nil))
			}
		}
		arguments(sub)
	}
}

// wrongArguments says what was found and what is expected; init takes its
// directory as an argument and other commands do not, which is easily forgotten.
func wrongArguments(c *cobra.Command, args []string, none bool) error {
	found, mean := "no argument", ""
	if len(args) > 0 {
		found = strconv.Quote(strings.Join(args, " "))
	}
	if none && len(args) == 1 && c.Flag("config") != nil {
		mean = "did you mean --config " + args[0] + "? "
	}
	return fmt.Errorf("found %s, expected %s; %s%s --help shows more", found, c.UseLine(), mean, c.CommandPath())
}

// exit is an error with the code that the process ends with.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

// findings ends the process with 1: something was found wrong.
func findings(err error) error { return &exit{exitFindings, err} }

// usage ends the process with 2: the command line was wrong.
func usage(err error) error { return &exit{exitUsage, err} }

// isTTY says whether a person looks at w.
func isTTY(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
