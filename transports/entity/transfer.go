package entity

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime/quotedprintable"
	"strings"
)

// Decoded undoes a Content-Transfer-Encoding. Headers lie about it (base64 over
// binary content, and the other way round), so base64 must look like it, and for
// a CMS object, which begins with 0x30, the header is not asked at all.
func Decoded(br *bufio.Reader, encoding string, isCMS bool) (*bufio.Reader, error) {
	head, err := br.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if isCMS {
		if len(head) == 0 || head[0] == 0x30 || !looksBase64(head) {
			return br, nil
		}
		return fromBase64(br), nil
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "7bit", "8bit", "binary":
		return br, nil
	case "base64":
		if !looksBase64(head) {
			return br, nil
		}
		return fromBase64(br), nil
	case "quoted-printable":
		return bufio.NewReaderSize(quotedprintable.NewReader(br), BufferSize), nil
	}
	return nil, ErrTransfer
}

func looksBase64(b []byte) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
	b = bytes.Trim(b, " \t\r\n")
	return len(b) > 0 && strings.Trim(string(b), letters+" \t\r\n") == ""
}

func fromBase64(r io.Reader) *bufio.Reader {
	return bufio.NewReaderSize(base64.NewDecoder(base64.StdEncoding, unspaced{r}), BufferSize)
}

// unspaced drops spaces and tabs, which the decoder does not skip.
type unspaced struct{ r io.Reader }

func (u unspaced) Read(b []byte) (int, error) {
	for {
		n, err := u.r.Read(b)
		kept := b[:0]
		for _, c := range b[:n] {
			if c != ' ' && c != '\t' {
				kept = append(kept, c)
			}
		}
		if len(kept) > 0 || err != nil || len(b) == 0 {
			return len(kept), err
		}
	}
}

// ToBase64 returns a writer of base64 in lines of 76 characters. Close writes
// what is left and ends the last line.
func ToBase64(w io.Writer) io.WriteCloser {
	l := &lines{w: w}
	return &base64Writer{base64.NewEncoder(base64.StdEncoding, l), l}
}

type base64Writer struct {
	io.WriteCloser
	lines *lines
}

func (b *base64Writer) Close() error {
	if err := b.WriteCloser.Close(); err != nil {
		return err
	}
	return b.lines.end()
}

// lines breaks what is written into lines of 76.
type lines struct {
	w   io.Writer
	col int
	buf []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.buf = l.buf[:0]
	for rest := b; len(rest) > 0; {
		n := min(76-l.col, len(rest))
		l.buf = append(l.buf, rest[:n]...)
		rest = rest[n:]
		if l.col += n; l.col == 76 {
			l.buf = append(l.buf, "\r\n"...)
			l.col = 0
		}
	}
	if _, err := l.w.Write(l.buf); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (l *lines) end() error {
	if l.col == 0 {
		return nil
	}
	l.col = 0
	_, err := io.WriteString(l.w, "\r\n")
	return err
}
