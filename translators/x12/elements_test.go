package x12

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestElements has a case for each rule about elements: X12 element 723.
func TestElements(t *testing.T) {
	for _, c := range []struct {
		name, release string
		segment       string // in the heading, at position 3
		want          []string
	}{
		{"good", "004010", "REF*DP*020", nil},
		{"mandatory missing", "004010", "REF**020", []string{"element 1@3 REF01"}},
		{"too many elements", "004010", "CUR*BY*USD********************X", []string{"element 3@3 CUR22"}},
		{"too many elements, first extra", "004010", "REF*DP*020***X*Y", []string{"element 3@3 REF05"}},
		{"trailing separators are allowed", "004010", "REF*DP*020****", nil},
		{"too short", "004010", "REF*D*020", []string{"element 4@3 REF01"}},
		{"too long", "004010", "REF*DP*0123456789012345678901234567890", []string{"element 5@3 REF02"}},
		{"longer in 005010", "005010", "REF*DP*0123456789012345678901234567890", nil},
		{"control character", "004010", "REF*DP*0\x012", []string{"element 6@3 REF02"}},
		{"tab", "004010", "REF*DP*0\t2", []string{"element 6@3 REF02"}},
		{"other alphabets", "004010", "REF*DP*Ünïcödé", nil},
		{"characters count, not bytes", "004010", "REF*DP*ÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜ", nil},
		{"no UTF-8", "004010", "REF*DP*\xff\xfe", nil},
		{"code not in list", "004010", "REF*!!*020", nil},
		{"code not in a full list", "004010", "TD5**!!*ABCD", []string{"element 7@3 TD502"}},
		{"code with trailing blank", "004010", "TD5**2 *ABCD", nil},
		{"partial list", "004010", "CUR*!!*USD", nil},
		{"date does not exist", "004010", "DTM*002*20270229", []string{"element 8@3 DTM02"}},
		{"leap day", "004010", "DTM*002*20280229", nil},
		{"date no digits", "004010", "DTM*002*2026120A", []string{"element 8@3 DTM02"}},
		{"date of six digits", "004010", "DTM*002*261201", []string{"element 4@3 DTM02"}},
		{"time does not exist", "004010", "DTM*002**2461", []string{"element 9@3 DTM03"}},
		{"time of five digits", "004010", "DTM*002**12345", []string{"element 9@3 DTM03"}},
		{"hundredths", "004010", "DTM*002**12345699", nil},
		{"N0 with point", "004010", "ITD*01*3*2**1.5", []string{"element 6@3 ITD05"}},
		{"N0 minus does not count", "004010", "ITD*01*3*2**-100", nil},
		{"N0 too long", "004010", "ITD*01*3*2**1000", []string{"element 5@3 ITD05"}},
		{"N0 only minus", "004010", "ITD*01*3*2**-", []string{"element 6@3 ITD05"}},
		{"R point does not count", "004010", "ITD*01*3*-12345.6**10", nil},
		{"R too long", "004010", "ITD*01*3*1234567**10", []string{"element 5@3 ITD03"}},
		{"R two points", "004010", "ITD*01*3*1.2.3**10", []string{"element 6@3 ITD03"}},
		{"R no digit", "004010", "ITD*01*3*-.**10", []string{"element 6@3 ITD03"}},
		{"R exponent is not read", "005010", "ITD*01*3*1E2**10", []string{"element 6@3 ITD03"}},
		{"component separator in a text", "004010", "REF*DP*A>B", []string{"element 6@3 REF02"}},
		{"component separator in a text, 005010", "005010", "REF*DP*A>B", []string{"element 13@3 REF02"}},
		{"repetition in a text, 005010", "005010", "REF*DP*A^B", []string{"element 12@3 REF02"}},
		{"no repetition separator in 004010", "004010", "REF*DP*A^B", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep := decode(t, wrap(c.release, "PO", order("0001", []string{c.segment}, nil)...))
			if diff := cmp.Diff(c.want, orNil(codesOf(rep))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func orNil(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

// TestNotes has a case for each kind of syntax note.
func TestNotes(t *testing.T) {
	for _, c := range []struct {
		name, segment string
		want          []string
	}{
		{"P complete", "PER*BD*LEE*TE*555", nil},
		{"P empty", "PER*BD*LEE", nil},
		{"P without its second", "PER*BD*LEE*TE", []string{"element 2@3 PER04"}},
		{"P without its first", "PER*BD*LEE**555", []string{"element 2@3 PER03"}},
		{"R first", "REF*DP*020", nil},
		{"R second", "REF*DP**TEXT", nil},
		{"R none: the first of the list", "REF*DP", []string{"element 2@3 REF02"}},
		{"C without what it needs", "TD5****M***OR", []string{"element 2@3 TD508"}},
		{"C with what it needs", "TD5****M***OR*X", nil},
		{"C not begun", "TD5****M****X", nil},
		{"C inside a longer list", "SAC*A**AB*1**********2", []string{"element 2@3 SAC13"}},
		{"L satisfied by its last", "SAC*A**AB*1*********NUMBER", nil},
		{"L", "MEA*WT**10*LB", nil},
		{"L needs one", "CUR*BY*USD********002", []string{"element 2@3 CUR11"}}, // CUR10 brings CUR11 or CUR12
		{"L has one", "CUR*BY*USD********002*20261201", nil},
		{"L has the other", "CUR*BY*USD********002**1200", nil},
		{"E one", "MEA*WT**10*LB", nil},
		{"E two", "MEA*WT**10*LB****01", []string{"element 10@3 MEA08"}},
		{"P of N1", "N1*ST*NORTH*92", []string{"element 2@3 N104"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			heading := []string{c.segment}
			rep := decode(t, wrap("004010", "PO", order("0001", heading, nil)...))
			if diff := cmp.Diff(c.want, orNil(codesOf(rep))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestComposites looks at components, their own notes and repetitions.
func TestComposites(t *testing.T) {
	ack := func(body ...string) []string {
		return append(append([]string{"ST*997*0001", "AK1*PO*1", "AK2*850*0001", "AK3*REF*3**8"}, body...), "AK5*R*5", "AK9*R*1*1*0", "SE*8*0001")
	}
	for _, c := range []struct {
		name, release string
		segment       string // AK4 at position 5
		want          []string
	}{
		{"one component", "004010", "AK4*2*127*5*X", nil},
		{"two components", "004010", "AK4*2>1*127*5", nil},
		{"three in 004010", "004010", "AK4*2>1>1*127*5", []string{"element 3@5 AK401-03"}},
		{"three in 005010", "005010", "AK4*2>1>1*127*5", nil},
		{"four in 005010", "005010", "AK4*2>1>1>1*127*5", []string{"element 13@5 AK401-04"}},
		{"trailing separators", "004010", "AK4*2>1>>*127*5", nil},
		{"mandatory component", "004010", "AK4*>1*127*5", []string{"element 1@5 AK401-01"}},
		{"mandatory composite", "004010", "AK4**127*5", []string{"element 1@5 AK401"}},
		{"component of a wrong type", "004010", "AK4*A>1*127*5", []string{"element 6@5 AK401-01"}},
		{"component too long", "004010", "AK4*2>123*127*5", []string{"element 5@5 AK401-02"}},
		{"repeated without leave", "005010", "AK4*2^3*127*5", []string{"element 12@5 AK401"}},
		{"code of a later release", "004010", "AK4*2*127*12", []string{"element 7@5 AK403"}},
		{"the same in that release", "005010", "AK4*2*127*12", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep := decode(t, wrap(c.release, "FA", ack(c.segment)...))
			if diff := cmp.Diff(c.want, orNil(codesOf(rep))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCompositeNotes: C040 in REF04 has pairs of its own.
func TestCompositeNotes(t *testing.T) {
	for segment, want := range map[string][]string{
		"REF*DP*1**PO>1>VN>2": nil,
		"REF*DP*1**PO>1>VN":   {"element 2@3 REF04-04"},
		"REF*DP*1**PO>1>>2":   {"element 2@3 REF04-03"},
	} {
		rep := decode(t, wrap("004010", "PO", order("0001", []string{segment}, nil)...))
		if diff := cmp.Diff(want, orNil(codesOf(rep))); diff != "" {
			t.Error(segment, diff)
		}
	}
}

// TestRepetitions: DMG05 of a 005010 810 repeats up to ten times.
func TestRepetitions(t *testing.T) {
	invoice := func(dmg string) string {
		return wrap("005010", "IN", "ST*810*0001", "BIG*20261201*I-1", "N1*ST*X", dmg, "IT1**1*EA*2", "TDS*200", "SE*7*0001")
	}
	for segment, want := range map[string][]string{
		"DMG*****>RET>A^>RET>B":            nil,
		"DMG*****>RET>A^>RET":              {"element 2@4 DMG05-03 repetition 2"},
		"DMG*****A^B^C^D^E^F^G^H^I^J^K":    {"element 12@4 DMG05"},
		"DMG*****>RET>A^>TOOLONG>B^>RET>C": {"element 5@4 DMG05-02 repetition 2"},
	} {
		got := orNil(codesOf(decode(t, invoice(segment))))
		got = slices.DeleteFunc(got, func(s string) bool { return len(s) > 9 && s[:9] == "element 7" })
		if diff := cmp.Diff(want, orNil(got)); diff != "" {
			t.Error(segment, diff)
		}
	}
}
