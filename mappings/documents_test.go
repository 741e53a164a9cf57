package mappings_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// mapped are the sets that have a base mapping.
func mapped() []string {
	return []string{"810", "846", "850", "855", "856", "860", "940", "945", "997"}
}

// baseName is the base mapping of a set in a release.
func baseName(set, release string) string {
	name := "base/" + set
	if strings.HasPrefix(release, "005010") {
		name += "-005010"
	}
	return name
}

// baseMaps compiles the base mappings, by set and release.
func baseMaps(t testing.TB) map[string]*mappings.Map {
	t.Helper()
	all := map[string]*mappings.Map{}
	for _, set := range mapped() {
		for _, release := range []string{"004010", "005010"} {
			name := baseName(set, release)
			m, found := mappings.Compile(mappings.Base(), name, against(t, set, release))
			if m == nil || len(found) > 0 {
				t.Errorf("%s does not compile:\n%s", name, settings.Problems(found).Error())
				continue
			}
			all[set+" "+release] = m
		}
	}
	return all
}

// A document is one set of a sample file, with the mapping for it.
type document struct {
	name string // of the file, and of the set in it
	set  *translators.Set
	m    *mappings.Map
}

// documentsOf decodes files and hands on their sets that have a base mapping, each
// content once. A set is good until the next one is read.
func documentsOf(t testing.TB, maps map[string]*mappings.Map, dir string, names []string, each func(document)) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range names {
		n := 0
		_, err := x12.New(library(t)).Decode(bytes.NewReader(read(t, filepath.Join(dir, name))), translators.Options{}, func(s *translators.Set) error {
			n++
			if s.Schema == nil || s.Root == nil {
				return nil
			}
			m, text := maps[s.ID+" "+s.Schema.Release], strings.Join(segmentTexts(s), "~")
			if m == nil || seen[text] {
				return nil
			}
			seen[text] = true
			each(document{fmt.Sprintf("%s#%d", name, n), s, m})
			return nil
		})
		if err != nil {
			t.Logf("%s: %v", name, err)
		}
	}
}

// samples are the project's own documents.
func samples(t testing.TB, maps map[string]*mappings.Map, each func(document)) {
	t.Helper()
	names, err := filepath.Glob("testdata/samples/*.x12")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no samples", err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	documentsOf(t, maps, "testdata/samples", names, each)
}

// cleanDocuments are the sets of the files that the corpus index calls clean; there
// is none of a 945.
func cleanDocuments(t testing.TB, maps map[string]*mappings.Map, each func(document)) {
	t.Helper()
	dir := corpus(t)
	var names []string
	for line := range strings.Lines(string(read(t, filepath.Join(dir, "INDEX.md")))) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "/"), "|")
		if len(cells) < 11 || strings.TrimSpace(cells[10]) != "yes" {
			continue
		}
		if slices.ContainsFunc(mapped(), func(set string) bool { return strings.Contains(cells[2], set) }) {
			names = append(names, strings.TrimSpace(cells[1]))
		}
	}
	sort.Strings(names)
	documentsOf(t, maps, dir, names, each)
}

// segmentTexts are the segments of a set between ST and SE as they stand in a
// file, without trailing separators.
func segmentTexts(s *translators.Set) []string {
	var all []string
	for i := range s.Segments {
		if id := s.Segments[i].ID; id != "ST" && id != "SE" {
			all = append(all, segmentText(&s.Segments[i]))
		}
	}
	return all
}

func segmentText(seg *translators.Segment) string {
	words := []string{seg.ID}
	for i := range seg.Elements {
		words = append(words, elementText(&seg.Elements[i]))
	}
	return strings.TrimRight(strings.Join(words, "*"), "*")
}

func elementText(e *translators.Element) string {
	if len(e.Repeats) == 0 {
		return strings.TrimRight(e.Text, " ")
	}
	var repeats []string
	for _, parts := range e.Repeats {
		repeats = append(repeats, strings.TrimRight(strings.Join(parts, ">"), ">"))
	}
	return strings.Join(repeats, "^")
}

// TestSamplesAreClean holds the samples against the schema that they are written in.
func TestSamplesAreClean(t *testing.T) {
	entries, err := os.ReadDir("testdata/samples")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range entries {
		decode(t, read(t, "testdata/samples/"+e.Name()), func(s *translators.Set) {
			for _, p := range s.Problems {
				t.Errorf("%s: segment %d: %s", e.Name(), p.Position, p.Text)
			}
			count[s.ID]++
			count[s.ID+" "+s.Schema.Release]++
		})
	}
	for _, set := range mapped() {
		if count[set] < 2 || count[set+" 004010"] == 0 || count[set+" 005010"] == 0 {
			t.Errorf("%s has %d samples, %d in 004010 and %d in 005010", set, count[set], count[set+" 004010"], count[set+" 005010"])
		}
	}
}
