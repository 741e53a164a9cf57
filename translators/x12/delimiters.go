package x12

import (
	"bytes"
	"fmt"
	"strings"

	"waybill/translators"
)

const (
	isaLength = 106 // with its terminator
	isaPeek   = 512 // an ISA of the wrong width ends within this
)

// isaWidths are the fixed widths of ISA01…ISA16.
func isaWidths() [16]int {
	return [16]int{2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}
}

// isaHeader is an ISA cut up before anything in it is judged.
type isaHeader struct {
	elements   [16]string
	delimiters translators.Delimiters
	offset     int64
	length     int // with its terminator
}

// header reads the ISA that the scanner stands at. Its element separator is the
// byte after ISA; component separator and terminator follow the sixteenth
// separator, which for an ISA of the right width are bytes 104 and 105.
func (s *scanner) header() (isaHeader, *translators.SyntaxError) {
	text := s.peek(isaPeek)
	h := isaHeader{offset: s.offset()}
	if len(text) < 4 || string(text[:3]) != "ISA" {
		return h, h.fault("no interchange begins here", text, "ISA")
	}
	separator := text[3]
	if isWord(separator) {
		return h, h.fault("the byte after ISA is no element separator", text[3:], "a separator such as *")
	}
	at := 3
	for i := range h.elements {
		next := bytes.IndexByte(text[at+1:], separator)
		switch {
		case i == 15:
			next = 1
		case next < 0:
			return h, h.fault("the ISA does not have 16 elements", text[at:], fmt.Sprintf("ISA%02d and %q", i+1, separator))
		}
		if at+1+next >= len(text) {
			return h, h.fault("the data ends in the ISA", text[at:], "a component separator and a segment terminator")
		}
		h.elements[i] = string(text[at+1 : at+1+next])
		at += 1 + next
	}
	terminator := text[at]
	if isWord(terminator) || terminator == separator {
		return h, h.fault("no segment terminator stands after ISA16", text[at:], "a terminator such as ~")
	}
	h.length = at + 1
	h.delimiters = translators.Delimiters{
		Element: separator, Component: h.elements[15][0], Segment: terminator,
		Repetition: repetition(h.elements[10], h.elements[11]),
	}
	s.start += h.length
	h.delimiters.LineEnd = lineEnd(s.peek(2))
	return h, nil
}

func (h isaHeader) fault(text string, found []byte, expected string) *translators.SyntaxError {
	return &translators.SyntaxError{
		Offset: h.offset, Text: text, Found: string(found[:min(len(found), 16)]), Expected: expected,
	}
}

// repetition is ISA11 where the version has a repetition separator: from 00402 on.
// A letter there, mostly the U of older versions, separates nothing.
func repetition(isa11, version string) byte {
	if version < "00402" || len(isa11) != 1 || isWord(isa11[0]) {
		return 0
	}
	return isa11[0]
}

func lineEnd(next []byte) string {
	switch {
	case bytes.HasPrefix(next, []byte("\r\n")):
		return "\r\n"
	case len(next) > 0 && isLineEnd(next[0]):
		return string(next[:1])
	}
	return ""
}

// isWord says that a byte cannot be a delimiter.
func isWord(c byte) bool {
	return c == ' ' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80 && c != 0x85
}

func (h isaHeader) interchange() translators.Interchange {
	e := h.elements
	ic := translators.Interchange{
		Offset: h.offset, Delimiters: h.delimiters,
		Authorization: [2]string{e[0], e[1]}, Security: [2]string{e[2], e[3]},
		SenderQualifier: e[4], Sender: strings.TrimSpace(e[5]),
		ReceiverQualifier: e[6], Receiver: strings.TrimSpace(e[7]),
		Date: e[8], Time: e[9], Version: e[11], Control: e[12],
		AcknowledgementRequested: e[13] == "1", Usage: e[14],
	}
	if h.delimiters.Repetition == 0 {
		ic.Standard = e[10]
	}
	return ic
}
