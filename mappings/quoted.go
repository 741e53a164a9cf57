package mappings

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string of JSON, whose first quote is at the place.
func (s *bodyScanner) quoted() error {
	from := s.at + 1
	for i := from; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			s.add(kindString, from, i)
			return nil
		case c == '\\':
			return s.unescape(from, i)
		case c < ' ':
			s.at = i
			return s.unexpected(c, "it as \\u escape")
		}
	}
	s.at = len(s.text)
	return s.unexpected(0, "a quote")
}

// unescape reads the rest of a string from its first backslash.
func (s *bodyScanner) unescape(from, at int) error {
	b := append(make([]byte, 0, at-from+32), s.text[from:at]...)
	for s.at = at; s.at < len(s.text); {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			s.add(kindString, len(s.made), escaped)
			s.made = append(s.made, string(b))
			return nil
		case c < ' ':
			return s.unexpected(c, "it as \\u escape")
		case c != '\\':
			b = append(b, c)
			s.at++
		default:
			r, ok := s.escape()
			if !ok {
				return s.unexpected(s.here(), "an escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits")
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return s.unexpected(0, "a quote")
}

// escape reads what a backslash begins; half a surrogate pair is the replacement
// character, as in encoding/json.
func (s *bodyScanner) escape() (rune, bool) {
	if s.at+1 >= len(s.text) {
		s.at = len(s.text)
		return 0, false
	}
	c := s.text[s.at+1]
	if c == 'u' {
		r, ok := s.unit(s.at)
		if !ok {
			return 0, false
		}
		s.at += 6
		if utf16.IsSurrogate(r) {
			low, _ := s.unit(s.at)
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				s.at += 6
			}
		}
		return r, true
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return 0, false
	}
	s.at += 2
	return rune("\"\\/\b\f\n\r\t"[i]), true
}

// unit is the number of a \u escape at a place.
func (s *bodyScanner) unit(at int) (rune, bool) {
	if at+6 > len(s.text) || s.text[at:at+2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(s.text[at+2:at+6], 16, 16)
	return rune(n), err == nil
}
