package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// citation is one place of the code that names a clause of a standard.
type citation struct{ standard, clause, file, what string }

// conformance writes which clause of which standard is served where.
func conformance(root string) (string, error) {
	all, err := citations(root)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Conformance\n\n%s\n", made)
	b.WriteString("Where the code, and the tests that hold it, name a standard, and what they say there. A clause that is not listed is not thereby broken: only places where a reader would ask for the reason carry one. What is left out on purpose stands in [decisions](decisions).\n")
	for len(all) > 0 {
		standard := all[0].standard
		n := slices.IndexFunc(all, func(c citation) bool { return c.standard != standard })
		if n < 0 {
			n = len(all)
		}
		fmt.Fprintf(&b, "\n## %s\n\n", title(standard))
		head(&b, "clause", "file", "what")
		for _, c := range all[:n] {
			row(&b, c.clause, fmt.Sprintf("[%s](../%s)", c.file, c.file), cell(c.what))
		}
		all = all[n:]
	}
	return b.String(), nil
}

// title adds a standard's name to its number, for those that are cited most.
func title(standard string) string {
	names := map[string]string{
		"RFC 1847": "multipart/signed", "RFC 2046": "MIME media types", "RFC 3218": "the million message attack", "RFC 3274": "compressed data",
		"RFC 4130": "AS2", "RFC 5402": "compression in AS2", "RFC 5652": "Cryptographic Message Syntax", "RFC 6362": "several attachments in AS2",
		"RFC 8098": "message disposition notifications", "RFC 8551": "S/MIME 4.0", "RFC 8785": "JSON canonicalization", "RFC 9110": "HTTP", "X.690": "BER and DER",
		"X12": "segments, elements and acknowledgement codes", "ISO 4217": "currencies", "ISO 3166-1": "countries",
	}
	if n := names[standard]; n != "" {
		return standard + ": " + n
	}
	return standard
}

// citations reads every comment of every file that was written by hand.
func citations(root string) ([]citation, error) {
	var all []citation
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && skipped(d.Name()):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		file, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		found, err := inFile(name, filepath.ToSlash(file))
		all = append(all, found...)
		return err
	})
	slices.SortStableFunc(all, citation.compare)
	return slices.Compact(all), err
}

func skipped(dir string) bool {
	return dir[0] == '.' || dir[0] == '_' || slices.Contains([]string{"testdata", "bin", "dist", "tools"}, dir)
}

func inFile(name, file string) ([]citation, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(f) {
		return nil, err
	}
	var all []citation
	for _, group := range f.Comments {
		if strings.HasPrefix(group.Text(), "Output:") { // of an example, which go test reads
			continue
		}
		for _, s := range sentences(group.Text()) {
			for _, c := range cited(s) {
				c.file, c.what = file, s
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// sentences cuts a comment at full stops that end one.
func sentences(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	return regexp.MustCompile(`[^.]+(?:\.[^ ][^.]*)*\.?`).FindAllString(text, -1)
}

// cited finds the clauses that a sentence names: RFC 5652 §4, §5, X12 720, 723,
// X12 997 AK302.
func cited(sentence string) []citation {
	var all []citation
	for _, m := range regexp.MustCompile(`\b(RFC ?\d{3,5}(?:bis)?|X\.690|FIPS \d+(?:-\d+)?|ISO \d+(?:-\d+)?|GS1 General Specifications)((?:,? (?:and |to )?§[0-9A-Z.]*[0-9A-Z])*)`).FindAllStringSubmatch(sentence, -1) {
		standard := regexp.MustCompile(`RFC ?`).ReplaceAllString(m[1], "RFC ")
		clauses := regexp.MustCompile(`§[0-9A-Z.]*[0-9A-Z]`).FindAllString(m[2], -1)
		if len(clauses) == 0 {
			clauses = []string{""}
		}
		for _, c := range clauses {
			all = append(all, citation{standard: standard, clause: c})
		}
	}
	set := regexp.MustCompile(`^(8[1-9]|9[4-9])\d$`) // a transaction set such as 850 is no clause
	const list = `(?:I\d\d|\d{3})\b`
	for _, m := range regexp.MustCompile(`\bX12 (?:elements? |segments? |codes? )?(997 (?:AK|TA)\d+|ISA\d*|`+list+`(?:,? (?:and |or )?`+list+`)*)`).FindAllStringSubmatch(sentence, -1) {
		if strings.Contains(m[1], "AK") || strings.HasPrefix(m[1], "ISA") {
			all = append(all, citation{standard: "X12", clause: m[1]})
			continue
		}
		for _, c := range regexp.MustCompile(list).FindAllString(m[1], -1) {
			if !set.MatchString(c) {
				all = append(all, citation{standard: "X12", clause: c})
			}
		}
	}
	return all
}

// compare orders by standard, clause and file, numbers by what they count.
func (c citation) compare(d citation) int {
	return cmp.Or(natural(c.standard, d.standard), natural(c.clause, d.clause), cmp.Compare(c.file, d.file), cmp.Compare(c.what, d.what))
}

// natural compares texts with numbers in them: §7.10 comes after §7.9.
func natural(a, b string) int {
	parts := regexp.MustCompile(`\d+|\D+`)
	return slices.CompareFunc(parts.FindAllString(a, -1), parts.FindAllString(b, -1), func(x, y string) int {
		if len(x) != len(y) && x[0] >= '0' && x[0] <= '9' && y[0] >= '0' && y[0] <= '9' {
			return cmp.Compare(len(x), len(y))
		}
		return cmp.Compare(x, y)
	})
}
