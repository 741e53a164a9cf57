package x12

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/translators"
)

// samplePasses is how often a made-up document is read again and mended.
const samplePasses = 20

// fit mends a made-up document until its guide has nothing against it: each pass
// reads it as a partner would and mends what was found, from the end to the
// beginning, so that places stay what they are.
func (t *Translator) fit(ic translators.Interchange, set *translators.Set, at time.Time) error {
	f := &fitter{schema: set.Schema, set: set, at: at}
	for range samplePasses {
		problems, err := f.read(t, ic)
		if err != nil || len(problems) == 0 {
			return err
		}
		for i, p := range slices.Backward(problems) {
			if i == len(problems)-1 || p.Position != problems[i+1].Position || p.Level == translators.AtElement {
				f.mend(p)
			}
		}
	}
	problems, err := f.read(t, ic)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("guide %s: no document could be made up that it has nothing against: %w", f.schema.Guide.Name, &Refusal{Problems: problems})
	}
	return err
}

// fitter is the mending of one document.
type fitter struct {
	schema *translators.Schema
	set    *translators.Set
	at     time.Time
	items  map[int]*translators.Item // by position, as last read
}

// read writes the document unchecked and lists what is wrong with it.
func (f *fitter) read(t *Translator, ic translators.Interchange) ([]translators.Problem, error) {
	e := &encoder{ic: ic, schemas: map[string]*translators.Schema{}}
	e.header()
	e.set(f.set)
	f.items = map[int]*translators.Item{}
	var problems []translators.Problem
	o := translators.Options{Inside: true, Rules: by(f.schema)}
	_, err := t.Decode(bytes.NewReader(e.out.Bytes()), o, func(s *translators.Set) error {
		f.remember(s.Root)
		for _, p := range s.Problems {
			if !p.Warning {
				problems = append(problems, p)
			}
		}
		return nil
	})
	return problems, err
}

func (f *fitter) remember(n *translators.Node) {
	if n == nil {
		return
	}
	if n.Segment != nil {
		f.items[n.Segment.Position] = n.Item
	}
	for _, c := range n.Children {
		f.remember(c)
	}
}

// mend changes what a problem is about. Segments are counted from the ST.
func (f *fitter) mend(p translators.Problem) {
	at := p.Position - 2
	switch {
	case at < 0 || at > len(f.set.Segments):
	case p.Level == translators.AtSegment && p.Code == "3":
		f.set.Segments = slices.Insert(f.set.Segments, at, f.madeUp(p))
	case at == len(f.set.Segments):
	case p.Level == translators.AtSegment:
		f.set.Segments = slices.Delete(f.set.Segments, at, at+1)
	case p.Level == translators.AtElement:
		f.element(&f.set.Segments[at], p)
	}
}

// madeUp is a segment that was missing, with what must stand in it.
func (f *fitter) madeUp(p translators.Problem) translators.Segment {
	place := placeOf(f.schema.Guide.Places, p.Guide)
	rule := f.ruleOf(p.Segment)
	s := translators.Segment{ID: p.Segment}
	if place != nil {
		rule = place.Item.Segment
	}
	if rule == nil {
		return s
	}
	for i := range rule.Elements {
		if e := &rule.Elements[i]; e.Usage == translators.Mandatory {
			f.put(&s, i+1, 0, f.value(e))
		}
	}
	if place == nil {
		return s
	}
	for _, c := range place.Choice {
		if len(c.Codes) > 0 {
			f.put(&s, c.Element, c.Component, c.Codes[0])
		}
	}
	return s
}

// placeOf finds the place whose usage stands in a line of the guide.
func placeOf(places []*translators.GuidePlace, line string) *translators.GuidePlace {
	for _, p := range places {
		if p.Demand.Usage == line && line != "" {
			return p
		}
		if found := placeOf(p.Places, line); found != nil {
			return found
		}
	}
	return nil
}

