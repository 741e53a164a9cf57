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
	table, _, _ := strings.Cut(string(page), "\n## ")
	found := regexp.MustCompile("(?m)`([^`]+)` \\|$").FindAllStringSubmatch(table, -1)
	if len(found) < 15 {
		t.Fatalf("only %d examples found", len(found))
	}
	for _, m := range found {
		line := strings.ReplaceAll(m[1], `\|`, "|")
		if strings.HasPrefix(line, "out: ") {
			line = "customerReference:\n    in: REF[CR]02\n    " + line
		}
		text := "map: try\nextends: base/850\nfields:\n  " + line + "\n"
		compiled, problems := mappings.Compile(
			mappings.Overlay(fstest.MapFS{"try.yaml": {Data: []byte(text)}}), "try", mappings.Against{Schema: schema, Canonical: canonical.Schema})
		if compiled == nil {
			t.Errorf("%s: %v", line, problems)
		}
	}
}
