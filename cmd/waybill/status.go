package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/spool"
)

// statusCommand says at a glance whether anything waits, and for whom.
func statusCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "status",
		Short: "Show what waits, for which system, and behind whom",
		Long: `Show how many messages are under way or need a person, how each of our own systems
stands, and which messages hold up others whose order is kept.

The breaker of a system is closed while it is well; open while it is left alone after
failures, until the time that is shown; half-open while the next document tries it.

Exit code 0: no message needs a person and no breaker is open. 1: one does, or is.`,
		Example: `  waybill status --config shop
  waybill status --config shop -o json`,
		Args: cobra.NoArgs,
	}
	c.Flags().StringVar(&dir, "config", ".", "the config directory")
	asJSON := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		inJSON, err := asJSON()
		if err != nil {
			return err
		}
		return withSpool(c, dir, func(ctx context.Context, s *spool.Spool) error {
			config, _ := gateway.Load(dir) // that it can be loaded is why there is a spool
			st, err := gateway.ReadStatus(ctx, s, config)
			if err != nil {
				return err
			}
			if inJSON {
				err = printLines(c.OutOrStdout(), []gateway.Status{st})
			} else {
				err = printStatus(c.OutOrStdout(), st)
			}
			if err != nil {
				return err
			}
			return trouble(st)
		})
	}
	return c
}

// trouble says what of a status is for a person, nil where nothing is.
func trouble(st gateway.Status) error {
	var words []string
	people := 0
	for _, m := range st.Messages {
		if m.Status == string(spool.Held) || m.Status == string(spool.Dead) {
			people += m.Count
		}
	}
	if people > 0 {
		words = append(words, fmt.Sprintf("%d message(s) wait for a person", people))
	}
	for _, s := range st.Systems {
		if s.Breaker == "open" {
			words = append(words, s.Name+" is left alone")
		}
	}
	if len(words) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(words, ", "))
}

func printStatus(w io.Writer, st gateway.Status) error {
	var b strings.Builder
	if len(st.Messages) == 0 {
		b.WriteString("no message is under way\n")
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, m := range st.Messages {
		fmt.Fprintf(table, "%d\t%s\n", m.Count, strings.TrimSpace(m.Status+" "+m.Stage))
	}
	if len(st.Systems) > 0 {
		fmt.Fprint(table, "\n")
	}
	if err := table.Flush(); err != nil {
		return err
	}
	table = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if len(st.Systems) > 0 {
		fmt.Fprintln(table, "SYSTEM\tNODE\tBREAKER\tSINCE\tUNTIL\tWAITING\tRUNNING\tOLDEST")
	}
	for _, s := range st.Systems {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", trimmed(s.Name, 16), trimmed(s.Node, 16), s.Breaker, hour(s.Since), hour(s.Until), s.Waiting, s.Running, hour(s.Oldest))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range st.Systems {
		if s.Reason != "" {
			b.WriteString("\n" + wrapped(trimmed(s.Name, 16)+"  ", printable(s.Reason)))
		}
	}
	return printHeads(w, b.String(), st.Heads)
}

// printHeads writes what is written so far, and the messages that others wait for.
func printHeads(w io.Writer, above string, heads []gateway.StatusHead) error {
	var b strings.Builder
	b.WriteString(above)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if len(heads) > 0 {
		fmt.Fprintln(table, "\nOTHERS WAIT FOR\tPARTNER\tSTATUS\tBEHIND\tCODE")
	}
	for _, h := range heads {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", short(h.Message), trimmed(h.Partner, 16), strings.TrimSpace(h.Status+" "+h.Stage), h.Behind, dash(h.Code))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// trimmed is a text in at most so many columns.
func trimmed(text string, columns int) string {
	return dash(strings.TrimRight(cell(text, columns), " "))
}

// hour is a time on the wall, "-" for none.
func hour(at time.Time) string {
	if at.IsZero() {
		return dash("")
	}
	return at.Local().Format("01-02 15:04:05")
}
