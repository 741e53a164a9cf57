package mailbox

import (
	"regexp"
	"strings"

	"waybill/transports"
)

// words are the parts of a template in braces.
func words() *regexp.Regexp { return regexp.MustCompile(`\{[^{}]*\}`) }

// wrongTemplate says what is wrong with a template of subjects or file names.
func wrongTemplate(template string) string {
	for _, word := range words().FindAllString(template, -1) {
		switch word {
		case "{document}", "{control}", "{message}", "{partner}":
		default:
			return "found " + word
		}
	}
	bare := words().ReplaceAllString(template, "x")
	if strings.ContainsAny(bare, "{}") {
		return "a brace stands alone"
	}
	if bare == "" {
		return "it is empty"
	}
	return wrongValue(bare)
}

// filled is a template with its words replaced.
func filled(template string, out transports.Outgoing) string {
	return strings.TrimSpace(strings.NewReplacer("{document}", out.Document, "{control}", out.Control, "{message}", out.Message, "{partner}", out.Partner).Replace(template))
}

// longestValue keeps a field of a header in the 998 bytes of a line (RFC 5322
// 2.1.1), however it is encoded.
const longestValue = 250

// wrongValue says why a value cannot stand in a header: a line end would begin a
// field of its own.
func wrongValue(s string) string {
	switch {
	case strings.ContainsAny(s, "\r\n"):
		return "a line end"
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\uFFFD' }):
		return "a control character"
	case len(s) > longestValue:
		return "more than 250 bytes"
	}
	return ""
}

// wrongFile says why a name is none for an attachment.
func wrongFile(s string) string {
	switch {
	case s == "":
		return "nothing"
	case s == "." || s == ".." || strings.ContainsAny(s, `/\`):
		return "a path"
	}
	return ""
}

// isMessageID says whether something is a message id without its brackets: what
// stands in one is not quoted (RFC 5322 3.6.4).
func isMessageID(s string) bool {
	left, right, ok := strings.Cut(s, "@")
	return ok && left != "" && right != "" && len(s) <= longestValue && ascii(s) && !strings.ContainsAny(s, "<>()[]\\,;:\" ") && !strings.Contains(right, "@")
}

// isHost says whether a name can be greeted with.
func isHost(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// ascii says whether there is nothing but printable ASCII.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
