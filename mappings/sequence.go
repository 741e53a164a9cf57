package mappings

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// settle puts claims in the order in which they claim: more conditions first,
// then as written, [other] last; and groups that only fill what others left last.
func (s *scope) settle() {
	for _, g := range s.groups {
		sort.SliceStable(g.claims, func(i, j int) bool {
			a, b := g.claims[i], g.claims[j]
			if a.choice.rest != b.choice.rest {
				return b.choice.rest
			}
			if d := len(b.choice.conds) - len(a.choice.conds); d != 0 {
				return d < 0
			}
			return a.order < b.order
		})
		for _, k := range g.claims {
			k.scope.settle()
		}
	}
	s.need()
	slices.SortStableFunc(s.groups, func(a, b *group) int { return cmp.Compare(a.lateness(), b.lateness()) })
	sort.SliceStable(s.pairs, func(i, j int) bool {
		a, b := s.pairs[i], s.pairs[j]
		if a.rest != b.rest {
			return b.rest
		}
		return a.order < b.order
	})
	s.index()
}

func (g *group) lateness() int {
	for _, k := range g.claims {
		if k.late {
			return 1
		}
	}
	return 0
}

// sequence puts claims in the order in which they are written: the schema's, and
// at one place of it first single claims as written, then lists, [other] last.
func (s *scope) sequence() {
	slices.SortStableFunc(s.groups, func(a, b *group) int { return cmp.Compare(s.turn(a), s.turn(b)) })
	for _, g := range s.groups {
		slices.SortStableFunc(g.claims, func(a, b *claim) int {
			return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmp.Compare(a.order, b.order))
		})
		for _, k := range g.claims {
			k.scope.sequence()
		}
	}
	slices.SortStableFunc(s.pairs, func(a, b *pairRule) int {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmp.Compare(a.order, b.order))
	})
	s.need()
}

// readBy tells what is written who will read it.
func (s *scope) readBy(in *scope) {
	s.readers = in.pairs
	for _, g := range s.groups {
		i, ok := in.groupOf[g.item.Index]
		if !ok {
			continue
		}
		g.readers = in.groups[i].claims
		for _, k := range g.claims {
			for _, r := range g.readers {
				if r.path == k.path {
					k.scope.readBy(r.scope)
				}
			}
		}
	}
}

// need notes which slots of its frame the scope writes, itself or below.
func (s *scope) need() {
	for _, k := range s.consts {
		s.computes = s.computes || k.program != nil
	}
	for _, g := range s.groups {
		for _, k := range g.claims {
			s.computes = s.computes || k.scope.computes && !k.many
			k.must = k.forced() && g.sole()
		}
	}
	for _, a := range s.reads {
		s.needs = s.needs.with(a.slot)
		for _, kept := range []int{a.sent, a.keep} { // alone, they are a problem to name
			if kept >= 0 {
				s.needs = s.needs.with(kept)
			}
		}
	}
	for _, k := range s.inside {
		s.needs = s.needs.with(k.list)
	}
	for _, r := range s.pairs {
		s.needs = s.needs.with(r.access.slot)
		if r.kind >= 0 && r.list < 0 {
			s.needs = s.needs.with(r.kind)
		}
		if r.list >= 0 {
			s.needs = s.needs.with(r.list)
		}
	}
	for _, r := range s.repeats {
		s.needs = s.needs.with(r.list)
	}
	for _, g := range s.groups {
		g.need()
		s.needs = s.needs.and(g.needs)
	}
}

// need notes which slots of a frame the group writes.
func (g *group) need() {
	for _, k := range g.claims {
		g.always = g.always || k.must || k.scope.computes && !k.many
		switch {
		case k.folded: // it is of the frames of the items
		case k.many:
			g.needs = g.needs.with(k.list)
		default:
			g.needs = g.needs.and(k.scope.needs)
		}
	}
}

// turn is the place of a group among those of its scope: the schema's, and the
// levels below a level behind all else.
func (s *scope) turn(g *group) int {
	if g.item == s.item {
		return math.MaxInt
	}
	return g.item.Index
}

func (k *claim) turn() int {
	switch {
	case k.choice.rest:
		return 2
	case k.many:
		return 1
	}
	return 0
}

func (r *pairRule) turn() int {
	switch {
	case r.rest:
		return 2
	case len(r.alts) > 0 && r.alts[0].slot > 0:
		return 0
	}
	return 1
}
