package x12

import (
	"slices"
	"strings"
	"testing"

	"waybill/translators"
)

// grammar decides in another way than the walker whether the order of segments
// is one that a schema allows: it tries everything, and knows no problems.
type grammar struct {
	ids  []string
	seen map[state]bool // tried, and led nowhere
}

// state is where a try stands: at item n of a loop, so many of it taken, at segment at.
type state struct {
	loop    *translators.Item
	n, took int
	at      int
	back    *state
}

// accepts says whether the ids are a set of the schema.
func (g *grammar) accepts(root *translators.Item) bool {
	g.seen = map[state]bool{}
	return g.try(state{loop: root})
}

// try goes on from a state: take the item, or leave it, or leave the loop.
func (g *grammar) try(s state) bool {
	if g.seen[s] {
		return false
	}
	if s.n == len(s.loop.Items) {
		if s.back == nil {
			return s.at == len(g.ids)
		}
		back := *s.back
		back.at = s.at
		return g.try(back)
	}
	item := s.loop.Items[s.n]
	if s.at < len(g.ids) && g.ids[s.at] == item.ID && (item.Max == 0 || s.took < item.Max) {
		next := s
		next.took++
		if item.Loop {
			inside := state{loop: item, at: s.at, back: &next}
			if g.try(inside) {
				return true
			}
		} else {
			next.at++
			if g.try(next) {
				return true
			}
		}
	}
	if item.Usage == translators.Mandatory && s.took == 0 {
		return false
	}
	next := s
	next.n, next.took = s.n+1, 0
	if g.try(next) {
		return true
	}
	g.seen[s] = true
	return false
}

// TestGrammar damages made sets: where the walker finds nothing wrong with the
// order of segments, the grammar accepts them; where the grammar does not, the
// walker has a problem.
func TestGrammar(t *testing.T) {
	rejected, accepted := 0, 0
	eachSchema(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 40 {
			segments := m.set(s)
			for range m.r.IntN(3) {
				i, j := m.r.IntN(len(segments)), m.r.IntN(len(segments))
				if m.r.IntN(2) == 0 {
					segments[i], segments[j] = segments[j], segments[i]
				} else {
					segments = slices.Insert(slices.Clone(segments), i, segments[j])
				}
			}
			ids := []string{"ST"}
			for _, seg := range segments {
				ids = append(ids, seg.ID)
			}
			ids = append(ids, "SE")
			if len(ids) > 60 {
				continue // trying everything takes long
			}
			want := (&grammar{ids: ids}).accepts(s.Root)
			order := slices.DeleteFunc(codesOf(decode(t, plainText(s, segments))), func(c string) bool { return !strings.HasPrefix(c, "segment") })
			if clean := len(order) == 0; clean != want {
				t.Fatalf("the grammar says %v, the walker %v\n%v", want, order, ids)
			}
			if want {
				accepted++
			} else {
				rejected++
			}
		}
	})
	if rejected < 100 || accepted < 100 {
		t.Errorf("%d accepted, %d rejected: nothing is shown by that", accepted, rejected)
	}
}
