package main

import "testing"

// TestX12ExplainHTML prints a page, also of a file with problems.
func TestX12ExplainHTML(t *testing.T) {
	x12Cases(t, []x12Case{
		{"good", []string{"explain", "--html", x12Order}, 0, "<h1>order.x12</h1>", ""},
		{"a problem", []string{"explain", "--html", x12Broken(t, "REF*DP*020", "REF*DP")}, 0, "1 problem(s) and 0 warning(s)", ""},
		{"no X12", []string{"explain", "--html", x12Broken(t, "ISA*", "IS*")}, 1, "</html>", "no interchange begins here"},
		{"no such file", []string{"explain", "--html", "nowhere.x12"}, 2, "", "nowhere.x12"},
	})
}
