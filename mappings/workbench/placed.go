package workbench

import (
	"regexp"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/translators"
)

// placer writes the place of an element as a mapping would: from the nearest list
// of ours that can hold extensions.
type placer struct {
	blocks []block
	named  []block         // occurrences that a pair names, which are none of [other]
	holds  map[string]bool // "" and the lists whose items have extensions: lines[].
	keys   map[string]int  // the element that the mapping tells segments apart by; 0 where it does not
}

// A block is a place that a mapping gives to a list.
type block struct {
	field string
	under string // the list around it, with a dot; "" at the top
	steps []blockStep
}

type blockStep struct {
	id    string
	rest  bool // [other]
	conds []blockCond
}

type blockCond struct {
	element int // 0 is the key
	codes   []string
}

func newPlacer(r *mappings.Resolved, fields []string) *placer {
	p := &placer{holds: map[string]bool{"": true}, keys: keysOf(r.Pairs)}
	for _, f := range fields {
		if prefix, ok := strings.CutSuffix(f, "extensions"); ok {
			p.holds[prefix] = true
		}
	}
	first := regexp.MustCompile(`^[A-Z][A-Z0-9]{1,2}\[[^\]]*\]`)
	for _, pair := range r.Pairs {
		if step := stepsOf(first.FindString(pair.Place)); len(step) == 1 && len(step[0].conds) > 0 && pair.Way != mappings.Out {
			p.named = append(p.named, block{pair.Field, listOf(pair.Field), step})
		}
		if pair.Block && pair.Place != "" && pair.Way != mappings.Out && strings.HasSuffix(pair.Field, "[]") {
			p.blocks = append(p.blocks, block{pair.Field, listOf(pair.Field), stepsOf(bare(pair.Place))})
		}
	}
	// [other] takes what no other block has.
	slices.SortStableFunc(p.blocks, func(a, b block) int { return strings.Count(a.text(), "other") - strings.Count(b.text(), "other") })
	return p
}

// keysOf says how a mapping tells the occurrences of segments apart: FOB01 does not,
// CTP[02=RTL]03 does by element 2.
func keysOf(pairs []mappings.Pair) map[string]int {
	keys := map[string]int{}
	bare := regexp.MustCompile(`^([A-Z][A-Z0-9]{1,2})\d\d`)
	other := regexp.MustCompile(`(?:^|/)([A-Z][A-Z0-9]{1,2})\[(\d\d)=`)
	blocks := map[string]string{}
	for _, p := range pairs {
		if p.Block && p.Place != "" {
			blocks[p.Field] = p.Place
		}
		m := bare.FindStringSubmatch(p.Place)
		if m == nil || p.Block || own(blocks, p.Field, m[1]) {
			continue
		}
		keys[m[1]] = 0
	}
	for _, p := range pairs {
		if m := other.FindStringSubmatch(p.Place); m != nil {
			keys[m[1]] = int(m[2][0]-'0')*10 + int(m[2][1]-'0')
		}
	}
	return keys
}

// own says whether a field stands in the segment of the block around it.
func own(blocks map[string]string, field, segment string) bool {
	for {
		if at, ok := blocks[field]; ok {
			at = at[strings.LastIndexByte(at, '/')+1:]
			return strings.HasPrefix(at, segment) && (len(at) == len(segment) || at[len(segment)] == '[')
		}
		i := strings.LastIndexByte(field, '.')
		if i < 0 {
			return false
		}
		field = field[:i]
	}
}

// key is the element that tells occurrences of a node apart, and its code here.
func (p *placer) key(n *translators.Node) (element int, code, means string) {
	if n.Item.Segment == nil {
		return 0, "", ""
	}
	element, own := p.keys[n.Item.ID]
	if !own {
		element = max(n.Item.Segment.Key, 1)
	}
	code, means = key(n, element)
	return element, code, means
}

// choice is a step in brackets; ok is false where there is nothing to choose by.
func (p *placer) choice(n *translators.Node) (text string, ok bool) {
	element, code, _ := p.key(n)
	switch {
	case n.Item.Max == 1:
		return "", true
	case element == 0:
		return "", true
	case code == "":
		return "", false
	case element == max(n.Item.Segment.Key, 1):
		return "[" + code + "]", true
	}
	return "[" + two(element) + "=" + code + "]", true
}

func (b block) text() string {
	if len(b.steps) > 0 && b.steps[len(b.steps)-1].rest {
		return "other"
	}
	return ""
}

// listOf is the list that a field is in, with a dot: lines[].dates.other[] is in lines[].
func listOf(field string) string {
	i := strings.LastIndex(strings.TrimSuffix(field, "[]"), "[]")
	if i < 0 {
		return ""
	}
	return field[:i+2] + "."
}

func stepsOf(place string) []blockStep {
	words := regexp.MustCompile(`([A-Z][A-Z0-9]{1,2})(\[[^\]]*\])?(/|$)`)
	var all []blockStep
	for _, m := range words.FindAllStringSubmatch(place, -1) {
		s := blockStep{id: m[1], rest: m[2] == "[other]"}
		for cond := range strings.SplitSeq(strings.Trim(m[2], "[]"), ",") {
			if cond == "" || cond == "other" || cond == "*" {
				continue
			}
			k := blockCond{}
			if number, codes, ok := strings.Cut(cond, "="); ok {
				for _, c := range number {
					k.element = k.element*10 + int(c-'0')
				}
				cond = codes
			}
			k.codes = strings.Split(cond, "|")
			s.conds = append(s.conds, k)
		}
		all = append(all, s)
	}
	return all
}

// meets says whether an occurrence satisfies a step.
func (s blockStep) meets(n *translators.Node) bool {
	if n.Item.ID != s.id {
		return false
	}
	for _, k := range s.conds {
		element := k.element
		if element == 0 {
			element = max(n.Item.Segment.Key, 1)
		}
		if !slices.Contains(k.codes, n.Trigger().Element(element)) {
			return false
		}
	}
	return true
}

// place is the list that an extension can stand in, with a dot, and the path of
// the element from there; ok is false where the path cannot tell one occurrence
// from another.
func (p *placer) place(l located) (prefix, path string, ok bool) {
	in, from := "", 0
	home, begin := "", 0
	for i := range l.nodes {
		for _, b := range p.blocks {
			if b.under == in && len(b.steps) == i+1-from && met(b.steps, l.nodes[from:i+1]) && !p.claimed(b, l.nodes[i]) {
				in, from = b.field+".", i+1
				if p.holds[in] {
					home, begin = in, from
				}
				break
			}
		}
	}
	ok = in == home // what is an item of another list would no longer be one
	var words []string
	for _, n := range l.nodes[begin:] {
		choice, tells := p.choice(n)
		word := n.Item.ID + choice
		ok = ok && tells
		words = append(words, word)
	}
	if begin == len(l.nodes) { // an element of the list's own segment
		return home, l.segment().ID + l.end(), true
	}
	return home, strings.Join(words, "/") + l.end(), ok
}

// claimed says whether a pair names an occurrence, so that it is none of a list of others.
func (p *placer) claimed(b block, n *translators.Node) bool {
	return b.text() == "other" && slices.ContainsFunc(p.named, func(o block) bool { return o.under == b.under && o.steps[0].meets(n) })
}

func met(steps []blockStep, nodes []*translators.Node) bool {
	for i, s := range steps {
		if !s.meets(nodes[i]) {
			return false
		}
	}
	return true
}
