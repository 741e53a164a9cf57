package x12

import (
	"strconv"
	"strings"

	"waybill/translators"
)

// begin opens an interchange and judges its ISA.
func (d *decoder) begin(h isaHeader) {
	d.open = &translators.InterchangeReport{Interchange: h.interchange()}
	d.open.Index, d.inOpen = d.interchanges, 0
	d.stray, d.groups = false, map[string]struct{}{}
	offset := h.offset + 4
	for i, width := range isaWidths() {
		text, expected := checkISA(i+1, h.elements[i], h.elements[11])
		if i != 10 && i != 15 && dirty(h.elements[i], h.delimiters) {
			text, expected = "the element has a delimiter or a control character", "a text without them"
		}
		if len(h.elements[i]) != width {
			text, expected = fixedWidth, strconv.Itoa(width)+" characters"
		}
		if text != "" {
			code := isaCode(i + 1)
			if text == noVersion {
				code = "003"
			}
			d.problem(translators.Problem{
				Level: translators.AtInterchange, Code: code, Segment: "ISA", Element: i + 1,
				Offset: offset, Text: text, Found: clip(h.elements[i]), Expected: expected,
				Warning: text != fixedWidth && i >= 8 && i <= 10 || text == noVersion, // harmless: date, time, ISA11
			})
		}
		offset += int64(len(h.elements[i]) + 1)
	}
	if code, text := sameDelimiter(h.delimiters); code != "" {
		d.problem(translators.Problem{
			Level: translators.AtInterchange, Code: code, Segment: "ISA", Offset: h.offset, Text: text, Expected: "four different delimiters",
		})
	}
}

const (
	noVersion  = "the version of the envelope is none of X12"
	fixedWidth = "the element does not have its fixed width"
)

// dirty finds what no value of an envelope may hold: a delimiter in use or a control character.
func dirty(s string, d translators.Delimiters) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == 0x7f || c == d.Component || c == d.Repetition && c != 0 || c == d.Element || c == d.Segment {
			return true
		}
	}
	return false
}

