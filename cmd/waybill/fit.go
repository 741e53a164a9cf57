package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// usualWidth is what a terminal is taken to have where COLUMNS does not say.
const usualWidth = 100

// fitted breaks long lines where w is a terminal; a pipe or file gets them whole.
// What it returns must be closed: the last line may have no end.
func fitted(w io.Writer) io.WriteCloser {
	if !isTTY(w) {
		return &fitting{w: w}
	}
	width, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || width < 40 {
		width = usualWidth
	}
	return &fitting{w: w, width: width}
}

// fitting is a writer that breaks lines at blanks; what goes on is indented
// below its own beginning. A width of 0 breaks nothing.
type fitting struct {
	w     io.Writer
	width int
	line  bytes.Buffer // not ended yet
}

// Write writes whole lines and keeps the rest.
func (f *fitting) Write(p []byte) (int, error) {
	if f.width == 0 {
		return f.w.Write(p)
	}
	f.line.Write(p)
	for {
		end := bytes.IndexByte(f.line.Bytes(), '\n')
		if end < 0 {
			return len(p), nil
		}
		if err := f.fit(string(f.line.Next(end + 1)[:end])); err != nil {
			return 0, err
		}
	}
}

// Close writes what has no line end.
func (f *fitting) Close() error {
	if f.line.Len() == 0 {
		return nil
	}
	return f.fit(f.line.String())
}

// fit writes one line in as many as it needs.
func (f *fitting) fit(line string) error {
	text := strings.TrimLeft(line, " ")
	indent := min(len(line)-len(text), f.width/2)
	var out strings.Builder
	at := indent
	out.WriteString(strings.Repeat(" ", indent))
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > f.width:
			at = indent + 4
			out.WriteString("\n" + strings.Repeat(" ", at))
		default:
			out.WriteByte(' ')
			at++
		}
		out.WriteString(word)
		at += n
	}
	out.WriteByte('\n')
	_, err := io.WriteString(f.w, out.String())
	return err
}
