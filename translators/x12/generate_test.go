package x12

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/translators"
)

// maker makes valid sets out of a schema: the opposite of the walker, so that
// each is a check on the other.
type maker struct {
	r      *rand.Rand
	levels int // of HL so far
	out    []translators.Segment
	codes  map[*translators.ElementRule][]string // that fit the element
}

func newMaker(seed uint64) *maker {
	return &maker{r: rand.New(rand.NewPCG(seed, 1)), codes: map[*translators.ElementRule][]string{}}
}

// set is a random set of the schema, without ST and SE.
func (m *maker) set(s *translators.Schema) []translators.Segment {
	m.out, m.levels = nil, 0
	for _, i := range s.Root.Items {
		if i.ID != "ST" && i.ID != "SE" {
			m.item(i)
		}
	}
	return m.out
}

// item makes a random number of occurrences, none of an optional item most of the time.
func (m *maker) item(i *translators.Item) {
	times := 0
	if i.Usage == translators.Mandatory {
		times = 1
	}
	for m.r.IntN(4) == 0 && times < 3 && (i.Max == 0 || times < i.Max) {
		times++
	}
	for range times {
		if !i.Loop {
			m.segment(i.Segment)
			continue
		}
		m.segment(i.Segment)
		for _, c := range i.Items[1:] {
			m.item(c)
		}
	}
}

func (m *maker) segment(rule *translators.SegmentRule) {
	s := translators.Segment{ID: rule.ID, Elements: make([]translators.Element, len(rule.Elements))}
	there := m.presence(rule.Elements, rule.Notes)
	for i := range rule.Elements {
		if there[i] {
			s.Elements[i] = m.element(&rule.Elements[i])
		}
	}
	if rule.ID == "HL" {
		m.levels++
		s.Elements[0] = translators.Element{Text: strconv.Itoa(m.levels)}
		s.Elements[1] = translators.Element{}
		if m.levels > 1 {
			s.Elements[1].Text = strconv.Itoa(1 + m.r.IntN(m.levels-1))
		}
	}
	m.out = append(m.out, s)
}

// presence chooses which elements are there, so that usage and notes hold.
func (m *maker) presence(rules []translators.ElementRule, notes []translators.Note) []bool {
	for try := 0; ; try++ {
		there := make([]bool, len(rules))
		for i, e := range rules {
			there[i] = e.Usage == translators.Mandatory || m.r.IntN(3+try) == 0
		}
		for range 20 {
			for _, n := range notes {
				m.satisfy(n, there)
			}
		}
		if holds(notes, there) {
			return there
		}
	}
}

// satisfy adds what a note asks for.
func (m *maker) satisfy(n translators.Note, there []bool) {
	some := slices.ContainsFunc(n.Elements, func(e int) bool { return there[e-1] })
	switch first := there[n.Elements[0]-1]; {
	case n.Kind == 'P' && some, n.Kind == 'C' && first:
		for _, e := range n.Elements {
			there[e-1] = true
		}
	case n.Kind == 'R' && !some:
		there[n.Elements[m.r.IntN(len(n.Elements))]-1] = true
	case n.Kind == 'L' && first:
		there[n.Elements[1+m.r.IntN(len(n.Elements)-1)]-1] = true
	}
}

// holds says whether every note is kept, in words of its own.
func holds(notes []translators.Note, there []bool) bool {
	for _, n := range notes {
		count := 0
		for _, e := range n.Elements {
			if there[e-1] {
				count++
			}
		}
		first := there[n.Elements[0]-1]
		ok := map[byte]bool{
			'P': count == 0 || count == len(n.Elements),
			'R': count > 0,
			'E': count <= 1,
			'C': !first || count == len(n.Elements),
			'L': !first || count > 1,
		}[n.Kind]
		if !ok {
			return false
		}
	}
	return true
}

func (m *maker) element(rule *translators.ElementRule) translators.Element {
	if rule.Components == nil && rule.Repeat == 1 {
		return translators.Element{Text: m.value(rule)}
	}
	times := 1
	if rule.Repeat != 1 {
		times += m.r.IntN(3)
	}
	var e translators.Element
	for range times {
		if rule.Components == nil {
			e.Repeats = append(e.Repeats, []string{m.value(rule)})
			continue
		}
		there := m.presence(rule.Components, rule.Notes)
		if !slices.Contains(there, true) {
			there[0] = true
		}
		parts := make([]string, len(rule.Components))
		for i := range rule.Components {
			if there[i] {
				parts[i] = m.value(&rule.Components[i])
			}
		}
		for len(parts) > 1 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
		e.Repeats = append(e.Repeats, parts)
	}
	return e
}

