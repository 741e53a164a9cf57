package translators

import "fmt"

// Level says which part of the data a problem is about, and with that which
// segment of an acknowledgement carries its code.
type Level string

const (
	AtInterchange Level = "interchange" // TA1
	AtGroup       Level = "group"       // AK9
	AtSet         Level = "set"         // AK5
	AtSegment     Level = "segment"     // AK3
	AtElement     Level = "element"     // AK4
)

// Problem is one finding about received data, with its place.
type Problem struct {
	Level      Level
	Code       string // of 997/999/TA1: X12 elements 720, 723, 718, 716, I18
	Text       string // what is wrong, in words, one sentence
	Found      string // what stood there, cut to 99 characters
	Expected   string
	Warning    bool // noted, but no reason to refuse
	Segment    string
	Position   int    // of the segment in its set, ST = 1
	Loop       string // id of the loop's trigger, or ""
	Element    int    // 1-based; 0 = the segment as a whole
	Component  int    // 1-based; 0 = none
	Repetition int    // 1-based; 0 = none
	Number     string // dictionary number of the element
	Offset     int64  // in the file
	Guide      string // the line of a partner's guide that demands it, as file:line; "" is the standard
}

// Where names the place the way guides write it: PO104, SLN05-01, N1.
func (p Problem) Where() string {
	w := p.Segment
	if p.Element > 0 {
		w += fmt.Sprintf("%02d", p.Element)
	}
	if p.Component > 0 {
		w += fmt.Sprintf("-%02d", p.Component)
	}
	return w
}

// GuideCode names the kind of a guide's rule that is broken, for people and the
// runbook; "" is a problem by the standard. Acknowledgements carry Code.
func (p Problem) GuideCode() string {
	switch {
	case p.Guide == "":
		return ""
	case p.Level == AtElement && p.Code == "7":
		return "GUIDE-CODE"
	case p.Level == AtElement && (p.Code == "4" || p.Code == "5"):
		return "GUIDE-LENGTH"
	case p.Level == AtSegment && (p.Code == "4" || p.Code == "5"):
		return "GUIDE-MAX"
	}
	return "GUIDE-USAGE"
}

// Report is what a Decode found: a line per set, problems with their places.
type Report struct {
	Interchanges []InterchangeReport
	Bytes        int64
}

// InterchangeReport is one ISA…IEA.
type InterchangeReport struct {
	Interchange
	Problems []Problem // envelope problems: TA1
	Groups   []GroupReport
	TA1      []Answer // interchange acknowledgements that stood in it
}

// GroupReport is one GS…GE.
type GroupReport struct {
	Group
	Problems []Problem // AK9
	Claimed  int       // GE01 as received; -1 where there was none
	Sets     []SetReport
}

// SetReport is one ST…SE without its data.
type SetReport struct {
	Index       int
	ID          string
	Control     string
	Convention  string
	Offset, End int64
	Segments    int
	Problems    []Problem
	Dropped     int
	Accepted    bool // by the default policy: no problem but warnings
}

// SyntaxError says that the bytes are not the translator's syntax at all.
type SyntaxError struct {
	Offset          int64
	Found, Expected string
	Text            string
	Limit           bool // the data may be right, but holds more than is read
}

// Error says where, what is wrong, what was found and what was expected.
func (e *SyntaxError) Error() string {
	if e.Found == "" {
		return fmt.Sprintf("at byte %d: %s: found nothing, expected %s", e.Offset, e.Text, e.Expected)
	}
	return fmt.Sprintf("at byte %d: %s: found %q, expected %s", e.Offset, e.Text, e.Found, e.Expected)
}
