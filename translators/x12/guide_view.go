package x12

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/translators"
)

// GuideOptions say how a guide is shown.
type GuideOptions struct {
	All bool      // the whole set, not only what is demanded, changed or in the example
	At  time.Time // of the example
}

// guideView is a guide as people read it, before it is text or a page.
type guideView struct {
	schema  *translators.Schema
	blocks  []guideBlock
	example string
	all     bool
	lines   map[int][]*translators.Segment // of the example, by the index of their item
}

// guideBlock is a segment or loop, or those of its occurrences that a qualifier picks.
type guideBlock struct {
	Path, Name       string
	Depth            int
	Loop, Some       bool
	Usage, Max       string
	WasUsage, WasMax string // of the standard, where the guide changes it
	Unused           bool
	Notes            string
	Elements         []guideEntry
	More             []string // elements that may come as well, and are not shown
	Examples         []string
	Where            string
}

// guideEntry is an element or component.
type guideEntry struct {
	Place, Name, Usage, Form    string
	WasUsage, WasForm, WasCodes string
	Codes                       []codeWords
	AllCodes                    int // how many there are, where they are not listed
	Notes                       string
	Unused, Widened             bool
}

// view gathers what is shown of a guide.
func (t *Translator) view(schema *translators.Schema, o GuideOptions) (*guideView, error) {
	v := &guideView{schema: schema, all: o.All, lines: map[int][]*translators.Segment{}}
	guided := t.By(schema)
	var out bytes.Buffer
	if err := guided.Sample(&out, SampleOptions{Set: schema.Set, Version: schema.Release, Lines: 2, At: o.At}); err != nil {
		return nil, err
	}
	v.example = out.String()
	_, err := guided.Decode(&out, translators.Options{}, func(s *translators.Set) error {
		v.gather(s.Root)
		return nil
	})
	for _, item := range schema.Root.Items {
		v.item(item, schema.Guide.Base.Root, schema.Guide.Places, 0)
	}
	return v, err
}

// gather keeps the example's segments; the set is gone when Decode returns.
func (v *guideView) gather(n *translators.Node) {
	if n.Segment != nil {
		s := *n.Segment
		s.Elements = slices.Clone(s.Elements)
		v.lines[n.Item.Index] = append(v.lines[n.Item.Index], &s)
	}
	for _, c := range n.Children {
		v.gather(c)
	}
}

// item shows a place, what the guide says of some of its occurrences, and what is inside.
func (v *guideView) item(item, baseParent *translators.Item, places []*translators.GuidePlace, depth int) {
	if item.ID == "ST" || item.ID == "SE" {
		return
	}
	base := baseParent.Items[slices.IndexFunc(baseParent.Items, func(i *translators.Item) bool { return i.Index == item.Index })]
	own, some := guidePlacesOf(places, item)
	if !v.shows(item, own, some) {
		return
	}
	block := v.block(item, base, depth)
	if own != nil {
		block.Notes = own.Notes
		for i := range own.Elements {
			block.note(item.ID, own.Elements[i])
		}
	}
	v.blocks = append(v.blocks, block)
	if block.Unused {
		return
	}
	for _, p := range some {
		v.place(p, depth+1)
	}
	var inside []*translators.GuidePlace
	if own != nil {
		inside = own.Places
	}
	for i, inner := range item.Items {
		if i > 0 {
			v.item(inner, base, inside, depth+1)
		}
	}
}

// guidePlacesOf finds what the guide says of all, and of some, of an item's occurrences.
func guidePlacesOf(places []*translators.GuidePlace, item *translators.Item) (own *translators.GuidePlace, some []*translators.GuidePlace) {
	for _, p := range places {
		switch {
		case p.Item != item:
		case len(p.Choice) == 0:
			own = p
		default:
			some = append(some, p)
		}
	}
	return own, some
}

func (v *guideView) shows(item *translators.Item, own *translators.GuidePlace, some []*translators.GuidePlace) bool {
	return v.all || own != nil || len(some) > 0 || len(v.lines[first(item).Index]) > 0 || item.Usage == translators.Mandatory
}

// first is the item that a loop's own segment stands at.
func first(item *translators.Item) *translators.Item {
	if item.Loop {
		return item.Items[0]
	}
	return item
}

func (v *guideView) block(item, base *translators.Item, depth int) guideBlock {
	b := guideBlock{
		Path: itemPath(item), Name: item.Name, Depth: depth, Loop: item.Loop,
		Usage: usageWords(item.Usage), Max: timesWords(item.Max), Unused: item.Usage == translators.NotUsed,
	}
	if item.Usage != base.Usage {
		b.WasUsage = usageWords(base.Usage)
	}
	if item.Max != base.Max {
		b.WasMax = timesWords(base.Max)
	}
	if item.Demand != nil {
		b.Where = or(item.Demand.Usage, item.Demand.Max)
	}
	lines := v.lines[first(item).Index]
	for _, s := range lines[:min(len(lines), 2)] {
		b.Examples = append(b.Examples, segmentText(s))
	}
	if b.Unused {
		return b
	}
	for i := range item.Segment.Elements {
		v.element(&b, item.ID, i, &item.Segment.Elements[i], &base.Segment.Elements[i], lines)
	}
	return b
}

