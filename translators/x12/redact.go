package x12

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"unicode"

	"waybill/translators"
)

// Redact writes a file anew with its names, addresses, ids, free texts and prices
// masked. Structure, codes, dates, quantities, counts and control numbers stay.
// A letter becomes a letter and a digit a digit, the same text the same mask, so
// that what was equal still is, and what was valid is valid. Who knows the key
// can try guesses; without it a mask says nothing. Memory is bounded by one segment.
func (t *Translator) Redact(w io.Writer, r io.Reader, key string) error {
	out := bufio.NewWriter(w)
	m := masker{library: t.library, key: []byte(key)}
	err := pieces(r, func(p piece) error {
		m.piece(&p)
		d := p.header.delimiters
		return p.write(out, d)
	})
	return errors.Join(err, out.Flush())
}

// masker masks segment by segment, by what the release says of each element.
type masker struct {
	library *Library
	key     []byte
	rules   map[string]*translators.SegmentRule
}

func (m *masker) piece(p *piece) {
	switch p.id {
	case "ISA":
		m.rules = nil
		p.elements = append([]string{}, p.elements...)
		for _, i := range []int{1, 3, 5, 7} { // ISA02, ISA04, ISA06, ISA08
			p.elements[i] = m.mask(p.elements[i])
		}
	case "GS":
		for i := 1; i < min(3, len(p.elements)); i++ { // GS02, GS03
			p.elements[i] = m.mask(p.elements[i])
		}
		m.release(p.element(8))
	case "ST", "SE", "GE", "IEA", "TA1", "HL":
	default:
		m.segment(p)
	}
}

// release finds the segments that GS08 names.
func (m *masker) release(version string) {
	m.rules = nil
	if r := m.library.release(version); r != nil {
		if d, err := r.dictionary(); err == nil {
			m.rules = d.segments
		}
	}
}

// segment masks the elements; of a segment that is not known, all.
func (m *masker) segment(p *piece) {
	rule := m.rules[p.id]
	for i, text := range p.elements {
		var element *translators.ElementRule
		if rule != nil && i < len(rule.Elements) {
			element = &rule.Elements[i]
		}
		p.elements[i] = m.element(text, element, p.header.delimiters)
	}
}

// element masks each component of each repetition.
func (m *masker) element(text string, rule *translators.ElementRule, d translators.Delimiters) string {
	var b strings.Builder
	component, from := 0, 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != d.Component && (text[i] != d.Repetition || d.Repetition == 0) {
			continue
		}
		part := rule
		if rule != nil && component < len(rule.Components) {
			part = &rule.Components[component]
		}
		if secret(part) || part.Components == nil && misfit(text[from:i], part) {
			b.WriteString(m.mask(text[from:i]))
		} else {
			b.WriteString(text[from:i])
		}
		if i < len(text) {
			b.WriteByte(text[i])
			component++
			if text[i] == d.Repetition {
				component = 0
			}
		}
		from = i + 1
	}
	return b.String()
}

// secret says whether an element may tell who trades what with whom at which
// price: every text but numbers that the set itself is held together by, and
// of codes and numbers those that say a place or an amount.
func secret(rule *translators.ElementRule) bool {
	if rule == nil {
		return true
	}
	switch rule.Number {
	case "116", "156", "1096", "1715", "154", // postal code, state, county, subdivision, location
		"118", "212", "332", "338", "342", "359", "360", "362", "389", "411", "610", "782", "954": // prices, amounts and rates
		return true
	case "329", "350", "447", "480", "628", "734", "1251", "1705": // control numbers; ids of lines, loops and levels; dates
		return false
	}
	known := rule.Codes != nil && !rule.Codes.Partial
	return rule.Type == "AN" && !known
}

// misfit says that a value cannot be what its element is for: a code that is too
// long, a number or date with letters. A name may have come there by mistake.
func misfit(text string, rule *translators.ElementRule) bool {
	if rule.Type == "ID" || rule.Type == "AN" {
		return len(text) > rule.Max
	}
	return strings.ContainsFunc(text, unicode.IsLetter)
}

// mask puts other letters and digits in the place of those of the text. Leading
// and trailing spaces are no part of it, so that a padded id has the mask of the
// id. A zero in front stays one, and no other digit becomes one there.
func (m *masker) mask(text string) string {
	word := strings.TrimSpace(text)
	if word == "" {
		return text
	}
	at := strings.Index(text, word)
	b := []byte(text)
	var random []byte
	front := true
	for i := range len(word) {
		if i%sha256.Size == 0 {
			random = m.random(word, i)
		}
		c, r := word[i], random[i%sha256.Size]
		switch {
		case c >= 'A' && c <= 'Z':
			b[at+i] = 'A' + r%26
		case c >= 'a' && c <= 'z':
			b[at+i] = 'a' + r%26
		case c >= '1' && c <= '9' && front:
			b[at+i] = '1' + r%9
		case c >= '1' && c <= '9' || c == '0' && !front:
			b[at+i] = '0' + r%10
		}
		front = front && (c == '0' || c == '-')
	}
	return string(b)
}

// random is 32 bytes that only the key, the word and the place in it determine.
func (m *masker) random(word string, at int) []byte {
	h := hmac.New(sha256.New, m.key)
	io.WriteString(h, word)
	h.Write([]byte{byte(at), byte(at >> 8), byte(at >> 16)})
	return h.Sum(nil)
}
