package x12

import (
	"math"

	"waybill/translators"
)

// plan is a schema made ready for walking: what the walker would look for in the
// items stands in tables. It says only that a segment is in its place and right;
// what is wrong with one that is not is found by the items and rules themselves.
type plan struct {
	symbols [planSymbols]symbol // by packed id, open addressing
	items   []itemPlan          // by Item.Index
}

const planSymbols = 512

type symbol struct{ id, number uint32 }

// itemPlan is what the plan knows of an item.
type itemPlan struct {
	rule  *rulePlan
	at    []int16 // of a loop: by symbol, the first place that has it, or -1
	again []int16 // of a loop: by place, the next place with the same id, or -1
	must  []int16 // of a loop: by place, the first mandatory place from there on
}

// planOf is the plan of a schema, made when it is first asked for. A schema with
// too many segments or items for the tables has none.
func planOf(s *translators.Schema) *plan {
	p, _ := s.Derived(func() any { return newPlan(s) }).(*plan)
	return p
}

func newPlan(s *translators.Schema) any {
	p := &plan{items: make([]itemPlan, s.Items)}
	numbers := map[string]uint32{}
	var all []*translators.Item
	var list func(*translators.Item)
	list = func(item *translators.Item) {
		all = append(all, item)
		if _, known := numbers[item.ID]; !known {
			numbers[item.ID] = uint32(len(numbers))
		}
		for _, i := range item.Items {
			list(i)
		}
	}
	list(s.Root)
	if len(numbers) > planSymbols/2 || len(all) > math.MaxInt16 {
		return nil
	}
	for id, n := range numbers {
		if !p.name(id, n) {
			return nil
		}
	}
	rules := map[*translators.SegmentRule]*rulePlan{}
	for _, item := range all {
		if item.Index >= len(p.items) {
			return nil
		}
		if rules[item.Segment] == nil {
			rules[item.Segment] = newRulePlan(item.Segment)
		}
		p.items[item.Index] = newItemPlan(item, numbers)
		p.items[item.Index].rule = rules[item.Segment]
	}
	return p
}

// name gives a segment id its number.
func (p *plan) name(id string, number uint32) bool {
	key := packed(id)
	if key == 0 {
		return false
	}
	i := key * symbolHash >> symbolShift
	for p.symbols[i].id != 0 {
		i = (i + 1) % planSymbols
	}
	p.symbols[i] = symbol{key, number}
	return true
}

const (
	symbolHash  = 2654435769
	symbolShift = 32 - 9 // planSymbols is 1<<9
)

// symbol is the number of a packed id; false is an id that the set does not have.
func (p *plan) symbol(id uint32) (uint32, bool) {
	for i := id * symbolHash >> symbolShift; ; i = (i + 1) % planSymbols {
		switch s := &p.symbols[i]; s.id {
		case id:
			return s.number, id != 0
		case 0:
			return 0, false
		}
	}
}

func newItemPlan(item *translators.Item, numbers map[string]uint32) itemPlan {
	p := itemPlan{at: make([]int16, len(numbers)), again: make([]int16, len(item.Items)), must: make([]int16, len(item.Items)+1)}
	for i := range p.at {
		p.at[i] = -1
	}
	p.must[len(item.Items)] = int16(len(item.Items))
	for i := len(item.Items) - 1; i >= 0; i-- {
		inner := item.Items[i]
		n := numbers[inner.ID]
		p.again[i], p.at[n] = p.at[n], int16(i)
		p.must[i] = p.must[i+1]
		if inner.Usage == translators.Mandatory {
			p.must[i] = int16(i)
		}
	}
	return p
}
