package x12

import (
	"fmt"
	"slices"
	"strings"

	"waybill/translators"
)

// mutant is a segment with one thing wrong in it, and what has to be said of that.
type mutant struct {
	what     string // the kind of damage
	segment  translators.Segment
	findings []flaw
}

// flaw is a code of X12 723 at an element.
type flaw struct {
	code                           string
	element, component, repetition int
}

// mutants damages a segment in every way that its rule knows: each element in
// each way that its type and usage allow, each syntax note in each way it can fail.
func (m *maker) mutants(rule *translators.SegmentRule, release string) []mutant {
	b := breaker{maker: m, rule: rule, later: release >= "005"}
	for i := range rule.Elements {
		if rule.ID == "HL" && i < 2 {
			continue // the tree is damaged by itself, see TestLevelMutations
		}
		b.usage(i)
		b.element(i)
	}
	b.tooMany()
	b.notes(rule.Notes, len(rule.Elements), func(there []bool, faults []flaw) {
		b.add("note", b.filled(there), faults...)
	})
	return b.all
}

// breaker makes the mutants of one segment.
type breaker struct {
	*maker
	rule  *translators.SegmentRule
	later bool // the release has repetitions
	all   []mutant
}

func (b *breaker) add(what string, s translators.Segment, faults ...flaw) {
	b.all = append(b.all, mutant{what, s, faults})
}

// filled is a segment of good values with these elements.
func (b *breaker) filled(there []bool) translators.Segment {
	s := translators.Segment{ID: b.rule.ID, Elements: make([]translators.Element, len(there))}
	for i := range there {
		if there[i] {
			s.Elements[i] = b.maker.element(&b.rule.Elements[i])
		}
	}
	if b.rule.ID == "HL" {
		s.Elements[0], s.Elements[1] = translators.Element{Text: "1"}, translators.Element{}
	}
	return s
}

// good is a segment with nothing wrong in it.
func (m *maker) good(rule *translators.SegmentRule) translators.Segment {
	b := breaker{maker: m, rule: rule}
	return b.filled(m.presence(rule.Elements, rule.Notes))
}

// with is a good segment that has element i.
func (b *breaker) with(i int) translators.Segment {
	return b.filled(b.forced(b.rule.Elements, b.rule.Notes, i))
}

// forced chooses which elements are there, i among them, so that usage and notes hold.
func (m *maker) forced(rules []translators.ElementRule, notes []translators.Note, i int) []bool {
	for try := 0; ; try++ {
		there := m.presence(rules, notes)
		there[i] = true
		for range 20 {
			for _, n := range notes {
				m.satisfy(n, there)
			}
		}
		if holds(notes, there) {
			return there
		}
		for _, n := range notes { // what excludes i goes
			if n.Kind == 'E' && slices.Contains(n.Elements, i+1) {
				for _, e := range n.Elements {
					there[e-1] = e == i+1
				}
			}
		}
		if holds(notes, there) {
			return there
		}
		if try > 1000 {
			panic(fmt.Sprint("no way to have element ", i+1, " of ", notes))
		}
	}
}

// usage takes a mandatory element away.
func (b *breaker) usage(i int) {
	if b.rule.Elements[i].Usage != translators.Mandatory {
		return
	}
	s := b.with(i)
	s.Elements[i] = translators.Element{}
	there := make([]bool, len(s.Elements))
	for j := range there {
		there[j] = !empty(&s.Elements[j])
	}
	b.add("mandatory element", s, append([]flaw{{"1", i + 1, 0, 0}}, violated(b.rule.Notes, there)...)...)
}

// element damages the value of element i.
func (b *breaker) element(i int) {
	e := &b.rule.Elements[i]
	if e.Components != nil {
		b.composite(i)
		return
	}
	for _, v := range b.badValues(e) {
		s := b.with(i)
		place := flaw{v.code, i + 1, 0, 0}
		if s.Elements[i].Repeats != nil {
			place.repetition = 1 + b.r.IntN(len(s.Elements[i].Repeats))
			s.Elements[i].Repeats[place.repetition-1] = []string{v.text}
		} else {
			s.Elements[i].Text = v.text
		}
		b.add(v.what, s, place)
	}
	if e.Repeat == 1 {
		b.separators(i)
	} else if e.Repeat > 1 && b.later {
		s := b.with(i)
		s.Elements[i].Repeats = nil
		for range e.Repeat + 1 {
			s.Elements[i].Repeats = append(s.Elements[i].Repeats, []string{b.value(e)})
		}
		b.add("too many repetitions", s, flaw{"12", i + 1, 0, 0})
	}
}

// separators makes a composite and a repetition of what is neither.
func (b *breaker) separators(i int) {
	s := b.with(i)
	v := s.Elements[i].Text
	s.Elements[i] = translators.Element{Repeats: [][]string{{v, v}}}
	if !b.later {
		b.add("component separator in a value", s, flaw{"6", i + 1, 0, 0})
		return
	}
	b.add("too many components", s, flaw{"13", i + 1, 0, 0})
	s = b.with(i)
	s.Elements[i] = translators.Element{Repeats: [][]string{{v}, {v}}}
	b.add("too many repetitions", s, flaw{"12", i + 1, 0, 0})
}

