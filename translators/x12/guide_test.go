package x12

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
	"waybill/translators"
)

// guideFrom compiles rules for an 850 in 004010, each on a line of its own.
func guideFrom(t testing.TB, rules ...string) (*translators.Schema, []settings.Problem) {
	t.Helper()
	text := "guide: g\nset: \"850\"\nrelease: \"004010\"\nrules:\n  " + strings.Join(rules, "\n  ") + "\n"
	return guideIn(t, map[string]string{"g": text}, "g")
}

func guideIn(t testing.TB, files map[string]string, name string) (*translators.Schema, []settings.Problem) {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return l.Guide(fsys, "guides/", name)
}

// under decodes text by the rules of a guide.
func under(t testing.TB, schema *translators.Schema, text string) *translators.Report {
	t.Helper()
	rep, err := translator(t).By(schema).Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// guidedCodes lists problems with the line of the guide that demands them.
func guidedCodes(rep *translators.Report) []string {
	all := []string{}
	for _, g := range rep.Interchanges[0].Groups {
		for _, s := range g.Sets {
			for _, p := range s.Problems {
				line := strings.TrimPrefix(p.Guide, "guides/g.yaml:")
				all = append(all, fmt.Sprintf("%s@%d %s line %s", p.Code, p.Position, p.Where(), line))
			}
		}
	}
	return all
}

// TestGuideNarrows: each rule, broken, gives the standard's code at its place
// and names the guide's line; the same order without the rule is a good one.
func TestGuideNarrows(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		heading    []string
		lines      []string
		want       []string
	}{
		{"segment mandatory", "CUR: mandatory", nil, nil, []string{"3@3 CUR line 5"}},
		{"segment not used", "CUR: not used", []string{"CUR*BY*USD"}, nil, []string{"2@3 CUR line 5"}},
		{"loop not used", "N1: not used", []string{"N1*ST*ACME*92*10", "N3*ROAD 1"}, nil, []string{"2@3 N1 line 5"}},
		{"segment max", "REF: { max: 1 }", []string{"REF*DP*1", "REF*DP*2"}, nil, []string{"5@4 REF line 5"}},
		{"loop max", "N1: { max: 1 }", []string{"N1*ST*A", "N1*BT*B"}, nil, []string{"4@4 N1 line 5"}},
		{"element mandatory", "BEG06: mandatory", nil, nil, []string{"1@2 BEG06 line 5"}},
		{"element not used", "CUR03: not used", []string{"CUR*BY*USD*1.2345"}, nil, []string{"10@3 CUR03 line 5"}},
		{"element too long", "BEG03: { max: 2 }", nil, nil, []string{"5@2 BEG03 line 5"}},
		{"element too short", "BEG03: { min: 5 }", nil, nil, []string{"4@2 BEG03 line 5"}},
		{"code not allowed", "BEG02: { codes: [NE] }", nil, nil, []string{"7@2 BEG02 line 5"}},
		{"in a loop", "PO1/PID: mandatory", nil, nil, []string{"3@4 PID line 5"}},
		{"by qualifier mandatory", "REF[DP]: mandatory", []string{"REF*IA*1"}, nil, []string{"3@4 REF line 5"}},
		{"by qualifier mandatory, none at all", "REF[DP]: mandatory", nil, nil, []string{"3@3 REF line 5"}},
		{"by qualifier not used", "REF[IA]: not used", []string{"REF*DP*1", "REF*IA*1"}, nil, []string{"2@4 REF line 5"}},
		{"by qualifier max", "REF[DP]: { max: 1 }", []string{"REF*DP*1", "REF*IA*1", "REF*DP*2"}, nil, []string{"5@5 REF line 5"}},
		{"loop by qualifier mandatory", "N1[ST]: mandatory", []string{"N1*BT*A"}, nil, []string{"3@4 N1 line 5"}},
		{"loop by qualifier max", "N1[ST]: { max: 1 }", []string{"N1*ST*A", "N1*ST*B"}, nil, []string{"4@4 N1 line 5"}},
		{"within a loop by qualifier", "N1[ST]/N3: mandatory", []string{"N1*BT*A", "N1*ST*B"}, nil, []string{"3@5 N3 line 5"}},
		{"element by qualifier", "N1[ST]04: { min: 4, max: 4 }", []string{"N1*BT*A*92*10", "N1*ST*B*92*10"}, nil, []string{"4@4 N104 line 5"}},
		{"code by qualifier", `N1[ST]03: { codes: ["92"] }`, []string{"N1*BT*A*91*10", "N1*ST*B*91*10"}, nil, []string{"7@4 N103 line 5"}},
		{"element by qualifier mandatory", "REF[DP]03: mandatory", []string{"REF*IA*1", "REF*DP*1"}, nil, []string{"1@4 REF03 line 5"}},
		{"element by qualifier not used", "REF[DP]03: not used", []string{"REF*IA*1*X", "REF*DP*1*X"}, nil, []string{"10@4 REF03 line 5"}},
		{"component", "PO1/SLN05-01: { codes: [CA] }", nil, []string{"SLN*1**I*1*EA"}, []string{"7@4 SLN05-01 line 5"}},
		{"by another element", "PO1/PID[02=08]: not used", nil, []string{"PID*F*08***LAMP"}, []string{"2@4 PID line 5"}},
		{"by an empty element", "PO1/PID[02=]: not used", nil, []string{"PID*F****LAMP", "PID*F*08***LAMP"}, []string{"2@4 PID line 5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			schema, found := guideFrom(t, c.rule)
			if len(found) > 0 {
				t.Fatal(found)
			}
			text := wrap("004010", "PO", order("0001", c.heading, c.lines)...)
			if got := codesOf(decode(t, text)); len(got) > 0 {
				t.Fatalf("the standard has something against it: %v", got)
			}
			if diff := cmp.Diff(c.want, guidedCodes(under(t, schema, text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestGuideWidens: what breaks the standard is allowed where the guide says so.
func TestGuideWidens(t *testing.T) {
	for _, c := range []struct {
		rule    string
		heading []string
		lines   []string
	}{
		{"CUR: { widen: { max: 2 } }", []string{"CUR*BY*USD", "CUR*SE*USD"}, nil},
		{"REF02: { widen: { max: 40 } }", []string{"REF*DP*1234567890123456789012345678901234"}, nil},
		{"N103: { widen: { codes: { QQ: theirs } } }", []string{"N1*ST*A*QQ*10"}, nil},
		{"N1/N4: { widen: { max: any } }", []string{"N1*ST*A", "N4*TOWN"}, nil},
		{"PO1/SLN03: { widen: { usage: optional } }", nil, []string{"SLN*1***1*EA"}},
	} {
		text := wrap("004010", "PO", order("0001", c.heading, c.lines)...)
		schema, found := guideFrom(t, c.rule)
		if len(found) > 0 {
			t.Fatal(c.rule, found)
		}
		if got := guidedCodes(under(t, schema, text)); len(got) > 0 {
			t.Errorf("%s: %v", c.rule, got)
		}
	}
}

// TestGuideLevels: what is said of a level holds wherever it hangs.
func TestGuideLevels(t *testing.T) {
	text := "guide: g\nset: \"856\"\nrelease: \"004010\"\nrules:\n  HL[O]/PRF: mandatory\n  HL[T]: not used\n  HL[P]: mandatory\n"
	schema, found := guideIn(t, map[string]string{"g": text}, "g")
	if len(found) > 0 {
		t.Fatal(found)
	}
	set := wrap("004010", "SH", "ST*856*0001", "BSN*00*S1*20261201*0915", "HL*1**S", "HL*2*1*O", "HL*3*2*T", "HL*4*3*I", "LIN**UP*1", "SE*8*0001")
	want := []string{"3@5 PRF line 5", "2@5 HL line 6", "3@8 HL line 7"}
	if diff := cmp.Diff(want, guidedCodes(under(t, schema, set))); diff != "" {
		t.Error(diff)
	}
}

// TestGuideExtends: a guide changes and drops what the one that it extends says.
func TestGuideExtends(t *testing.T) {
	files := map[string]string{
		"base": "guide: base\nset: \"850\"\nrelease: \"004010\"\nrules:\n  CUR: not used\n  BEG03: { max: 10, notes: ours }\n  REF: mandatory\n",
		"g":    "guide: g\nextends: base\nrules:\n  CUR: drop\n  BEG03: { max: 2 }\n",
	}
	schema, found := guideIn(t, files, "g")
	if len(found) > 0 {
		t.Fatal(found)
	}
	text := wrap("004010", "PO", order("0001", []string{"CUR*BY*USD"}, nil)...)
	rep := under(t, schema, text)
	want := []string{"5@2 BEG03 line 5", "3@4 REF line guides/base.yaml:7"}
	if diff := cmp.Diff(want, guidedCodes(rep)); diff != "" {
		t.Error(diff)
	}
}

// TestGuideLeavesTheStandardAlone: the library's own schema is not touched.
func TestGuideLeavesTheStandardAlone(t *testing.T) {
	if _, found := guideFrom(t, "BEG03: { max: 1 }", "PO1/SLN05-01: { codes: [CA] }", "CUR: not used", "PO1: { max: 1 }"); len(found) > 0 {
		t.Fatal(found)
	}
	text := wrap("004010", "PO", order("0001", []string{"CUR*BY*USD"}, []string{"SLN*1**I*1*EA", "PO1**1*EA*2"})...)
	if got := codesOf(decode(t, text)); len(got) > 0 {
		t.Error(got)
	}
}

// TestGuideProblems: every mistake has its place and a word of help.
func TestGuideProblems(t *testing.T) {
	head := "guide: g\nset: \"850\"\nrelease: \"004010\"\n"
	for name, c := range map[string]struct{ text, want string }{
		"not yaml":       {"guide: [", "not YAML"},
		"no block":       {"- a", "guides/g.yaml:1:1: a guide is a block of keys; begin with guide: g"},
		"unknown key":    {head + "rule: {}", `4:1: the key "rule" is not known; did you mean rules?`},
		"twice":          {head + "set: \"850\"", "stands here twice, first in line 2"},
		"name":           {"guide: h\nset: \"850\"\nrelease: \"004010\"", `guide: found "h", but the file is g.yaml`},
		"no set":         {"guide: g\nrelease: \"004010\"", "set: is missing"},
		"no release":     {"guide: g\nset: \"850\"", "release: is missing"},
		"set of letters": {"guide: g\nset: PO\nrelease: \"004010\"", `2:6: set: found "PO"; write the three digits in quotes`},
		"unknown set":    {"guide: g\nset: \"999\"\nrelease: \"004010\"", "is not known in release 004010"},
		"path":           {head + "rules:\n  beg03: mandatory", "5:3: rules.beg03: expected a segment such as N1"},
		"path behind":    {head + "rules:\n  BEG03x: mandatory", `5:8: rules.BEG03x: found "x" after the place`},
		"no segment":     {head + "rules:\n  LDX: mandatory", "there is no LDX in set 850 itself; did you mean LDT?"},
		"inside":         {head + "rules:\n  N3: mandatory", "there is no N3 in set 850 itself; it is inside N1: write N1/N3"},
		"no element":     {head + "rules:\n  PO131: mandatory", "there is no element 31 in PO1, which has 25"},
		"no composite":   {head + "rules:\n  BEG03-01: mandatory", "BEG03 is no composite"},
		"own loop":       {head + "rules:\n  N1/N1: mandatory", "N1 is the first segment of its own loop; write N1"},
		"envelope":       {head + "rules:\n  SE: mandatory", "SE is the envelope's"},
		"usage":          {head + "rules:\n  CUR: forbidden", `5:8: rules.CUR: found "forbidden"; use one of: mandatory, optional, not used`},
		"unknown word":   {head + "rules:\n  CUR: { usages: optional }", `the key "usages" is not known; did you mean usage?`},
		"no code":        {head + "rules:\n  N103: { codes: [92, QQ] }", "5:23: rules.N103: QQ is no code of list 66"},
		"no list":        {head + "rules:\n  BEG03: { codes: [A] }", "is of type AN, and only ID elements have codes"},
		"wider":          {head + "rules:\n  BEG03: { max: 30 }", "max 30 is wider than the standard's 22; write widen: { max: 30 } if the partner really sends that"},
		"wider min":      {head + "rules:\n  BEG01: { min: 1 }", "min 1 is wider than the standard's 2"},
		"wider usage":    {head + "rules:\n  BEG: optional", "the standard demands it; write widen"},
		"wider repeats":  {head + "rules:\n  CUR: { max: 2 }", "the standard has it at most 1 times"},
		"wide for some":  {head + "rules:\n  REF[DP]02: { widen: { max: 80 } }", "what is widened holds for every occurrence"},
		"both":           {head + "rules:\n  BEG03: { max: 3, widen: { max: 80 } }", "is said both under widen and beside it"},
		"min above max":  {head + "rules:\n  BEG03: { min: 5, max: 3 }", "the shortest value, 5, is longer than the longest, 3"},
		"no number":      {head + "rules:\n  BEG03: { max: many }", `found "many"; write a number from 1`},
		"qualifier":      {head + "rules:\n  N1[03=QQ]: mandatory", "QQ is no code of N103"},
		"spelling":       {head + "rules:\n  N1[ST]/N3: mandatory\n  N1[ST]/N3: optional", "stands here twice"},
		"drop":           {head + "rules:\n  CUR: drop", "there is nothing to drop"},
		"extends":        {head + "extends: h", `there is no guide "h"`},
		"extends itself": {head + "extends: g", "g extends itself in the end"},
		"level":          {"guide: g\nset: \"856\"\nrelease: \"004010\"\nrules:\n  HL[S]/HL[O]: mandatory", "HL is the first segment of its own loop"},
	} {
		t.Run(name, func(t *testing.T) {
			schema, found := guideIn(t, map[string]string{"g": c.text}, "g")
			if schema != nil {
				t.Error("there is a schema all the same")
			}
			if text := settings.Problems(found).Error(); !strings.Contains(text, c.want) || strings.Count(text, "\n") > 0 {
				t.Errorf("found\n%s\nwant\n%s", text, c.want)
			}
		})
	}
}
