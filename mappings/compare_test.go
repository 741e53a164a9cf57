package mappings_test

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// A sameness is how alike two documents are: what differs between one and the next
// is in the list of allowed differences.
type sameness int

const (
	different    sameness = iota
	sameFacts             // also: pair slots, number form
	sameSegments          // also: the order of siblings
	identical             // but for what the writer computes
)

// computed are the elements that the writer owns: counts and the numbers of
// levels. Control numbers stand in ST and SE, which are not compared; trailing
// separators are cut off.
func computed(segment string, element int) bool {
	switch segment {
	case "HL":
		return element == 1 || element == 2 || element == 4
	case "CTT":
		return element <= 2
	}
	return false
}

// ordered are the segments whose order among their like says something.
func ordered(id string) bool {
	return slices.Contains(strings.Fields("PO1 IT1 POC LIN LX W01 W12 HL SLN ACK SCH MSG MTX NTE N3 G69 SDQ MAN SAC"), id)
}

// A shown is a tree of a document's segments as text, for comparing.
type shown struct {
	index    int // of the item in the schema
	id       string
	text     string
	children []*shown
}

// An evening is what is evened out before two documents are compared.
type evening struct {
	slots   bool // the slots of qualifier pairs, and the lengths of a GTIN
	numbers bool // the form of numbers, and CT for CS or CD
}

// show makes the tree of a node; without names elements that are left out.
func show(n *translators.Node, without map[string]bool, path string, even evening) *shown {
	s := &shown{id: n.Item.ID, index: n.Item.Index}
	if n.Segment != nil {
		s.text = comparable(n, without, path, even)
		return s
	}
	count := map[string]int{}
	for i, k := range n.Children {
		at := path
		if i > 0 || n.Item.Parent == nil {
			count[k.Item.ID]++
			at = fmt.Sprintf("%s/%s[%d]", path, k.Item.ID, count[k.Item.ID])
		}
		if k.Item.ID == "ST" || k.Item.ID == "SE" {
			continue
		}
		c := show(k, without, at, even)
		if c.text != "" || len(c.children) > 0 {
			s.children = append(s.children, c)
		}
	}
	return s
}

// comparable is a segment as text, without what the writer computes.
func comparable(n *translators.Node, without map[string]bool, path string, even evening) string {
	seg, rule := n.Segment, n.Item.Segment
	words := make([]string, len(seg.Elements))
	for i := range seg.Elements {
		words[i] = partsText(&seg.Elements[i], without, fmt.Sprintf("%s/%s%02d", path, seg.ID, i+1))
		if computed(seg.ID, i+1) {
			words[i] = ""
		}
		if even.numbers && rule != nil && i < len(rule.Elements) && (rule.Elements[i].Type == "R" || strings.HasPrefix(rule.Elements[i].Type, "N")) {
			words[i] = plainNumber(words[i])
		}
		if even.numbers && rule != nil && i < len(rule.Elements) && rule.Elements[i].Number == "623" && len(words[i]) == 2 {
			words[i] = words[i][:1] // CT is CS or CD by the day: the same time
		}
	}
	if even.slots && rule != nil {
		words = evenPairs(words, rule.Pairs)
	}
	text := strings.TrimRight(strings.Join(words, "*"), "*")
	if text == "" && !slices.Contains([]string{"HL", "CTT"}, seg.ID) {
		return ""
	}
	return seg.ID + "*" + text
}

func partsText(e *translators.Element, without map[string]bool, path string) string {
	if len(e.Repeats) == 0 {
		if without[path] {
			return ""
		}
		return strings.TrimRight(e.Text, " ")
	}
	c := translators.Element{}
	for n, parts := range e.Repeats {
		kept := slices.Clone(parts)
		for k := range kept {
			place := fmt.Sprintf("%s-%02d", path, k+1)
			if len(e.Repeats) > 1 {
				place += fmt.Sprintf("^%d", n+1)
			}
			if without[place] {
				kept[k] = ""
			}
		}
		c.Repeats = append(c.Repeats, kept)
	}
	return elementText(&c)
}

// plainNumber is a number without leading zeros and without trailing ones behind
// its point.
func plainNumber(s string) string {
	digits, sign := strings.CutPrefix(s, "-")
	if digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return s
	}
	whole, part, _ := strings.Cut(digits, ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	out := cmp.Or(whole, "0")
	if part != "" {
		out += "." + part
	}
	if sign && out != "0" {
		out = "-" + out
	}
	return out
}

// evenPairs sorts qualifier pairs into the slots that they have together. Item
// numbers of 12, 13 and 14 digits that are one GTIN are one number.
func evenPairs(words []string, slots []translators.Pair) []string {
	var pairs [][2]string
	for _, p := range slots {
		if p.Value > len(words) {
			continue
		}
		q, v := words[p.Qualifier-1], words[p.Value-1]
		if slices.Contains([]string{"UP", "UA", "UI", "UD", "EN", "UK"}, q) && strings.Trim(v, "0123456789") == "" {
			q, v = "GTIN", strings.TrimLeft(v, "0")
		}
		if q != "" || v != "" {
			pairs = append(pairs, [2]string{q, v})
		}
		words[p.Qualifier-1], words[p.Value-1] = "", ""
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for i, p := range pairs {
		words[slots[i].Qualifier-1], words[slots[i].Value-1] = p[0], p[1]
	}
	return words
}

// sortSiblings puts like segments whose order says nothing in the order of their text.
func (s *shown) sortSiblings() {
	for _, k := range s.children {
		k.sortSiblings()
	}
	sort.SliceStable(s.children, func(i, j int) bool {
		a, b := s.children[i], s.children[j]
		if a.index != b.index || ordered(a.id) {
			return a.index < b.index
		}
		return strings.Join(a.lines(), "~") < strings.Join(b.lines(), "~")
	})
}

// lines are the segments of the tree.
func (s *shown) lines() []string {
	var all []string
	if s.text != "" {
		all = append(all, s.text)
	}
	for _, k := range s.children {
		all = append(all, k.lines()...)
	}
	return all
}

// alikeness compares a document with what was written of it, leaving out what the
// reading named as unmapped. The lines are those of the first comparison that
// still differs.
func alikeness(sent, written *translators.Node, unmapped []mappings.Unmapped, set string) (s sameness, want, got []string) {
	without := map[string]bool{}
	for _, u := range unmapped {
		without[u.Path] = true
	}
	a, b := show(sent, without, set, evening{}), show(written, nil, set, evening{})
	if want, got = a.lines(), b.lines(); slices.Equal(want, got) {
		return identical, nil, nil
	}
	a.sortSiblings()
	b.sortSiblings()
	if slices.Equal(a.lines(), b.lines()) {
		return sameSegments, nil, nil
	}
	a, b = show(sent, without, set, evening{true, true}), show(written, nil, set, evening{true, true})
	a.sortSiblings()
	b.sortSiblings()
	if want, got = a.lines(), b.lines(); slices.Equal(want, got) {
		return sameFacts, nil, nil
	}
	return different, want, got
}
