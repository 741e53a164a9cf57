package as2

import (
	"fmt"
	"strings"
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

// dedupeKey names a transmission: the sender's identifier and its Message-ID. A
// colon in an identifier is escaped, so that no pair makes another's key.
func dedupeKey(them, messageID string) string {
	return "as2:" + strings.NewReplacer("%", "%25", ":", "%3A").Replace(them) + ":" + bare(messageID)
}
