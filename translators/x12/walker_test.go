package x12

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestStructure has a case for each rule about segments and loops: X12 element 720.
func TestStructure(t *testing.T) {
	repeat := func(n int, s string) []string {
		return strings.Split(strings.TrimSuffix(strings.Repeat(s+"~", n), "~"), "~")
	}
	for _, c := range []struct {
		name           string
		heading, lines []string
		want           []string
		tree           string // "" is not looked at
	}{
		{"good", []string{"REF*DP*1", "N1*ST*X", "N3*1 MAIN ST"}, []string{"PID*F****TEXT"}, nil,
			"ST(ST BEG REF N1(N1 N3) PO1(PO1 PID(PID)) SE)"},
		{"unknown segment", []string{"ZZZ*1"}, nil, []string{"segment 1@3 ZZZ"}, "ST(ST BEG PO1(PO1) SE)"},
		{"a segment id that is none", []string{"*1"}, nil, []string{"segment 1@3"}, ""},
		{"segment of another set", []string{"BIG*20261201*1"}, nil, []string{"segment 6@3 BIG"}, ""},
		{"segment over its limit", repeat(4, "PER*BD*LEE"), nil, []string{"segment 5@6 PER"}, "ST(ST BEG PER PER PER PER PO1(PO1) SE)"},
		{"loop over its limit", repeat(26, "SAC*A*C310"), nil, []string{"segment 4@28 SAC"}, ""},
		{"a loop over its limit keeps its segments", append(repeat(26, "SAC*A*C310"), "CUR*BY*USD"), nil, []string{"segment 4@28 SAC"}, ""},
		{"out of sequence", []string{"REF*DP*1", "CUR*BY*USD"}, nil, []string{"segment 7@4 CUR"}, "ST(ST BEG REF CUR PO1(PO1) SE)"},
		{"out of sequence in a loop", []string{"N1*ST*X", "N4*DULUTH", "N3*1 MAIN ST", "N4*DULUTH"}, nil, []string{"segment 7@5 N3"}, "ST(ST BEG N1(N1 N4 N3 N4) PO1(PO1) SE)"},
		{"a loop out of sequence holds its segments", []string{"N1*ST*X", "SAC*A*C310", "CUR*BY*USD", "N1*BT*Y"}, nil, []string{"segment 7@4 SAC"},
			"ST(ST BEG N1(N1) SAC(SAC CUR) N1(N1) PO1(PO1) SE)"},
		{"loop without its first segment", []string{"N3*1 MAIN ST", "N4*DULUTH", "PER*BD*LEE"}, nil, []string{"segment 2@3 N3"}, ""},
		{"what follows such a loop is at its place", []string{"N4*DULUTH", "REF*DP*1", "DTM*002*20261201"}, nil, []string{"segment 2@3 N4"}, ""},
		{"a loop inside a loop, both not open", []string{"FA2*01*1"}, nil, []string{"segment 2@3 FA2"}, "ST(ST BEG AMT(FA1(FA2)) PO1(PO1) SE)"},
		{"a loop begins inside one that is not open", []string{"FA1*AB"}, nil, []string{"segment 2@3 FA1", "segment 3@4 FA2"}, ""},
		{"the next place of the same id", nil, []string{"REF*DP*1", "N1*ST*X", "REF*DP*2"}, nil, "ST(ST BEG PO1(PO1 REF N1(N1 REF)) SE)"},
		{"back to the loop around", nil, []string{"N1*ST*X", "PO1**1*EA*2", "CTT*2"}, nil, "ST(ST BEG PO1(PO1 N1(N1)) PO1(PO1) CTT(CTT) SE)"},
		{"mandatory segment in a loop", []string{"LM*DF", "ADV*AB*BC"}, nil, []string{"segment 3@4 LQ"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := ""
			rep := eachSet(t, wrap("004010", "PO", order("0001", c.heading, c.lines)...), func(s *translators.Set) { tree = outline(s.Root) })
			if diff := cmp.Diff(c.want, orNil(codesOf(rep))); diff != "" {
				t.Error(diff)
			}
			if c.tree != "" && tree != c.tree {
				t.Errorf("tree\n got %s\nwant %s", tree, c.tree)
			}
		})
	}
}

// TestMissing: a mandatory segment is reported where the next one came.
func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []string
		want []string
	}{
		{"no BEG", []string{"ST*850*0001", "PO1**1*EA*2", "SE*3*0001"}, []string{"segment 3@2 BEG"}},
		{"no PO1 at all", []string{"ST*850*0001", "BEG*00*SA*1**20261201", "SE*3*0001"}, []string{"segment 3@3 PO1"}},
		{"no PO1, but what is inside it", []string{"ST*850*0001", "BEG*00*SA*1**20261201", "PO4*12", "IT8*B0", "CTT*1", "SE*6*0001"}, []string{"segment 3@3 PO1"}},
		{"nothing", []string{"ST*850*0001", "SE*2*0001"}, []string{"segment 3@2 BEG", "segment 3@2 PO1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, codesOf(decode(t, wrap("004010", "PO", c.set...)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPlaces: each problem says byte, loop, dictionary number, what was found and what was expected.
func TestPlaces(t *testing.T) {
	text := wrap("004010", "PO", order("0001", []string{"N1*ST*X", "N4*DULUTH*MINNESOTA"}, nil)...)
	rep := decode(t, text)
	got := rep.Interchanges[0].Groups[0].Sets[0].Problems
	want := []translators.Problem{{
		Level: translators.AtElement, Code: "5", Text: "the value is too long: State", Found: "MINNESOTA", Expected: "ID of 2 characters",
		Segment: "N4", Position: 4, Loop: "N1", Element: 2, Number: "156", Offset: int64(strings.Index(text, "MINNESOTA")),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestHierarchy: HL loops hang below the level that HL02 names.
func TestHierarchy(t *testing.T) {
	ship := sample(t, "ship.x12")
	nested := "ST(ST BSN HL(HL TD1 N1(N1) HL(HL PRF HL(HL MAN HL(HL LIN SN1)) HL(HL MAN HL(HL LIN SN1)))) CTT SE)"
	for _, c := range []struct {
		name, from, to string
		tree           string
		want           []string
	}{
		{"by HL02", "", "", nested, nil},
		{"by level order where HL02 is empty", "HL*2*1*O~", "HL*2**O~", nested, nil},
		{"unknown parent", "HL*5*2*P~", "HL*5*9*P~",
			"ST(ST BSN HL(HL TD1 N1(N1) HL(HL PRF HL(HL MAN HL(HL LIN SN1)))) HL(HL MAN HL(HL LIN SN1)) CTT SE)", []string{"~element 7@13 HL02"}},
		{"id twice", "HL*6*5*I~", "HL*4*5*I~", nested, []string{"~element 7@15 HL01"}},
		{"unknown kind without a parent", "HL*5*2*P~", "HL*5**ZZ~", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := ""
			rep := eachSet(t, strings.Replace(ship, c.from, c.to, 1), func(s *translators.Set) { tree = outline(s.Root) })
			if diff := cmp.Diff(c.want, orNil(codesOf(rep))); diff != "" {
				t.Error(diff)
			}
			if c.tree != "" && tree != c.tree {
				t.Errorf("tree\n got %s\nwant %s", tree, c.tree)
			}
		})
	}
}
