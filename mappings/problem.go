package mappings

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one finding about a document, with its place in the mapping and in
// the document.
type Problem struct {
	Severity string `json:"severity"` // error, warn or hold
	Code     string `json:"code"`     // MAP-REQUIRED, MAP-TYPE, MAP-LOOKUP, MAP-WRITE, MAP-CHECK
	Field    string `json:"field"`    // canonical path with indices: lines[2].item.sku; on writing a JSON pointer where no pair is at fault
	Text     string `json:"text"`
	Pair     string `json:"pair,omitempty"`     // file:line:column of the pair
	Segment  string `json:"segment,omitempty"`  // PO1
	Position int    `json:"position,omitempty"` // of the segment in its set, ST = 1; 0 on writing
	Element  string `json:"element,omitempty"`  // PO104
}

// What a Problem may be about.
const (
	CodeRequired = "MAP-REQUIRED"
	CodeType     = "MAP-TYPE"
	CodeLookup   = "MAP-LOOKUP"
	CodeWrite    = "MAP-WRITE"
	CodeCheck    = "MAP-CHECK"
)

// Error says what is wrong, where in the document, and which pair found it.
func (p Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", p.Code, p.Field, p.Text)
	var at []string
	if p.Position > 0 {
		at = append(at, fmt.Sprintf("segment %d, %s", p.Position, orWord(p.Element, p.Segment)))
	}
	if p.Pair != "" {
		at = append(at, p.Pair)
	}
	if len(at) > 0 {
		b.WriteString(" (" + strings.Join(at, "; ") + ")")
	}
	return b.String()
}

// A fault is what a conversion or a table finds wrong with one value.
type fault struct {
	severity string
	code     string
	text     string
}

func wrongType(format string, args ...any) *fault {
	return &fault{severity: missingError, code: CodeType, text: fmt.Sprintf(format, args...)}
}

// shown is how much of a found value a problem repeats.
const shown = 60

func quote(s string) string {
	if len(s) > shown {
		s = s[:shown] + "…"
	}
	return strconv.Quote(s)
}

// fullPath is a field's path with the indices of the frames that it is in.
func fullPath(path string, f *frame) string {
	var at []int
	for ; f != nil && f.parent != nil; f = f.parent {
		at = append(at, f.index)
	}
	pieces := strings.Split(path, "[]")
	var b strings.Builder
	for i, piece := range pieces {
		b.WriteString(piece)
		if i == len(pieces)-1 {
			break
		}
		if n := len(at) - 1 - i; n >= 0 {
			b.WriteString("[" + strconv.Itoa(at[n]) + "]")
		} else {
			b.WriteString("[]")
		}
	}
	return b.String()
}
