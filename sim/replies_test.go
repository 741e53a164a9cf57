package sim

import (
	"strings"
	"testing"
	"time"
)

func replying(o CounterpartOptions) *Counterpart {
	o.Now = func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }
	return NewCounterpart(nil, o)
}

// counted reads the replies to a set back and counts them.
func counted(t *testing.T, c *Counterpart, order []byte) map[string][]Tally {
	t.Helper()
	sets, err := cut(order)
	if err != nil || len(sets) != 1 {
		t.Fatalf("found %d sets, %v", len(sets), err)
	}
	out := map[string][]Tally{}
	for n, r := range c.replies(sets[0]) {
		file := c.enveloped(r.functional, n+1, r.set)
		if wrong := (Books{Got: [][]byte{file}, Sent: [][]byte{ack(9, r.functional+"*"+string(rune('1'+n)), "A")}}).Audit(); len(wrong) > 0 {
			t.Error(wrong)
		}
		found, err := cut(file)
		if err != nil || len(found) != 1 {
			t.Fatalf("found %d sets, %v", len(found), err)
		}
		tally, err := Count(found[0])
		if err != nil {
			t.Fatal(err)
		}
		out[found[0].ID] = append(out[found[0].ID], tally)
	}
	return out
}

func TestSupply(t *testing.T) {
	order := Order850(Spec{Control: 5})
	ordered, err := Count(Sets([][]byte{order}, "850")...)
	if err != nil {
		t.Fatal(err)
	}
	replies := counted(t, replying(CounterpartOptions{Supplier: true}), order)
	for _, id := range []string{"855", "856", "810"} {
		if len(replies[id]) != 1 {
			t.Fatalf("found %d of %s", len(replies[id]), id)
		}
		if wrong := replies[id][0].Differs(ordered); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	if bill := replies["810"][0]; len(bill.Unsound()) > 0 || !bill.Total.Equal(ordered.Value) {
		t.Errorf("the 810 says %s, the order %s", bill.Total, ordered.Value)
	}
	if none := counted(t, replying(CounterpartOptions{}), order); len(none) > 0 {
		t.Errorf("nobody supplies, and there is %v", none)
	}
}

func TestShip(t *testing.T) {
	spec := Spec{Control: 1}
	order := Order940(spec)
	asked, err := Count(Sets([][]byte{order}, "940")...)
	if err != nil || asked.Pieces().String() != "2568" {
		t.Fatal(asked, err)
	}
	short := map[string]int{"SKU-93731": 24}
	whole := counted(t, replying(CounterpartOptions{Warehouse: true, Short: short}), order)["945"]
	if len(whole) != 1 || whole[0].Missing().String() != "24" || len(whole[0].Asked().Differs(asked)) > 0 {
		t.Errorf("in one shipment: found %v", whole)
	}
	parts := counted(t, replying(CounterpartOptions{Warehouse: true, Short: short, Parts: 2}), order)["945"]
	if len(parts) != 2 || parts[0].Pieces().String() != "1284" || parts[1].Pieces().String() != "1260" || parts[1].Missing().String() != "24" {
		t.Errorf("in two shipments: found %v", parts)
	}
	text := replying(CounterpartOptions{Warehouse: true, Parts: 2}).report(Sets([][]byte{order}, "940")[0], 1, 2)
	for _, want := range []string{"*001002~", "W12*PR*840*420*420*EA**VN*SKU-61088~"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %s", text, want)
		}
	}
}

// More than was ordered, and something else in place of what is short.
func TestShipOtherwise(t *testing.T) {
	order := Order940(Spec{Control: 1})
	warehouse := replying(CounterpartOptions{Warehouse: true, Short: map[string]int{"SKU-93731": 24}, Over: map[string]int{"SKU-61088": 6}, Substitutes: map[string]string{"SKU-93731": "SKU-99999"}})
	text := warehouse.report(Sets([][]byte{order}, "940")[0], 1, 1)
	for _, want := range []string{"W12*CE*840*846*6*EA**VN*SKU-61088~", "W12*CP*684*660*24*EA**VN*SKU-93731~", "W12*IS**24**EA**VN*SKU-99999*********VN*SKU-93731~", "W03*2574~"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %s", text, want)
		}
	}
	found := counted(t, warehouse, order)["945"][0]
	if found.Pieces().String() != "2574" || found.Quantities["SKU-99999"].String() != "24" || found.Missing().String() != "18" {
		t.Errorf("found %v", found)
	}
}

// A refused set is refused alone: the rest of its group is not.
func TestAcknowledge(t *testing.T) {
	sets := []ReceivedSet{
		{ID: "855", Group: "PR", Control: "1", Number: "0001"}, {ID: "810", Group: "IN", Control: "2", Number: "0001"},
		{ID: "997", Group: "FA", Control: "3", Number: "0001"}, {ID: "810", Group: "IN", Control: "4", Number: "0001"}, {ID: "880", Group: "IN", Control: "4", Number: "0002"},
	}
	acks := replying(CounterpartOptions{Refuse: "810"}).acknowledge(sets)
	if len(acks) != 3 {
		t.Fatalf("found %d, expected one for each group but that of the 997: %q", len(acks), acks)
	}
	for i, want := range []string{"AK1*PR*1~\nAK2*855*0001~\nAK5*A~\nAK9*A*1*1*1~", "AK9*R*1*1*0~", "AK5*R~\nAK2*880*0002~\nAK5*A~\nAK9*P*2*2*1~"} {
		if !strings.Contains(acks[i], want) {
			t.Errorf("found %s, expected %s", acks[i], want)
		}
	}
}