// value is a random good value of an element.
func (m *maker) value(rule *translators.ElementRule) string {
	least, most := max(rule.Min, 1), max(rule.Max, 1)
	most = min(most, least+10)
	length := least + m.r.IntN(most-least+1)
	switch {
	case rule.Codes != nil && !rule.Codes.Partial:
		if codes := m.fitting(rule); len(codes) > 0 {
			return codes[m.r.IntN(len(codes))]
		}
	case rule.Type == "DT":
		return fmt.Sprintf("20%02d%02d%02d", m.r.IntN(100), 1+m.r.IntN(12), 1+m.r.IntN(28))[8-min(rule.Max, 8):]
	case rule.Type == "TM":
		return fmt.Sprintf("%02d%02d", m.r.IntN(24), m.r.IntN(60))
	case rule.Type[0] == 'N', rule.Type[0] == 'R':
		return m.text("0123456789", length)
	}
	return m.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length)
}

// fitting are the codes of an element's list that have the right length.
func (m *maker) fitting(rule *translators.ElementRule) []string {
	codes, done := m.codes[rule]
	if !done {
		codes = slices.DeleteFunc(slices.Sorted(maps.Keys(rule.Codes.Members)), func(c string) bool {
			return len(c) < rule.Min || rule.Max > 0 && len(c) > rule.Max
		})
		m.codes[rule] = codes
	}
	return codes
}

func (m *maker) text(letters string, length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = letters[m.r.IntN(len(letters))]
	}
	return string(b)
}

// eachSchema runs a test for every schema with a maker whose seed is fixed.
func eachSchema(t *testing.T, test func(t *testing.T, m *maker, s *translators.Schema)) {
	t.Helper()
	everySchema(t, 1, test)
}

// sampledSchemas is eachSchema for what takes long and has no concurrency: under
// the race detector it has a sample of the schemas, and make test has them all.
func sampledSchemas(t *testing.T, test func(t *testing.T, m *maker, s *translators.Schema)) {
	t.Helper()
	every := 1
	if raceEnabled {
		every = raceSample
		t.Logf("under the race detector every %dth schema only, make test has them all", every)
	}
	everySchema(t, every, test)
}

func everySchema(t *testing.T, every int, test func(t *testing.T, m *maker, s *translators.Schema)) {
	t.Helper()
	l := translator(t).library
	n := 0
	for _, version := range l.versions() {
		for _, set := range slices.Sorted(maps.Keys(l.releases[version].sets)) {
			if n++; n%every != 0 {
				continue
			}
			t.Run(version+"/"+set, func(t *testing.T) {
				s, err := l.Schema(set, version)
				if err != nil {
					t.Fatal(err)
				}
				test(t, newMaker(7), s)
			})
		}
	}
}

// large leaves a test at the limits of size to make test: the race detector would
// take minutes for what happens in one goroutine.
func large(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("large and in one goroutine: not under the race detector, make test has it")
	}
}

// raceSample says that every so-many-th schema is enough for the race detector.
const raceSample = 12

// made is an interchange around segments of a set.
func made(s *translators.Schema, segments []translators.Segment) (translators.Interchange, *translators.Set) {
	ic := translators.Interchange{
		SenderQualifier: "ZZ", Sender: "OURCO", ReceiverQualifier: "ZZ", Receiver: "NORTHSTORES",
		Date: "261201", Time: "1000", Version: "00401", Control: "000000001", Usage: "P",
	}
	if s.Release >= "005" {
		ic.Version = "00501"
	}
	return ic, &translators.Set{
		ID: s.Set, Control: "0001", Segments: segments,
		Group: translators.Group{Functional: s.Functional, Sender: "OURCO", Receiver: "NORTHSTORES", Date: "20261201", Time: "1000", Control: "1", Version: s.Release},
	}
}

// plainText writes segments without any check, as a careless partner would.
func plainText(s *translators.Schema, segments []translators.Segment) string {
	ic, set := made(s, segments)
	e := &encoder{ic: ic}
	e.header()
	e.set(set)
	e.endGroup()
	fmt.Fprintf(&e.out, "IEA*1*%s~", ic.Control)
	return e.out.String()
}

// TestGenerated: what a schema allows is written, read without a finding, and read as what it was.
func TestGenerated(t *testing.T) {
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 40 {
			segments := m.set(s)
			ic, set := made(s, segments)
			text, err := encode(t, ic, set)
			if err != nil {
				t.Fatalf("%v\n%s", err, strings.ReplaceAll(plainText(s, segments), "~", "~\n"))
			}
			rep := eachSet(t, text, func(got *translators.Set) {
				inOrder(t, got)
				if n := countSegments(got.Root); n != len(segments)+2 {
					t.Errorf("%d segments in the tree of %d", n, len(segments)+2)
				}
			})
			if found := codesOf(rep); len(found) > 0 {
				t.Fatalf("%v\n%s", found, strings.ReplaceAll(text, "~", "~\n"))
			}
			if again := rewrite(t, text); again != text {
				t.Fatalf("\n%s\n%s", text, again)
			}
		}
	})
}

func countSegments(n *translators.Node) int {
	if n.Segment != nil {
		return 1
	}
	count := 0
	for _, c := range n.Children {
		count += countSegments(c)
	}
	return count
}
