package canonical

import "fmt"

// maxNesting is how many units may stand in one another.
const maxNesting = 16

// packing applies the rules about lines, units and orders that name one another.
func (r *rules) packing(s *Shipment) {
	lines := map[string]int{}
	for i := range s.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		r.unique(lines, s.Lines[i].LineID, i, "lines", "lineId")
		r.orderIndex(under(at, "order"), s.Lines[i].Order, s)
	}
	units := map[string]int{}
	for i := range s.Units {
		r.unique(units, s.Units[i].UnitID, i, "units", "unitId")
		r.orderIndex(fmt.Sprintf("units[%d].order", i), s.Units[i].Order, s)
	}
	for i := range s.Units {
		r.parents(s, units, i)
	}
	r.contents(s, lines)
}

// unique asks for a key of its own.
func (r *rules) unique(seen map[string]int, key string, i int, list, name string) {
	if n, twice := seen[key]; twice && key != "" {
		r.say(fmt.Sprintf("%s[%d].%s", list, i, name), "found %q, which %s[%d] has too; expected a key of its own", cut(key), list, n)
		return
	}
	seen[key] = i
}

func (r *rules) orderIndex(path string, n *int, s *Shipment) {
	if n != nil && (*n < 0 || *n >= len(s.Orders)) {
		r.say(path, "found %d; expected the index of one of %d order(s), from 0", *n, len(s.Orders))
	}
}

// parents follows a unit to what it stands on at last.
func (r *rules) parents(s *Shipment, units map[string]int, i int) {
	at := i
	for range maxNesting {
		if s.Units[at].Parent == "" {
			return
		}
		up, known := units[s.Units[at].Parent]
		if !known {
			if at == i {
				r.say(fmt.Sprintf("units[%d].parent", i), "found %q; expected the unitId of another unit", cut(s.Units[i].Parent))
			}
			return
		}
		at = up
	}
	r.say(fmt.Sprintf("units[%d].parent", i), "found %q, which stands in itself or deeper than %d units", cut(s.Units[i].Parent), maxNesting)
}

// contents holds what units hold against what was shipped.
func (r *rules) contents(s *Shipment, lines map[string]int) {
	held := map[int]Decimal{}
	for i := range s.Units {
		for k, c := range s.Units[i].Contents {
			at := fmt.Sprintf("units[%d].contents[%d]", i, k)
			n, known := lines[c.LineID]
			switch {
			case !known:
				r.say(under(at, "lineId"), "found %q; expected the lineId of a line", cut(c.LineID))
			case c.Quantity == nil || s.Lines[n].Shipped == nil:
			case c.Quantity.Unit != s.Lines[n].Shipped.Unit:
				r.say(under(at, "quantity.unit"), "found %q; expected %q, in which lines[%d] was shipped", cut(string(c.Quantity.Unit)), cut(string(s.Lines[n].Shipped.Unit)), n)
			default:
				held[n], _ = plus(or0(held[n]), c.Quantity.Value)
			}
		}
	}
	for n := range s.Lines {
		if left, ok := minus(shippedOf(&s.Lines[n]), or0(held[n])); ok && held[n] != "" && left.Negative() {
			r.say(fmt.Sprintf("lines[%d].shipped", n), "found %q; expected at least %q, which the units hold", s.Lines[n].Shipped.Value, held[n])
		}
	}
}

func shippedOf(l *ShipmentLine) Decimal {
	if l.Shipped == nil {
		return ""
	}
	return l.Shipped.Value
}
