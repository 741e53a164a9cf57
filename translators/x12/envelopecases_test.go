package x12

import (
	"strings"

	"waybill/translators"
)

// word changes one word of a row.
func word(row func(*paper) []string, n int, text string) func(*paper) {
	return func(p *paper) { row(p)[n] = text }
}

func isaRow(p *paper) []string { return p.isa }
func gsRow(p *paper) []string  { return p.gs }
func geRow(p *paper) []string  { return p.ge }
func ieaRow(p *paper) []string { return p.iea }
func stRow(p *paper) []string  { return p.set[0] }
func seRow(p *paper) []string  { return p.se() }

// interchangeMutations are what a TA1 has a code for (X12 I18).
func interchangeMutations(s *translators.Schema) []envelopeMutation {
	noNumber, noVersion := " 0401", "00100"
	if s.Release >= "005" {
		noNumber, noVersion = "0050A", "00999"
	}
	all := []envelopeMutation{
		{"nothing", func(*paper) {}, nil},
		{"IEA02 differs", word(ieaRow, 2, "000000002"), []string{"interchange 001@0 IEA02"}},
		{"IEA01 wrong", word(ieaRow, 1, "2"), []string{"interchange 021@0 IEA01"}},
		{"IEA01 no number", word(ieaRow, 1, "x"), []string{"interchange 021@0 IEA01"}},
		{"IEA missing", func(p *paper) { p.iea = nil }, []string{"interchange 023@0 IEA"}},
		{"GE, IEA missing", func(p *paper) { p.ge, p.iea = nil, nil }, []string{"interchange 023@0 IEA", "group 3@0 GE"}},
		{"next ISA before the IEA", func(p *paper) { p.iea = []string{"ISA"} }, []string{"interchange 022@0 IEA", "interchange 022@0 ISA"}},
		{"text behind the IEA", func(p *paper) { p.iea[2] += "~junk" }, []string{"~interchange 022@0"}},
		{"segment outside a group", func(p *paper) { p.rest = "N1*ST*X~" }, []string{"interchange 024@0 N1"}},
		{"TA1 of no form", func(p *paper) { p.rest = "TA1*000000001*261201*0915*X*1~" }, []string{"~interchange 024@0 TA104", "~interchange 024@0 TA105"}},
		{"ISA01", word(isaRow, 1, "A1"), []string{"interchange 010@0 ISA01"}},
		{"ISA02", word(isaRow, 2, "12345678\x019"), []string{"interchange 011@0 ISA02"}},
		{"ISA03", word(isaRow, 3, "A1"), []string{"interchange 012@0 ISA03"}},
		{"ISA04", word(isaRow, 4, "short"), []string{"interchange 013@0 ISA04"}},
		{"ISA05", word(isaRow, 5, "\x01Z"), []string{"interchange 005@0 ISA05"}},
		{"ISA06", word(isaRow, 6, "SHORT"), []string{"interchange 006@0 ISA06"}},
		{"ISA06 blank", word(isaRow, 6, strings.Repeat(" ", 15)), []string{"interchange 006@0 ISA06"}},
		{"ISA07", word(isaRow, 7, "Z"), []string{"interchange 007@0 ISA07"}},
		{"ISA08", word(isaRow, 8, "A TOO LONG RECEIVER"), []string{"interchange 008@0 ISA08"}},
		{"ISA08 blank", word(isaRow, 8, strings.Repeat(" ", 15)), []string{"interchange 008@0 ISA08"}},
		{"ISA09", word(isaRow, 9, "261301"), []string{"~interchange 014@0 ISA09"}},
		{"ISA10", word(isaRow, 10, "2460"), []string{"~interchange 015@0 ISA10"}},
		{"ISA11", word(isaRow, 11, "A"), []string{"~interchange 016@0 ISA11"}},
		{"ISA12", word(isaRow, 12, noNumber), []string{"interchange 017@0 ISA12"}},
		{"ISA12 of no version", word(isaRow, 12, noVersion), []string{"~interchange 003@0 ISA12"}},
		{"ISA14", word(isaRow, 14, "2"), []string{"interchange 019@0 ISA14"}},
		{"ISA15", word(isaRow, 15, "X"), []string{"interchange 020@0 ISA15"}},
		{"ISA16 is the element separator", word(isaRow, 16, "*"), []string{"interchange 027@0 ISA"}},
		{"ISA13", func(p *paper) { p.isa[13], p.iea[2] = "00000000A", "00000000A" }, []string{"interchange 018@0 ISA13"}},
		{"the last terminator is missing", func(p *paper) { p.unended = true }, []string{"~interchange 023@0 IEA"}},
	}
	if s.Release >= "005" {
		all = append(all, envelopeMutation{"ISA11 is the element separator", word(isaRow, 11, ">"), []string{"interchange 026@0 ISA"}})
	}
	return all
}

