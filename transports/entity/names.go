package entity

import (
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SafeFile makes a file name that a peer gave harmless: the last element of a
// path, printable, not hidden, of moderate length; "" when nothing is left.
func SafeFile(name string) string {
	if decoded, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		name = decoded
	}
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "_")
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028' || r == '\u2029' || !unicode.IsPrint(r) && r != ' ':
			return -1 // also bidirectional overrides and other format characters
		case strings.ContainsRune(`/:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimLeft(name, ". "), ". ")
	for len(name) > 200 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// Printable is what a stranger wrote, on one line and without anything that a
// terminal or a log would act on.
func Printable(s string, limit int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}
