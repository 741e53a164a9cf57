package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/mappings"
	"waybill/settings"
)

// mapListed is one mapping of the list.
type mapListed struct {
	Name      string   `json:"name"`
	X12       string   `json:"x12,omitempty"`
	Canonical string   `json:"canonical,omitempty"`
	Extends   string   `json:"extends,omitempty"`
	Tests     int      `json:"tests"`
	Partners  []string `json:"partners,omitempty"`
	Problems  int      `json:"problems,omitempty"`
}

func mapListCommand(s *mapShop) *cobra.Command {
	c := &cobra.Command{
		Use:   "list",
		Short: "List the mappings of the folder and those built in, and who uses them",
		Long: `List every mapping: set and release (a set alone is for any release that it fits),
kind of document, what it extends, how many golden tests it has, and which
partners use it.

Exit code 0: listed. 1: one of them cannot be read.`,
		Example: `  waybill map list --config shop
  waybill map list -o json | jq .name`,
		Args: cobra.NoArgs,
	}
	asJSON := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		b, err := s.open(c)
		if err != nil {
			return err
		}
		users, bad := s.users(), 0
		var all []mapListed
		for _, name := range mappings.Names(b.Maps) {
			l := mapListed{Name: name, Partners: users[name]}
			r, found := mappings.Resolve(b.Maps, name)
			if l.Problems = serious(found); l.Problems > 0 {
				bad++
				report(c.ErrOrStderr(), found)
			}
			if r != nil {
				l.X12, l.Canonical, l.Tests = r.X12, r.Canonical, len(r.Tests)
				if n := len(r.Chain); n > 1 {
					l.Extends = r.Chain[n-2]
				}
			}
			all = append(all, l)
		}
		if err := printMaps(c, all, json); err != nil {
			return err
		}
		if bad > 0 {
			return findings(fmt.Errorf("%d mapping(s) have problems", bad))
		}
		return nil
	}
	return c
}

func serious(found []settings.Problem) int {
	return len(kept(found, func(p settings.Problem) bool { return !p.Warning }))
}

func printMaps(c *cobra.Command, all []mapListed, json bool) error {
	if json {
		return printLines(c.OutOrStdout(), all)
	}
	rows := [][]string{{"MAPPING", "X12", "KIND", "EXTENDS", "TESTS", "USED BY"}}
	dash := func(text string) string {
		if text == "" {
			return "-"
		}
		return text
	}
	for _, l := range all {
		rows = append(rows, []string{l.Name, dash(l.X12), dash(l.Canonical), dash(l.Extends), fmt.Sprint(l.Tests), strings.Join(l.Partners, ", ")})
	}
	return columns(c.OutOrStdout(), rows)
}

// users are the partners of each mapping; nobody where the configuration cannot
// be read, which check says.
func (s *mapShop) users() map[string][]string {
	users := map[string][]string{}
	if s.folder != "" {
		return users
	}
	r, _ := gateway.ReadRoster(s.config, time.Now)
	if r == nil {
		return users
	}
	for _, p := range r.Partners {
		for _, d := range p.Documents {
			if !slices.Contains(users[d.Mapping], p.Name) {
				users[d.Mapping] = append(users[d.Mapping], p.Name)
			}
		}
	}
	return users
}
