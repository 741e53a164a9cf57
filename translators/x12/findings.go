package x12

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"waybill/translators"
)

// Finding is a problem with the whole way to its place, as commands print it.
type Finding struct {
	File        string `json:"file"`
	Interchange string `json:"interchange,omitempty"` // ISA13
	Group       string `json:"group,omitempty"`       // GS01 and GS06
	Set         string `json:"set,omitempty"`         // ST01 and ST02
	Level       string `json:"level"`
	Warning     bool   `json:"warning,omitempty"`
	Segment     string `json:"segment,omitempty"`
	Position    int    `json:"position,omitempty"` // of the segment in its set, ST = 1
	Loop        string `json:"loop,omitempty"`
	Element     int    `json:"element,omitempty"`
	Component   int    `json:"component,omitempty"`
	Repetition  int    `json:"repetition,omitempty"`
	Offset      int64  `json:"offset"`
	Code        string `json:"code,omitempty"` // of X12 720, 723, 718, 716 or I18, by level
	Text        string `json:"text"`
	Found       string `json:"found,omitempty"`
	Expected    string `json:"expected,omitempty"`
	Guide       string `json:"guide,omitempty"` // the line of a partner's guide that demands it
	Rule        string `json:"rule,omitempty"`  // the kind of that rule, such as GUIDE-LENGTH
}

// Findings lists all problems of a report in the order of the file.
func Findings(file string, rep *translators.Report) []Finding {
	var all []Finding
	add := func(at Finding, problems []translators.Problem) {
		for _, p := range problems {
			all = append(all, at.problem(p))
		}
	}
	for _, ic := range rep.Interchanges {
		at := Finding{File: file, Interchange: printable(ic.Control)}
		add(at, ic.Problems)
		for _, g := range ic.Groups {
			at.Group, at.Set = printable(strings.TrimSpace(g.Functional+" "+g.Control)), ""
			add(at, g.Problems)
			for _, s := range g.Sets {
				at.Set = printable(strings.TrimSpace(s.ID + " " + s.Control))
				add(at, s.Problems)
				if s.Dropped > 0 {
					add(at, []translators.Problem{{
						Level: translators.AtSet, Segment: "ST", Position: 1, Offset: s.Offset, Text: fmt.Sprintf("%d more problems were found and are not listed", s.Dropped),
					}})
				}
			}
		}
	}
	return all
}

// Check reads a file and lists everything that is wrong with it; that it is no
// X12 at all is a finding, an error is the reader's.
func (t *Translator) Check(file string, r io.Reader) ([]Finding, error) {
	report, err := t.Decode(r, translators.Options{Reuse: true, Brief: true}, func(*translators.Set) error { return nil })
	found := Findings(file, report)
	var syntax *translators.SyntaxError
	if errors.As(err, &syntax) {
		return append(found, Finding{
			File: file, Level: string(translators.AtInterchange), Offset: syntax.Offset,
			Text: syntax.Text, Found: printable(syntax.Found), Expected: syntax.Expected,
		}), nil
	}
	return found, err
}

// Problems counts the findings that are more than a warning.
func Problems(found []Finding) int {
	n := 0
	for _, f := range found {
		if !f.Warning {
			n++
		}
	}
	return n
}

func (f Finding) problem(p translators.Problem) Finding {
	f.Level, f.Warning, f.Code, f.Text = string(p.Level), p.Warning, p.Code, printable(p.Text)
	f.Segment, f.Position, f.Loop, f.Offset = printable(p.Segment), p.Position, p.Loop, p.Offset
	f.Element, f.Component, f.Repetition = p.Element, p.Component, p.Repetition
	f.Found, f.Expected = printable(p.Found), printable(p.Expected)
	f.Guide, f.Rule = printable(p.Guide), p.GuideCode()
	return f
}

// WriteFindings prints findings as a table: a line for the place, and below it
// what is wrong there.
func WriteFindings(w io.Writer, findings []Finding) error {
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "FILE\tINTERCHANGE\tGROUP\tSET\tSEGMENT\tAT\tBYTE\tCODE")
	for _, f := range findings {
		where := translators.Problem{Segment: f.Segment, Element: f.Element, Component: f.Component}.Where()
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", strings.Map(oneCell, f.File), dash(f.Interchange), dash(f.Group), dash(f.Set),
			dash(positive(f.Position)), dash(where), f.Offset, dash(strings.TrimSpace(f.Level+" "+f.Code)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n") {
		b.WriteString(line + "\n")
		if i > 0 {
			writeWrapped(&b, "    ", findings[i-1].sentence())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneCell keeps a file's name from ending a line or a cell.
func oneCell(r rune) rune {
	if r < ' ' {
		return '?'
	}
	return r
}

// columns of a terminal that every line fits, if its words do.
const columns = 100

// writeWrapped writes a text in lines behind an indent.
func writeWrapped(b *strings.Builder, indent, text string) {
	at := 0
	for _, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case at == 0:
			b.WriteString(indent)
			at = len(indent)
		case at+1+n > columns:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
}

func (f Finding) sentence() string {
	var b strings.Builder
	if f.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(f.Text)
	if f.Found != "" {
		fmt.Fprintf(&b, "; found %q", f.Found)
	}
	if f.Expected != "" {
		b.WriteString("; expected " + f.Expected)
	}
	if f.Guide != "" {
		fmt.Fprintf(&b, "; the partner's guide demands it: %s (%s)", f.Guide, f.Rule)
	}
	return b.String()
}

func dash(s string) string { return or(s, "-") }

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// printable makes strangers' text safe for a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
