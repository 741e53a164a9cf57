package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Tally is what transaction sets say of quantities and money, by the seller's
// number of the item (VN).
type Tally struct {
	Set        string
	Lines      int
	Quantities map[string]decimal.Decimal
	Short      map[string]decimal.Decimal // of a 945: W1202 less W1203
	Value      decimal.Decimal            // quantity times price, summed over the lines
	Total      decimal.Decimal            // what the 810 says of itself, TDS01
}

// Count adds the lines of sets up: of an 850, 855, 940, 945, 856 or 810.
func Count(sets ...ReceivedSet) (Tally, error) {
	t := Tally{Quantities: map[string]decimal.Decimal{}, Short: map[string]decimal.Decimal{}}
	for _, s := range sets {
		t.Set = s.ID
		var item string
		for _, f := range s.Segments {
			if err := t.segment(&item, f); err != nil {
				return t, fmt.Errorf("count %s %s: %s: %w", s.ID, s.Number, f[0], err)
			}
		}
	}
	return t, nil
}

// segment adds one segment; item is the one that it is about.
func (t *Tally) segment(item *string, f []string) error {
	switch t.Set + " " + f[0] {
	case "850 PO1", "810 IT1":
		return t.line(paired(f, 6, "VN"), element(f, 2), element(f, 4))
	case "855 PO1":
		*item = paired(f, 6, "VN")
	case "855 ACK":
		return t.line(*item, element(f, 2), "0")
	case "940 W01":
		return t.line(paired(f, 4, "VN"), element(f, 1), "0")
	case "945 W12":
		return t.picked(paired(f, 7, "VN"), element(f, 2), element(f, 3), element(f, 4))
	case "856 LIN":
		*item = paired(f, 2, "VN")
	case "856 SN1":
		return t.line(*item, element(f, 2), "0")
	case "810 TDS":
		cents, err := decimal.NewFromString(element(f, 1))
		t.Total = t.Total.Add(cents.Shift(-2))
		return err
	}
	return nil
}

// picked adds a W12: ordered, shipped, and the difference where it is said, with
// whatever sign. What is shipped in place of something else was not ordered.
func (t *Tally) picked(item, ordered, shipped, difference string) error {
	if ordered == "" {
		return t.line(item, shipped, "0")
	}
	asked, err := decimal.NewFromString(ordered)
	if err != nil {
		return err
	}
	if err := t.line(item, shipped, "0"); err != nil {
		return err
	}
	went, err := decimal.NewFromString(shipped)
	if err != nil {
		return err
	}
	short := asked.Sub(went)
	if difference != "" && strings.TrimPrefix(difference, "-") != short.Abs().String() {
		return fmt.Errorf("%s of %s are shipped, and the difference is %s", shipped, ordered, difference)
	}
	t.Short[item] = t.Short[item].Add(short)
	return nil
}

func (t *Tally) line(item, quantity, price string) error {
	n, err := decimal.NewFromString(quantity)
	if err != nil {
		return err
	}
	each, err := decimal.NewFromString(price)
	if err != nil {
		return err
	}
	if item == "" {
		return fmt.Errorf("a line names no item under VN")
	}
	t.Lines++
	t.Quantities[item] = t.Quantities[item].Add(n)
	t.Value = t.Value.Add(n.Mul(each))
	return nil
}

// Pieces is the sum over the items.
func (t Tally) Pieces() decimal.Decimal { return total(t.Quantities) }

// Missing is the sum of what is short.
func (t Tally) Missing() decimal.Decimal { return total(t.Short) }

func total(by map[string]decimal.Decimal) decimal.Decimal {
	sum := decimal.Zero
	for _, n := range by {
		sum = sum.Add(n)
	}
	return sum
}

// Asked is what was asked for: what was shipped and what is short.
func (t Tally) Asked() Tally {
	sum := map[string]decimal.Decimal{}
	for _, by := range []map[string]decimal.Decimal{t.Quantities, t.Short} {
		for item, n := range by {
			sum[item] = sum[item].Add(n)
		}
	}
	t.Quantities = sum
	return t
}

// Differs lists the items of which other says another quantity.
func (t Tally) Differs(other Tally) []string {
	var wrong []string
	for _, item := range slices.Sorted(maps.Keys(t.Quantities)) {
		if !t.Quantities[item].Equal(other.Quantities[item]) {
			wrong = append(wrong, fmt.Sprintf("%s: the %s says %s, and the %s %s", item, t.Set, t.Quantities[item], other.Set, other.Quantities[item]))
		}
	}
	for _, item := range slices.Sorted(maps.Keys(other.Quantities)) {
		if _, ok := t.Quantities[item]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: is in the %s and not in the %s", item, other.Set, t.Set))
		}
	}
	return wrong
}

// Unsound says where the total of an 810 is not the sum of its lines.
func (t Tally) Unsound() []string {
	if t.Total.Equal(t.Value) {
		return nil
	}
	return []string{fmt.Sprintf("the %s says %s in all, and its lines %s", t.Set, t.Total, t.Value)}
}
