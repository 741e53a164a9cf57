package x12

import (
	"cmp"
	"slices"
	"strings"

	"waybill/translators"
)

// guided holds a set that was walked against what its partner's guide says
// beyond the schema: what is not used, and what holds for some occurrences of a
// place. It is no part of the walk, which sets without a guide do not pay for.
func (w *walker) guided(root *translators.Node) {
	if w.set.Schema.Guide == nil {
		return
	}
	before := len(w.found.kept)
	g := guideChecker{walker: w, known: map[placeKey]bool{}}
	for _, p := range w.found.kept {
		g.known[keyOf(p)] = true
	}
	g.unused(root)
	g.places(w.set.Schema.Guide.Places, root)
	if len(w.found.kept) > before {
		slices.SortStableFunc(w.found.kept, byPlace)
	}
}

// byPlace orders by segment, then by element: what is missing before the segment
// first, then the segment itself.
func byPlace(a, b translators.Problem) int {
	missing := func(p translators.Problem) int {
		if p.Level == translators.AtSegment && p.Code == "3" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(missing(a), missing(b)),
		cmp.Compare(a.Element, b.Element), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Repetition, b.Repetition))
}

// guideChecker goes over the tree of a set.
type guideChecker struct {
	*walker
	known map[placeKey]bool // places that have a problem already
}

type placeKey struct {
	position, element, component, repetition int
	segment                                  string
}

func keyOf(p translators.Problem) placeKey {
	return placeKey{p.Position, p.Element, p.Component, p.Repetition, p.Segment}
}

// report adds a problem unless its place has one: what is wrong by the standard is told once.
func (g *guideChecker) report(p translators.Problem) {
	if !g.known[keyOf(p)] {
		g.known[keyOf(p)] = true
		g.found.add(p)
	}
}

// unused finds segments, loops and elements that the guide has no use for. X12
// 720 and 723 have no code of their own for it: 2 (unexpected segment) and 10
// (exclusion) are what 999 refines to I4 and I10.
func (g *guideChecker) unused(n *translators.Node) {
	for _, child := range n.Children {
		trigger := child.Trigger()
		if trigger == nil {
			g.unused(child)
			continue
		}
		if child.Item.Usage == translators.NotUsed {
			g.unexpected(child, child.Item.Demand.Usage)
			continue
		}
		if child.Segment == nil {
			g.unused(child)
			continue
		}
		g.unusedElements(child)
	}
}

func (g *guideChecker) unexpected(n *translators.Node, demand string) {
	p := g.problem(n.Trigger(), "2", loopOf(n.Item), "the segment is not used")
	if n.Segment == nil {
		p.Text = "the loop is not used"
	}
	p.Guide = demand
	g.report(p)
}

// loopOf is the loop that a segment of the item stands in, or that it begins.
func loopOf(item *translators.Item) string {
	switch {
	case item.Loop:
		return item.ID
	case item.Parent == nil || item.Parent.Parent == nil:
		return ""
	}
	return item.Parent.ID
}

func (g *guideChecker) unusedElements(n *translators.Node) {
	for i := range n.Item.Segment.Elements {
		e := &n.Item.Segment.Elements[i]
		if e.Usage == translators.NotUsed {
			g.element(n.Segment, translators.GuideElement{Element: i + 1, Rule: *e}, loopOf(n.Item))
		}
		for j := range e.Components {
			if c := &e.Components[j]; c.Usage == translators.NotUsed {
				g.element(n.Segment, translators.GuideElement{Element: i + 1, Component: j + 1, Rule: *c}, loopOf(n.Item))
			}
		}
	}
}

// places holds what stands within a node against the places that the guide names there.
func (g *guideChecker) places(places []*translators.GuidePlace, n *translators.Node) {
	for _, p := range places {
		count := 0
		for _, child := range occurrences(n, p.Item, nil) {
			if trigger := child.Trigger(); trigger != nil && translators.Picks(p.Choice, trigger) {
				count++
				g.occurrence(p, child, count)
			}
		}
		if count == 0 && p.Usage == translators.Mandatory && p.Some {
			g.lacks(p, n)
		}
	}
}

// occurrences are the children of a node at an item; HL levels hang below one another.
func occurrences(n *translators.Node, item *translators.Item, found []*translators.Node) []*translators.Node {
	for _, child := range n.Children {
		if child.Item.Index == item.Index {
			found = append(found, child)
		}
		if item.ID == "HL" && child.Item.ID == "HL" && child.Segment == nil {
			found = occurrences(child, item, found)
		}
	}
	return found
}

