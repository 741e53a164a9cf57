package x12

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"waybill/translators"
)

// charset is a set of characters (X12.5) that was agreed on: which bytes are of it,
// and how bytes beyond ASCII are read.
type charset struct {
	name   string
	bytes  [256]bool
	latin  bool // a byte is a character of ISO 8859-1
	beyond bool // UTF-8
	words  string
}

// The characters of X12.5, less the language characters of the extended set.
const (
	basicMarks    = " !\"&'()*+,-./:;?="
	extendedMarks = "%@[]_{}\\|<>~#$"
)

// charsetOf is the set of a name; nil asks for nothing.
func charsetOf(name string) *charset {
	c := &charset{name: name}
	switch name {
	case "basic":
		c.words = "A-Z 0-9 space " + strings.TrimSpace(basicMarks)
		c.allow('A', 'Z', basicMarks)
	case "extended":
		c.words = "A-Z a-z 0-9 space " + strings.TrimSpace(basicMarks) + extendedMarks + " and the letters of ISO 8859-1"
		c.latin = true
		c.allow('A', 'Z', basicMarks)
		c.allow('a', 'z', extendedMarks)
		c.allow(0xa0, 0xff, "")
	case "utf8":
		c.words = "characters in UTF-8, no control characters"
		c.beyond = true
		c.allow(' ', '~', "")
	default:
		return nil
	}
	c.allow('0', '9', "")
	return c
}

// agree takes what was agreed on characters and separators.
func (w *walker) agree(r translators.Rules) {
	if w.chars == nil || w.chars.name != r.Charset {
		w.chars = charsetOf(r.Charset)
	}
	w.trailing = ""
	if r.Trailing == trailingForbid || r.Trailing == trailingRequire {
		w.trailing = r.Trailing
	}
}

// allow puts a range and some marks into the set.
func (c *charset) allow(from, to int, marks string) {
	for b := from; b <= to; b++ {
		c.bytes[b] = true
	}
	for i := range len(marks) {
		c.bytes[marks[i]] = true
	}
}

// plain says that every byte of the elements is of the set, as ASCII is of UTF-8.
func (c *charset) plain(elements []translators.Element) bool {
	for i := range elements {
		text := elements[i].Text
		for j := range len(text) {
			if !c.bytes[text[j]] {
				return false
			}
		}
	}
	return true
}

// outside names the first character of a text that is not of the set; "" where
// there is none.
func (c *charset) outside(text string) string {
	for i, n := 0, 1; i < len(text); n++ {
		if c.bytes[text[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		broken := r == utf8.RuneError && size <= 1
		if c.beyond && !broken && r >= 0xa0 {
			i += size
			continue
		}
		if c.latin {
			r, broken = rune(text[i]), false
		}
		return asWords(r, broken, text[i], n)
	}
	return ""
}

// asWords is a character in words; one that could not be seen goes by its code alone.
func asWords(r rune, broken bool, b byte, n int) string {
	switch {
	case broken:
		return fmt.Sprintf("the byte 0x%02X, which is no UTF-8, as character %d", b, n)
	case r <= ' ' || r >= 0x7f && r < 0xa0:
		return fmt.Sprintf("U+%04X as character %d", r, n)
	}
	return fmt.Sprintf("U+%04X (%c) as character %d", r, r, n)
}

// characters judges the characters of a value; true means that one is not of the set.
func (w *walker) characters(text string, rule *translators.ElementRule, at place) bool {
	if w.chars == nil || rule.Type[0] == 'B' {
		return false
	}
	found := w.chars.outside(text)
	if found == "" {
		return false
	}
	if w.chars.latin {
		text = fromLatin(text)
	}
	w.fault(at, rule, "6", fmt.Sprintf("the value has %s, which the agreed set %s does not have", found, w.chars.name), text, w.chars.words)
	return true
}

// fromLatin reads the bytes of a text as ISO 8859-1, whose codes are Unicode's.
func fromLatin(text string) string {
	if isASCII(text) {
		return text
	}
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return string(out)
}

// toLatin is the way back; r is a character that ISO 8859-1 does not have.
func toLatin(text string) (out string, r rune, ok bool) {
	if isASCII(text) {
		return text, 0, true
	}
	b := make([]byte, 0, len(text))
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r > 0xff || r == utf8.RuneError && size <= 1 {
			return text, r, false
		}
		b = append(b, byte(r))
	}
	return string(b), 0, true
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unicode turns the texts of a set that was read as ISO 8859-1 into UTF-8.
func (a *assembly) unicode() {
	if c := a.walker.chars; c == nil || !c.latin {
		return
	}
	for i := range a.segments {
		if !a.seen[i].odd {
			continue
		}
		for j := range a.segments[i].Elements {
			e := &a.segments[i].Elements[j]
			e.Text = fromLatin(e.Text)
			for _, parts := range e.Repeats {
				for k := range parts {
					parts[k] = fromLatin(parts[k])
				}
			}
		}
	}
}
