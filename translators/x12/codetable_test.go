package x12

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const mutationTable = "testdata/mutations.tsv"

// answerCodes are the codes of each list that a TA1, 997 or 999 can carry.
func answerCodes() []string {
	var all []string
	for _, l := range []struct{ list, codes string }{
		{"I17", "A E R"},
		{"I18", "000 001 002 003 004 005 006 007 008 009 010 011 012 013 014 015 016 017 018 019 020 021 022 023 024 025 026 027 028 029 030 031"},
		{"715", "A E M P R W X"},
		{"716", "1 2 3 4 5 6 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26"},
		{"717", "A E M R W X"},
		{"718", "1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 18 19 20 21 22 23 24 25 26 27"},
		{"618", "I6"},
		{"720", "1 2 3 4 5 6 7 8"},
		{"620", "I4 I6 I7 I8 I9"},
		{"723", "1 2 3 4 5 6 7 8 9 10 12 13"},
		{"621", "I6 I9 I10 I11 I12 I13"},
	} {
		for code := range strings.FieldsSeq(l.codes) {
			all = append(all, l.list+" "+code)
		}
	}
	return all
}

// notProvoked says why no mutation here leads to a code.
func notProvoked(code string) string {
	list, value, _ := strings.Cut(code, " ")
	switch code {
	case "I18 002":
		return "ISA11 is judged with 016, which says which element it is"
	case "I18 004":
		return "without a terminator there is no ISA that could be answered: the file is refused as no X12, see TestNotX12"
	case "I18 009":
		return "whom an id belongs to is known to the partner profiles, not here"
	case "I18 025":
		return "what was received before is known to the gateway's duplicate check, not here"
	case "I18 028", "I18 029", "I18 030", "I18 031":
		return "ISB and ISE, the deferred delivery request, are passed over"
	case "718 19":
		return "which conventions a partner's ST03 may name is said by a guide, not by a schema"
	}
	switch {
	case slices.Contains([]string{"M", "W", "X"}, value):
		return "is about message authentication, assurance and encryption: segments S1S to S4E, which no partner of ours sends"
	case list == "716" && !slices.Contains([]string{"1", "2", "3", "4", "5", "6", "19"}, value),
		list == "718" && !slices.Contains([]string{"1", "2", "3", "4", "5", "6", "7", "18", "23"}, value):
		return "is about security segments, which no partner of ours sends"
	case code == "618 I6":
		return "which conventions a partner's ST03 may name is said by the profile's guide, by set and release, not by the ST03"
	case value[0] == 'I' && !slices.Contains([]string{"620 I4", "621 I6", "621 I10"}, code):
		return "guides have no conditions, least uses and patterns; what a guide makes mandatory and is missing is 3 or 1, as in the standard"
	}
	return ""
}

// compare holds the committed table: which mutation leads to which code, and why none does.
func (y *tally) compare(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# list and code\thow it is provoked, or - and why it is not\n")
	known := answerCodes()
	for _, code := range known {
		by := slices.Sorted(maps.Keys(y.codes[code]))
		why := notProvoked(code)
		switch {
		case len(by) == 0 && why == "":
			t.Errorf("%s is provoked by nothing, and nothing says why", code)
		case len(by) > 0 && why != "":
			t.Errorf("%s is provoked by %v, although %s", code, by, why)
		case len(by) == 0:
			fmt.Fprintf(&b, "%s\t- %s\n", code, why)
		default:
			fmt.Fprintf(&b, "%s\t%s\n", code, strings.Join(by, "; "))
		}
	}
	for code := range y.codes {
		if !slices.Contains(known, code) && !strings.HasSuffix(code, " ") {
			t.Errorf("%s was provoked, but is no code of X12", code)
		}
	}
	golden(t, mutationTable, b.String())
}
