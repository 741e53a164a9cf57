package mappings

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Bounds of a body. No canonical document nests deeper than twelve.
const (
	maxNested = 200
	maxBody   = 256 << 20
)

// A kind is what a value of JSON is.
type kind byte

const (
	kindNull kind = iota
	kindTrue
	kindFalse
	kindNumber
	kindString
	kindList
	kindObject
)

// A token is one value of JSON, or the name before one in an object.
type token struct {
	kind     kind
	next     int32 // the token after the value and all that is in it
	from, to int32 // of a string between its quotes, or of a number
}

// escaped as the end of a token's text says that its start counts the texts that
// were made of escapes.
const escaped = -1

// A bodyScanner reads JSON (RFC 8259) into tokens, in the order of the text. Texts
// without escapes alias what was scanned.
type bodyScanner struct {
	text   string
	at     int
	tokens []token
	made   []string // texts that had escapes
}

// scan reads one value, with nothing behind it.
func (s *bodyScanner) scan(text string) error {
	s.text, s.at, s.tokens, s.made = text, 0, s.tokens[:0], nil
	if len(text) > maxBody {
		return fmt.Errorf("has %d bytes, more than %d", len(text), maxBody)
	}
	if !utf8.ValidString(text) {
		return errors.New("is no UTF-8")
	}
	if err := s.value(0); err != nil {
		return err
	}
	if c := s.peek(); s.at < len(s.text) {
		return s.unexpected(c, "the end")
	}
	return nil
}

// object reads a text that must be one object.
func (s *bodyScanner) object(text string) error {
	if err := s.scan(text); err != nil {
		return err
	}
	if s.tokens[0].kind != kindObject {
		return errors.New("is not one JSON object")
	}
	return nil
}

// leave forgets the text, but keeps the room.
func (s *bodyScanner) leave() {
	s.text, s.tokens, s.made = "", s.tokens[:0], nil
}

// peek is the next byte that is no blank; 0 at the end.
func (s *bodyScanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		if c := s.text[s.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

func (s *bodyScanner) unexpected(c byte, want string) error {
	if s.at >= len(s.text) {
		return fmt.Errorf("ends at byte %d, expected %s", s.at, want)
	}
	return fmt.Errorf("byte %d: found %q, expected %s", s.at+1, c, want)
}

// add appends a token, and returns its index.
func (s *bodyScanner) add(k kind, from, to int) int {
	n := len(s.tokens)
	s.tokens = append(s.tokens, token{kind: k, next: int32(n) + 1, from: int32(from), to: int32(to)})
	return n
}

// read is the text of a token that is a string, without its escapes, or a number
// as it is written.
func (s *bodyScanner) read(at int) string {
	t := &s.tokens[at]
	if t.to == escaped {
		return s.made[t.from]
	}
	return s.text[t.from:t.to]
}

// after is the token after the value at a token and all that is in it.
func (s *bodyScanner) after(at int) int { return int(s.tokens[at].next) }

func (s *bodyScanner) value(depth int) error {
	c := s.peek()
	switch {
	case c == '"':
		return s.quoted()
	case c == '{' || c == '[':
		if depth == maxNested {
			return fmt.Errorf("byte %d: nests deeper than %d", s.at+1, maxNested)
		}
		if c == '{' {
			return s.members(depth + 1)
		}
		return s.items(depth + 1)
	case c == '-' || digit(c):
		return s.number()
	}
	for k, word := range [...]string{kindNull: "null", kindTrue: "true", kindFalse: "false"} {
		if rest := s.text[s.at:]; len(rest) >= len(word) && rest[:len(word)] == word {
			s.at += len(word)
			s.add(kind(k), 0, 0)
			return nil
		}
	}
	return s.unexpected(c, "a value")
}

func (s *bodyScanner) members(depth int) error {
	open := s.add(kindObject, 0, 0)
	s.at++
	if s.peek() != '}' {
		for {
			if c := s.peek(); c != '"' {
				return s.unexpected(c, "a name in quotes")
			}
			if err := s.quoted(); err != nil {
				return err
			}
			if c := s.peek(); c != ':' {
				return s.unexpected(c, "a colon")
			}
			s.at++
			if err := s.value(depth); err != nil {
				return err
			}
			c := s.peek()
			if c == '}' {
				break
			}
			if c != ',' {
				return s.unexpected(c, "a comma or }")
			}
			s.at++
		}
	}
	s.at++
	s.tokens[open].next = int32(len(s.tokens))
	return nil
}

func (s *bodyScanner) items(depth int) error {
	open := s.add(kindList, 0, 0)
	s.at++
	if s.peek() != ']' {
		for {
			if err := s.value(depth); err != nil {
				return err
			}
			c := s.peek()
			if c == ']' {
				break
			}
			if c != ',' {
				return s.unexpected(c, "a comma or ]")
			}
			s.at++
		}
	}
	s.at++
	s.tokens[open].next = int32(len(s.tokens))
	return nil
}

// number reads a number, and keeps it as it is written.
func (s *bodyScanner) number() error {
	from := s.at
	if s.text[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	} else if !s.digits() {
		return s.unexpected(s.here(), "a digit")
	}
	if s.here() == '.' {
		s.at++
		if !s.digits() {
			return s.unexpected(s.here(), "a digit")
		}
	}
	if c := s.here(); c == 'e' || c == 'E' {
		s.at++
		if c := s.here(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return s.unexpected(s.here(), "a digit")
		}
	}
	s.add(kindNumber, from, s.at)
	return nil
}

// here is the byte at the place; 0 at the end.
func (s *bodyScanner) here() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// digits passes digits, and says whether there are any.
func (s *bodyScanner) digits() bool {
	from := s.at
	for s.at < len(s.text) && digit(s.text[s.at]) {
		s.at++
	}
	return s.at > from
}

// any is the value at a token as encoding/json would decode it with its numbers as
// they are written.
func (s *bodyScanner) any(at int) any {
	t := s.tokens[at]
	switch t.kind {
	case kindString:
		return s.read(at)
	case kindNumber:
		return json.Number(s.read(at))
	case kindTrue, kindFalse:
		return t.kind == kindTrue
	case kindList:
		items := []any{}
		for i := at + 1; i < s.after(at); i = s.after(i) {
			items = append(items, s.any(i))
		}
		return items
	case kindObject:
		fields := map[string]any{}
		for i := at + 1; i < s.after(at); i = s.after(i + 1) {
			fields[s.read(i)] = s.any(i + 1)
		}
		return fields
	}
	return nil
}

// field finds a name in the object at a token; 0 where it is not there.
func (s *bodyScanner) field(object int, name string) (value int) {
	for i := object + 1; i < s.after(object); i = s.after(i + 1) {
		if s.read(i) == name {
			return i + 1
		}
	}
	return 0
}

// currency is that of a body's amounts; an order change has it in its header.
func (s *bodyScanner) currency() string {
	if i := s.field(0, "currency"); i > 0 && s.tokens[i].kind == kindString {
		return s.read(i)
	}
	header := s.field(0, "header")
	if header == 0 || s.tokens[header].kind != kindObject {
		return ""
	}
	if i := s.field(header, "currency"); i > 0 && s.tokens[i].kind == kindString {
		return s.read(i)
	}
	return ""
}

// names are the names in the object at a token, sorted, as often as they are there.
func (s *bodyScanner) names(object int) []string {
	var names []string
	for i := object + 1; i < s.after(object); i = s.after(i + 1) {
		names = append(names, s.read(i))
	}
	slices.Sort(names)
	return names
}
