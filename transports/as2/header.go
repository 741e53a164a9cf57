package as2

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
)

const (
	maxPartHeader = 64 << 10
	bufferSize    = 32 << 10
)

// field is one MIME header field, unfolded.
type field struct{ name, value string }

// fields are the header fields of one MIME entity in their order.
type fields []field

// get returns the first field of that name; a repeated one is ignored.
func (f fields) get(name string) string {
	for _, x := range f {
		if strings.EqualFold(x.name, name) {
			return x.value
		}
	}
	return ""
}

const errPartHeader = fault("the header of a MIME part cannot be read")

// readFields reads a MIME header with its empty line and returns it twice: as
// fields, and as the octets that a signature covers. Lines may end in LF and be
// folded. A part may begin with the empty line: then it has no fields.
func readFields(br *bufio.Reader) (fields, []byte, error) {
	var f fields
	var raw []byte
	for {
		line, err := br.ReadSlice('\n')
		raw = append(raw, line...)
		if len(raw) > maxPartHeader || errors.Is(err, bufio.ErrBufferFull) {
			return nil, raw, errPartHeader
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, raw, err
		}
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 { // the empty line, or the end of a part that is all header
			return f, raw, nil
		}
		if f = f.add(text); f == nil {
			return nil, raw, errPartHeader
		}
		if err != nil {
			return f, raw, nil
		}
	}
}

// add takes one more line; nil means that it is no header line.
func (f fields) add(line []byte) fields {
	if line[0] == ' ' || line[0] == '\t' {
		if len(f) > 0 {
			f[len(f)-1].value += " " + strings.Trim(string(line), " \t")
			return f
		}
		return nil
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	if !ok || len(name) == 0 || bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil
	}
	return append(f, field{string(name), strings.Trim(string(value), " \t")})
}

// media is a parsed Content-Type or Content-Disposition.
type media struct {
	kind   string // lower case, such as multipart/signed
	params map[string]string
}

// parseMedia reads a Content-Type the way peers write it: parameters in any
// case, the whole value in quotes, stray tabs and semicolons, repeats. The
// standard reader goes first, because it decodes RFC 2231.
func parseMedia(value string) media {
	v := strings.TrimSpace(value)
	if len(v) > 1 && v[0] == '"' && v[len(v)-1] == '"' {
		v = strings.ReplaceAll(v[1:len(v)-1], `\"`, `"`)
	}
	if kind, params, err := mime.ParseMediaType(v); err == nil {
		return media{kind, params}
	}
	kind, rest, _ := strings.Cut(v, ";")
	m := media{strings.ToLower(strings.TrimSpace(kind)), map[string]string{}}
	if strings.ContainsFunc(m.kind, func(r rune) bool { return r <= ' ' || r > '~' }) {
		m.kind = "" // no type at all, and nothing to show to people
	}
	for rest != "" {
		var name, val string
		name, val, rest = nextParam(rest)
		if _, have := m.params[name]; name != "" && !have {
			m.params[name] = val
		}
	}
	return m
}

// nextParam cuts one name=value off a parameter list.
func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 {
		return "", "", ""
	}
	name = strings.ToLower(strings.TrimSpace(s[:eq]))
	if s[eq] == ';' {
		return "", "", s[eq:]
	}
	s = strings.TrimLeft(s[eq+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return name, strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return name, b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return name, b.String(), ""
}

// fileOf is the file name that an entity's header gives, made safe.
func fileOf(f fields) string {
	for _, try := range [2][2]string{{"Content-Disposition", "filename"}, {"Content-Type", "name"}} {
		if name := safeFile(parseMedia(f.get(try[0])).params[try[1]]); name != "" {
			return name
		}
	}
	return ""
}
