package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// structure breaks the order and number of segments of one schema.
type structure struct {
	*maker
	t    *testing.T
	s    *translators.Schema
	seen *tally
	ids  map[string]bool // of the set
}

// structureMutations breaks every place of every set: what must be there is
// dropped, what may come so often comes once more, what comes first comes later,
// loops lose their first segment, and strange segments stand everywhere.
func structureMutations(t *testing.T, seen *tally) {
	sampledSchemas(t, func(t *testing.T, m *maker, s *translators.Schema) {
		b := structure{maker: m, t: t, s: s, seen: seen, ids: map[string]bool{"ST": true, "SE": true}}
		for _, i := range everySegment(s) {
			b.ids[i.ID] = true
		}
		b.within(s.Root)
	})
}

func (b *structure) within(loop *translators.Item) {
	for n, i := range loop.Items {
		trigger := n == 0
		if i.ID == "ST" || i.ID == "SE" {
			continue
		}
		if !trigger {
			b.drop(i)
			b.repeat(i)
			b.swap(loop, n)
		}
		b.strange(i)
		if i.Loop {
			b.beheaded(i)
			b.within(i)
		}
	}
}

// expect reads a broken document: one fault, its code for the segment, at the
// first place that no reading of the schema allows. More may follow as said.
func (b *structure) expect(what string, doc []placed, fault func(at int, id string) []string) {
	b.t.Helper()
	ids := []string{"ST"}
	segments := make([]translators.Segment, len(doc))
	for i, p := range doc {
		ids = append(ids, p.segment.ID)
		segments[i] = p.segment
	}
	ids = append(ids, "SE")
	first := firstFault(b.s.Root, ids)
	want := []string{}
	if first >= 0 {
		want = fault(first+1, ids[first])
	}
	text := plainText(b.s, segments)
	rep := decode(b.t, text)
	if diff := cmp.Diff(want, codesOf(rep)); diff != "" {
		b.t.Errorf("%s: %s\n%s", what, diff, strings.Join(ids, " ")[:min(600, len(strings.Join(ids, " ")))])
		return
	}
	b.seen.add(b.s, what, text)
	for _, w := range want {
		code, _, _ := strings.Cut(strings.TrimPrefix(w, "segment "), "@")
		b.seen.provoked("720", code, what)
	}
	b.seen.answered(b.t, b.s, rep, want)
}

func at(code string, position int, id string) string {
	return fmt.Sprintf("segment %s@%d %s", code, position, id)
}

// drop leaves out what must be there.
func (b *structure) drop(i *translators.Item) {
	if i.Usage == translators.Mandatory {
		doc := b.smallest(b.s, map[*translators.Item]int{i: 0})
		b.expect("mandatory segment dropped", doc, func(position int, _ string) []string { return []string{at("3", position, i.ID)} })
	}
}

const mostCopies = 1000 // of a segment or loop in one document

// repeat writes one more than there may be.
func (b *structure) repeat(i *translators.Item) {
	if i.Max == 0 || i.Max > mostCopies {
		return
	}
	doc := b.smallest(b.s, map[*translators.Item]int{i: i.Max + 1})
	what, code := "repeated beyond its limit", "5"
	if i.Loop {
		what, code = "loop repeated beyond its limit", "4"
	}
	b.expect(what, doc, func(position int, _ string) []string { return []string{at(code, position, i.ID)} })
}

// swap puts a segment behind the one that it must stand before.
func (b *structure) swap(loop *translators.Item, n int) {
	i := loop.Items[n]
	if i.Loop || n+1 == len(loop.Items) || loop.Items[n+1].Loop || loop.Items[n+1].ID == "SE" {
		return
	}
	next := loop.Items[n+1]
	doc := b.smallest(b.s, map[*translators.Item]int{i: 1, next: 1})
	k := slices.IndexFunc(doc, func(p placed) bool { return p.item == i })
	doc[k], doc[k+1] = doc[k+1], doc[k]
	b.expect("moved out of order", doc, func(position int, id string) []string { return []string{at("7", position, id)} })
}

// strange puts segments before an item that no set of the release has, and that other sets have.
func (b *structure) strange(i *translators.Item) {
	doc := b.smallest(b.s, map[*translators.Item]int{i: 1})
	k := slices.IndexFunc(doc, func(p placed) bool { return p.item == i || i.Loop && p.item == i.Items[0] })
	for _, c := range []struct{ what, id, code string }{
		{"unknown segment", "ZZZ", "1"}, {"segment of another set", b.foreign(), "6"},
	} {
		with := slices.Insert(slices.Clone(doc), k, placed{segment: line3(c.id, "1")})
		b.expect(c.what, with, func(position int, id string) []string { return []string{at(c.code, position, id)} })
	}
}

// foreign is a segment that the release has and the set has not.
func (b *structure) foreign() string {
	for _, id := range []string{"BEG", "W05", "BIG", "AK1"} {
		if !b.ids[id] {
			return id
		}
	}
	return "TA1"
}

// beheaded loses the first segment of a loop, and keeps the next.
func (b *structure) beheaded(loop *translators.Item) {
	for _, child := range loop.Items[1:] {
		doc := b.smallest(b.s, map[*translators.Item]int{loop: 1, child: 1})
		k := slices.IndexFunc(doc, func(p placed) bool { return p.item == loop.Items[0] })
		doc = slices.Delete(doc, k, k+1)
		b.expect("loop without its first segment", doc, func(position int, id string) []string {
			switch {
			case loop.Usage == translators.Mandatory:
				return []string{at("3", position, loop.ID)}
			case loop.Items[len(loop.Items)-1].ID == "LE": // its end says that it began
				return []string{at("2", position, id)}
			case placeIn(loop.Parent, id): // then it is not where it should be
				return []string{at("7", position, id)}
			}
			return []string{at("2", position, id)}
		})
	}
}

// placeIn says whether an open loop has a place for the segment.
func placeIn(open *translators.Item, id string) bool {
	for ; open != nil; open = open.Parent {
		if slices.ContainsFunc(open.Items, func(i *translators.Item) bool { return i.ID == id }) {
			return true
		}
	}
	return false
}
