package workbench_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings/workbench"
)

// ours is a sample of the mappings room's.
func ours(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../testdata/samples/" + name + ".x12")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func changeLines(all []workbench.Change) []string {
	var lines []string
	for _, c := range all {
		lines = append(lines, c.String())
	}
	return lines
}

// TestChangesOfLists: items are compared by their number, and what only one list
// has is gone or new.
func TestChangesOfLists(t *testing.T) {
	for name, c := range map[string]struct {
		old, now string
		want     []string
	}{
		"a list that grows":       {`{"a":[1]}`, `{"a":[1,2,{"b":3}]}`, []string{"+ a[1]: 2", "+ a[2].b: 3"}},
		"a list that shrinks":     {`{"a":[1,2]}`, `{"a":[2]}`, []string{"~ a[0]: 1 → 2", "- a[1]: 2"}},
		"a list that was empty":   {`{"a":[]}`, `{"a":[1]}`, []string{"- a: []", "+ a[0]: 1"}},
		"more than ten":           {`[0,0,0,0,0,0,0,0,0,0]`, `[0,0,0,0,0,0,0,0,0,0,7]`, []string{"+ [10]: 7"}},
		"a value becomes a block": {`{"a":1}`, `{"a":{"b":1}}`, []string{"- a: 1", "+ a.b: 1"}},
		"a null and nothing":      {`{"a":null}`, `{}`, []string{"- a: null", "+ : {}"}},
		"an empty text":           {`{"a":""}`, `{"a":"x"}`, []string{`~ a: "" → "x"`}},
		"a number and a text":     {`{"a":1}`, `{"a":"1"}`, []string{`~ a: 1 → "1"`}},
		"signs of HTML":           {`{"a":"<&>"}`, `{"a":"<"}`, []string{`~ a: "<&>" → "<"`}},
		"a number of many digits": {`{"a":12345678901234567890.10}`, `{"a":12345678901234567890.1}`, []string{"~ a: 12345678901234567890.10 → 12345678901234567890.1"}},
		"nothing and nothing":     {``, ``, nil},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := workbench.Changes(json.RawMessage(c.old), json.RawMessage(c.now))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, changeLines(all)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCompareOfManySets: of a file with several sets, those of the mapping count,
// and a list that one side fills shows item by item.
func TestCompareOfManySets(t *testing.T) {
	b := bench(t, map[string]string{"a": "map: a\nextends: base/850\nfields:\n  notes[]: drop\n"})
	old, now := workbench.Side{Bench: b, Name: "base/850"}, workbench.Side{Bench: b, Name: "a"}
	for name, c := range map[string]struct {
		data    string
		read    int
		want    []string
		failing string
	}{
		"what both read alike": {bolt, 1, nil, ""},
		"another set":          {ours(t, "810-retail"), 0, nil, ""},
		"two files in one":     {ours(t, "810-retail") + bolt, 1, nil, ""},
		"nothing":              {"", 0, nil, "no interchange"},
		"a list with one item": {strings.Replace(bolt, "N1*ST*BOLT", "N9*L1*GEN~\nMSG*FRAGILE~\nN1*ST*BOLT", 1), 1,
			[]string{`- notes[0].code: "general"`, `- notes[0].codeAsSent: "GEN"`, `- notes[0].text: "FRAGILE"`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			changed, read, err := workbench.Compare(old, now, "a.edi", []byte(c.data))
			if c.failing != "" {
				if err == nil || !strings.Contains(err.Error(), c.failing) {
					t.Errorf("found %v, expected %s", err, c.failing)
				}
				return
			}
			var got []string
			for _, d := range changed {
				got = append(got, changeLines(d.Changes)...)
			}
			if err != nil || read != c.read {
				t.Errorf("%d read, %v", read, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestProveSamples: what the base maps read of our samples comes back, with HL
// levels, composites and lists; where a sample loses something, it is said.
func TestProveSamples(t *testing.T) {
	b := bench(t, nil)
	for _, name := range []string{"856-pallets", "856-mixed", "856-orders", "855-changes", "810-retail", "850-retail", "940-orders", "945-complete", "846-feed"} {
		t.Run(name, func(t *testing.T) {
			p := prove(t, b, "base/"+name[:3], ours(t, name))
			if len(p.Body) > 0 || len(p.Refused) > 0 {
				t.Errorf("%+v", p)
			}
			if p.Values == 0 || p.Inverted > p.Values {
				t.Errorf("%d of %d values", p.Inverted, p.Values)
			}
		})
	}
}

// TestExplainOfComposites: a composite's part has its place, and HL levels theirs.
func TestExplainOfComposites(t *testing.T) {
	b := bench(t, map[string]string{"a": "map: a\nextends: base/850\nfields:\n  extensions.a.unit: MEA[PD]04-01\n"})
	for _, c := range []struct{ mapping, data, field, place, value string }{
		{"a", bolt, "extensions.a.unit", "MEA[PD]04-01", "LB"},
		{"base/856", ours(t, "856-pallets"), "bol", "HL[S]/REF[BM]02", "BOL-77"},
		{"base/856", ours(t, "810-retail"), "bol", "HL[S]/REF[BM]02", ""},
	} {
		traced, err := b.Traced(c.mapping, []byte(c.data))
		if err != nil {
			t.Fatal(err)
		}
		all := workbench.Explain(resolve(t, b, c.mapping), traced)
		i := slices.IndexFunc(all, func(e workbench.Explained) bool { return e.Field == c.field })
		if i < 0 {
			t.Fatalf("%s has no %s", c.mapping, c.field)
		}
		if e := all[i]; e.Place != c.place || strings.Join(e.Values, "|") != c.value {
			t.Errorf("%s: found %s with %v, expected %s with %s", c.field, e.Place, e.Values, c.place, c.value)
		}
	}
}

// TestCoverageOfSamples: an element is counted once whatever its components, an
// unused place by how often it was met, and a sample of another set is no sample.
func TestCoverageOfSamples(t *testing.T) {
	head := "map: a\nextends: base/850\ntests:\n"
	for name, c := range map[string]struct {
		tests   string
		data    string
		unused  []string
		failing string
	}{
		"composites":  {"  - s.edi\n", bolt, []string{"850/MEA[]/MEA03", "850/PO1[]/PKG[]/PKG05 (2)"}, ""},
		"twice":       {"  - s.edi\n  - t.edi\n", bolt, []string{"850/MEA[]/MEA03 (2)", "850/PO1[]/PKG[]/PKG05 (4)"}, ""},
		"another set": {"  - s.edi\n", ours(t, "810-retail"), nil, "s.edi holds no 850"},
		"empty":       {"  - s.edi\n", "", nil, "no interchange"},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench(t, map[string]string{"a": head + c.tests})
			all, cover, err := b.Test(resolve(t, b, "a"), memory{"s.edi": c.data, "t.edi": c.data}, true)
			if err != nil {
				t.Fatal(err)
			}
			cover.Sum()
			if !strings.Contains(all[0].Error, c.failing) || all[0].Good() != (c.failing == "") {
				t.Errorf("found %q", all[0].Error)
			}
			for _, place := range c.unused {
				if !slices.Contains(cover.Unused, place) {
					t.Errorf("%s is not in %v", place, cover.Unused)
				}
			}
			if c.failing != "" && (cover.Elements != 0 || len(cover.Unfilled) != len(cover.Fields)) {
				t.Errorf("%d elements, %d of %d fields unfilled", cover.Elements, len(cover.Unfilled), len(cover.Fields))
			}
		})
	}
}
