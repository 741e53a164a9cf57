package as2

import (
	"fmt"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// syntaxError is a header that cannot be read. Its text never quotes more than
// a few safe characters of what came.
type syntaxError struct{ what, found string }

func (e *syntaxError) Error() string {
	if e.found == "" {
		return e.what
	}
	return fmt.Sprintf("%s: %.60q", e.what, e.found)
}

// parseName reads an AS2 identifier as it stands in AS2-From and AS2-To: plain,
// quoted (RFC 4130 §6.2), or with spaces and yet unquoted, as some products
// write it.
func parseName(field, value string) (string, error) {
	v := strings.Trim(value, " \t")
	if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
		v = unescape(v[1 : len(v)-1])
	}
	if err := checkName(v); err != nil {
		return "", fmt.Errorf("read %s: %w", field, err)
	}
	return v, nil
}

func checkName(v string) error {
	if v == "" || len(v) > 128 {
		return &syntaxError{"an AS2 identifier has 1 to 128 characters", v}
	}
	for i := range len(v) {
		if v[i] < ' ' || v[i] > '~' {
			return &syntaxError{"an AS2 identifier has printable ASCII characters only", v}
		}
	}
	return nil
}

func unescape(v string) string {
	if !strings.Contains(v, `\`) {
		return v
	}
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] == '\\' && i+1 < len(v) {
			i++
		}
		b.WriteByte(v[i])
	}
	return b.String()
}

// quoteName writes an AS2 identifier for a header: quoted when it holds more
// than AS2-text (RFC 4130 §6.2).
func quoteName(v string) string {
	plain := func(r rune) bool { return r > ' ' && r <= '~' && r != '"' && r != '\\' }
	if v != "" && strings.IndexFunc(v, func(r rune) bool { return !plain(r) }) < 0 {
		return v
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}

// checkMessageID holds a Message-ID against RFC 4130bis: at most 998 printable
// ASCII characters without spaces. Angle brackets are not required.
func checkMessageID(v string) error {
	if strings.Trim(v, "<>") == "" {
		return &syntaxError{"there is no Message-ID", v}
	}
	if len(v) > 998 {
		return &syntaxError{"the Message-ID has more than 998 characters", v}
	}
	for i := range len(v) {
		if v[i] <= ' ' || v[i] > '~' {
			return &syntaxError{"a Message-ID has printable ASCII characters and no spaces", v}
		}
	}
	return nil
}

// bare is a Message-ID without its angle brackets: products add and drop them.
func bare(id string) string {
	id = strings.TrimSpace(id)
	id = strings.TrimPrefix(id, "<")
	return strings.TrimSuffix(id, ">")
}

// safeFile makes a file name that a peer gave harmless: the last element of a
// path, printable, not hidden, of moderate length; "" when nothing is left.
func safeFile(name string) string {
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

// printable is what a stranger wrote, on one line and without anything that a
// terminal or a log would act on.
func printable(s string, limit int) string {
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

// dedupeKey names a transmission: the sender's identifier and its Message-ID. A
// colon in an identifier is escaped, so that no pair makes another's key.
func dedupeKey(them, messageID string) string {
	return "as2:" + strings.NewReplacer("%", "%25", ":", "%3A").Replace(them) + ":" + bare(messageID)
}
