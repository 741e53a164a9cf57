package x12

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"waybill/translators"
)

// Difference is one thing that is not the same in two files.
type Difference struct {
	Set     string `json:"set,omitempty"` // ST01 and, where there are several, which
	Kind    string `json:"kind"`          // changed, removed or added
	Place   string `json:"place"`         // loops with their number, then the segment: PO1[2] PID
	Segment string `json:"segment"`
	A       int    `json:"a,omitempty"` // position in the set, ST = 1
	B       int    `json:"b,omitempty"`
	Element string `json:"element,omitempty"` // PO104
	Name    string `json:"name,omitempty"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
}

// Diff compares two files segment by segment, by what they say: delimiters, line
// ends and separators with nothing behind them are no difference. Envelopes,
// control numbers and counts are compared only where envelopes asks for it. The
// first set of one file is held against the first of the other, and so on.
func (t *Translator) Diff(a, b io.Reader, envelopes bool) ([]Difference, error) {
	one, err := t.texts(a, envelopes)
	if err != nil {
		return nil, fmt.Errorf("reading the first: %w", err)
	}
	two, err := t.texts(b, envelopes)
	if err != nil {
		return nil, fmt.Errorf("reading the second: %w", err)
	}
	var all []Difference
	for i := range max(len(one), len(two)) {
		var x, y textSet
		if i < len(one) {
			x = one[i]
		}
		if i < len(two) {
			y = two[i]
		}
		name := or(x.name, y.name)
		if max(len(one), len(two)) > 1 {
			name += fmt.Sprintf(" #%d", i+1)
		}
		for _, d := range differences(x.segments, y.segments) {
			d.Set = name
			all = append(all, d)
		}
	}
	return all, nil
}

// textSet is a set as Diff compares it.
type textSet struct {
	name     string
	segments []textSegment
}

// textSegment is a segment with its place. Components of an element
// are separated by >, repetitions by ^, whatever the file has.
type textSegment struct {
	id, place string
	position  int
	elements  []string
	rule      *translators.SegmentRule
}

func (s textSegment) same(o textSegment) bool {
	return s.id == o.id && slices.Equal(s.elements, o.elements)
}

// texts reads the sets of a file.
func (t *Translator) texts(r io.Reader, envelopes bool) ([]textSet, error) {
	var sets []textSet
	_, err := t.Decode(r, translators.Options{}, func(s *translators.Set) error {
		one := textSet{name: strings.TrimSpace(s.ID)}
		if envelopes {
			one.segments = envelopeTexts(s)
		}
		places := map[int]textSegment{}
		if s.Root != nil {
			placesOf(s.Root, "", places)
		}
		for i := range s.Segments {
			seg := &s.Segments[i]
			if !envelopes && (seg.ID == "ST" || seg.ID == "SE") {
				continue
			}
			text := places[seg.Position]
			text.id, text.position, text.place = seg.ID, seg.Position, or(text.place, seg.ID)
			for i := range seg.Elements {
				text.elements = append(text.elements, strings.Clone(elementText(&seg.Elements[i])))
			}
			text.elements = trimmed(text.elements)
			one.segments = append(one.segments, text)
		}
		sets = append(sets, one)
		return nil
	})
	return sets, err
}

// envelopeTexts are the ISA and the GS that a set came in.
func envelopeTexts(s *translators.Set) []textSegment {
	ic, g := s.Interchange, s.Group
	asked := "0"
	if ic.AcknowledgementRequested {
		asked = "1"
	}
	isa := []string{
		ic.Authorization[0], strings.TrimSpace(ic.Authorization[1]), ic.Security[0], strings.TrimSpace(ic.Security[1]),
		ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver, ic.Date, ic.Time, ic.Standard, ic.Version, ic.Control, asked, ic.Usage,
	}
	gs := []string{g.Functional, g.Sender, g.Receiver, g.Date, g.Time, g.Control, g.Agency, g.Version}
	return []textSegment{{id: "ISA", place: "ISA", elements: isa}, {id: "GS", place: "GS", elements: gs}}
}

func elementText(e *translators.Element) string {
	if e.Repeats == nil {
		return e.Text
	}
	repeats := make([]string, len(e.Repeats))
	for i, parts := range e.Repeats {
		repeats[i] = strings.Join(trimmed(slices.Clone(parts)), ">")
	}
	return strings.Join(repeats, "^")
}

// trimmed cuts off what is empty at the end.
func trimmed(texts []string) []string {
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts
}

// placesOf names each segment by the loops around it, with their number where
// there may be several.
func placesOf(n *translators.Node, path string, places map[int]textSegment) {
	count := map[string]int{}
	for _, c := range n.Children {
		if c.Segment != nil {
			places[c.Segment.Position] = textSegment{place: strings.TrimSpace(path + " " + c.Item.ID), rule: c.Item.Segment}
			continue
		}
		count[c.Item.ID]++
		loop := fmt.Sprintf("%s[%d]", c.Item.ID, count[c.Item.ID])
		placesOf(c, strings.TrimSpace(path+" "+loop), places)
	}
}
