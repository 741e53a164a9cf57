package mappings

import (
	"fmt"
	"strconv"
	"strings"
)

// A place is where something stands in a mapping file.
type place struct {
	file         string
	line, column int
}

func (p place) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

func (p place) right(n int) place {
	p.column += n
	return p
}

// A syntaxError is what the grammar does not allow, with its place.
type syntaxError struct {
	pos        place
	text, hint string
}

func (e *syntaxError) Error() string { return e.pos.String() + ": " + e.text }

// scanner walks one scalar of a mapping file.
type scanner struct {
	text string
	at   int
	base place
}

func (s *scanner) pos() place { return s.base.right(s.at) }

func (s *scanner) end() bool { return s.at >= len(s.text) }

func (s *scanner) peek() byte {
	if s.end() {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) blanks() {
	for !s.end() && s.text[s.at] == ' ' {
		s.at++
	}
}

// take consumes c if it comes next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// word consumes the characters that ok accepts.
func (s *scanner) word(ok func(byte) bool) string {
	from := s.at
	for !s.end() && ok(s.text[s.at]) {
		s.at++
	}
	return s.text[from:s.at]
}

func (s *scanner) fail(hint, format string, args ...any) *syntaxError {
	return &syntaxError{pos: s.pos(), text: fmt.Sprintf(format, args...), hint: hint}
}

// found names what comes next, for a message.
func (s *scanner) found() string {
	if s.end() {
		return "the end"
	}
	return strconv.Quote(s.text[s.at:min(s.at+12, len(s.text))])
}

// quoted consumes a text in double quotes, with Go's escapes.
func (s *scanner) quoted() (string, *syntaxError) {
	from := s.at
	s.at++
	for !s.end() && s.peek() != '"' {
		if s.peek() == '\\' {
			s.at++
		}
		s.at++
	}
	if s.end() {
		s.at = from
		return "", s.fail("", "a quote that nothing closes")
	}
	s.at++
	text, err := strconv.Unquote(s.text[from:s.at])
	if err != nil {
		s.at = from
		return "", s.fail("", "%s is no quoted text", s.text[from:])
	}
	return text, nil
}

func upper(c byte) bool   { return c >= 'A' && c <= 'Z' }
func digit(c byte) bool   { return c >= '0' && c <= '9' }
func letter(c byte) bool  { return upper(c) || c >= 'a' && c <= 'z' }
func segment(c byte) bool { return upper(c) || digit(c) }
func plain(c byte) bool   { return letter(c) || digit(c) || strings.IndexByte("._-/", c) >= 0 }

// number reads a two-digit element number.
func number(text string) int {
	if len(text) != 2 || !digit(text[0]) || !digit(text[1]) {
		return 0
	}
	return int(text[0]-'0')*10 + int(text[1]-'0')
}
