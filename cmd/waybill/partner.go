package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
)

// partnerCommand groups what is done about trading partners.
func partnerCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "partner",
		Short: "List trading partners, begin with new ones, test the way to them",
		Example: `  waybill partner list --config shop
  waybill partner new bolt-stores --config shop`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&dir, "config", ".", "the config directory")
	c.AddCommand(partnerListCommand(&dir), partnerNewCommand(&dir), partnerTestCommand(&dir))
	return c
}

// roster reads the configuration for a command that shows what is in it.
func roster(c *cobra.Command, dir string) (*gateway.Roster, error) {
	r, problems := gateway.ReadRoster(dir, time.Now)
	if r == nil {
		report(c.ErrOrStderr(), problems)
		return nil, findings(fmt.Errorf("the configuration in %s cannot be used: mend what is said above", dir))
	}
	return r, nil
}

// partnerNames are those that have a file in dir.
func partnerNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "partners"))
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok && name != "defaults" {
			names = append(names, name)
		}
	}
	return names, err
}

func partnerListCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "list",
		Short: "List partners with their ids, documents and certificates",
		Long: `List every partner: status, AS2 and ISA ids (theirs / ours), how long the
certificate in use lasts, and each document with its mapping and where it goes.
It reads the files as check does; the gateway need not run.

Exit code 0: listed. 1: the configuration has problems.`,
		Example: `  waybill partner list --config shop
  waybill partner list --config shop -o json | jq .name`,
		Args: cobra.NoArgs,
	}
	asJSON := outputFlag(c)
	group := ""
	c.Flags().StringVar(&group, "group", "", "only those of this group of ours")
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		r, err := roster(c, *dir)
		if err != nil {
			return err
		}
		if group != "" {
			r.Partners = slices.DeleteFunc(r.Partners, func(l gateway.Listed) bool { return l.Group != group })
		}
		if json {
			return printLines(c.OutOrStdout(), r.Partners)
		}
		return printPartners(c.OutOrStdout(), r.Partners)
	}
	return c
}

// printPartners prints a line for each partner and one for each document below it.
func printPartners(w io.Writer, all []gateway.Listed) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "no partner")
		return err
	}
	var b strings.Builder
	row := func(name, status, as2, isa, certificate string) {
		line := cell(name, 18) + "  " + cell(status, 10) + "  " + cell(as2, 24) + "  " + cell(isa, 26) + "  " + cell(certificate, 14)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	row("PARTNER", "STATUS", "AS2 THEIRS / OURS", "ISA THEIRS / OURS", "CERTIFICATE")
	for _, p := range all {
		as2 := "none"
		if p.AS2 != nil {
			as2 = p.AS2.Them + " / " + p.AS2.Us
		}
		row(p.Name, p.Status, as2, p.ISA.Them+" / "+p.ISA.Us, lasts(p.Certificates))
		for _, d := range p.Documents {
			to := strings.Join(d.To, ", ")
			if d.Direction == "out" {
				to = d.Via
			}
			if d.Role != "" {
				to += ", as " + d.Role
			}
			b.WriteString(strings.TrimRight(cell(fmt.Sprintf("  %s %-3s  %s → %s", d.Document, d.Direction, d.Mapping, to), width), " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lasts says how long the certificate that ends last can be used.
func lasts(all []gateway.Held) string {
	said, most := "none", 0
	for _, h := range all {
		if !h.Retired && (said == "none" || h.DaysLeft > most) {
			said, most = left(h.DaysLeft), h.DaysLeft
		}
	}
	return said
}

// left is a number of days until an end, in words.
func left(days int) string {
	switch {
	case days < 0:
		return "expired"
	case days == 1:
		return "1 day left"
	}
	return fmt.Sprintf("%d days left", days)
}
