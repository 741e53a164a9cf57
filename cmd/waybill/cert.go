package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

// certCommand groups what is done about certificates.
func certCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "cert",
		Short: "List certificates, and take in a partner's next one",
		Example: `  waybill cert list --config shop --expiring 60d
  waybill cert import bolt-2027.cer --partner bolt-stores --config shop --from 2027-03-01`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&dir, "config", ".", "the config directory")
	c.AddCommand(certListCommand(&dir), certImportCommand(&dir))
	return c
}

func certListCommand(dir *string) *cobra.Command {
	var expiring string
	c := &cobra.Command{
		Use:   "list",
		Short: "List our certificates and the partners', with their days and fingerprints",
		Long: `List every certificate of the configuration: ours first, then the partners', then
those in certs/ that nobody names. One whose until in the profile has passed is
retired, and counts no more. --expiring shows only those that have ended or end
within a time.

Exit code 0: nothing has expired, or expires within that time. 1: something has
or will, or the configuration has problems.`,
		Example: `  waybill cert list --config shop
  waybill cert list --config shop --expiring 60d -o json`,
		Args: cobra.NoArgs,
	}
	asJSON := outputFlag(c)
	c.Flags().StringVar(&expiring, "expiring", "", "only those that end within this time, such as 60d")
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		days, err := within(expiring)
		if err != nil {
			return usage(fmt.Errorf("--expiring: %w", err))
		}
		r, err := roster(c, *dir)
		if err != nil {
			return err
		}
		due := ending(r.Certificates, days)
		shown := r.Certificates
		if expiring != "" {
			shown = due
		}
		if json {
			err = printLines(c.OutOrStdout(), shown)
		} else {
			err = printCertificates(c.OutOrStdout(), shown, expiring)
		}
		if err == nil && len(due) > 0 {
			err = findings(fmt.Errorf("%d certificate(s) have expired or soon will", len(due)))
		}
		return err
	}
	return c
}

// within is a time in whole days; "" is none at all.
func within(s string) (days int, err error) {
	if s == "" {
		return 0, nil
	}
	d, err := settings.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("found %q; expected a time such as 60d", s)
	}
	return int(d / (24 * time.Hour)), nil
}

// ending are those in use that have less than so many days left.
func ending(all []gateway.Held, days int) []gateway.Held {
	due := []gateway.Held{}
	for _, h := range all {
		if h.NamedBy != "" && !h.Retired && h.DaysLeft < days {
			due = append(due, h)
		}
	}
	return due
}

// printCertificates prints three lines for each: who and until when, where, and
// the fingerprint as openssl shows it.
func printCertificates(w io.Writer, all []gateway.Held, expiring string) error {
	if len(all) == 0 {
		text := "no certificate"
		if expiring != "" {
			text += " ends within " + expiring
		}
		_, err := fmt.Fprintln(w, text)
		return err
	}
	var b strings.Builder
	row := func(subject, by, use, from, until, days string) {
		line := cell(subject, 26) + "  " + cell(by, 16) + "  " + cell(use, 15) + "  " + cell(from, 10) + "  " + cell(until, 10) + "  " + cell(days, 13)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	row("SUBJECT", "NAMED BY", "USE", "FROM", "UNTIL", "")
	for _, h := range all {
		by, days := h.NamedBy, left(h.DaysLeft)
		if by == "" {
			by = "nobody"
		}
		if h.Retired {
			days = "retired"
		}
		row(h.Subject, by, strings.Join(h.Use, ", "), h.From.Format(time.DateOnly), h.Until.Format(time.DateOnly), days)
		b.WriteString("  " + strings.TrimRight(cell(h.File, width-2), " ") + "\n  " + h.Fingerprint + "\n")
		for _, weak := range h.Warnings {
			b.WriteString("  warning: " + weak + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
