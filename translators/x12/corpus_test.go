package x12

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

var update = flag.Bool("update", false, "write the expected files anew")

const corpusTable = "testdata/corpus.tsv"

// TestCorpus reads every file of the reference corpus that holds our sets. What is found in
// each file is in a committed table with the X12 rule beside it; a file that is
// not in the table has no finding at all.
func TestCorpus(t *testing.T) {
	root := shared(t, "x12", "corpus")
	var table bytes.Buffer
	table.WriteString("# file\tcode@place\tX12 rule; ~ is a warning, which refuses nothing\n")
	for _, file := range corpusFiles(t, root) {
		for _, line := range corpusLines(t, root, file) {
			table.WriteString(line)
		}
	}
	golden(t, corpusTable, table.String())
}

// golden compares with a committed file, or writes it anew.
func golden(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// corpusSets are the sets that we have schemas for, and the TA1.
func corpusSets() []string {
	return []string{"810", "846", "850", "855", "856", "860", "940", "943", "944", "945", "997", "999", "TA1"}
}

func corpusFiles(t testing.TB, root string) []string {
	t.Helper()
	var files []string
	for _, set := range corpusSets() {
		found, err := filepath.Glob(filepath.Join(root, set, "*.edi"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			files = append(files, set+"/"+filepath.Base(f))
		}
	}
	if len(files) < 130 {
		t.Fatalf("%d files", len(files))
	}
	return files
}

// corpusLines are the findings in a file, each sort once with how often it came.
func corpusLines(t testing.TB, root, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	found, err := translator(t).Check(file, bytes.NewReader(text))
	if err != nil {
		t.Fatal(file, err)
	}
	var keys []string
	times := map[string]int{}
	for _, f := range found {
		where := translators.Problem{Segment: f.Segment, Element: f.Element, Component: f.Component}.Where()
		key := strings.TrimSuffix(fmt.Sprintf("%s@%s", or(f.Code, "-"), where), "@")
		if f.Warning {
			key = "~" + key
		}
		key += "\t" + rule(f)
		if times[key]++; times[key] == 1 {
			keys = append(keys, key)
		}
	}
	for i, k := range keys {
		code, rule, _ := strings.Cut(k, "\t")
		if times[k] > 1 {
			code += fmt.Sprintf(" x%d", times[k])
		}
		keys[i] = fmt.Sprintf("%s\t%s\t%s\n", file, code, rule)
	}
	return keys
}

// rule names what of X12 a finding is about.
func rule(f Finding) string {
	list := map[string]string{"interchange": "I18 (TA105)", "group": "716 (AK905)", "set": "718 (AK502)", "segment": "720 (AK304)", "element": "723 (AK403)"}[f.Level]
	if f.Code == "" {
		return "no code; " + f.Text
	}
	return list + " " + f.Code + ": " + f.Text
}

// TestCorpusClean: what the corpus calls valid and clean is accepted, but for
// the files named here with the reason.
func TestCorpusClean(t *testing.T) {
	root := shared(t, "x12", "corpus")
	known := map[string]string{
		"850/016-x12.net-PurchaseOrders.edi":       "PO103 of the second set is INVALID: seven characters where element 355 has two",
		"810/024-staedi-invoice810_po850_dual.edi": "the 850 in it is of release 003010, of which there is no schema",
		"997/040-staedi-ErrorEventsTest.edi":       "AK401 has four components where C030 has three",
	}
	index, err := os.ReadFile(filepath.Join(root, "INDEX.md"))
	if err != nil {
		t.Fatal(err)
	}
	clean := 0
	for line := range strings.Lines(string(index)) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "/"), "|")
		if len(cells) < 11 || strings.TrimSpace(cells[9]) != "VALID envelope" || strings.TrimSpace(cells[10]) != "yes" {
			continue
		}
		file := strings.TrimSpace(cells[1])
		if set, _, _ := strings.Cut(file, "/"); !slices.Contains(corpusSets(), set) {
			continue
		}
		clean++
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		found, err := translator(t).Check(file, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if n := Problems(found); (n > 0) != (known[file] != "") {
			t.Errorf("%s: %d problems: %+v", file, n, found)
		}
	}
	if clean < 40 {
		t.Fatalf("%d clean files", clean)
	}
}

// TestCorpusRoundTrip: files without any finding are written again, and what
// comes is the same byte for byte but for the files of testdata/roundtrip.tsv,
// each with what the writer leaves out because X12 does not mean it.
func TestCorpusRoundTrip(t *testing.T) {
	root := shared(t, "x12", "corpus")
	same := 0
	var differ strings.Builder
	differ.WriteString("# file\twhat is written differently\n")
	for _, file := range corpusFiles(t, root) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		if found, _ := translator(t).Check(file, bytes.NewReader(text)); len(found) > 0 {
			continue
		}
		got := written(t, text)
		if got == string(text) {
			same++
			continue
		}
		why := difference(string(text), got)
		if why == "" {
			t.Errorf("%s:\n%s", file, cmp.Diff(string(text), got))
		}
		fmt.Fprintf(&differ, "%s\t%s\n", file, why)
	}
	golden(t, "testdata/roundtrip.tsv", differ.String())
	if same < 25 {
		t.Errorf("only %d files came through byte for byte", same)
	}
}

