package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/translators/x12"
)

// Every example of a mapping function is a line that a partner's mapping may
// have: each is compiled over the base map.
func TestExamplesOfFunctionsCompile(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "mapping-functions.md"))
	if err != nil {
		t.Fatal(err)
	}
	library, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := library.Schema("850", "004010")
	if err != nil {
		t.Fatal(err)
	}
	warehouse, err := library.Schema("945", "004010")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(page), "\n## ")
	found := regexp.MustCompile("(?m)`([^`]+)` \\|$").FindAllStringSubmatch(table, -1)
	if len(found) < 15 {
		t.Fatalf("only %d examples found", len(found))
	}
	for _, m := range found {
		line := strings.ReplaceAll(m[1], `\|`, "|")
		text, set := "map: try\nextends: base/850\nfields:\n  "+whole(line)+"\n", schema
		if _, function, ok := strings.Cut(line, "| "); ok && strings.HasPrefix(line, "lines[].warehouseLine") { // no field of an order
			text, set = "map: try\nx12: \"945\"\ncanonical: warehouseShipmentTree/v1\nfields:\n  groups[]:\n    at: LX\n    lines[]:\n      at: W12\n      warehouseLine: W1206 | "+function+"\n", warehouse
		}
		compiled, problems := mappings.Compile(
			mappings.Overlay(fstest.MapFS{"try.yaml": {Data: []byte(text)}}), "try", mappings.Against{Schema: set, Canonical: canonical.Schema})
		if compiled == nil {
			t.Errorf("%s: %v", line, problems)
		}
	}
}

// whole is an example with what it needs around it.
func whole(line string) string {
	switch {
	case strings.HasPrefix(line, "out: "):
		return "customerReference:\n    in: REF[CR]02\n    " + line
	case strings.HasPrefix(line, "in: "):
		return "extensions.acme.try:\n    " + line
	case strings.Contains(line, `split("-", 2)`):
		return line + "\n  extensions.acme.first: " + strings.Replace(line[strings.Index(line, ": ")+2:], ", 2)", ", 1)", 1)
	}
	return line
}
