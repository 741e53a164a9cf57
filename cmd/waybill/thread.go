package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/spool"
)

// threadCommand answers the question that is asked most: what became of an order?
func threadCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "thread KEY",
		Short: "Show everything that was exchanged about an order",
		Long: `Show every document that was exchanged about a business key: a purchase order,
an invoice, a bill of lading, a warehouse order. Each has three statuses: how far
we are with it, whether it is at the other side, and whether that acknowledged it.
Below stands what a warehouse shipped otherwise than ordered, what is owed to us,
what we owe, and by when.

Exit code 0: found. 1: nothing in the spool is about KEY.`,
		Example: `  waybill thread 4500012345
  waybill thread 4500012345 --config shop -o json`,
		Args: cobra.ExactArgs(1),
	}
	c.Flags().StringVar(&dir, "config", ".", "the config directory")
	asJSON := outputFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		inJSON, err := asJSON()
		if err != nil {
			return err
		}
		return withSpool(c, dir, func(ctx context.Context, s *spool.Spool) error {
			t, err := gateway.ReadThread(ctx, s, args[0])
			if errors.Is(err, spool.ErrNotFound) {
				return fmt.Errorf("nothing in the spool is about %s; give the number as it stands in the document", args[0])
			}
			if err != nil {
				return err
			}
			if inJSON {
				return printLines(c.OutOrStdout(), []gateway.Thread{t})
			}
			return printThread(c.OutOrStdout(), t)
		})
	}
	return c
}

func printThread(w io.Writer, t gateway.Thread) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d document(s)\n\n", t.Key, len(t.Documents))
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  TIME\tDOCUMENT\tPARTNER\tPROCESSING\tDELIVERY\tACKNOWLEDGED\tMESSAGE")
	for _, d := range t.Documents {
		fmt.Fprintf(table, "  %s\t%-3s %s\t%s\t%s\t%s\t%s\t%s\n", d.At.Local().Format("01-02 15:04"), d.Direction, strings.TrimRight(cell(d.Document, 9), " "), strings.TrimRight(cell(d.Partner, 14), " "),
			strings.TrimSpace(d.Processing+" "+d.Code), dash(d.Delivery), dash(d.Acknowledgement), short(d.Message))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, d := range t.Documents {
		if d.Answer != "" {
			b.WriteString("\n" + wrapped(short(d.Message)+"  ", printable(d.Answer)))
		}
		if d.Error != "" {
			b.WriteString("\n" + wrapped(short(d.Message)+"  ", printable(d.Error)))
		}
	}
	if len(t.Events) > 0 {
		b.WriteString("\nshipped otherwise than ordered:\n")
	}
	for _, e := range t.Events {
		b.WriteString(wrapped(fmt.Sprintf("  %s %s  ", e.Document, short(e.Message)), printable(e.Event+": "+e.Text)))
	}
	for _, by := range []string{"them", "us"} {
		head := map[string]string{"them": "\nowed to us:\n", "us": "\nowed by us:\n"}[by]
		for _, o := range t.Open {
			if o.By == by {
				b.WriteString(head + owing(o))
				head = ""
			}
		}
	}
	if t.Cut {
		fmt.Fprintf(&b, "\nthere is more; these are the first %d\n", len(t.Documents))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// owing is the line of what is owed.
func owing(o gateway.ThreadOpen) string {
	from := "from"
	if o.By == "us" {
		from = "to"
	}
	return fmt.Sprintf("  %s %s %s for the %s %s%s\n", owes(o.Awaits), from, o.Partner, o.Document, short(o.Message), deadline(o))
}

// owes is what is owed, in words.
func owes(kind string) string {
	switch kind {
	case "fa":
		return "997 or 999"
	case "mdn":
		return "MDN"
	case "ta1":
		return "TA1"
	case "fetch":
		return "fetching"
	}
	return kind
}

func deadline(o gateway.ThreadOpen) string {
	switch {
	case o.Due.IsZero():
		return ", at no agreed time"
	case o.Overdue:
		return ", overdue since " + local(o.Due)
	}
	return ", by " + local(o.Due)
}

// dash stands for what there is not.
func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
