package x12

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestLoad compiles every schema that the program carries.
func TestLoad(t *testing.T) {
	l := translator(t).library
	want := map[string][]string{
		"004010": strings.Fields("810 846 850 855 856 860 940 943 944 945 997"),
		"005010": strings.Fields("810 846 850 855 856 860 940 943 944 945 997 999"),
	}
	got := map[string][]string{}
	for version, r := range l.releases {
		got[version] = slices.Sorted(maps.Keys(r.sets))
		for set := range r.sets {
			s, err := l.Schema(set, version)
			if err != nil {
				t.Fatal(err)
			}
			checkSchema(t, s)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// checkSchema holds a schema against what the walker and the mappings rely on.
func checkSchema(t *testing.T, s *translators.Schema) {
	t.Helper()
	seen := map[int]bool{}
	var walk func(i *translators.Item)
	walk = func(i *translators.Item) {
		if seen[i.Index] || i.Index >= s.Items || i.Segment == nil || i.Name == "" {
			t.Errorf("%s %s: item %d %s", s.Set, s.Release, i.Index, i.ID)
		}
		seen[i.Index] = true
		if i.Loop && (i.Items[0].ID != i.ID || i.Items[0].Loop) {
			t.Errorf("%s %s: loop %s begins with %s", s.Set, s.Release, i.ID, i.Items[0].ID)
		}
		for n, e := range i.Segment.Elements {
			if e.Name == "" || e.Type == "" && len(e.Components) == 0 || e.Usage != translators.Mandatory && e.Usage != translators.Optional {
				t.Errorf("%s: %s%02d is not described: %+v", s.Set, i.ID, n+1, e)
			}
		}
		for _, c := range i.Items {
			if c.Parent != i {
				t.Errorf("%s: the parent of %s is another", s.Set, c.ID)
			}
			walk(c)
		}
	}
	walk(s.Root)
	if len(seen) != s.Items || s.Name == "" || len(s.Functional) != 2 {
		t.Errorf("%s: %d items of %d", s.Set, len(seen), s.Items)
	}
}

// TestSchema looks at what the 850 says, in both releases.
func TestSchema(t *testing.T) {
	l := translator(t).library
	for _, version := range []string{"004010", "005010"} {
		s, err := l.Schema("850", version)
		if err != nil {
			t.Fatal(err)
		}
		po1 := s.Root.Items[slices.IndexFunc(s.Root.Items, func(i *translators.Item) bool { return i.ID == "PO1" })]
		if po1.Usage != translators.Mandatory || po1.Max != 100000 || po1.Area != "detail" || po1.Segment.Key != 1 {
			t.Errorf("%s: %+v", version, po1)
		}
		want := []translators.Pair{}
		for q := 6; q < 25; q += 2 {
			want = append(want, translators.Pair{Qualifier: q, Value: q + 1})
		}
		if diff := cmp.Diff(want, po1.Segment.Pairs); diff != "" {
			t.Error(diff)
		}
	}
	ship, err := l.Schema("856", "004010")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]*translators.SegmentRule{}
	for _, i := range ship.Root.Items {
		rules[i.ID] = i.Segment
		for _, c := range i.Items {
			rules[c.ID] = c.Segment
		}
	}
	if rules["HL"].Key != 3 || rules["TD5"].Key != 2 || rules["REF"].Key != 1 {
		t.Error("the key element of HL is 03 and of TD5 02")
	}
	if diff := cmp.Diff([]translators.Pair{{Qualifier: 3, Value: 4}, {Qualifier: 5, Value: 6}, {Qualifier: 7, Value: 8}}, rules["PER"].Pairs); diff != "" {
		t.Error(diff)
	}
}

// TestVersions: a version is known by its prefix; what is not known is an error in words.
func TestVersions(t *testing.T) {
	l := translator(t).library
	for version, want := range map[string]string{"004010": "004010", "004010VICS": "004010", "005010X231A1": "005010"} {
		s, err := l.Schema("997", version)
		if err != nil || s.Release != want {
			t.Errorf("%s: %v %v", version, s, err)
		}
	}
	for _, c := range [][3]string{
		{"850", "004060", `version "004060" is not known; known are 004010, 005010`},
		{"850", "", `version "" is not known`},
		{"999", "004010", `set "999" is not known in release 004010; known are 810, 846, 850, 855, 856, 860, 940, 943, 944, 945, 997; it is in 005010`},
		{"segments", "004010", `set "segments" is not known`},
	} {
		if _, err := l.Schema(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), c[2]) {
			t.Errorf("%s %s: %v", c[0], c[1], err)
		}
	}
}

// TestCodes: a list with values is closed, one with meanings only is open.
func TestCodes(t *testing.T) {
	l := translator(t).library
	if !l.hasCode("004010", "AK1", 1, "PO") || l.hasCode("004010", "AK1", 1, "!!") || l.hasCode("003040", "AK1", 1, "PO") || l.hasCode("004010", "QQQ", 1, "PO") {
		t.Error("AK101 has the codes of element 479")
	}
	if !l.hasSegment("004010VICS", "W05") || l.hasSegment("004010", "ZZZ") || l.hasSegment("003040", "W05") {
		t.Error("a release has the segments of all its sets")
	}
	s, _ := l.Schema("850", "004010")
	codes := s.Root.Items[1].Segment.Elements[1].Codes
	if !codes.Partial || codes.Words["SA"] == "" || !codes.Has("XX") {
		t.Errorf("BEG02 has words, but no closed list: %+v", codes)
	}
}

// TestConcurrent: a library is shared by goroutines.
func TestConcurrent(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	text := sample(t, "order.x12")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			rep, err := New(l).Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil })
			if err != nil || len(codesOf(rep)) > 0 {
				t.Error(err, codesOf(rep))
			}
		})
	}
	all.Wait()
}

