package x12

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// broken is one file with something wrong at every level.
func broken(t testing.TB) string {
	t.Helper()
	ship := strings.Replace(sample(t, "ship.x12"), "HL*4*3*I~", "HL*4*9*I~QQ*\x1b[31m~", 1)
	order := strings.NewReplacer("REF*DP*020~", "REF*DP~", "N1*ST*NORTH STORE 12*92*0012~", "", "GE*1*", "GE*2*", "GS*PO", "XX*1~GS*PO").Replace(sample(t, "order.x12"))
	answer := wrap("005010", "FA", "ST*997*0001", "AK1*PO*1*005010", "AK2*850*0001", "AK3*REF*3**8", "AK4*2>1>3*127*5", "AK5*R*5", "AK9*R*1*1*0", "SE*8*0001")
	unknown := wrap("004010", "PO", "ST*888*0001", "ABC*1*2", "SE*3*0001")
	return ship + order + strings.Replace(answer, "GS*", "TA1*000000007*261201*0915*R*021~GS*", 1) + unknown
}

// TestExplain compares the whole text with testdata/explain.txt; -update writes it anew.
func TestExplain(t *testing.T) {
	var got strings.Builder
	if err := translator(t).Explain(&got, strings.NewReader(broken(t))); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/explain.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
	for _, must := range []string{
		"Interchange 000000088 from ZZ OURCO to ZZ NORTHSTORES", "  Group SH 88", "01 Purpose: 00 = original", "HL loop: Level",
		"! QQ, segment code 1", "04 Number or address: 5550100200", "01-03 Repetition: 3", "TA1 about interchange 000000007: rejected (R 021)",
		"Set 888 0001, not known: 3 segment(s), 1 problem(s)", "ABC*1*2",
	} {
		if !strings.Contains(got.String(), must) {
			t.Errorf("%q is missing", must)
		}
	}
	if strings.ContainsAny(got.String(), "\x1b\x07") {
		t.Error("a stranger's control characters reach the terminal")
	}
}

// TestExplainNoX12 says that a file is no X12.
func TestExplainNoX12(t *testing.T) {
	var got strings.Builder
	err := translator(t).Explain(&got, strings.NewReader("<xml/>"))
	if err == nil || !strings.Contains(err.Error(), "no interchange begins here") {
		t.Error(err)
	}
}

// TestFindings: one object for each problem, with the whole way to its place.
func TestFindings(t *testing.T) {
	text := broken(t)
	found, err := translator(t).Check("in/order.x12", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	byPlace := map[string]Finding{}
	for _, f := range found {
		if f.File != "in/order.x12" {
			t.Errorf("%+v", f)
		}
		byPlace[f.Interchange+" "+f.Set+" "+f.Code] = f
	}
	want := Finding{
		File: "in/order.x12", Interchange: "000000417", Group: "PO 417", Set: "850 0001", Level: "element", Segment: "REF", Position: 4,
		Element: 2, Offset: int64(strings.Index(text, "REF*DP~") + 6), Code: "2",
		Text: "one of these elements must be there: Reference", Expected: "REF02, REF03",
	}
	got := byPlace["000000417 850 0001 2"]
	if got.Level != "element" { // N3 without its N1 has the same code at another level
		for _, f := range found {
			if f.Set == "850 0001" && f.Level == "element" {
				got = f
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	line, err := json.Marshal(want)
	if err != nil || strings.Contains(string(line), "repetition") || !strings.Contains(string(line), `"offset":`) {
		t.Error(string(line), err)
	}
	if n := Problems(found); n == 0 || n == len(found) {
		t.Errorf("%d problems of %d: warnings are none", n, len(found))
	}
}

// TestCheckNoX12: that a file is no X12 is a finding.
func TestCheckNoX12(t *testing.T) {
	found, err := translator(t).Check("a.txt", strings.NewReader("hello"))
	want := []Finding{{File: "a.txt", Level: "interchange", Text: "no interchange begins here", Found: "hello", Expected: "ISA"}}
	if diff := cmp.Diff(want, found); diff != "" || err != nil || Problems(found) != 1 {
		t.Error(err, diff)
	}
}

// TestWriteFindings prints a table that a person can read.
func TestWriteFindings(t *testing.T) {
	var got strings.Builder
	err := WriteFindings(&got, []Finding{
		{File: "a", Interchange: "000000001", Group: "PO 1", Set: "850 0001", Level: "element", Segment: "PO1", Position: 7, Element: 4, Component: 2, Offset: 99, Code: "5", Text: "too long", Found: "X", Expected: "less"},
		{File: "b", Level: "group", Offset: 3, Text: "odd" + strings.Repeat(" and odd", 19), Warning: true},
	})
	want := "FILE  INTERCHANGE  GROUP  SET       SEGMENT  AT        BYTE  CODE\n" +
		"a     000000001    PO 1   850 0001  7        PO104-02  99    element 5\n" +
		"    too long; found \"X\"; expected less\n" +
		"b     -            -      -         -        -         3     group\n" +
		"    warning: odd " + strings.Repeat("and odd ", 10) + "and\n" +
		"    odd" + strings.Repeat(" and odd", 8) + "\n"
	if diff := cmp.Diff(want, got.String()); diff != "" || err != nil {
		t.Error(err, diff)
	}
}
