package x12

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/translators"
)

// Explain prints an X12 file in words: loops indented, segments and elements
// by name, codes with their meaning, each problem below the segment it is about.
func (t *Translator) Explain(w io.Writer, r io.Reader) error {
	e := &explainer{out: bufio.NewWriter(w), interchange: -1, group: -1}
	report, err := t.Decode(r, translators.Options{}, e.set)
	if err == nil {
		e.envelopes(report)
	}
	return errors.Join(err, e.out.Flush())
}

// explainer prints sets as they come.
type explainer struct {
	out                *bufio.Writer
	interchange, group int
	current            *translators.Set
	printed            []bool // of the set's problems
}

func (e *explainer) line(depth int, format string, values ...any) {
	e.out.WriteString(strings.Repeat("  ", depth))
	e.out.WriteString(printable(fmt.Sprintf(format, values...)))
	e.out.WriteByte('\n')
}

func (e *explainer) set(s *translators.Set) error {
	if s.Interchange.Index != e.interchange {
		e.interchange, e.group = s.Interchange.Index, -1
		ic := s.Interchange
		e.line(0, "Interchange %s from %s %s to %s %s, %s %s, version %s, %s", ic.Control, ic.SenderQualifier, ic.Sender,
			ic.ReceiverQualifier, ic.Receiver, ic.Date, ic.Time, ic.Version, usageWord(ic.Usage))
	}
	if s.Group.Index != e.group {
		e.group = s.Group.Index
		g := s.Group
		e.line(1, "Group %s %s from %s to %s, %s %s, version %s", g.Functional, g.Control, g.Sender, g.Receiver, g.Date, g.Time, g.Version)
	}
	e.current, e.printed = s, make([]bool, len(s.Problems))
	name := "not known"
	if s.Schema != nil {
		name = s.Schema.Name
	}
	e.line(2, "Set %s %s, %s: %d segment(s), %d problem(s)", s.ID, s.Control, name, len(s.Segments), len(s.Problems)+s.Dropped)
	if s.Root != nil {
		e.nodes(3, s.Root.Children)
	} else {
		e.raw(3)
	}
	e.problems(3, len(s.Segments)+1)
	if s.Dropped > 0 {
		e.line(3, "! %d more problems are not listed", s.Dropped)
	}
	return nil
}

func usageWord(usage string) string {
	switch usage {
	case "P":
		return "production"
	case "T":
		return "test"
	case "I":
		return "information"
	}
	return "usage " + usage
}

func (e *explainer) nodes(depth int, nodes []*translators.Node) {
	for _, n := range nodes {
		if n.Segment == nil {
			e.line(depth, "%s loop: %s", n.Item.ID, n.Item.Name)
			e.nodes(depth+1, n.Children)
			continue
		}
		e.problems(depth, n.Segment.Position-1)
		e.segment(depth, n.Segment, n.Item.Segment)
		e.problems(depth+1, n.Segment.Position)
	}
}

// raw prints a set without a schema as it stands.
func (e *explainer) raw(depth int) {
	for i := range e.current.Segments {
		s := &e.current.Segments[i]
		texts := []string{s.ID}
		for _, el := range s.Elements {
			texts = append(texts, el.Text)
		}
		e.line(depth, "%4d %s", s.Position, strings.Join(texts, "*"))
		e.problems(depth+1, s.Position)
	}
}

func (e *explainer) segment(depth int, s *translators.Segment, rule *translators.SegmentRule) {
	e.line(depth, "%4d %s %s", s.Position, s.ID, rule.Name)
	for i := range s.Elements {
		el := &s.Elements[i]
		if i >= len(rule.Elements) {
			e.line(depth+1, "     %02d: %s", i+1, el.Text)
			continue
		}
		e.element(depth+1, fmt.Sprintf("%02d", i+1), el, &rule.Elements[i])
	}
}

func (e *explainer) element(depth int, place string, el *translators.Element, rule *translators.ElementRule) {
	if el.Repeats == nil {
		if el.Text != "" {
			e.line(depth, "     %s %s: %s", place, rule.Name, decoded(el.Text, rule))
		}
		return
	}
	for _, parts := range el.Repeats {
		for i, part := range parts {
			component, at := rule, place
			if i < len(rule.Components) {
				component, at = &rule.Components[i], fmt.Sprintf("%s-%02d", place, i+1)
			}
			if part != "" {
				e.line(depth, "     %s %s: %s", at, component.Name, decoded(part, component))
			}
		}
	}
}

// decoded adds the meaning of a code where we have words for it.
func decoded(text string, rule *translators.ElementRule) string {
	if rule.Codes != nil {
		if words, ok := rule.Codes.Words[text]; ok {
			return text + " = " + words
		}
	}
	return text
}

// problems prints those up to a position that were not printed yet.
func (e *explainer) problems(depth, upTo int) {
	for i, p := range e.current.Problems {
		if e.printed[i] || p.Position > upTo {
			continue
		}
		e.printed[i] = true
		f := Finding{}.problem(p)
		e.line(depth, "! %s, %s code %s: %s", p.Where(), p.Level, or(p.Code, "-"), f.sentence())
	}
}

// envelopes prints what is wrong with interchanges and groups, after all sets.
func (e *explainer) envelopes(report *translators.Report) {
	for _, ic := range report.Interchanges {
		for _, a := range ic.TA1 {
			e.line(0, "TA1 about interchange %s: %s (%s)", a.Interchange, a.Result, strings.Join(append([]string{a.Code}, a.Codes...), " "))
		}
		all := ic.Problems
		for _, g := range ic.Groups {
			all = append(all, g.Problems...)
		}
		for _, p := range all {
			e.line(0, "! interchange %s, %s %s code %s: %s", ic.Control, p.Level, p.Where(), or(p.Code, "-"), Finding{}.problem(p).sentence())
		}
	}
}