// composite damages each component of element i.
func (b *breaker) composite(i int) {
	e := &b.rule.Elements[i]
	repetition := 1
	if e.Repeat == 1 {
		repetition = 0 // not counted where the element does not repeat
	}
	whole := func(c int) translators.Segment {
		s := b.with(i)
		parts := make([]string, len(e.Components))
		for j, there := range b.forced(e.Components, e.Notes, c) {
			if there {
				parts[j] = b.value(&e.Components[j])
			}
		}
		s.Elements[i] = translators.Element{Repeats: [][]string{parts}}
		return s
	}
	for c := range e.Components {
		for _, v := range b.badValues(&e.Components[c]) {
			s := whole(c)
			s.Elements[i].Repeats[0][c] = v.text
			b.add(v.what+" in a composite", s, flaw{v.code, i + 1, c + 1, repetition})
		}
		if s := whole(c); e.Components[c].Usage == translators.Mandatory && len(e.Components) > 1 {
			parts := s.Elements[i].Repeats[0]
			parts[c] = ""
			there := make([]bool, len(parts))
			for j := range parts {
				there[j] = parts[j] != ""
			}
			if slices.Contains(there, true) {
				faults := []flaw{{"1", i + 1, c + 1, repetition}}
				for _, f := range violated(e.Notes, there) {
					faults = append(faults, flaw{f.code, i + 1, f.element, repetition})
				}
				b.add("mandatory component", s, faults...)
			}
		}
	}
	b.compositeAsWhole(i, repetition, whole(0))
}

// compositeAsWhole damages how many components and repetitions there are, and the notes between components.
func (b *breaker) compositeAsWhole(i, repetition int, s translators.Segment) {
	e := &b.rule.Elements[i]
	many := map[bool]string{true: "13", false: "3"}[b.later]
	parts := slices.Clone(s.Elements[i].Repeats[0])
	s.Elements[i].Repeats[0] = append(parts, "X")
	b.add("too many components", s, flaw{many, i + 1, len(e.Components) + 1, repetition})
	if e.Repeat == 1 && b.later {
		s := b.with(i)
		s.Elements[i].Repeats = [][]string{parts, parts}
		b.add("too many repetitions", s, flaw{"12", i + 1, 0, 0})
	}
	b.notes(e.Notes, len(e.Components), func(there []bool, faults []flaw) {
		s := b.with(i)
		parts := make([]string, len(there))
		for j := range there {
			if there[j] || e.Components[j].Usage == translators.Mandatory {
				parts[j] = b.value(&e.Components[j])
			}
		}
		s.Elements[i] = translators.Element{Repeats: [][]string{parts}}
		for k := range faults {
			faults[k] = flaw{faults[k].code, i + 1, faults[k].element, repetition}
		}
		b.add("note in a composite", s, faults...)
	})
}

// tooMany adds an element behind the last.
func (b *breaker) tooMany() {
	s := b.with(0)
	s.Elements = append(s.Elements, translators.Element{Text: "X"}, translators.Element{Text: "Y"})
	b.add("too many elements", s, flaw{"3", len(b.rule.Elements) + 1, 0, 0})
}

// badValue is a text that an element may not have.
type badValue struct{ what, code, text string }

// badValues breaks each rule of an element's type.
func (b *breaker) badValues(e *translators.ElementRule) []badValue {
	var bad []badValue
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	number := e.Type[0] == 'N' || e.Type == "R"
	if number || e.Type == "DT" || e.Type == "TM" {
		letters = "123456789"
	}
	if e.Max > 0 {
		bad = append(bad, badValue{"too long", "5", b.text(letters, e.Max+1)})
	}
	if e.Min > 1 {
		bad = append(bad, badValue{"too short", "4", b.text(letters, e.Min-1)})
	}
	fill := strings.Repeat("1", max(e.Min-1, 0))
	switch {
	case e.Type == "DT":
		for _, d := range []string{"20261301", "20260230", "20230229", "20260400", "2026120A"} {
			bad = append(bad, badValue{"date", "8", d[8-e.Max:]})
		}
	case e.Type == "TM":
		for _, t := range []string{"2400", "1260", "12AB", "120060"} {
			if len(t) >= e.Min && len(t) <= e.Max {
				bad = append(bad, badValue{"time", "9", t})
			}
		}
	case number:
		bad = append(bad, badValue{"letter in a number", "6", fill + "A"}, badValue{"sign behind a number", "6", fill + "1-"})
		if e.Type == "R" {
			bad = append(bad, badValue{"two points in a number", "6", fill + "1.1."})
		} else {
			bad = append(bad, badValue{"point in a whole number", "6", fill + "1.1"})
		}
	default:
		bad = append(bad, badValue{"control character", "6", strings.Repeat("A", max(e.Min-1, 0)) + "\x02"})
	}
	if e.Codes != nil && !e.Codes.Partial && e.Type == "ID" {
		bad = append(bad, badValue{"code", "7", strings.Repeat("!", max(e.Min, 1))})
	}
	return bad
}
