package entity

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
)

// Field is one MIME header field, unfolded.
type Field struct{ Name, Value string }

// Fields are the header fields of one MIME entity in their order.
type Fields []Field

// Get returns the first field of that name; a repeated one is ignored.
func (f Fields) Get(name string) string {
	for _, x := range f {
		if strings.EqualFold(x.Name, name) {
			return x.Value
		}
	}
	return ""
}

// ReadFields reads a MIME header with its empty line and returns it twice: as
// fields, and as the octets that a signature covers. Lines may end in LF and be
// folded. A part may begin with the empty line: then it has no fields.
func ReadFields(br *bufio.Reader) (Fields, []byte, error) {
	var f Fields
	var raw []byte
	for {
		line, err := br.ReadSlice('\n')
		raw = append(raw, line...)
		if len(raw) > MaxHeader || errors.Is(err, bufio.ErrBufferFull) {
			return nil, raw, ErrHeader
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, raw, err
		}
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 { // the empty line, or the end of a part that is all header
			return f, raw, nil
		}
		if f = f.Add(text); f == nil {
			return nil, raw, ErrHeader
		}
		if err != nil {
			return f, raw, nil
		}
	}
}

// Add takes one more line; nil means that it is no header line.
func (f Fields) Add(line []byte) Fields {
	if line[0] == ' ' || line[0] == '\t' {
		if len(f) > 0 {
			f[len(f)-1].Value += " " + strings.Trim(string(line), " \t")
			return f
		}
		return nil
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	if !ok || len(name) == 0 || bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil
	}
	return append(f, Field{string(name), strings.Trim(string(value), " \t")})
}

// Media is a parsed Content-Type or Content-Disposition.
type Media struct {
	Kind   string // lower case, such as multipart/signed
	Params map[string]string
}

// ParseMedia reads a Content-Type the way peers write it: parameters in any
// case, the whole value in quotes, stray tabs and semicolons, repeats. The
// standard reader goes first, because it decodes RFC 2231.
func ParseMedia(value string) Media {
	v := strings.TrimSpace(value)
	if len(v) > 1 && v[0] == '"' && v[len(v)-1] == '"' {
		v = strings.ReplaceAll(v[1:len(v)-1], `\"`, `"`)
	}
	if kind, params, err := mime.ParseMediaType(v); err == nil {
		return Media{kind, params}
	}
	kind, rest, _ := strings.Cut(v, ";")
	m := Media{strings.ToLower(strings.TrimSpace(kind)), map[string]string{}}
	if strings.ContainsFunc(m.Kind, func(r rune) bool { return r <= ' ' || r > '~' }) {
		m.Kind = "" // no type at all, and nothing to show to people
	}
	for rest != "" {
		var name, val string
		name, val, rest = nextParam(rest)
		if _, have := m.Params[name]; name != "" && !have {
			m.Params[name] = val
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

// File is the file name that an entity's header gives, made safe.
func (f Fields) File() string {
	for _, try := range [2][2]string{{"Content-Disposition", "filename"}, {"Content-Type", "name"}} {
		if name := SafeFile(ParseMedia(f.Get(try[0])).Params[try[1]]); name != "" {
			return name
		}
	}
	return ""
}
