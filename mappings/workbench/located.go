package workbench

import (
	"strconv"
	"strings"

	"waybill/translators"
)

// located is where an unmapped element stands: the loops around it and its
// segment, from the outside.
type located struct {
	nodes     []*translators.Node
	element   int
	component int
}

func (l located) node() *translators.Node       { return l.nodes[len(l.nodes)-1] }
func (l located) segment() *translators.Segment { return l.node().Trigger() }

// rule is what the schema says of the element.
func (l located) rule() translators.ElementRule {
	s := l.node().Item.Segment
	if s == nil || l.element > len(s.Elements) {
		return translators.ElementRule{}
	}
	r := s.Elements[l.element-1]
	if l.component > 0 && l.component <= len(r.Components) {
		return r.Components[l.component-1]
	}
	return r
}

// element is the end of a place: 05, 05-01.
func (l located) end() string {
	text := two(l.element)
	if l.component > 0 {
		text += "-" + two(l.component)
	}
	return text
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// locate finds what a path such as 850/PO1[3]/CTP[1]/CTP05-01 names.
func locate(root *translators.Node, path string) (located, bool) {
	steps := strings.Split(path, "/")
	var l located
	if len(steps) < 3 {
		return l, false
	}
	at := root
	for _, step := range steps[1 : len(steps)-1] {
		id, rest, ok := strings.Cut(step, "[")
		n, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if !ok || err != nil {
			return l, false
		}
		if at = child(at, id, n); at == nil {
			return l, false
		}
		l.nodes = append(l.nodes, at)
	}
	if len(l.nodes) == 0 || l.segment() == nil {
		return l, false
	}
	last, ok := strings.CutPrefix(steps[len(steps)-1], l.segment().ID)
	last, _, _ = strings.Cut(last, "^")
	element, component, _ := strings.Cut(last, "-")
	var err error
	l.element, err = strconv.Atoi(element)
	if component != "" {
		l.component, _ = strconv.Atoi(component)
	}
	return l, ok && err == nil && l.element > 0
}

// child is the n-th occurrence of an id below a node, which does not count itself.
func child(n *translators.Node, id string, occurrence int) *translators.Node {
	for i, k := range n.Children {
		if i == 0 && k.Segment != nil && n.Item.Parent != nil {
			continue
		}
		if k.Item.ID != id {
			continue
		}
		if occurrence--; occurrence == 0 {
			return k
		}
	}
	return nil
}

// key is the qualifier of an occurrence in an element, with what it means; "" where
// there is none that brackets could name.
func key(n *translators.Node, element int) (code, means string) {
	s, seg := n.Item.Segment, n.Trigger()
	if s == nil || seg == nil || element < 1 || element > len(s.Elements) || s.Elements[element-1].Type != "ID" {
		return "", ""
	}
	code = seg.Element(element)
	if !nameable(code) {
		return "", ""
	}
	if c := s.Elements[element-1].Codes; c != nil {
		means = c.Words[code]
	}
	return code, means
}

// nameable says whether a place can name a code in brackets.
func nameable(code string) bool {
	return code != "" && len(code) <= 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
