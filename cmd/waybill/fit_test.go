package main

import (
	"strings"
	"testing"
)

// TestFitting: long lines are broken at blanks, below their own beginning; a
// word that is longer than a line stays whole, and a pipe gets all as it is.
func TestFitting(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		width            int
	}{
		{"short", "  a b\n", "  a b\n", 20},
		{"broken", "  aaaa bbbb cccc dddd\n", "  aaaa bbbb\n      cccc\n      dddd\n", 12},
		{"inner blanks", "aa  bb\n", "aa  bb\n", 20},
		{"a long word", "aa bbbbbbbbbbbbbbbb cc\n", "aa\n    bbbbbbbbbbbbbbbb\n    cc\n", 10},
		{"no end", "aa bb", "aa bb\n", 10},
		{"characters, not bytes", "ää öö üü\n", "ää öö üü\n", 8},
		{"a pipe", "  aaaa bbbb cccc dddd", "  aaaa bbbb cccc dddd", 0},
	} {
		var out strings.Builder
		f := &fitting{w: &out, width: c.width}
		for _, part := range strings.SplitAfter(c.text, "b") { // lines come in pieces
			if _, err := f.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%s: found %q, want %q", c.name, out.String(), c.want)
		}
	}
}

// TestFittedToNoTerminal: what is no terminal gets lines whole.
func TestFittedToNoTerminal(t *testing.T) {
	var out strings.Builder
	long := strings.Repeat("word ", 100) + "\n"
	w := fitted(&out)
	if _, err := w.Write([]byte(long)); err != nil || w.Close() != nil || out.String() != long {
		t.Errorf("found %q, %v", out.String(), err)
	}
}
