package mappings_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/mappings"
)

// TestTakingALeafOfASampleAway takes each field of our samples away in turn: what is
// written and read again is the same, or it is refused on writing, or the field is in
// a committed list, with the reason why it comes back by itself.
func TestTakingALeafOfASampleAway(t *testing.T) { takeLeaves(t, "testdata/samples", samples) }

// TestTakingALeafOfADocumentAway does the same with every clean document of the corpus.
func TestTakingALeafOfADocumentAway(t *testing.T) {
	corpus(t)
	takeLeaves(t, "testdata/corpus", cleanDocuments)
}

// taking takes fields of documents away, and counts what becomes of them.
type taking struct {
	checker              *canonical.Checker
	tried, same, refused int
	others               map[string]int // by set and field
	reasons              map[string]string
}

func takeLeaves(t *testing.T, tables string, documents func(testing.TB, map[string]*mappings.Map, func(document))) {
	checker, err := canonical.NewChecker()
	if err != nil {
		t.Fatal(err)
	}
	k := &taking{checker: checker, others: map[string]int{}, reasons: returns(t, "testdata/samples-returns.tsv")}
	for field, reason := range returns(t, "testdata/corpus-returns.tsv") {
		k.reasons[field] = reason
	}
	documents(t, baseMaps(t), func(d document) { k.document(t, d) })
	var b strings.Builder
	back := 0
	for _, n := range k.others {
		back += n
	}
	fmt.Fprintf(&b, "all\tfields taken away: %d; the same again: %d; refused: %d; back by themselves: %d\n", k.tried, k.same, k.refused, back)
	for _, field := range sortedKeys(k.others) {
		reason := k.reasons[field]
		if reason == "" {
			reason = "?"
			t.Errorf("%s comes back by itself, and %s-returns.tsv does not say why", field, tables)
		}
		fmt.Fprintf(&b, "%s\t%s\n", field, reason)
	}
	golden(t, tables+"-returns.tsv", b.String())
	t.Log(strings.SplitN(b.String(), "\n", 2)[0])
}

// returns are the reasons of a list, by set and field.
func returns(t testing.TB, name string) map[string]string {
	reasons := map[string]string{}
	for line := range strings.Lines(string(read(t, name))) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 3 && cells[2] != "?" {
			reasons[cells[0]+"\t"+cells[1]] = cells[2]
		}
	}
	return reasons
}

func sortedKeys(m map[string]int) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func (k *taking) document(t *testing.T, d document) {
	first, err := d.m.In(d.set)
	if err != nil {
		t.Fatal(err)
	}
	whole := k.wrong(d.m.Canonical(), first.Body)
	for _, path := range leaves(value(t, first.Body), nil) {
		less := without(value(t, first.Body), path)
		if less == nil {
			continue
		}
		k.tried++
		text, err := json.Marshal(less)
		if err != nil {
			t.Fatal(err)
		}
		set, problems, err := d.m.Out(text)
		if err != nil {
			t.Fatal(err)
		}
		back, err := d.m.In(set)
		if err != nil {
			t.Fatal(err)
		}
		diff := cmp.Diff(withoutTotals(t, text), withoutTotals(t, back.Body))
		switch {
		case diff == "":
			k.same++
		case slices.ContainsFunc(problems, serious), k.more(d.m.Canonical(), text, whole):
			k.refused++
		default:
			k.others[d.set.ID+"\t"+dotted(path)]++
			if k.reasons[d.set.ID+"\t"+dotted(path)] == "" {
				t.Logf("%s without %s (-asked +came back): %v\n%s", d.name, dotted(path), problems, diff)
			}
		}
	}
}

func serious(p mappings.Problem) bool { return p.Severity != "warn" }

// wrong is what a document is refused for before it is mapped.
func (k *taking) wrong(kind string, body json.RawMessage) map[string]bool {
	found := map[string]bool{}
	for _, p := range k.checker.Check(kind, body) {
		found[p.Path+p.Text] = true
	}
	return found
}

// more says whether the document is refused for something that the whole one was not.
func (k *taking) more(kind string, body json.RawMessage, whole map[string]bool) bool {
	for text := range k.wrong(kind, body) {
		if !whole[text] {
			return true
		}
	}
	return false
}

// dotted is a path as mappings write it, without indices.
func dotted(path []any) string {
	var words []string
	for _, p := range path {
		if _, ok := p.(int); ok {
			words[len(words)-1] += "[]"
			continue
		}
		words = append(words, fmt.Sprint(p))
	}
	return strings.Join(words, ".")
}
