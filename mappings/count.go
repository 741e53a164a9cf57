package mappings

import (
	"strconv"

	"github.com/shopspring/decimal"

	"waybill/translators"
)

// count replaces what the document said of its own totals by what was written.
func (w *writer) count(root *translators.Node) {
	if len(w.counts) == 0 {
		return
	}
	t := &tally{set: w.m.schema.Set}
	t.add(root)
	for _, c := range w.counts {
		switch c.element {
		case 1:
			set(c.segment, ref{element: 1}, strconv.Itoa(t.lines))
		case 2:
			set(c.segment, ref{element: 2}, t.sum.Add(decimal.NewFromInt(t.whole)).String())
		}
	}
}

// tally is what CTT says of a set: its lines, and the sum of their quantities.
type tally struct {
	set   string
	lines int
	sum   decimal.Decimal
	whole int64 // of quantities that are short and whole
}

// quantity adds what an element says; what is no number counts for nothing.
func (t *tally) quantity(text string) {
	if text == "" {
		return
	}
	if len(text) <= 9 && allDigits(text) {
		n, _ := strconv.ParseInt(text, 10, 64)
		t.whole += n
	} else if q, err := decimal.NewFromString(text); err == nil {
		t.sum = t.sum.Add(q)
	}
}

func (t *tally) add(n *translators.Node) {
	seg := n.Trigger()
	if n.Segment != nil { // triggers are counted here too
		line, quantity := counting(t.set, seg.ID)
		if line {
			t.lines++
		}
		if quantity > 0 {
			t.quantity(seg.Element(quantity))
		}
	}
	for _, k := range n.Children {
		t.add(k)
	}
}

// counting says whether CTT01 counts the segment, and which of its elements CTT02
// adds up: lines of orders and invoices; levels of a ship notice, with what they
// say was shipped; items of an inventory, with their quantities.
func counting(set, segment string) (line bool, quantity int) {
	switch segment {
	case "HL":
		return set == "856", 0
	case "LIN":
		return set == "846", 0
	case "SN1":
		return false, only(set == "856", 2)
	case "QTY":
		return false, only(set == "846", 2)
	case "POC":
		line = set == "860" || set == "865"
		return line, only(line, 3)
	case "IT1", "PO1":
		line = segment == "IT1" && set == "810" || segment == "PO1" && (set == "850" || set == "855")
		return line, only(line, 2)
	}
	return false, 0
}

// only is the element where it counts, 0 where nothing does.
func only(counts bool, element int) int {
	if counts {
		return element
	}
	return 0
}

// numberLevels gives levels their numbers, their parents and whether others are
// below them: HL01, HL02, HL04.
func numberLevels(root *translators.Node) {
	n := 0
	var below func(node *translators.Node, parent string)
	below = func(node *translators.Node, parent string) {
		for _, k := range node.Children {
			if k.Item.ID != levelID || !k.Item.Loop {
				below(k, parent)
				continue
			}
			n++
			own, seg := strconv.Itoa(n), k.Trigger()
			set(seg, ref{element: 1}, own)
			if parent != "" {
				set(seg, ref{element: 2}, parent)
			}
			set(seg, ref{element: 4}, hasLevel(k))
			below(k, own)
		}
	}
	below(root, "")
}

// hasLevel is HL04: 1 where a level has others below it.
func hasLevel(n *translators.Node) string {
	for _, k := range n.Children {
		if k.Item.ID == levelID && k.Item.Loop {
			return "1"
		}
	}
	return "0"
}
