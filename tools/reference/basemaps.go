package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waybill/mappings"
)

// baseMaps is the page of the built-in mappings: every field with its place.
func baseMaps(string) (string, error) {
	var b strings.Builder
	b.WriteString(`# Base mappings

` + made + `

What a mapping that extends one of these has from it: every field of the document, and its place in X12.

⇄ is read and written, ← is read and never written, → is written and never read. A mapping of 005010 differs only where its own section says so; the rest is that of 004010. All parties have the fields that stand here for the buyer, in their own N1. Levels of an 856 that stand in one another are listed once. How places are written stands in [mapping files](mapping-files.md), the functions in [mapping functions](mapping-functions.md).
`)
	before := map[string]string{}
	for _, name := range mappings.Names(mappings.Base()) {
		if name == "base/common" {
			continue
		}
		r, found := mappings.Resolve(mappings.Base(), name)
		if r == nil {
			return "", fmt.Errorf("%s: %v", name, found)
		}
		baseMap(&b, r, before)
	}
	return b.String(), nil
}

// baseMap writes one section; before are the rows of the mappings that it extends.
func baseMap(b *strings.Builder, r *mappings.Resolved, before map[string]string) {
	kind, _, _ := strings.Cut(r.Canonical, "/")
	fmt.Fprintf(b, "\n## %s\n\nX12 %s and canonical `%s`.\n\n", r.Name, strings.Trim(r.X12, `"`), kind)
	base, release := strings.CutSuffix(r.Name, "-005010")
	pairs, fields := r.Pairs, 0
	slices.SortStableFunc(pairs, func(x, y mappings.Pair) int { return cmp.Compare(levels(x.Field), levels(y.Field)) })
	var rows strings.Builder
	for i := range pairs {
		p := &pairs[i]
		role, inside := ofParty(p.Field)
		if p.Block && (role == "" || inside) || inside && role != "buyer" || levels(p.Field) > 1 {
			continue
		}
		row := pairRow(p)
		key := base + " " + p.Field + " " + p.Place + " " + string(p.Way)
		if release && before[key] == row {
			continue
		}
		if !release {
			before[key] = row
		}
		fields++
		rows.WriteString(row)
	}
	if fields == 0 {
		b.WriteString("Every field stands where base/" + strings.TrimPrefix(base, "base/") + " has it.\n")
		return
	}
	b.WriteString("| field | | place | functions |\n|---|---|---|---|\n" + rows.String())
}

// ofParty is the role of a field that is a party or in one; all parties of one
// place have the same fields, which the page lists for the buyer.
func ofParty(field string) (role string, inside bool) {
	at := strings.LastIndex(field, "parties.")
	if at < 0 {
		return "", false
	}
	role, _, inside = strings.Cut(field[at+len("parties."):], ".")
	return role, inside
}

// levels counts how often a field goes through the levels of an 856, which may
// stand in one another: the second time says nothing new.
func levels(field string) int {
	n := 0
	for _, level := range []string{"containers[]", "tares[]", "packs[]", "innerPacks[]"} {
		n += strings.Count(field, level)
	}
	return n
}

func pairRow(p *mappings.Pair) string {
	way := map[mappings.Way]string{mappings.Both: "⇄", mappings.In: "←", mappings.Out: "→"}[p.Way]
	var words []string
	for _, f := range p.Functions {
		words = append(words, "`"+f.String()+"`")
	}
	field, place := "`"+p.Field+"`", quoted(p.Place)
	if p.Fixed != "" {
		field, way, words = "–", "→", append(words, "always "+quoted(p.Fixed))
	}
	if p.When != "" {
		words = append(words, "only when "+quoted(p.When))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", field, way, place, strings.ReplaceAll(strings.Join(words, " "), "\\|", "|"))
}

// quoted is text as code in a cell of a table.
func quoted(text string) string {
	if text == "" {
		return "–"
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
