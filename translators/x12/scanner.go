package x12

import (
	"bytes"
	"errors"
	"io"
)

const (
	firstWindow  = 4 << 10 // enough for most files
	windowSize   = 64 << 10
	segmentLimit = 1 << 20 // what is kept of one segment; the rest is skipped
)

// scanner cuts a stream into segments with bounded memory. It looks for a
// terminator only, so that no word inside data can mislead it.
type scanner struct {
	r          io.Reader
	buf        []byte
	start, end int
	base       int64 // offset in the file of buf[0]
	err        error // of r; io.EOF at the end
	more       bool  // the last read filled the window
}

// line is one segment as it stands in the file.
type line struct {
	text        []byte // without terminator; valid until the next call
	offset, end int64  // end is after the terminator
	ended       bool   // a terminator was there
	cut         bool   // text is only the beginning
}

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, firstWindow)} }

// fill reads more; false means that nothing came.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.base += int64(s.start)
		s.end -= s.start
		s.start = 0
	}
	if s.end == len(s.buf) || s.more && len(s.buf) < windowSize {
		s.buf = append(s.buf, make([]byte, max(len(s.buf), windowSize-len(s.buf)))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.err, s.more = err, s.end == len(s.buf)
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// failure is the reader's error, if it is one.
func (s *scanner) failure() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// peek returns the next n bytes, or fewer at the end of the data.
func (s *scanner) peek(n int) []byte {
	for s.end-s.start < n && s.fill() {
	}
	return s.buf[s.start:min(s.end, s.start+n)]
}

func (s *scanner) offset() int64 { return s.base + int64(s.start) }

// skip passes over bytes that drop accepts and says whether data is left.
func (s *scanner) skip(drop func(byte) bool) bool {
	for {
		for s.start < s.end {
			if !drop(s.buf[s.start]) {
				return true
			}
			s.start++
		}
		if !s.fill() {
			return false
		}
	}
}

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

// isGap is what may stand between segments; no segment begins with it.
func isGap(c byte) bool { return c == '\n' || c == '\r' || c == ' ' || c == '\t' }

// isFiller is what stands between interchanges and at the end of files.
func isFiller(c byte) bool { return c <= ' ' || c == 0x7f }

// segment returns the next segment, which may lack its terminator at the end of
// the data; false means that only line ends and filler were left.
func (s *scanner) segment(terminator byte) (line, bool) {
	if !s.skip(isGap) {
		return line{}, false
	}
	searched := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+searched:s.end], terminator); i >= 0 {
			return s.take(searched+i, terminator), true
		}
		searched = s.end - s.start
		if searched >= segmentLimit {
			return s.takeCut(terminator), true
		}
		if !s.fill() {
			break
		}
	}
	rest := line{text: s.buf[s.start:s.end], offset: s.offset(), end: s.base + int64(s.end)}
	s.start = s.end
	rest.text = bytes.TrimRightFunc(rest.text, func(r rune) bool { return r <= ' ' || r == 0x7f })
	return rest, len(rest.text) > 0
}

func (s *scanner) take(n int, terminator byte) line {
	l := line{text: s.buf[s.start : s.start+n], offset: s.offset(), ended: true}
	s.start += n + 1
	l.end = s.offset()
	if terminator == '\n' && n > 0 && l.text[n-1] == '\r' {
		l.text = l.text[:n-1]
	}
	return l
}

// unread goes back to the beginning of the segment that was returned last.
func (s *scanner) unread(l line) {
	if !l.cut {
		s.start = int(l.offset - s.base)
	}
}

// takeCut keeps the beginning of a segment without an end and skips the rest.
func (s *scanner) takeCut(terminator byte) line {
	l := line{text: bytes.Clone(s.buf[s.start : s.start+segmentLimit]), offset: s.offset(), cut: true}
	l.ended = s.skip(func(c byte) bool { return c != terminator })
	if l.ended {
		s.start++
	}
	l.end = s.offset()
	return l
}
