package entity

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Parts splits a multipart body (RFC 2046 §5.1) into the exact octets of its
// parts, one after the other, in constant memory. The line end before a boundary
// belongs to the boundary.
type Parts struct {
	Outside io.Writer // takes what stands outside the parts that are read

	br       *bufio.Reader
	boundary []byte // with the leading dashes

	line    []byte // what is left of the piece being given out
	after   []byte // the piece that follows it
	held    string // a line end that may belong to the next boundary
	start   bool   // the next octet begins a line
	inside  bool   // a part is open
	closed  bool   // the closing boundary was seen
	count   int
	failure error
}

// NewParts begins to read the parts between lines of a boundary.
func NewParts(br *bufio.Reader, boundary string) (*Parts, error) {
	if boundary == "" || len(boundary) > 200 {
		return nil, ErrNoBoundary
	}
	return &Parts{br: br, Outside: io.Discard, boundary: []byte("--" + boundary), start: true}, nil
}

// Next skips what is left of the open part, or the preamble, and opens the next
// part; io.EOF after the closing boundary.
func (p *Parts) Next() (io.Reader, error) {
	if p.count == 0 && !p.inside {
		p.inside = true // the preamble reads like a part that nobody wants
	}
	if _, err := io.Copy(p.Outside, p); err != nil {
		if errors.Is(err, ErrNoEnd) && p.count == 0 {
			return nil, ErrNoStart
		}
		return nil, err
	}
	if p.closed {
		return nil, io.EOF
	}
	if p.count++; p.count > MaxParts {
		return nil, ErrTooMany
	}
	p.inside = true
	return p, nil
}

// Read gives out the open part.
func (p *Parts) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for len(p.line) == 0 {
		switch {
		case len(p.after) > 0:
			p.line, p.after = p.after, nil
		case p.failure != nil:
			return 0, p.failure
		case !p.inside:
			return 0, io.EOF
		default:
			p.advance()
		}
	}
	n := copy(b, p.line)
	p.line = p.line[n:]
	return n, nil
}

// advance fetches the next piece of a line, or ends the part at a boundary.
func (p *Parts) advance() {
	chunk, err := p.br.ReadSlice('\n')
	full := errors.Is(err, bufio.ErrBufferFull)
	if err != nil && !full && !errors.Is(err, io.EOF) {
		p.failure = err
		return
	}
	if p.start && p.ends(chunk) {
		p.inside, p.held = false, ""
		return
	}
	if len(chunk) == 0 {
		p.failure = ErrNoEnd
		return
	}
	p.start = chunk[len(chunk)-1] == '\n'
	if p.held == "\r" && chunk[0] == '\n' { // a line end cut in two by the buffer
		p.held = "\r\n"
		return
	}
	end := lineEnd(chunk, full)
	p.line, p.after = []byte(p.held), chunk[:len(chunk)-len(end)]
	p.held = end
}

// lineEnd is the end of a line. A carriage return at the end of a full buffer
// may be half of one.
func lineEnd(chunk []byte, full bool) string {
	switch {
	case bytes.HasSuffix(chunk, []byte("\r\n")):
		return "\r\n"
	case bytes.HasSuffix(chunk, []byte("\n")):
		return "\n"
	case full && chunk[len(chunk)-1] == '\r':
		return "\r"
	}
	return ""
}

// ends says whether the line is a boundary, and notes the closing one. A longer
// word that begins like the boundary is content.
func (p *Parts) ends(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, p.boundary)
	if !ok {
		return false
	}
	rest, last := bytes.CutPrefix(rest, []byte("--"))
	if len(bytes.Trim(rest, " \t\r\n")) != 0 {
		return false
	}
	p.closed = last
	return true
}

// Boundary is the boundary that a multipart type names, or, when it names
// none, the one that its body begins with.
func Boundary(m Media, br *bufio.Reader) string {
	if b := m.Params["boundary"]; b != "" {
		return b
	}
	head, _ := br.Peek(4 << 10) // what can be seen; a read error shows again when the body is read
	for line := range bytes.Lines(head) {
		if rest, ok := bytes.CutPrefix(line, []byte("--")); ok {
			return string(bytes.TrimRight(rest, " \t\r\n"))
		}
	}
	return ""
}