// difference names what of a file the writer did not write again. Each sort is
// taken out of both texts, which are the same then.
func difference(text, got string) string {
	var why []string
	for _, part := range []struct{ name, pattern, instead string }{
		{"no byte order mark", "^\ufeff", ""},
		{"no TA1, ISB or ISE, which no set holds", `(TA1|ISB|ISE)[*|][^~]*~[\r\n]*`, ""},
		{"no interchange that is without a set", `ISA[^~]*~[\r\n]*IEA[^~]*~[\r\n]*`, ""},
		{"no separators at the end of a segment", `[*:]+~`, "~"},
		{"no separators at the end of a composite", `:+\*`, "*"},
		{"other line ends behind the IEA", `[\r\n ]+$`, ""},
	} {
		cut := regexp.MustCompile(part.pattern)
		lessText, lessGot := cut.ReplaceAllString(text, part.instead), cut.ReplaceAllString(got, part.instead)
		if len(text)-len(lessText) != len(got)-len(lessGot) {
			why = append(why, part.name)
		}
		text, got = lessText, lessGot
	}
	if text != got {
		return ""
	}
	return strings.Join(why, "; ")
}

// written decodes and encodes each interchange of a file; TA1s stand where they stood.
func written(t testing.TB, text []byte) string {
	t.Helper()
	var sets [][]*translators.Set
	rep := eachSet(t, string(text), func(s *translators.Set) {
		for len(sets) <= s.Interchange.Index {
			sets = append(sets, nil)
		}
		sets[s.Interchange.Index] = append(sets[s.Interchange.Index], keep(s))
	})
	var all strings.Builder
	for i, ic := range rep.Interchanges {
		if i >= len(sets) || len(sets[i]) == 0 {
			continue // a TA1 alone
		}
		got, err := encode(t, ic.Interchange, sets[i]...)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(got)
	}
	return all.String()
}

// normal drops TA1, ISB and ISE, which a set does not hold, line ends and trailing separators.
func normal(text []byte) string {
	var kept []string
	s := newScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	for s.skip(isFiller) {
		h, fault := s.header()
		if fault != nil {
			return fault.Error()
		}
		kept = append(kept, strings.Join(h.elements[:], "*"))
		for l, ok := s.segment(h.delimiters.Segment); ok; l, ok = s.segment(h.delimiters.Segment) {
			id := string(segmentID(l.text, h.delimiters.Element))
			elements := strings.Split(string(l.text), string([]byte{h.delimiters.Element}))
			for i := range elements {
				elements[i] = strings.TrimRight(elements[i], string([]byte{h.delimiters.Component}))
			}
			cut := strings.TrimRight(strings.Join(elements, "*"), "*")
			if !slices.Contains([]string{"TA1", "ISB", "ISE"}, id) {
				kept = append(kept, cut)
			}
			if id == "IEA" {
				break
			}
		}
	}
	return strings.Join(kept, "\n")
}

// TestExamples: our own example documents are clean, but for the set that has no schema yet.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "examples"), "*.x12"))
	if err != nil || len(files) < 10 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found, err := translator(t).Check(file, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if bytes.Contains(text, []byte("ST*180*")) {
			want = 2 // the set and the kind of its group
		}
		if len(found) != want {
			t.Errorf("%s: %+v", filepath.Base(file), found)
		}
		if want == 0 {
			if got, want := normal([]byte(written(t, text))), normal(text); got != want {
				t.Errorf("%s:\n%s", filepath.Base(file), cmp.Diff(want, got))
			}
		}
	}
}

// TestCorpusOfAllSets: nothing in the whole corpus panics, and every finding has a place and words.
func TestCorpusOfAllSets(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "x12", "corpus"), "*", "*.edi"))
	if err != nil || len(files) < 150 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := translator(t).Decode(f, translators.Options{}, func(*translators.Set) error { return nil })
		f.Close()
		var syntax *translators.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Error(file, err)
		}
		for _, found := range Findings(file, rep) {
			if found.Text == "" || found.Level == "" || found.Offset > rep.Bytes {
				t.Errorf("%+v", found)
			}
		}
		if _, err := translator(t).Acknowledge(rep, translators.AckPolicy{Functional: "997", Interchange: "always"}); err != nil {
			t.Error(file, err)
		}
	}
}
