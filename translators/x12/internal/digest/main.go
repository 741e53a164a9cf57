// Command digest writes the schema files of package x12 from a digest of the
// X12 tables: facts from there, names from names.yaml beside it.
//
//	go run ./translators/x12/internal/digest -from DIGEST -to translators/x12/schemas
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// carried lists the sets that a release takes from the digest; another set is one more word here.
func carried() map[string][]string {
	return map[string][]string{
		"004010": strings.Fields("810 846 850 855 856 860 940 943 944 945 997"),
		"005010": strings.Fields("810 846 850 855 856 860 940 943 944 945 997 999"),
	}
}

func main() {
	from := flag.String("from", "", "directory of the digest")
	to := flag.String("to", "translators/x12/schemas", "directory of the schema files")
	names := flag.String("names", "translators/x12/internal/digest/names.yaml", "file of names")
	flag.Parse()
	if err := run(*from, *to, *names); err != nil {
		fmt.Fprintln(os.Stderr, "digest:", err)
		os.Exit(1)
	}
}

func run(from, to, names string) error {
	var known nameTable
	if err := read(names, &known); err != nil {
		return err
	}
	var problems []error
	for version, sets := range carried() {
		problems = append(problems, convert(from, filepath.Join(to, version), version, sets, known))
	}
	return errors.Join(problems...)
}

// convert writes one release: a file per set, the segments they share, and the code lists.
func convert(from, to, version string, sets []string, names nameTable) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	shared := newDictionary(names)
	for _, set := range sets {
		var d digestFile
		if err := read(filepath.Join(from, set+"-"+version+".yaml"), &d); err != nil {
			return err
		}
		shared.add(d)
		if err := write(filepath.Join(to, set+".yaml"), structure(d, names)); err != nil {
			return err
		}
	}
	if len(shared.problems) > 0 {
		return fmt.Errorf("%s: %w", version, errors.Join(shared.problems...))
	}
	if err := write(filepath.Join(to, "segments.yaml"), shared.segmentsFile()); err != nil {
		return err
	}
	var lists map[string]digestCodes
	if err := read(filepath.Join(from, "codes-"+version+".yaml"), &lists); err != nil {
		return err
	}
	return write(filepath.Join(to, "codes.yaml"), shared.codesFile(lists))
}

func read(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func write(path, text string) error {
	return os.WriteFile(path, []byte("# Written by internal/digest; do not edit.\n"+text), 0o644)
}