// isaCode is the TA105 note that is about an ISA element (X12 element I18).
func isaCode(element int) string {
	return [17]string{"", "010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "016", "017", "018", "019", "020", "027"}[element]
}

// checkISA says what is wrong with an element of the right width, if anything.
func checkISA(element int, value, version string) (text, expected string) {
	switch element {
	case 1, 3:
		if !digits(value) {
			return "the qualifier is not one of X12", "00"
		}
	case 6, 8:
		if strings.TrimSpace(value) == "" {
			return "the id is blank", "who sends and who receives"
		}
	case 9:
		if !validDate(value) {
			return "the date does not exist", "a date YYMMDD"
		}
	case 10:
		if !validTime(value) {
			return "the time does not exist", "a time HHMM"
		}
	case 11:
		if version < "00402" && value != "U" {
			return "the standard is not U", "U"
		}
		if version >= "00402" && repetition(value, version) == 0 {
			return "a letter is no repetition separator", "a separator such as ^"
		}
	case 12, 13:
		if !digits(value) {
			return "the element is not a number", "digits"
		}
		if element == 12 && (value < "00200" || value > "00899") {
			return noVersion, "a version such as 00401 or 00501"
		}
	case 14:
		if value != "0" && value != "1" {
			return "it must say whether a TA1 is asked for", "0 or 1"
		}
	case 15:
		if value != "P" && value != "T" && value != "I" {
			return "the usage is not one of X12", "P, T or I"
		}
	}
	return "", ""
}

func sameDelimiter(d translators.Delimiters) (code, text string) {
	switch {
	case d.Component == d.Element || d.Component == d.Segment:
		return "027", "the component separator is also another delimiter"
	case d.Repetition != 0 && (d.Repetition == d.Element || d.Repetition == d.Segment || d.Repetition == d.Component):
		return "026", "the repetition separator is also another delimiter"
	}
	return "", ""
}

// problem adds a finding about the open interchange; there may be many, not endlessly many.
func (d *decoder) problem(p translators.Problem) {
	if len(d.open.Problems) < problemsInHeaders {
		d.open.Problems = append(d.open.Problems, p)
	}
}

// endInterchange reads the IEA and closes what is open.
func (d *decoder) endInterchange(l line) error {
	if err := d.closeGroup(); err != nil {
		return err
	}
	e := split(l.text, d.open.Delimiters.Element)
	groups := d.inOpen
	n, err := strconv.Atoi(e[0])
	alone := groups == 0 && len(d.open.TA1) > 0 && n == 1 // seen where a TA1 stands alone
	if (err != nil || n != groups) && !alone {
		d.problem(d.trailer("IEA", 1, "021", "the number of groups is wrong", e[0], strconv.Itoa(groups), l))
	}
	if e[1] != d.open.Control {
		d.problem(d.trailer("IEA", 2, "001", "the control number is not that of the ISA", e[1], d.open.Control, l))
	}
	if !l.ended {
		p := d.trailer("IEA", 0, "023", "the data ends without a segment terminator", "", "a terminator", l)
		p.Warning = true
		d.problem(p)
	}
	d.close(l.end)
	return nil
}

// trailer is a finding about an element of SE, GE or IEA.
func (d *decoder) trailer(segment string, element int, code, text, found, expected string, l line) translators.Problem {
	level := map[string]translators.Level{"IEA": translators.AtInterchange, "GE": translators.AtGroup}[segment]
	return translators.Problem{
		Level: level, Code: code, Segment: segment, Element: element, Offset: l.offset,
		Text: text, Found: clip(found), Expected: clip(expected),
	}
}

// premature closes an interchange that has no IEA. Inside an excerpt that is as it should be.
func (d *decoder) premature(code, text string) error {
	if err := d.closeGroup(); err != nil {
		return err
	}
	if !d.options.Inside {
		d.problem(translators.Problem{
			Level: translators.AtInterchange, Code: code, Segment: "IEA", Offset: d.in.offset(), Text: text, Expected: "IEA",
		})
	}
	d.close(d.in.offset())
	return nil
}

func (d *decoder) close(end int64) {
	d.open.End = end
	d.report.Interchanges = append(d.report.Interchanges, *d.open)
	d.interchanges++
	d.open = nil
}

// forget takes the last interchange out of a brief report if it was all right.
func (d *decoder) forget() {
	n := len(d.report.Interchanges)
	if !d.options.Brief || n == 0 || len(d.report.Interchanges[n-1].Problems)+len(d.report.Interchanges[n-1].Groups) > 0 {
		return
	}
	d.report.Interchanges = d.report.Interchanges[:n-1]
	d.parts = d.before
}

// answer keeps a TA1, which is an answer and no transaction set.
func (d *decoder) answer(l line) {
	if len(d.open.TA1) == problemsInHeaders {
		return
	}
	e := split(l.text, d.open.Delimiters.Element)
	for _, c := range []struct {
		n        int
		ok       bool
		expected string
	}{
		{4, e[3] == "A" || e[3] == "E" || e[3] == "R", "A, E or R"},
		{5, len(e[4]) == 3 && digits(e[4]), "a code of 3 digits"},
	} {
		if !c.ok {
			p := d.trailer("TA1", c.n, "024", "the element is missing or not of its form", e[c.n-1], c.expected, l)
			p.Level, p.Warning = translators.AtInterchange, true
			d.problem(p)
		}
	}
	d.open.TA1 = append(d.open.TA1, translators.Answer{
		Level: translators.AtInterchange, Interchange: e[0], Date: e[1], Time: e[2],
		Code: e[3], Codes: e[4:5], Words: notes(translators.AtInterchange, e[4:5]), Result: result(e[3]), Included: -1, Received: -1, Accepted: -1,
	})
}

// envelopeLimit is what is looked at of a GS, ST or trailer, so that what a
// report keeps of each is bounded.
const envelopeLimit = 512

// split cuts an envelope segment into its elements; there are always enough to index.
func split(text []byte, separator byte) []string {
	e := strings.Split(string(text[:min(len(text), envelopeLimit)]), string([]byte{separator}))[1:]
	for len(e) < 8 {
		e = append(e, "")
	}
	return e
}
