package x12

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"waybill/translators"
)

// business holds a set's sums and levels against what stands in it: counts of
// lines, hash totals, the total of an invoice, and the levels of a ship notice.
// X12 says these in its comments, not in its syntax: all are warnings.
func business(set *translators.Set, found *findings) {
	b := &businessChecker{set: set, found: found, quantity: new(big.Rat)}
	b.gather()
	b.totals()
	if set.ID == "810" {
		b.invoice()
	}
	if set.Root != nil {
		b.levels(set.Root, "")
	}
}

// businessChecker adds up what a set says.
type businessChecker struct {
	set       *translators.Set
	found     *findings
	lines     int
	quantity  *big.Rat // nil where a quantity is no number
	structure string   // BSN05
}

// lineOf is the segment that a set's lines are counted by, and what of a
// segment is added up for the hash total (comments to CTT in 850, 855, 860, 810
// and 856); no element is none.
func lineOf(set string) (line, segment string, element int) {
	switch set {
	case "850", "855":
		return "PO1", "PO1", 2
	case "810":
		return "IT1", "IT1", 2
	case "856":
		return "HL", "SN1", 2
	case "860":
		return "POC", "", 0
	}
	return "", "", 0
}

func (b *businessChecker) gather() {
	line, segment, element := lineOf(b.set.ID)
	for i := range b.set.Segments {
		s := &b.set.Segments[i]
		if s.ID == line {
			b.lines++
		}
		if s.ID == "BSN" {
			b.structure = s.Element(5)
		}
		if s.ID != segment || b.quantity == nil {
			continue
		}
		if text := s.Element(element); text != "" {
			if n := rational(text, 0); n != nil {
				b.quantity.Add(b.quantity, n)
			} else {
				b.quantity = nil
			}
		}
	}
}

// rational reads an R or N element; decimals are those that N implies. Nil is no number.
func rational(text string, decimals int) *big.Rat {
	if text == "" || len(text) > 40 {
		return nil
	}
	if _, ok := decimal(text); !ok {
		return nil
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return n.Quo(n, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
}

// warn notes a number that is another than what adds up.
func (b *businessChecker) warn(s *translators.Segment, element int, text, expected string) {
	at := place{seg: s, element: element}
	b.found.add(translators.Problem{
		Level: translators.AtElement, Warning: true, Segment: strings.Clone(s.ID), Position: s.Position, Element: element,
		Offset: offsetOf(at), Text: text, Found: clip(s.Element(element)), Expected: expected,
	})
}

func (b *businessChecker) totals() {
	line, segment, element := lineOf(b.set.ID)
	for i := range b.set.Segments {
		s := &b.set.Segments[i]
		if s.ID != "CTT" || line == "" {
			continue
		}
		if n, err := strconv.Atoi(s.Element(1)); err == nil && n != b.lines {
			b.warn(s, 1, "the number of "+line+" segments is another", strconv.Itoa(b.lines))
		}
		hash := rational(s.Element(2), 0)
		if hash != nil && b.quantity != nil && element > 0 && hash.Cmp(b.quantity) != 0 {
			b.warn(s, 2, fmt.Sprintf("the hash total is not the sum of %s%02d", segment, element), decimalText(b.quantity))
		}
	}
}

// decimalText writes a sum without zeros that say nothing.
func decimalText(n *big.Rat) string {
	text := n.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// invoice holds TDS01 against lines, allowances, charges and taxes. Where a line
// has no plain price, or an allowance no amount, nothing is said.
func (b *businessChecker) invoice() {
	sum, lines := new(big.Rat), int64(0)
	var total *translators.Segment // allowances stand behind it as well
	for i := range b.set.Segments {
		s := &b.set.Segments[i]
		var n *big.Rat
		switch s.ID {
		case "IT1":
			quantity, price := rational(s.Element(2), 0), rational(s.Element(4), 0)
			if quantity == nil || price == nil || !each(s.Element(5)) {
				return
			}
			n, lines = quantity.Mul(quantity, price), lines+1
		case "SAC":
			if n = rational(s.Element(5), 2); n == nil {
				return
			}
			switch s.Element(1) {
			case "A":
				n.Neg(n)
			case "C":
			default: // for information, or no charge
				continue
			}
		case "TXI":
			if n = rational(s.Element(2), 0); n == nil {
				return
			}
		case "TDS":
			total = s
			continue
		default:
			continue
		}
		sum.Add(sum, n)
	}
	if total != nil {
		b.invoiceTotal(total, sum, lines)
	}
}

// each says that a price is for one unit of what is invoiced (X12 639).
func each(basis string) bool {
	switch basis {
	case "", "PE", "PU", "EA", "PP", "NT", "CT", "SR", "UM", "WE", "WH":
		return true
	}
	return false
}

// invoiceTotal allows a cent for each line, which may have been rounded by itself.
func (b *businessChecker) invoiceTotal(tds *translators.Segment, sum *big.Rat, lines int64) {
	total := rational(tds.Element(1), 2)
	if total == nil || lines == 0 {
		return
	}
	off := new(big.Rat).Sub(total, sum)
	if off.Abs(off).Cmp(big.NewRat(lines, 100)) > 0 {
		b.warn(tds, 1, "the total is not the sum of lines, allowances, charges and taxes", sum.Mul(sum, big.NewRat(100, 1)).FloatString(0))
	}
}

// levelsOf are the levels of a structure code from the outside in (X12 1005);
// P stands for tares and packs.
func levelsOf(structure string) string {
	switch structure {
	case "0001":
		return "SOPI"
	case "0002":
		return "SOIP"
	case "0003":
		return "SPOI"
	case "0004":
		return "SOI"
	}
	return ""
}

// levels holds HL loops against the structure that BSN05 names, and HL04
// against whether a level has others below it.
func (b *businessChecker) levels(n *translators.Node, above string) {
	for _, child := range n.Children {
		s := child.Trigger()
		if child.Segment != nil || child.Item.ID != "HL" || s == nil {
			continue
		}
		level := strings.Replace(s.Element(3), "T", "P", 1)
		b.level(s, level, above)
		below := false
		for _, inner := range child.Children {
			below = below || inner.Segment == nil && inner.Item.ID == "HL"
		}
		if says := s.Element(4); says == "0" && below {
			b.warn(s, 4, "the level says that none is below it, and one is", "1")
		} else if says == "1" && !below {
			b.warn(s, 4, "the level says that others are below it, and none is", "0")
		}
		b.levels(child, level)
	}
}

func (b *businessChecker) level(s *translators.Segment, level, above string) {
	order := levelsOf(b.structure)
	if order == "" || level == "" || level == above && level == "P" { // a pack on a tare
		return
	}
	at := strings.Index(order, level)
	switch {
	case len(level) != 1 || at < 0:
		b.warn(s, 3, "the level is none of structure "+b.structure, "one of "+order)
	case above != "" && strings.Index(order, above) >= at:
		b.warn(s, 3, fmt.Sprintf("the level stands below %s, which structure %s has below it", above, b.structure), "the order "+order)
	}
}