// TestBadSchemas: a schema file that does not hold together is an error that names the file and the place.
func TestBadSchemas(t *testing.T) {
	files := map[string]string{
		"1/segments.yaml": "segments:\n  \"ST\": {name: Header, elements: [M1, O2, OC1]}\n  \"SE\": {name: Trailer, elements: [M1]}\n" +
			"composites:\n  \"C1\": {name: Both, elements: [M1, O2], notes: [P0102]}\nelements:\n  \"1\": {name: One, type: AN, min: 1, max: 2}\n  \"2\": {name: Two, type: N0, min: 1, max: 2}\n",
		"1/codes.yaml": "\"1\":\n  codes: \"A B\"\n",
		"1/9.yaml":     "set: \"9\"\nname: Nine\nfunctional: NN\nheading:\n  - ST M 1\n  - SE M 1\n",
	}
	for _, c := range []struct{ name, file, from, to, want string }{
		{"good", "1/9.yaml", "", "", ""},
		{"no YAML", "1/9.yaml", "set:", "\tset:", "schema file 1/9.yaml: yaml:"},
		{"no dictionary", "1/segments.yaml", "segments:", "\tsegments:", "schema file 1/segments.yaml"},
		{"unknown segment", "1/9.yaml", "ST M 1\n", "ST M 1\n  - XX M 1\n", "schema file 1/9.yaml: segment XX is not described"},
		{"item of two words", "1/9.yaml", "ST M 1", "ST M", `item "ST M" is not an id, a usage M or O, and a limit`},
		{"usage", "1/9.yaml", "ST M 1", "ST X 1", `item "ST X 1" is not an id, a usage M or O, and a limit`},
		{"limit", "1/9.yaml", "ST M 1", "ST M many", `item "ST M many": the limit is neither a number nor *`},
		{"no ST", "1/9.yaml", "  - ST M 1\n", "", "a set begins with ST and ends with SE"},
		{"empty loop", "1/9.yaml", "  - SE", "  - loop: SE O 1\n  - SE", `loop "SE O 1" has no items`},
		{"loop without trigger", "1/9.yaml", "  - SE", "  - loop: SE O 1\n    items:\n      - ST M 1\n  - SE", "loop SE does not begin with its own segment"},
		{"unknown element", "1/segments.yaml", "[M1, O2, OC1]", "[M7]", "ST: element 7 is not described"},
		{"element without a number", "1/segments.yaml", "[M1, O2, OC1]", "[M]", `ST: element "M" is not a usage and a number`},
		{"element of no usage", "1/segments.yaml", "[M1, O2, OC1]", "[X1]", `ST: element "X1" is not a usage and a number`},
		{"composite in itself", "1/segments.yaml", "elements: [M1, O2], notes", "elements: [M1, OC1], notes", "C1: element C1 is not described"},
		{"type", "1/segments.yaml", "type: N0", "type: N99", `element 2: type "N99" of 1 to 2 characters is none of X12`},
		{"repeat below zero", "1/segments.yaml", "O2, OC1", "O2/-1", `ST: element O2/-1: "-1" is not how often it may repeat`},
		{"repeat", "1/segments.yaml", "O2, OC1", "O2/x", "ST: element O2/x"},
		{"note", "1/segments.yaml", "notes: [P0102]", "notes: [X0102]", `C1: note "X0102" is not a letter and two or more positions`},
		{"note position", "1/segments.yaml", "notes: [P0102]", "notes: [P0103]", `C1: note "P0103" names an element that is not there`},
		{"codes", "1/codes.yaml", "\"1\":", "- 1", "schema file 1/codes.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for name, text := range maps.All(files) {
				if name == c.file {
					text = strings.Replace(text, c.from, c.to, 1)
				}
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			l, err := open(root)
			if err == nil {
				_, err = l.Schema("9", "1")
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Error(err)
			}
		})
	}
}
