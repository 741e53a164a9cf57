package x12

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

func formatted(t testing.TB, text string, l Layout) string {
	t.Helper()
	var out strings.Builder
	if err := Format(&out, strings.NewReader(text), l); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestFormat: lines are put in and taken out, delimiters changed and changed back.
func TestFormat(t *testing.T) {
	flat := sample(t, "order.x12")
	file, err := os.ReadFile(filepath.Join("testdata", "order.x12"))
	if err != nil {
		t.Fatal(err)
	}
	if got := formatted(t, flat, Layout{}); got != string(file) {
		t.Error(cmp.Diff(string(file), got))
	}
	if got := formatted(t, string(file), Layout{Unwrap: true}); got != flat {
		t.Error(cmp.Diff(flat, got))
	}
	other := Layout{Delimiters: translators.Delimiters{Element: '|', Component: ':', Segment: '\n'}}
	changed := formatted(t, flat, other)
	if !strings.HasPrefix(changed, "ISA|00|") || !strings.Contains(changed, "|P|:\nGS|PO|") || len(codesOf(decode(t, changed))) > 0 {
		t.Error(changed)
	}
	back := Layout{Unwrap: true, Delimiters: translators.Delimiters{Element: '*', Component: '>', Segment: '~'}}
	if got := formatted(t, changed, back); got != flat {
		t.Error(cmp.Diff(flat, got))
	}
}

// TestFormatRepetitions: separators inside elements change with the others.
func TestFormatRepetitions(t *testing.T) {
	text := wrap("005010", "PO", "ST*850*0001", "BEG*00*SA*N-1**20261201", "REF*DP*1**DP>2>PO>3", "PO1**1*EA*2", "SE*5*0001")
	got := formatted(t, text, Layout{Unwrap: true, Delimiters: translators.Delimiters{Component: ':', Repetition: '!'}})
	if !strings.Contains(got, "*!*00501*") || !strings.Contains(got, "REF*DP*1**DP:2:PO:3~") {
		t.Error(got)
	}
}

// TestFormatRefuses: what would be read as something else is not written.
func TestFormatRefuses(t *testing.T) {
	good := strings.Replace(sample(t, "order.x12"), "LEE ADAMS", "LEE|ADAMS", 1)
	for _, c := range []struct {
		name, text, want string
		layout           Layout
	}{
		{"delimiter in the data", good, `PER02 has the delimiter '|'`, Layout{Delimiters: translators.Delimiters{Element: '|'}}},
		{"two of a kind", good, "two delimiters would be the same", Layout{Delimiters: translators.Delimiters{Element: '~'}}},
		{"no X12", "hello", "no interchange begins here", Layout{}},
		{"text between", good + "hello", "no interchange begins here", Layout{}},
		{"no end", good[:len(good)-20], "the data ends before the IEA", Layout{}},
		{"ISA before IEA", strings.Replace(good, "IEA*1*", "ISA*1*", 1), "the next ISA stands before the IEA", Layout{}},
		{"too long", strings.Replace(good, "LEE", strings.Repeat("A", segmentLimit+9), 1), "the segment is too long", Layout{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Format(&bytes.Buffer{}, strings.NewReader(c.text), c.layout)
			var syntax *translators.SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
				t.Error(err)
			}
		})
	}
}

// TestLayoutCheck: delimiters that can never be.
func TestLayoutCheck(t *testing.T) {
	for want, d := range map[string]translators.Delimiters{
		"":                       {Element: '|', Segment: '\n'},
		"cannot be a delimiter":  {Component: 'A'},
		"cannot be two delimite": {Element: '|', Segment: '|'},
	} {
		err := Layout{Delimiters: d}.Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// TestFormatCorpus: formatting says nothing else: the findings of every file that
// is whole stay the same, and unwrapping what was wrapped is unwrapping at once.
func TestFormatCorpus(t *testing.T) {
	root := shared(t, "x12", "corpus")
	whole := 0
	for _, file := range corpusFiles(t, root) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		var lines, flat, again bytes.Buffer
		if Format(&lines, bytes.NewReader(text), Layout{}) != nil || Format(&flat, bytes.NewReader(text), Layout{Unwrap: true}) != nil {
			continue
		}
		whole++
		if err := Format(&again, &lines, Layout{Unwrap: true}); err != nil || again.String() != flat.String() {
			t.Error(file, err, cmp.Diff(flat.String(), again.String()))
		}
		before, after := codesOf(decode(t, string(text))), codesOf(decode(t, flat.String()))
		before = without(before, "~interchange 023@0 IEA") // the terminator that was missing is there now
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(file, diff)
		}
	}
	if whole < 140 {
		t.Errorf("%d files", whole)
	}
}

// without drops a line, of which the rest is kept in order.
func without(lines []string, drop string) []string {
	kept := []string{}
	for _, l := range lines {
		if l != drop {
			kept = append(kept, l)
		}
	}
	return kept
}
