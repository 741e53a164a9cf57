//go:build interop

package x12

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/translators"
)

// pyx12 finds a Python that has it: the one that make deps brings, or the one that WAYBILL_PYX12 names.
func pyx12(t testing.TB) string {
	t.Helper()
	python := or(os.Getenv("WAYBILL_PYX12"), filepath.Join("..", "..", ".deps", "pyx12", "bin", "python"))
	if out, err := exec.Command(python, "-c", "import pyx12.x12file").CombinedOutput(); err != nil {
		text := fmt.Sprintf("left out: pyx12 is missing; make deps brings it, or name a python that has it in WAYBILL_PYX12 (%v: %.200s)", err, out)
		if os.Getenv("CI") == "true" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	return python
}

// askPyx12 has pyx12 read all documents.
func askPyx12(t *testing.T, documents []document) [][]string {
	t.Helper()
	return driven(t, documents, exec.Command(pyx12(t), "testdata/pyx12/driver.py", batch(t, documents)), pyx12Finding)
}

// pyx12Finding puts a line of the driver as we put a finding of an envelope.
func pyx12Finding(line string) string {
	kind, code, _ := strings.Cut(line, " ")
	switch level := map[string]string{"isa": "interchange", "gs": "group", "st": "set"}[kind]; {
	case level != "":
		return level + " " + code + "@0"
	case kind == "stops":
		return "other EXCEPTION@0"
	case line == "verdict bad":
		return "segment bad@0"
	}
	return "" // of segments its reader alone says little
}

// envelopesOf are the findings in envelopes, and whether there is any where pyx12 has a map.
func envelopesOf(rep *translators.Report) []string {
	all := codesOf(rep)
	mapped := len(all) > 0
	var kept []string
	for _, ic := range rep.Interchanges {
		for _, g := range ic.Groups {
			for _, s := range g.Sets {
				mapped = mapped && s.ID == "997" && strings.HasPrefix(g.Version, "004010")
			}
		}
	}
	bad := false
	for _, f := range all {
		bad = bad || f[0] != '~'
		if level, _, _ := strings.Cut(f, " "); slices.Contains([]string{"interchange", "group", "set"}, level) {
			kept = append(kept, f)
		}
	}
	if mapped && bad {
		kept = append(kept, "segment bad@0")
	}
	return kept
}

// TestInteropPyx12 has pyx12 read the envelopes of all files and of what was
// broken, and the 997 of 004010 by its own map; its 999 is an implementation's.
func TestInteropPyx12(t *testing.T) {
	pyx12(t)
	var documents []document
	seen := &tally{codes: map[string]map[string]bool{}}
	seen.broken = func(s *translators.Schema, what, text string) {
		documents = append(documents, document{what, likeHIPAA(text), schemasOf(t, text)})
	}
	envelopeMutations(t, seen)
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		if s.Set == "997" && s.Release == "004010" {
			b := structure{maker: m, t: t, s: s, seen: seen, ids: map[string]bool{}}
			b.within(s.Root)
		}
	})
	for _, d := range ourDocuments(t) {
		documents = append(documents, document{d.name, likeHIPAA(d.text), d.sets})
	}
	compared(t, documents, envelopesOf, askPyx12(t, documents), pyx12Reason, "testdata/pyx12-mutations.tsv")
	t.Run("corpus", func(t *testing.T) {
		documents := corpusDocuments(t)
		compared(t, documents, envelopesOf, askPyx12(t, documents), pyx12Reason, "testdata/pyx12-corpus.tsv")
	})
}

// likeHIPAA makes a 997 one that pyx12's map is for: an answer to an 837.
func likeHIPAA(text string) string {
	text = regexp.MustCompile(`AK1\*\w+\*(\w+)[^~]*`).ReplaceAllString(text, "AK1*HC*$1")
	return regexp.MustCompile(`AK2\*\w+\*(\w+)[^~]*`).ReplaceAllString(text, "AK2*837*$1")
}

// pyx12Reason says by which rule ours is what it is where pyx12 says something else.
func pyx12Reason(we, they string) string {
	switch {
	case they == "it stops":
		return "pyx12 reads no further: an ISA has its fixed width there, and a version or kind of group that it has a map for"
	case they == "segment bad" && we == "-":
		return "its 997 is that of health care: AK101 and AK201 name nothing else; a TA1 code E (ISA09 to ISA11, text behind the IEA) refuses nothing"
	case we == "segment bad":
		return "I18 = 006, 008: an id of blanks names nobody"
	case strings.Contains(they, "interchange 023"):
		return "pyx12 ends at an empty segment or a missing last terminator; both are noted, and what stands there is read"
	case we == "group 3" && they == "interchange 024", we == "set 2" && they == "group 3":
		return "716 = 3 is said of the GE that is missing, 718 = 2 of the SE, not of the envelope around them"
	case we == "-" && they == "group 6":
		return "GS06 twice is 716 = 19 in 005010, and noted: it refuses nothing"
	case we == "-" && they == "set 23":
		return "718 has a 23 from 005010 on; in 004010 ST02 twice is noted"
	case we == "-" && they == "interchange 021":
		return "I16: a TA1 alone is counted as 0 or 1, both are seen"
	case they == "-":
		return "pyx12's reader counts and pairs envelopes; it does not hold their elements, versions and kinds against a list"
	}
	return ""
}