// occurrence judges one of the occurrences that a place picks.
func (g *guideChecker) occurrence(p *translators.GuidePlace, n *translators.Node, count int) {
	if p.Some && p.Usage == translators.NotUsed {
		g.unexpected(n, p.Demand.Usage)
		return
	}
	if p.Max > 0 && p.Some && count > p.Max {
		over := g.problem(n.Trigger(), "5", loopOf(p.Item), "the segment occurs more often than it may as "+p.Path)
		if p.Item.Loop {
			over.Code, over.Text = "4", "the loop occurs more often than it may as "+p.Path
		}
		over.Expected, over.Guide = atMost(p.Max), p.Demand.Max
		g.report(over)
	}
	for _, e := range p.Elements {
		g.element(n.Trigger(), e, loopOf(p.Item))
	}
	g.places(p.Places, n)
}

// lacks reports that no occurrence is one that the guide demands; its place is
// behind the last segment that may stand before it (X12 997 AK302).
func (g *guideChecker) lacks(p *translators.GuidePlace, n *translators.Node) {
	at := 1
	for _, child := range n.Children {
		if child.Item.Index <= p.Item.Index && child.Item.Parent.Index == p.Item.Parent.Index { // an HL level hangs below another
			at = max(at, lastOf(child))
		}
	}
	problem := translators.Problem{
		Level: translators.AtSegment, Code: "3", Segment: p.Item.ID, Position: at + 1, Loop: loopOf(p.Item), Offset: g.set.End,
		Text: "a mandatory segment is missing: " + p.Path, Expected: p.Path + " " + p.Item.Name, Guide: p.Demand.Usage,
	}
	if at < len(g.set.Segments) {
		next := &g.set.Segments[at]
		problem.Offset, problem.Found = next.Offset, clip(next.ID)
	}
	g.found.add(problem)
}

// lastOf is the position of the last segment at or below a node.
func lastOf(n *translators.Node) int {
	last := 0
	if n.Segment != nil {
		last = n.Segment.Position
	}
	for _, child := range n.Children {
		last = max(last, lastOf(child))
	}
	return last
}

// element judges one element of an occurrence by the rule that the guide has for it.
func (g *guideChecker) element(seg *translators.Segment, e translators.GuideElement, loop string) {
	at := place{seg: seg, loop: loop, element: e.Element, component: e.Component}
	texts := textsAt(seg, e.Element, e.Component)
	for i, text := range texts {
		if len(texts) > 1 {
			at.repetition = i + 1
		}
		switch {
		case e.Rule.Usage == translators.NotUsed:
			g.reportElement(at, &e.Rule, "10", "the element is not used", text, "nothing")
		case e.Rule.Components == nil:
			g.valueBy(at, &e.Rule, text)
		}
	}
	if len(texts) == 0 && e.Rule.Usage == translators.Mandatory {
		g.reportElement(at, &e.Rule, "1", "a mandatory element is missing", "", form(&e.Rule))
	}
}

// textsAt are the values of an element, one for each repetition that has one.
func textsAt(seg *translators.Segment, element, component int) []string {
	if element > len(seg.Elements) {
		return nil
	}
	e := &seg.Elements[element-1]
	if e.Repeats == nil {
		if e.Text == "" {
			return nil
		}
		return []string{e.Text}
	}
	var texts []string
	for _, parts := range e.Repeats {
		text := strings.Join(parts, "")
		if component > 0 {
			text = ""
			if component <= len(parts) {
				text = parts[component-1]
			}
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// valueBy judges length and code by a rule that is the guide's.
func (g *guideChecker) valueBy(at place, rule *translators.ElementRule, text string) {
	length, code := measure(text, rule)
	code, expected := judged(text, rule, length, code)
	if code == "" {
		return
	}
	g.reportElement(at, rule, code, faultText(code), text, expected)
}

func (g *guideChecker) reportElement(at place, rule *translators.ElementRule, code, text, found, expected string) {
	p := elementProblem(at, rule, code, text, found, expected)
	g.report(p)
}

// demanded is the line of the guide that an element's rule owes to it, by what was broken.
func demanded(rule *translators.ElementRule, code string) string {
	if rule == nil || rule.Demand == nil {
		return ""
	}
	switch code {
	case "1", "10":
		return rule.Demand.Usage
	case "4":
		return rule.Demand.Min
	case "5":
		return rule.Demand.Max
	case "7":
		return rule.Demand.Codes
	}
	return ""
}

// demandedUse and demandedMax are the same of a segment or loop.
func demandedUse(item *translators.Item) string {
	if item.Demand == nil {
		return ""
	}
	return item.Demand.Usage
}

func demandedMax(item *translators.Item) string {
	if item.Demand == nil {
		return ""
	}
	return item.Demand.Max
}
