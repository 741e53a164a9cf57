package workbench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// A seen is one place of the samples that the base has no pair for, or only a list
// of others.
type seen struct {
	prefix, path string // lines[]. and PO1(SK)
	words        string // of its name
	about        string // in words
	values       []string
	count        int
	sure         bool // the path tells one occurrence from another
	home         bool // the base keeps it in a list of others
}

func (s *seen) saw(value string) {
	s.count++
	if !slices.Contains(s.values, value) {
		s.values = append(s.values, value)
	}
}

// gathering is what the samples of one set have.
type gathering struct {
	*Bench
	base     string
	placer   *placer
	names    []string // of the fields that the document has
	all      []*seen
	sites    []site   // where goods go, by N104
	items    []*seen  // what the buyer calls an item
	problems []string // CODE FIELD
	unknown  []string // in words
	sets     int
	fields   map[string][]string // values of mapped fields
	sku      bool
}

// A site is a number of a place, with its name.
type site struct{ number, name string }

func (g *gathering) find(prefix, path string) *seen {
	for _, s := range g.all {
		if s.prefix == prefix && s.path == path {
			return s
		}
	}
	s := &seen{prefix: prefix, path: path}
	g.all = append(g.all, s)
	return s
}

// read takes in what one set has.
func (g *gathering) read(s *translators.Set) error {
	m, err := g.mapped(g.base, s)
	if err != nil {
		return err
	}
	result, trace, err := m.Trace(s)
	if err != nil {
		return err
	}
	g.sets++
	for _, u := range result.Unmapped {
		if l, ok := locate(s.Root, u.Path); ok {
			g.unmapped(l, u.Value)
		}
	}
	g.others(s, trace)
	g.places(s, trace)
	for _, l := range trace {
		f := Unindexed(l.Field)
		if !slices.Contains(g.fields[f], l.Value) {
			g.fields[f] = append(g.fields[f], l.Value)
		}
	}
	for _, p := range result.Problems {
		text := p.Code + " " + Unindexed(p.Field) + ": " + p.Text
		if p.Severity != "warn" && !slices.Contains(g.problems, p.Code+" "+p.Field) {
			g.problems = append(g.problems, p.Code+" "+p.Field)
		}
		if !slices.Contains(g.unknown, text) {
			g.unknown = append(g.unknown, text)
		}
	}
	return nil
}

// unmapped takes in an element that no pair of the base reads.
func (g *gathering) unmapped(l located, value string) {
	prefix, path, sure := g.placer.place(l)
	element, code, means := g.placer.key(l.node())
	if l.element == element && l.component == 0 && strings.Contains(path, code+"]") {
		return // the brackets of its neighbours say it
	}
	s := g.find(prefix, path)
	s.sure = sure
	r := l.rule()
	s.words = l.node().Item.Name + " " + r.Name
	switch id := l.node().Item.ID; {
	case means != "" && (id == "REF" || id == "DTM" || id == "AMT"):
		s.words = means
	case means != "" && (id == "MEA" || id == "QTY" || id == "N1"):
		s.words = means + " " + r.Name
	}
	s.about = strings.Trim(orWords(means, l.node().Item.Name)+", "+r.Name, ", ")
	if c := r.Codes; c != nil && c.Words[value] != "" {
		value += " (" + c.Words[value] + ")"
	}
	s.saw(value)
}

func orWords(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// others takes in what the base keeps in a list of others, with its qualifier.
func (g *gathering) others(set *translators.Set, trace []mappings.TraceLine) {
	for i, l := range trace {
		if i+1 == len(trace) {
			break
		}
		value := trace[i+1]
		switch f := Unindexed(l.Field); {
		case strings.HasSuffix(f, "otherIds[]") && value.Field == l.Field && value.Position == l.Position:
			g.other(f, "item.otherIds[]", l, value, fmt.Sprintf("%s(%s)", l.Segment, l.Raw), set)
		case strings.HasSuffix(f, "references[].type") && value.Position == l.Position && (l.Segment == "REF" || l.Segment == "N9"):
			g.other(f, "references[].type", l, value, l.Segment+"["+l.Raw+"]02", set)
		}
	}
}

func (g *gathering) other(field, tail string, code, value mappings.TraceLine, path string, set *translators.Set) {
	prefix, ok := strings.CutSuffix(field, tail)
	if !ok || !g.placer.holds[prefix] || !nameable(code.Raw) {
		return
	}
	s := g.find(prefix, path)
	s.home, s.sure = true, true
	means := meaning(set, code)
	s.words, s.about = orWords(means, code.Segment+" "+code.Raw), orWords(means, "no meaning in our list")
	s.saw(value.Raw)
}

// meaning is what the code list says of a code that was read.
func meaning(set *translators.Set, l mappings.TraceLine) string {
	item := search(set.Schema.Root, l.Segment)
	if item == nil || item.Segment == nil {
		return ""
	}
	for i, e := range item.Segment.Elements {
		if l.Element == l.Segment+two(i+1) && e.Codes != nil {
			return e.Codes.Words[l.Raw]
		}
	}
	return ""
}

func search(item *translators.Item, id string) *translators.Item {
	for _, k := range item.Items {
		if k.ID == id {
			return k
		}
		if k.Loop && k != item.Items[0] {
			if found := search(k, id); found != nil {
				return found
			}
		}
	}
	return nil
}

// places takes in the numbers of the places that goods go to, and of items.
func (g *gathering) places(set *translators.Set, trace []mappings.TraceLine) {
	name := ""
	for _, l := range trace {
		switch f := Unindexed(l.Field); {
		case f == "parties.shipTo.name":
			name = l.Value
		case strings.HasPrefix(f, "parties.shipTo.ids[]") && l.Element == "N104":
			if !slices.ContainsFunc(g.sites, func(s site) bool { return s.number == l.Raw }) {
				g.sites = append(g.sites, site{l.Raw, name})
			}
		case f == "lines[].item.sku":
			g.sku = true
		case f == "lines[].item.buyerItem":
			g.item(set, l)
		}
	}
}

// item takes in a number of the buyer's, with the qualifier that it stands behind.
func (g *gathering) item(set *translators.Set, l mappings.TraceLine) {
	n, err := strconv.Atoi(strings.TrimPrefix(l.Element, l.Segment))
	i := slices.IndexFunc(set.Segments, func(s translators.Segment) bool { return s.Position == l.Position && s.ID == l.Segment })
	if err != nil || i < 0 {
		return
	}
	qualifier := set.Segments[i].Element(n - 1)
	if !nameable(qualifier) {
		return
	}
	path := l.Segment + "(" + qualifier + ")"
	if len(g.items) == 0 {
		g.items = []*seen{{path: path}}
	}
	if g.items[0].path == path {
		g.items[0].saw(l.Raw)
	}
}
