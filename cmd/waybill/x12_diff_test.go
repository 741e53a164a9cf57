package main

import (
	"encoding/json"
	"testing"

	"waybill/translators/x12"
)

// TestX12Diff prints differences, exit code 1, or nothing.
func TestX12Diff(t *testing.T) {
	other := x12Broken(t, "*4.15*", "*4.25*")
	none := x12Broken(t, "ISA*", "IS*")
	x12Cases(t, []x12Case{
		{"the same", []string{"diff", x12Order, x12Order}, 0, "", ""},
		{"another price", []string{"diff", x12Order, other}, 1, "set 850\n  ~ PO1[1] PO1, segment 13 and 13: PO104 Unit price: \"4.15\" became \"4.25\"\n", "1 difference(s)"},
		{"no X12", []string{"diff", x12Order, none}, 1, "", "reading the second: at byte 0: no interchange begins here"},
		{"no such file", []string{"diff", x12Order, "nowhere.x12"}, 2, "", "nowhere.x12"},
		{"one file", []string{"diff", x12Order}, 2, "", "diff --help"},
		{"standard input twice", []string{"diff", "-", "-"}, 2, "", "only one of the files"},
		{"output", []string{"diff", "-o", "xml", x12Order, other}, 2, "", "-o is text or json"},
	})
	code, stdout, _ := x12Run("diff", "-o", "json", "--envelopes", x12Order, x12Broken(t, "850*0001", "850*0002"))
	var d x12.Difference
	if err := json.Unmarshal([]byte(stdout), &d); err != nil || code != 1 {
		t.Fatal(code, err, stdout)
	}
	if want := (x12.Difference{Set: "850", Kind: "changed", Place: "ST", Segment: "ST", A: 1, B: 1, Element: "ST02", Name: "Set control number", From: "0001", To: "0002"}); d != want {
		t.Errorf("%+v", d)
	}
}
