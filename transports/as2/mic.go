package as2

import (
	"bytes"
	"context"
	"io"
)

// variant says which other reading of the rules the partner's MIC follows: the
// one thing that helps to set their software right (RFC 4130 §7.3.1).
func (a *attempt) variant(ctx context.Context, m *MDN) string {
	if a.content == nil {
		return ""
	}
	l := a.st.covered(a.content)
	bare := func(w io.Writer) error { return document(a.st, a.content).body(w) }
	for _, v := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"with the MIME header", l.entity}, {"without the MIME header", l.body}, {"of the bare document", bare},
		{"with the MIME header and all lines ended by CRLF", crlf(l.entity)}, {"without the MIME header and with all lines ended by CRLF", crlf(l.body)},
	} {
		h := m.MICHash.New()
		if err := v.write(cancelled{ctx, h}); err == nil && bytes.Equal(h.Sum(nil), m.MIC) {
			return "; it is that " + v.name
		}
	}
	return ""
}

// crlf lets a layer through with all its lines ended by CRLF.
func crlf(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error { return write(&lineEnds{w: w}) }
}

// lineEnds writes CRLF for every bare LF.
type lineEnds struct {
	w  io.Writer
	cr bool
}

func (l *lineEnds) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		at := bareLF(b, l.cr)
		if at < 0 {
			break
		}
		if _, err := l.w.Write(append(b[:at:at], "\r\n"...)); err != nil {
			return 0, err
		}
		b, l.cr = b[at+1:], false
	}
	if len(b) > 0 {
		l.cr = b[len(b)-1] == '\r'
	}
	_, err := l.w.Write(b)
	return n, err
}
