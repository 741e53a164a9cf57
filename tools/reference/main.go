// Reference writes the pages of docs/reference that are made from the code, and
// docs/conformance.md. A test says when one of them is no longer that of the code.
//
//	reference -root .
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

//go:generate go run . -root ../..

func main() {
	root := flag.String("root", ".", "the project's directory")
	flag.Parse()
	if err := write(*root); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

// page is one page: its file below the project's directory, and how it is made.
type page struct {
	file string
	make func(root string) (string, error)
}

func pages() []page {
	pages := []page{
		{"docs/reference/waybill-yaml.md", waybillYAML},
		{"docs/reference/partner-profile.md", partnerProfile},
		{"docs/reference/mapping-functions.md", mappingFunctions},
		{"docs/reference/mapping-files.md", mappingFiles},
		{"docs/reference/base-maps.md", baseMaps},
		{"docs/reference/http-adapter.md", httpAdapter},
		{"docs/conformance.md", conformance},
	}
	for _, d := range bodies() {
		pages = append(pages, page{"docs/reference/" + d.file + ".md", d.page})
	}
	return pages
}

// write makes every page and says which of them changed.
func write(root string) error {
	for _, p := range pages() {
		text, err := p.make(root)
		if err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
		name := filepath.Join(root, filepath.FromSlash(p.file))
		if before, err := os.ReadFile(name); err == nil && slices.Equal(before, []byte(text)) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
		fmt.Println("wrote", p.file)
	}
	return nil
}