// groupMutations are what an AK9 has a code for (X12 716).
func groupMutations(s *translators.Schema) []envelopeMutation {
	return []envelopeMutation{
		{"GE missing", func(p *paper) { p.ge = nil }, []string{"group 3@0 GE"}},
		{"GE02 differs", word(geRow, 2, "2"), []string{"group 4@0 GE02"}},
		{"GE01 wrong", word(geRow, 1, "2"), []string{"group 5@0 GE01"}},
		{"GE01 no number", word(geRow, 1, ""), []string{"group 5@0 GE01"}},
		{"GS06 too long", func(p *paper) { p.gs[6], p.ge[2] = "1234567890", "1234567890" }, []string{"group 6@0 GS06"}},
		{"GS06 twice", func(p *paper) { p.rest, p.iea[1] = p.group(), "2" }, []string{"~group 19@0 GS06"}},
		{"GS08 of no release", word(gsRow, 8, "002999"), []string{"group 2@0 GS08", "set 1@1 ST01"}},
		{"GS01 and ST01 of another business", func(p *paper) { p.gs[1], p.set[0][1] = "HC", "830" }, []string{"group 1@0 GS01", "set 1@1 ST01"}},
		{"segment outside a set", func(p *paper) { p.set = append(p.set, []string{"N1", "ST", "X"}) }, []string{"group 5@0 N1"}},
	}
}

// setMutations are what an AK5 has a code for (X12 718).
func setMutations(s *translators.Schema) []envelopeMutation {
	twice, other := "set 23@1 ST02", "PO"
	if s.Release < "005" {
		twice = "~" + twice
	}
	if s.Functional == "PO" {
		other = "IN"
	}
	return []envelopeMutation{
		{"ST01 of no set here", word(stRow, 1, "830"), []string{"set 1@1 ST01"}},
		{"SE missing", func(p *paper) { p.set = p.set[:len(p.set)-1] }, []string{"set 2@N SE"}},
		{"SE02 differs", word(seRow, 2, "0009"), []string{"set 3@N SE02"}},
		{"SE01 wrong", word(seRow, 1, "1"), []string{"set 4@N SE01"}},
		{"SE01 no number", word(seRow, 1, "x"), []string{"set 4@N SE01"}},
		{"ST01 missing", word(stRow, 1, ""), []string{"set 6@1 ST01"}},
		{"ST02 missing", func(p *paper) { p.set[0][2], p.se()[2] = "", "" }, []string{"set 7@1 ST02"}},
		{"ST02 too short", func(p *paper) { p.set[0][2], p.se()[2] = "001", "001" }, []string{"set 7@1 ST02"}},
		{"ST02 twice", func(p *paper) { p.again(func(_, _ []string) {}) }, []string{twice}},
		{"two sets, one of them counted wrong", func(p *paper) {
			p.again(func(st, se []string) { st[2], se[2], se[1] = "0002", "0002", "1" })
		}, []string{"set 4@N SE01"}},
		{"GS01 of another set", word(gsRow, 1, other), []string{"~set 18@1 ST01"}},
	}
}
