package mappings

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"waybill/translators"
)

// maxPieces bounds the pieces that split cuts an element into.
const maxPieces = 20

// A splitting is one piece of an element that several pairs share.
type splitting struct {
	sep   string
	width int // of every piece, where no separator parts them
	at    int // which piece, from 1
	of    int // how many there are; the compiler counts the pairs
}

// makeSplit takes one piece of a text; the pairs on an element together are all
// of it.
func makeSplit(c call, _ translators.ElementRule) (conv, string) {
	sep, _ := c.plain(0)
	nth, ok := c.plain(1)
	n, err := strconv.Atoi(nth.text)
	if !ok || sep.text == "" || err != nil || n < 1 || n > maxPieces {
		return conv{}, fmt.Sprintf(`split(sep, n) takes the text between the pieces, or how many digits each has, and which piece, from 1 to %d, such as split("-", 1) or split(3, 1)`, maxPieces)
	}
	s := &splitting{sep: sep.text, at: n, of: n}
	if width, err := strconv.Atoi(sep.text); err == nil && width > 0 {
		s.width = width
	}
	k := single("split", s.in, s.out)
	k.split = s
	return k, ""
}

func (s *splitting) in(text string) (string, *fault) {
	pieces := s.pieces(text)
	if len(pieces) > s.of {
		return "", wrongType("%s has %d pieces and there are pairs for %d", quote(text), len(pieces), s.of)
	}
	if len(pieces) < s.at {
		return "", nil
	}
	return pieces[s.at-1], nil
}

func (s *splitting) out(v string) (string, *fault) {
	if s.width > 0 {
		if len(v) > s.width || strings.Trim(v, "0123456789") != "" {
			return "", wrongType("%s is no number of %d digits", quote(v), s.width)
		}
		return strings.Repeat("0", s.width-len(v)) + v, nil
	}
	if strings.Contains(v, s.sep) {
		return "", wrongType("%s holds the separator %s", quote(v), quote(s.sep))
	}
	return v, nil
}

// pieces cuts a text apart. Digits of a fixed width may have lost the zeros in
// front of them, as numbers do; pieces of zeros say nothing.
func (s *splitting) pieces(text string) []string {
	if s.width == 0 {
		return strings.Split(text, s.sep)
	}
	if n := s.width * s.of; len(text) < n {
		text = strings.Repeat("0", n-len(text)) + text
	}
	var all []string
	for ; len(text) > s.width; text = text[s.width:] {
		all = append(all, text[:s.width])
	}
	all = append(all, text)
	for i, p := range all {
		if strings.Trim(p, "0") == "" {
			all[i] = ""
		}
	}
	return all
}

// put sets the piece in what other pairs have written of the element.
func (s *splitting) put(have, v string) string {
	if s.width > 0 {
		have += strings.Repeat("0", max(0, s.width*s.of-len(have)))
		from := s.width * (s.at - 1)
		return have[:from] + v + have[from+s.width:]
	}
	pieces := strings.Split(have, s.sep)
	for len(pieces) < s.at {
		pieces = append(pieces, "")
	}
	pieces[s.at-1] = v
	return strings.Join(pieces, s.sep)
}

// pieceOf is which piece of an element a value is; 0 for the whole.
func pieceOf(v *value) int {
	for _, c := range v.calls {
		if c.name != "split" {
			continue
		}
		if a, ok := c.plain(1); ok {
			n, _ := strconv.Atoi(a.text)
			return n
		}
	}
	return 0
}

// pieces tells the splits of one element how many they are, and reports a piece
// that has no pair: it would be lost.
func (c *compiler) pieces(s *scope, told bool) {
	for i, a := range s.reads {
		if a.split == nil {
			continue
		}
		have := map[int]bool{}
		first := i
		for j, b := range s.reads {
			if b.split == nil || b.refs[0] != a.refs[0] {
				continue
			}
			first = min(first, j)
			have[b.split.at] = true
			if b.split.sep != a.split.sep {
				c.add(b.value.pos, b.field.path, fmt.Sprintf("%s is split at %s here and at %s by %s", b.value.path, quote(b.split.sep), quote(a.split.sep), a.field.path), "one element has one separator")
				return
			}
			a.split.of = max(a.split.of, b.split.at)
		}
		for n := 1; told && first == i && n <= a.split.of; n++ {
			if !have[n] {
				c.add(a.value.pos, a.field.path, fmt.Sprintf("%s has no pair for piece %d", a.value.path, n), fmt.Sprintf("add one: | split(%s, %d)", quote(a.split.sep), n))
			}
		}
	}
	for _, g := range s.groups {
		for _, k := range g.claims {
			c.pieces(k.scope, told)
		}
	}
}

// makeNullable takes some texts for no value at all: -, N/A and 0, or those named.
func makeNullable(c call, _ translators.ElementRule) (conv, string) {
	empty := map[string]bool{}
	for _, a := range c.args {
		if a.name != "" || a.text == "" {
			return conv{}, `nullable takes the texts that mean nothing, such as nullable("-", "N/A")`
		}
		empty[a.text] = true
	}
	if len(empty) == 0 {
		empty = map[string]bool{"-": true, "N/A": true, "0": true}
	}
	in := func(s string) (string, *fault) {
		if empty[strings.TrimSpace(s)] {
			return "", nil
		}
		return s, nil
	}
	out := func(v string) (string, *fault) {
		if empty[strings.TrimSpace(v)] {
			return "", wrongType("%s would be read back as no value", quote(v))
		}
		return v, nil
	}
	k := single("nullable", in, out)
	k.typed = true
	return k, ""
}

// pickConv takes the first or the last of [*]; what the others say stays unread
// by it, so there is no way back.
func pickConv(which string) conv {
	return conv{name: which, parts: -1, typed: true, in: func(parts []string) (string, *fault) {
		if which == "last" {
			return parts[len(parts)-1], nil
		}
		return parts[0], nil
	}}
}

// makeSum adds up all of [*].
func makeSum(_ call, e translators.ElementRule) (conv, string) {
	number := normal
	if n, err := strconv.Atoi(strings.TrimPrefix(e.Type, "N")); err == nil && n > 0 {
		of := impliedConv(n)
		number = func(s string) (string, *fault) { return of.in([]string{s}) }
	}
	return conv{name: "sum", parts: -1, in: func(parts []string) (string, *fault) {
		sum := decimal.Zero
		for _, p := range parts {
			v, f := number(p)
			if f != nil {
				return "", f
			}
			sum = sum.Add(decimal.RequireFromString(v))
		}
		return normal(sum.String())
	}}, ""
}

// makeRemove takes characters out, wherever they stand.
func makeRemove(c call, _ translators.ElementRule) (conv, string) {
	a, ok := c.plain(0)
	if !ok || a.text == "" {
		return conv{}, `remove takes the characters to leave out, such as remove("-. ")`
	}
	return single("remove", func(s string) (string, *fault) {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(a.text, r) {
				return -1
			}
			return r
		}, s), nil
	}, nil), ""
}