// element shows one that is demanded, changed or in the example, with its components.
func (v *guideView) element(b *guideBlock, id string, i int, rule, base *translators.ElementRule, lines []*translators.Segment) {
	place := fmt.Sprintf("%s%02d", id, i+1)
	used := slices.ContainsFunc(lines, func(s *translators.Segment) bool { return s.Element(i+1) != "" })
	changed := rule.Demand != nil
	for c := range rule.Components {
		changed = changed || rule.Components[c].Demand != nil
	}
	if !v.all && !used && !changed && rule.Usage != translators.Mandatory {
		b.More = append(b.More, place[len(id):])
		return
	}
	b.Elements = append(b.Elements, entryOf(place, rule, base, lines, i+1, 0))
	for c := range rule.Components {
		if r := &rule.Components[c]; v.all || r.Usage == translators.Mandatory || r.Demand != nil {
			b.Elements = append(b.Elements, entryOf(fmt.Sprintf("%s-%02d", place, c+1), r, &base.Components[c], lines, i+1, c+1))
		}
	}
}

// asAny stands where a place is one of several, of which the standard says nothing alone.
const asAny = "as any other"

// place shows what holds for some occurrences.
func (v *guideView) place(p *translators.GuidePlace, depth int) {
	b := guideBlock{Path: p.Path, Name: p.Item.Name, Depth: depth, Loop: p.Item.Loop, Some: true, Notes: p.Notes, Where: or(p.Demand.Usage, p.Demand.Max)}
	if p.Usage != 0 {
		b.Usage, b.WasUsage, b.Unused = usageWords(p.Usage), asAny, p.Usage == translators.NotUsed
	}
	if p.Max != 0 {
		b.Max, b.WasMax = timesWords(p.Max), asAny
	}
	for _, s := range v.lines[first(p.Item).Index] {
		if len(p.Choice) > 0 && translators.Picks(p.Choice, s) && len(b.Examples) < 2 {
			b.Examples = append(b.Examples, segmentText(s))
		}
	}
	for i := range p.Elements {
		e := &p.Elements[i]
		base, _ := elementAt(p.Item.Segment, e.Element, e.Component)
		place := translators.Problem{Segment: p.Item.ID, Element: e.Element, Component: e.Component}.Where()
		entry := entryOf(place, &e.Rule, base, nil, e.Element, e.Component)
		entry.Notes = e.Notes
		b.Elements = append(b.Elements, entry)
	}
	v.blocks = append(v.blocks, b)
	for _, inner := range p.Places {
		v.place(inner, depth+1)
	}
}

// note puts a guide's words beside the element that they are about.
func (b *guideBlock) note(id string, e translators.GuideElement) {
	place := translators.Problem{Segment: id, Element: e.Element, Component: e.Component}.Where()
	for i := range b.Elements {
		if b.Elements[i].Place == place {
			b.Elements[i].Notes = e.Notes
		}
	}
}

const codesShown = 12

// entryOf shows an element; lines are the example's segments, position its element and component there.
func entryOf(place string, rule, base *translators.ElementRule, lines []*translators.Segment, position ...int) guideEntry {
	e := guideEntry{
		Place: place, Name: rule.Name, Usage: usageWords(rule.Usage), Form: formWords(rule), Unused: rule.Usage == translators.NotUsed,
		Widened: rule.Demand != nil && rule.Demand.Widened,
	}
	if rule.Usage != base.Usage {
		e.WasUsage = usageWords(base.Usage)
	}
	if rule.Min != base.Min || rule.Max != base.Max {
		e.WasForm = formWords(base)
	}
	if rule.Codes == nil {
		return e
	}
	if rule.Codes != base.Codes {
		e.WasCodes = "codes of the standard"
		if base.Codes != nil && len(base.Codes.Members) > 0 {
			e.WasCodes = strconv.Itoa(len(base.Codes.Members)) + " codes"
		}
	}
	listed := slices.Sorted(maps.Keys(rule.Codes.Members))
	if rule.Codes == base.Codes && (len(listed) > codesShown || len(listed) > len(rule.Codes.Words)) {
		e.AllCodes = len(listed)
		listed = nil
		for _, s := range lines { // of a long list those that the example has
			if code := s.Component(position[0], max(position[1], 1)); rule.Codes.Words[code] != "" && !slices.Contains(listed, code) {
				listed = append(listed, code)
			}
		}
	}
	for _, code := range listed {
		e.Codes = append(e.Codes, codeWords{code: code, words: rule.Codes.Words[code]})
	}
	return e
}

func usageWords(u translators.Usage) string {
	switch u {
	case translators.Mandatory:
		return "mandatory"
	case translators.NotUsed:
		return "not used"
	}
	return "optional"
}

func timesWords(n int) string {
	switch n {
	case 0:
		return "any number"
	case 1:
		return "once"
	}
	return "up to " + strconv.Itoa(n)
}

// formWords is type and length: AN 1–22.
func formWords(rule *translators.ElementRule) string {
	switch {
	case rule.Components != nil:
		return "composite"
	case rule.Max == 0:
		return rule.Type
	case rule.Min == rule.Max:
		return fmt.Sprintf("%s %d", rule.Type, rule.Max)
	}
	return fmt.Sprintf("%s %d–%d", rule.Type, rule.Min, rule.Max)
}

// segmentText writes a segment as it stands in the example.
func segmentText(s *translators.Segment) string {
	parts := []string{s.ID}
	for _, e := range s.Elements {
		text := e.Text
		if len(e.Repeats) > 0 {
			text = strings.Join(e.Repeats[0], ">")
		}
		parts = append(parts, text)
	}
	return strings.TrimRight(strings.Join(parts, "*"), "*") + "~"
}
