package mailbox

import (
	"encoding/base64"
	"io"
	"mime"
	"strings"
)

// field is one field of a header.
type field struct{ name, value string }

// fields are a header, in order.
type fields []field

// part is a MIME entity that is written, never held (RFC 2045).
type part struct {
	fields fields
	body   func(w io.Writer) error
}

// entity writes header, empty line and body.
func (p part) entity(w io.Writer) error {
	var b strings.Builder
	for _, f := range p.fields {
		b.WriteString(fold(f.name+": "+f.value) + "\r\n")
	}
	b.WriteString("\r\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	return p.body(w)
}

// fold breaks a line of the header at its blanks (RFC 5322 2.2.3).
func fold(line string) string {
	const longest = 76
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(line, " ") {
		switch {
		case i == 0:
		case word != "" && i > 1 && at+1+len(word) > longest:
			b.WriteString("\r\n ")
			at = 1
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}

// together puts parts into a multipart (RFC 2046 5.1).
func together(kind string, params map[string]string, boundary string, parts ...part) part {
	all := map[string]string{"boundary": boundary}
	for name, value := range params {
		all[name] = value
	}
	return part{fields{{"Content-Type", mime.FormatMediaType(kind, all)}}, func(w io.Writer) error {
		for _, p := range parts {
			if _, err := io.WriteString(w, "\r\n--"+boundary+"\r\n"); err != nil {
				return err
			}
			if err := p.entity(w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "\r\n--"+boundary+"--\r\n")
		return err
	}}
}

// encoded writes what the function writes, as base64 in lines of 76 (RFC 2045 6.8).
func encoded(w io.Writer, write func(io.Writer) error) error {
	e := base64.NewEncoder(base64.StdEncoding, &lines{w: w})
	if err := write(e); err != nil {
		return err
	}
	return e.Close()
}

// lines breaks a text without line ends into lines of 76. The last has no end:
// the line end before a boundary belongs to the boundary.
type lines struct {
	w  io.Writer
	at int
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	const longest = 76
	for rest := p; len(rest) > 0; {
		if l.at == longest {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return 0, err
			}
			l.at = 0
		}
		n := min(len(rest), longest-l.at)
		if _, err := l.w.Write(rest[:n]); err != nil {
			return 0, err
		}
		l.at += n
		rest = rest[n:]
	}
	return len(p), nil
}
