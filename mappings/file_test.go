package mappings

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
)

// load merges one file over the base, without a schema.
func load(t testing.TB, text string) (*merged, []settings.Problem) {
	t.Helper()
	l := &loader{fsys: Overlay(fstest.MapFS{"p.yaml": {Data: []byte(text)}})}
	chain := l.chain("p")
	if chain == nil {
		return nil, l.found
	}
	return l.merge(chain), l.found
}

// TestScalarsAreTheirText reads what YAML would take for numbers and booleans.
func TestScalarsAreTheirText(t *testing.T) {
	m, found := load(t, "map: p\ntables:\n  t: { 0711: 1e3, NO: norway, true: false, 0x10: null, \"1.50\": ~, missing: warn }\n")
	if len(found) > 0 {
		t.Fatal(found)
	}
	var got []string
	for _, r := range m.tables["t"].rows {
		got = append(got, r.from+"="+r.to)
	}
	if diff := cmp.Diff([]string{"0711=1e3", "NO=norway", "true=false", "0x10=null", "1.50=~"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestFlattening reads the ways in which a canonical path may be written.
func TestFlattening(t *testing.T) {
	m, found := load(t, `map: p
parts:
  who:
    name: N102
    contacts[]: PER as person
  person: { name: PER02 }
fields:
  a.b: BEG03
  c:
    d.e: BEG04
    f: { g: BEG05 }
  under N1[ST]:
    h: N401
    i:
      j: N2/N201
  k:
    at: N1[BY]
    as: who
    l: N103
  m[]:
    at: PO1
    n: PO101
    write: { PO103: EA }
  o: { in: BEG06, out: BEG07 }
  q: { in: [BEG06, BEG07] }
`)
	if len(found) > 0 {
		t.Fatal(settings.Problems(found).Error())
	}
	var got []string
	for _, e := range m.entries {
		var in []string
		for _, v := range e.in {
			in = append(in, v.path.String())
		}
		line := e.path + " < " + strings.Join(in, ", ")
		if !e.both() && e.out != nil {
			line += " > " + e.out.path.String()
		}
		if e.both() {
			line = e.path + " <> " + e.out.path.String()
		}
		if e.fixed != "" {
			line += " = " + e.fixed
		}
		got = append(got, line)
	}
	want := []string{
		"a.b <> BEG03", "c.d.e <> BEG04", "c.f.g <> BEG05", "h <> N1[ST]/N401", "i.j <> N1[ST]/N2/N201",
		"k <> N1[BY]", "k.name <> N102", "k.contacts[] <> PER", "k.contacts[].name <> PER02", "k.l <> N103",
		"m[] <> PO1", "m[].n <> PO101", "m[].write PO103 <> PO103 = EA", "o < BEG06 > BEG07", "q < BEG06, BEG07",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// TestTablesMergeByRow lays a partner's rows over the base's.
func TestTablesMergeByRow(t *testing.T) {
	l := &loader{fsys: Overlay(fstest.MapFS{
		"a.yaml": {Data: []byte("map: a\ntables:\n  t: { A: one, B: two, in: { C: one, D: two }, out: { uno: A }, missing: warn }\n")},
		"b.yaml": {Data: []byte("map: b\nextends: a\ntables:\n  t: { B: drei, C: vier, in: { E: one }, out: { uno: B }, missing: hold }\n  u: { X: x }\n")},
	})}
	m := l.merge(l.chain("b"))
	c := m.tables["t"].compile(l)
	if len(l.found) > 0 {
		t.Fatal(l.found)
	}
	words := map[string]string{"A": "one", "B": "drei", "C": "vier", "D": "two", "E": "one"}
	if diff := cmp.Diff(words, c.words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	back := map[string]string{"one": "A", "drei": "B", "vier": "C", "uno": "B"}
	if diff := cmp.Diff(back, c.back); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	if c.missing != missingHold || m.tables["u"] == nil {
		t.Errorf("missing is %s, tables are %v", c.missing, m.order)
	}
}

func TestMissingRows(t *testing.T) {
	for mode, want := range map[string]struct {
		word, severity, back string
	}{
		missingError:  {"", missingError, ""},
		missingWarn:   {"", missingWarn, ""},
		missingHold:   {"", missingHold, ""},
		missingPass:   {"Q", "", "w"},
		missingOther:  {"other", "", ""},
		missingAbsent: {"", "", ""},
	} {
		c := &codes{name: "t", words: map[string]string{"A": "a"}, back: map[string]string{"a": "A"}, missing: mode}
		word, bad := c.word("Q", "")
		severity := ""
		if bad != nil {
			severity = bad.severity
		}
		if word != want.word || severity != want.severity {
			t.Errorf("%s: Q is %q with severity %q, expected %q and %q", mode, word, severity, want.word, want.severity)
		}
		if code, _ := c.code("w", "", ""); code != want.back {
			t.Errorf("%s: w is written %q, expected %q", mode, code, want.back)
		}
		if code, bad := c.code("a", "", ""); code != "A" || bad != nil {
			t.Errorf("%s: a is written %q", mode, code)
		}
	}
}

func TestKeptCodes(t *testing.T) {
	c := &codes{name: "t", words: map[string]string{"A": "a", "B": "a", "C": "c"}, back: map[string]string{"a": "A", "c": "C"}, missing: missingOther}
	for _, k := range []struct{ word, kept, want string }{
		{"a", "", "A"}, {"a", "B", "B"}, {"a", "C", "A"}, {"c", "B", "C"}, {"other", "Q", "Q"}, {"other", "A", ""}, {"a", "Q", "A"},
	} {
		if got, _ := c.code(k.word, k.kept, ""); got != k.want {
			t.Errorf("%s with %s kept is written %q, expected %q", k.word, k.kept, got, k.want)
		}
	}
	for code, kept := range map[string][2]string{"A": {"", "A"}, "B": {"B", "B"}, "Q": {"Q", "Q"}} {
		for i, always := range []bool{false, true} {
			a := &access{codes: c, keep: 1, always: always}
			if _, got, _ := a.read(code, nil, ""); got != kept[i] {
				t.Errorf("%s: kept is %q, expected %q (always: %v)", code, got, kept[i], always)
			}
		}
	}
}

// TestReadmeNamesEverything keeps the reference complete: every function, every
// mode of a missing row, every word of a file's head.
func TestReadmeNamesEverything(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, words := range [][]string{functions(), missingModes(), {"map:", "extends:", "tables:", "fields:", "at:", "in:", "out:", "write:", "drop", "under"}} {
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("README.md does not name %s", word)
			}
		}
	}
	_, example, _ := strings.Cut(text, "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	l := &loader{fsys: Overlay(fstest.MapFS{"acme-850.yaml": {Data: []byte(example)}})}
	if m := l.merge(l.chain("acme-850")); len(l.found) > 0 || m.find("extensions.acme.event") == nil {
		t.Errorf("the example does not load: %v", l.found)
	}
}
