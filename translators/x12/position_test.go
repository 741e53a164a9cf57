package x12

import (
	"fmt"
	"strings"

	"waybill/translators"
)

// positions follows every way at once in which segments can be read as a set:
// where no way is left is the first segment that is not as the schema says,
// whatever a walker thinks of it.
type positions struct {
	ways map[string]*reading
}

// reading is one way: the innermost open loop, how far it has come, and what is around it.
type reading struct {
	loop      *translators.Item
	at, count int
	around    *reading
}

func (o *reading) key() string {
	var b strings.Builder
	for ; o != nil; o = o.around {
		fmt.Fprintf(&b, "%d.%d.%d ", o.loop.Index, o.at, o.count)
	}
	return b.String()
}

// firstFault is the index of the first segment that fits no way, or -1.
func firstFault(root *translators.Item, ids []string) int {
	p := positions{ways: map[string]*reading{}}
	p.add(&reading{loop: root, at: 0, count: 1}) // ST has come
	for n, id := range ids[1:] {
		ways := p.ways
		p.ways = map[string]*reading{}
		for _, o := range ways {
			p.step(o, id)
		}
		if len(p.ways) == 0 {
			return n + 1
		}
	}
	return -1
}

func (p positions) add(o *reading) { p.ways[o.key()] = o }

// step reads one segment in every place that the way has for it.
func (p positions) step(o *reading, id string) {
	for ; o != nil; o = o.around {
		complete := true // all that must have come before the place
		for i := o.at; i < len(o.loop.Items) && complete; i++ {
			item, count := o.loop.Items[i], 0
			if i == o.at {
				count = o.count
			}
			if item.ID == id && (item.Max == 0 || count < item.Max) {
				if item.Max > 0 || count == 0 {
					count++
				}
				next := &reading{loop: o.loop, at: i, count: count, around: o.around}
				if item.Loop {
					next = &reading{loop: item, at: 0, count: 1, around: next}
				}
				p.add(next)
			}
			if i > o.at || o.count == 0 {
				complete = item.Usage != translators.Mandatory
			}
		}
		if !complete {
			return // the loop cannot be left
		}
	}
}

// outliner makes the smallest document that has an item: what is mandatory, and the way to it.
type outliner struct {
	*maker
	copies map[*translators.Item]int  // instead of one
	on     map[*translators.Item]bool // the way to it
	out    []placed
}

// placed is a segment and the item that it was made for.
type placed struct {
	item    *translators.Item
	segment translators.Segment
}

// smallest is the smallest document with the items, each as often as said.
func (m *maker) smallest(s *translators.Schema, copies map[*translators.Item]int) []placed {
	o := outliner{maker: m, copies: copies, on: map[*translators.Item]bool{}}
	m.levels = 0
	for item := range copies {
		for ; item != nil; item = item.Parent {
			o.on[item] = true
		}
	}
	for _, i := range s.Root.Items {
		if i.ID != "ST" && i.ID != "SE" {
			o.item(i)
		}
	}
	return o.out
}

func (o *outliner) item(i *translators.Item) {
	times, said := o.copies[i]
	if !said {
		if i.Usage != translators.Mandatory && !o.on[i] {
			return
		}
		times = 1
	}
	for range times {
		if i.Loop {
			o.segment(i.Items[0])
			for _, c := range i.Items[1:] {
				o.item(c)
			}
			continue
		}
		o.segment(i)
	}
}

func (o *outliner) segment(i *translators.Item) {
	s := o.good(i.Segment)
	if s.ID == "HL" {
		o.levels++
		s.Elements[0].Text = fmt.Sprint(o.levels)
	}
	o.out = append(o.out, placed{i, s})
}
