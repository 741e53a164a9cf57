package x12

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestWords: what a person reads about each kind of fault: what is wrong, what
// was found, what was expected.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		release, segment string
		want             []string
	}{
		{"004010", "REF**1", []string{"a mandatory element is missing: Reference qualifier; expected ID of 2 to 3 characters"}},
		{"004010", "DTM*002", []string{"one of these elements must be there: Date; expected DTM02, DTM03, DTM05"}},
		{"004010", "CUR*BY*EURO", []string{`the value is too long: Currency; found "EURO"; expected ID of 3 characters`}},
		{"004010", "DTM*002*1", []string{`the value is too short: Date; found "1"; expected a date CCYYMMDD`}},
		{"004010", "DTM*002*20260230", []string{`the date does not exist or is not of its form: Date; found "20260230"; expected a date CCYYMMDD`}},
		{"004010", "DTM*002**9999", []string{`the time does not exist or is not of its form: Time; found "9999"; expected a time HHMM, HHMMSS or HHMMSSDD`}},
		{"004010", "ITD*01*3*ten**10", []string{`the value has a character that its type does not have: Discount percentage; found "ten"; expected R of 1 to 6 digits`}},
		{"004010", "SAC*X*C310*********", []string{`the code is not in the list: Allowance or charge; found "X"; expected one of A, C, N, P, Q, R, S`}},
		{"004010", "TD5**!!*XX", []string{`the code is not in the list: Id qualifier; found "!!"; expected a code of list 66`}},
		{"004010", "CUR*BY*USD********************1", []string{`the segment has too many elements; found "1"; expected at most 21 elements`}},
		{"004010", "PER*BD**TE", []string{"these elements come together: Number or address; expected PER03, PER04"}},
		{"004010", "MEA*WT**1*LB****01", []string{"only one of these elements may be there: Attribute; expected one of MEA03, MEA08"}},
		{"004010", "N3*X", []string{`the segment belongs to a loop that is not open; found "N3"; expected N1 before it`}},
		{"004010", "BIG*20261201*1", []string{`the segment is not part of this set; found "BIG"`}},
		{"004010", "QQQ*1", []string{`the segment id is not known; found "QQQ"`}},
		{"005010", "REF*DP*A>B", []string{`the element is neither repeated nor a composite, but has the delimiter of one: Reference; found "A>B"; expected AN of 1 to 50 characters`}},
		{"004010", "REF*DP*1**PO", []string{"a mandatory component is missing: Reference; expected AN of 1 to 30 characters"}},
		{"004010", "REF*DP*1**PO>1>A1>2>B1>3>C1", []string{`the element has too many components; found "C1"; expected at most 6 components`}},
		{"004010", "REF*DP*1**PO>1>VN", []string{"these elements come together: Reference; expected REF04-03, REF04-04"}},
	} {
		t.Run(c.segment, func(t *testing.T) {
			var got []string
			for _, f := range Findings("", decode(t, wrap(c.release, "PO", order("0001", []string{c.segment}, nil)...))) {
				got = append(got, f.sentence())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestForm puts a rule into words.
func TestForm(t *testing.T) {
	for want, rule := range map[string]translators.ElementRule{
		"AN of 1 to 30 characters":        {Type: "AN", Min: 1, Max: 30},
		"ID of 2 characters":              {Type: "ID", Min: 2, Max: 2},
		"N0 of 1 to 9 digits":             {Type: "N0", Min: 1, Max: 9},
		"N2 of 1 to 15 digits":            {Type: "N2", Min: 1, Max: 15},
		"R of 1 to 9 digits":              {Type: "R", Min: 1, Max: 9},
		"a date CCYYMMDD":                 {Type: "DT", Min: 8, Max: 8},
		"a date YYMMDD":                   {Type: "DT", Min: 6, Max: 6},
		"a composite C040":                {Number: "C040", Components: []translators.ElementRule{{}}},
		"ID":                              {Type: "ID"},
		"a time HHMM, HHMMSS or HHMMSSDD": {Type: "TM", Min: 4, Max: 8},
	} {
		if got := form(&rule); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestNoteKinds tries each kind of note on every presence of three elements.
func TestNoteKinds(t *testing.T) {
	rules := []translators.ElementRule{{Name: "A"}, {Name: "B"}, {Name: "C"}}
	seg := &translators.Segment{ID: "SEG", Position: 2}
	for kind, want := range map[byte][8]string{ // by presence of A, B and C as bits 1, 2 and 4; the elements that are missed or too many
		'P': {"", "2:2 2:3", "2:1 2:3", "2:3", "2:1 2:2", "2:2", "2:1", ""},
		'R': {"2:1", "", "", "", "", "", "", ""},
		'C': {"", "2:2 2:3", "", "2:3", "", "2:2", "", ""},
		'L': {"", "2:2", "", "", "", "", "", ""},
		'E': {"", "", "", "10:2", "", "10:3", "10:3", "10:2 10:3"},
	} {
		for bits := range 8 {
			found := &findings{limit: 9}
			w := walker{found: found}
			w.notes([]translators.Note{{Kind: kind, Elements: []int{1, 2, 3}}}, rules, place{seg: seg}, func(i int) bool { return bits&(1<<(i-1)) != 0 })
			var got []string
			for _, p := range found.kept {
				got = append(got, p.Code+":"+string(rune('0'+p.Element)))
			}
			if strings.Join(got, " ") != want[bits] {
				t.Errorf("%c with presence %03b: %v, want %q", kind, bits, got, want[bits])
			}
			if k := holds([]translators.Note{{Kind: kind, Elements: []int{1, 2, 3}}}, []bool{bits&1 != 0, bits&2 != 0, bits&4 != 0}); k != (len(got) == 0) {
				t.Errorf("%c with presence %03b: the maker thinks otherwise", kind, bits)
			}
		}
	}
}

// TestFindingsAreBounded: the first are kept, the rest counted, those about the whole set always kept.
func TestFindingsAreBounded(t *testing.T) {
	f := &findings{limit: 2}
	for range 5 {
		f.add(translators.Problem{Level: translators.AtElement, Code: "1", Warning: true})
	}
	if f.refused || len(f.kept) != 2 || f.dropped != 3 {
		t.Errorf("%+v", f)
	}
	f.add(translators.Problem{Level: translators.AtSegment, Code: "1"})
	if !f.refused || f.dropped != 4 {
		t.Errorf("what is dropped refuses the set all the same: %+v", f)
	}
	f.add(translators.Problem{Level: translators.AtSet, Code: "3"})
	if len(f.kept) != 3 || f.kept[2].Code != "3" {
		t.Errorf("%+v", f)
	}
}

// TestRefusalWords: the error of the writer, with and without a place.
func TestRefusalWords(t *testing.T) {
	for want, problems := range map[string][]translators.Problem{
		"the interchange is not written": nil,
		"the interchange is not written; PO104 at segment 7: too long, found \"X\", expected less": {
			{Segment: "PO1", Element: 4, Position: 7, Text: "too long", Found: "X", Expected: "less"}},
		"the interchange is not written; ISA06: odd; GS: odder": {
			{Segment: "ISA", Element: 6, Text: "odd"}, {Segment: "GS", Text: "odder"}},
		"the interchange is not written; A: 1; A: 1; A: 1; A: 1; A: 1; and 2 more": {
			{Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}, {Segment: "A", Text: "1"}},
	} {
		if got := (&Refusal{Problems: problems}).Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestUsageWords: ISA15 in words.
func TestUsageWords(t *testing.T) {
	for code, want := range map[string]string{"P": "production", "T": "test", "I": "information", "X": "usage X"} {
		if got := usageWord(code); got != want {
			t.Errorf("%q: %q", code, got)
		}
	}
}
