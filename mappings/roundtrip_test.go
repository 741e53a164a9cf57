package mappings_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"waybill/mappings"
)

// figures are what became of the documents of one set.
type figures struct {
	documents, facts, segments, identical int
	used, elements                        int
}

// TestSamplesComeBack reads each of our samples, writes it and reads it again.
func TestSamplesComeBack(t *testing.T) {
	comeBack(t, "testdata/samples", samples)
}

// TestCleanDocumentsComeBack does the same with every clean document of the corpus.
func TestCleanDocumentsComeBack(t *testing.T) {
	corpus(t)
	comeBack(t, "testdata/corpus", cleanDocuments)
}

// comeBack proves of each document: what is written is what was read, segment by
// segment, but for the allowed differences and what the table of losses names; and
// what is read of it is the same canonical document. The figures are golden.
func comeBack(t *testing.T, tables string, documents func(testing.TB, map[string]*mappings.Map, func(document))) {
	known := losses(t, tables+"-lost.tsv")
	var lost []loss
	var differ []difference
	sets := map[string]*figures{}
	documents(t, baseMaps(t), func(d document) {
		if sets[d.set.ID] == nil {
			sets[d.set.ID] = &figures{}
		}
		lost = append(lost, prove(t, d, sets[d.set.ID], &differ)...)
	})
	for i := range lost {
		lost[i].reason = known[lost[i].shape()]
		if lost[i].reason == "" {
			lost[i].reason = "?"
			t.Errorf("%s: %s is lost, and %s-lost.tsv has no reason for it", lost[i].file, lost[i].path, tables)
		}
	}
	golden(t, tables+"-lost.tsv", lossText(lost))
	golden(t, tables+"-differs.tsv", differenceText(differ))
	golden(t, tables+"-figures.tsv", figureText(t, sets))
}

// prove takes one document there and back.
func prove(t *testing.T, d document, f *figures, differ *[]difference) []loss {
	t.Helper()
	first, err := d.m.In(d.set)
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	written, problems, err := d.m.Out(first.Body)
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	f.documents++
	used, all := usage(d, first.Unmapped)
	f.used, f.elements = f.used+used, f.elements+all
	var lost []loss
	for _, u := range first.Unmapped {
		lost = append(lost, loss{file: d.name, path: u.Path, class: class(u.Value)})
	}
	for _, p := range problems {
		lost = append(lost, loss{file: d.name, path: "refused " + p.Field, class: p.Text})
	}
	found := differences(d.name, d.set.Root, written.Root, first.Unmapped, d.set.ID)
	*differ = append(*differ, found...)
	alike, want, got := alikeness(d.set.Root, written.Root, first.Unmapped, d.set.ID)
	if (alike == identical) != (len(found) == 0) {
		t.Errorf("%s: identical is %t, and %d differences are classed", d.name, alike == identical, len(found))
	}
	switch {
	case alike == different && len(problems) == 0:
		lost = append(lost, otherwise(d.name, want, got)...)
	case alike == different:
		return lost
	}
	if len(first.Unmapped) == 0 {
		f.facts++
		if alike >= sameSegments {
			f.segments++
		}
		if alike == identical {
			f.identical++
		}
	}
	second, err := d.m.In(written)
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	if diff := gocmp.Diff(withoutTotals(t, first.Body), withoutTotals(t, second.Body)); diff != "" {
		t.Errorf("%s: canonical to X12 and back (-first +second):\n%s", d.name, diff)
	}
	for _, u := range second.Unmapped {
		if !slices.ContainsFunc(first.Unmapped, func(v mappings.Unmapped) bool { return shape(v.Path) == shape(u.Path) }) {
			t.Errorf("%s: what was written is not all read: %v", d.name, u)
		}
	}
	return lost
}

// otherwise names the segments that are written in another way than they were
// read: what stood there, and what stands there now.
func otherwise(file string, want, got []string) []loss {
	var all []loss
	for _, side := range []struct {
		word      string
		has, lack []string
	}{{"read", want, got}, {"written", got, want}} {
		left := map[string]int{}
		for _, line := range side.lack {
			left[line]++
		}
		for _, line := range side.has {
			if left[line]--; left[line] < 0 {
				all = append(all, loss{file: file, path: "otherwise " + begins(line), class: side.word})
			}
		}
	}
	return all
}

// begins is a segment's id, with the code that it begins with.
func begins(line string) string {
	words := strings.Split(line, "*")
	if len(words) > 1 && len(words[1]) <= 3 && slices.Contains([]string{"REF", "N1", "N9", "DTM", "G62", "PER", "AMT", "MAN", "QTY"}, words[0]) {
		return words[0] + "*" + words[1]
	}
	return words[0]
}

// usage counts the elements with data that pairs could read, and those that one did.
func usage(d document, unmapped []mappings.Unmapped) (used, all int) {
	for i := range d.set.Segments {
		seg := &d.set.Segments[i]
		for n := range seg.Elements {
			if e := &seg.Elements[n]; seg.ID != "ST" && seg.ID != "SE" && !computed(seg.ID, n+1) && elementText(e) != "" {
				all += max(1, len(strings.FieldsFunc(elementText(e), func(c rune) bool { return len(e.Repeats) > 0 && (c == '>' || c == '^') })))
			}
		}
	}
	return all - len(unmapped), all
}

// A loss is one element that a document has and its canonical form has not.
type loss struct{ file, path, class, reason string }

// shape is what the reasons go by: the place without its indices.
func (l loss) shape() string { return shape(l.path) }

// class says what kind of value is lost, and not the value.
func class(v string) string {
	switch {
	case strings.Trim(v, "0123456789") == "" && len(v) == 8 && (v[:2] == "19" || v[:2] == "20"):
		return "date"
	case strings.Trim(v, "-0123456789.") == "":
		return "number"
	case len(v) <= 3:
		return "code"
	}
	return "text"
}

// losses reads the reasons of a table of losses, by the shape of their place.
func losses(t *testing.T, name string) map[string]string {
	t.Helper()
	reasons := map[string]string{}
	data, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 4 && cells[3] != "?" {
			reasons[loss{path: cells[1]}.shape()] = cells[3]
		}
	}
	return reasons
}

func lossText(all []loss) string {
	slices.SortFunc(all, func(a, b loss) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.path, b.path), cmp.Compare(a.class, b.class))
	})
	var b strings.Builder
	b.WriteString("file\tplace\tclass\treason\n")
	for _, l := range all {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", l.file, l.path, l.class, l.reason)
	}
	return b.String()
}

// figureText is the table of figures; the last line adds them up.
func figureText(t *testing.T, sets map[string]*figures) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("set\tdocuments\tevery fact kept\tof them same segments\tof them identical\telements used\tof\n")
	sum := figures{}
	row := func(name string, f figures) {
		fmt.Fprintf(&b, "%s\t%s\n", name, strings.Join(numbers(f.documents, f.facts, f.segments, f.identical, f.used, f.elements), "\t"))
	}
	for _, set := range mapped() {
		f := sets[set]
		if f == nil {
			f = &figures{}
		}
		row(set, *f)
		sum.documents, sum.facts, sum.segments = sum.documents+f.documents, sum.facts+f.facts, sum.segments+f.segments
		sum.identical, sum.used, sum.elements = sum.identical+f.identical, sum.used+f.used, sum.elements+f.elements
	}
	row("all", sum)
	t.Log("\n" + b.String())
	return b.String()
}

func numbers(all ...int) []string {
	words := make([]string, len(all))
	for i, n := range all {
		words[i] = strconv.Itoa(n)
	}
	return words
}