// ruleOf is the rule of a segment wherever it stands in the set.
func (f *fitter) ruleOf(id string) *translators.SegmentRule {
	for levels := range 9 {
		if path := down(f.schema.Root.Items, id, levels); path != nil {
			return path[len(path)-1].Segment
		}
	}
	return nil
}

// element mends an element: takes it out, or puts a good value in.
func (f *fitter) element(s *translators.Segment, p translators.Problem) {
	rule := f.elementRule(p)
	switch {
	case rule == nil || p.Code == "10" || p.Code == "3" || p.Code == "12" || p.Code == "13":
		f.put(s, p.Element, p.Component, "")
	case p.Code == "5" && rule.Type == "AN" && len(p.Found) > rule.Max:
		f.put(s, p.Element, p.Component, strings.TrimSpace(p.Found[:rule.Max]))
	case p.Code == "4" && rule.Type == "AN":
		f.put(s, p.Element, p.Component, strings.Repeat("0", rule.Min-len(p.Found))+p.Found)
	default:
		f.put(s, p.Element, p.Component, f.value(rule))
	}
}

// elementRule is what the guide, or else the standard, says of an element.
func (f *fitter) elementRule(p translators.Problem) *translators.ElementRule {
	if rule := guideRuleOf(f.schema.Guide.Places, p); rule != nil {
		return rule
	}
	item := f.items[p.Position]
	if item == nil || item.Segment == nil {
		return nil
	}
	rule, _ := elementAt(item.Segment, p.Element, p.Component)
	return rule
}

func guideRuleOf(places []*translators.GuidePlace, p translators.Problem) *translators.ElementRule {
	if p.Guide == "" {
		return nil
	}
	for _, place := range places {
		for i := range place.Elements {
			e := &place.Elements[i]
			if e.Element == p.Element && e.Component == p.Component && demanded(&e.Rule, p.Code) == p.Guide {
				return &e.Rule
			}
		}
		if rule := guideRuleOf(place.Places, p); rule != nil {
			return rule
		}
	}
	return nil
}

// put sets an element or component; those before it come to be as well.
func (f *fitter) put(s *translators.Segment, element, component int, text string) {
	for len(s.Elements) < element {
		s.Elements = append(s.Elements, translators.Element{})
	}
	e := &s.Elements[element-1]
	if component == 0 {
		*e = translators.Element{Text: text}
		return
	}
	if len(e.Repeats) == 0 {
		e.Repeats, e.Text = [][]string{{e.Text}}, ""
	}
	for len(e.Repeats[0]) < component {
		e.Repeats[0] = append(e.Repeats[0], "")
	}
	e.Repeats[0][component-1] = text
}

// value makes up a value of the rule's type, length and list.
func (f *fitter) value(rule *translators.ElementRule) string {
	if len(rule.Components) > 0 {
		return f.value(&rule.Components[0])
	}
	least := max(rule.Min, 1)
	switch rule.Type[0] {
	case 'I':
		return codeOf(rule, least)
	case 'N', 'R':
		return "1" + strings.Repeat("0", least-1)
	case 'D':
		if rule.Max == 6 {
			return f.at.Format("060102")
		}
		return f.at.Format("20060102")
	case 'T':
		return f.at.Format("1504")
	}
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r == ' ' {
			return r
		}
		return -1
	}, strings.ToUpper(rule.Name)))
	if rule.Max > 0 && len(text) > rule.Max {
		text = strings.TrimSpace(text[:rule.Max])
	}
	return text + strings.Repeat("0", max(least-len(text), 0))
}

// codeOf is the first code of a rule, or one that looks like a code where no list is whole.
func codeOf(rule *translators.ElementRule, least int) string {
	if c := rule.Codes; c != nil {
		for _, codes := range [][]string{slices.Sorted(maps.Keys(c.Members)), slices.Sorted(maps.Keys(c.Words))} {
			for _, code := range codes {
				if len(code) >= least && (rule.Max == 0 || len(code) <= rule.Max) {
					return code
				}
			}
		}
	}
	return strings.Repeat("Z", least)
}
