package mappings

import "waybill/translators"

// A slotSet is a set of slots of a frame, as words of bits from the first that has
// one: the slots of a set mostly stand together.
type slotSet struct {
	first int // word
	words []uint64
}

// with is the set with one slot more.
func (s slotSet) with(slot int) slotSet { return s.withWord(slot/wordBits, 1<<(slot%wordBits)) }

func (s slotSet) withWord(at int, word uint64) slotSet {
	if len(s.words) == 0 {
		return slotSet{at, []uint64{word}}
	}
	for ; at < s.first; s.first-- {
		s.words = append([]uint64{0}, s.words...)
	}
	for at >= s.first+len(s.words) {
		s.words = append(s.words, 0)
	}
	s.words[at-s.first] |= word
	return s
}

// and is the set with the slots of another too.
func (s slotSet) and(o slotSet) slotSet {
	for i, word := range o.words {
		if word != 0 {
			s = s.withWord(o.first+i, word)
		}
	}
	return s
}

// word is the bits of the slots of one word of a frame.
func (s slotSet) word(at int) uint64 {
	if at -= s.first; at < 0 || at >= len(s.words) {
		return 0
	}
	return s.words[at]
}

// Marks are ordinals, one bit each; the last bit stands for all from there on.
type marks uint64

const lastMark = 63

func markOf(n int) marks { return 1 << min(n, lastMark) }

func (m marks) has(n int) bool { return m>>min(n, lastMark)&1 != 0 }

// index tells a scope that is read which child leads to which group, and which
// qualifier to which rules: reading passes over all others.
func (s *scope) index() {
	for i, g := range s.groups {
		s.groupOf[g.item.Index] = i
		for len(s.groupAt) <= g.item.Index-s.item.Index {
			s.groupAt = append(s.groupAt, 0)
		}
		s.groupAt[g.item.Index-s.item.Index] = markOf(i)
	}
	s.ruleOf = map[string]marks{}
	for i, r := range s.pairs {
		for _, a := range r.alts {
			s.ruleOf[a.code] |= markOf(i)
		}
	}
}

// there are the groups that the children of an occurrence belong to.
func (s *scope) there(children []*translators.Node) marks {
	var m marks
	for _, n := range children {
		if at := n.Item.Index - s.item.Index; at >= 0 && at < len(s.groupAt) {
			m |= s.groupAt[at]
		}
	}
	return m
}
