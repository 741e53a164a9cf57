package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

// maxRouted is the largest document that route reads.
const maxRouted = 64 << 20

// routeCommand explains which of our own systems get a document.
func routeCommand() *cobra.Command {
	dir, set := ".", ""
	c := &cobra.Command{
		Use:   "route FILE",
		Short: "Which of our own systems get a document, and why",
		Long: `Say of each rule of route in waybill.yaml, up to the one that takes it, whether it fits
a document. FILE holds a canonical document as JSON with its envelope, as "waybill spool
body ID" prints it; - reads it from the input. Where the profile's entry for the set names
the systems, the rules are not asked.

Exit code 0: systems get it. 1: none does, or the configuration has problems.`,
		Example: `  waybill spool body 01KA3M7Q2C7VNQX5Q5KKJ0Z75H --config shop | waybill route - --config shop
  waybill route order.json --config shop -o json`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := outputFlag(c)
	c.Flags().StringVar(&dir, "config", dir, "the config directory")
	c.Flags().StringVar(&set, "set", "", "the set that the document came as, where it does not say, such as 850")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		data, err := readRouted(c.InOrStdin(), args[0])
		if err != nil {
			return usage(err)
		}
		steps, problems, err := gateway.ExplainRoute(dir, data, set, gateway.Options{Now: time.Now})
		if err != nil {
			return usage(err)
		}
		if settings.Fatal(problems) {
			report(c.ErrOrStderr(), problems)
			return findings(fmt.Errorf("the configuration in %s cannot be used: mend what is said above", dir))
		}
		if json {
			err = printLines(c.OutOrStdout(), steps)
		} else {
			err = printRoute(c.OutOrStdout(), steps)
		}
		if len(steps) == 0 || !steps[len(steps)-1].Takes {
			return errors.Join(err, findings(errors.New("no system gets it: it would be held with ROUTE-NOWHERE")))
		}
		return err
	}
	return c
}

func readRouted(in io.Reader, name string) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxRouted+1))
	if err == nil && len(data) > maxRouted {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxRouted)
	}
	return data, err
}

func printRoute(w io.Writer, steps []gateway.RouteStep) error {
	out := fitted(w)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RULE\tTAKES\tTO\tWHY")
	for _, s := range steps {
		takes := map[bool]string{true: "yes", false: "no"}[s.Takes]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Rule, takes, strings.Join(s.To, ", "), s.Text)
	}
	return errors.Join(t.Flush(), out.Close())
}
