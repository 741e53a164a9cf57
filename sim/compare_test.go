package sim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// whole is a record without a fault: three orders of two partners, one of them
// sent twice, its 997 as well; and one that was not acknowledged.
func whole() Record {
	r := Record{Received: map[string][]Received{}}
	add := func(partner string, n int, acked bool) {
		e := Entry{Partner: partner, MessageID: fmt.Sprintf("%d@%s", n, partner), ISA13: fmt.Sprintf("%09d", n), PO: fmt.Sprintf("%s-%d", partner, n)}
		r.Ledger = append(r.Ledger, e)
		if !acked {
			return
		}
		e.Acked, e.Vouched, e.Disposition, e.MDN = true, true, "processed", "mdn of "+e.MessageID
		r.Ledger = append(r.Ledger, e)
		r.Orders = append(r.Orders, Order{Key: "order:" + e.PO, PO: e.PO, Reference: "SO-" + e.PO, Calls: 1})
		interchange := ack997(n, fmt.Sprint(n), "A")
		acks, err := ReadAcks(interchange)
		if err != nil {
			return // the test of the whole record finds it missing
		}
		r.Received[partner] = append(r.Received[partner], Received{MessageID: "997@" + e.PO, Interchange: interchange, Answers: acks})
	}
	add("acme", 1, true)
	add("acme", 2, true)
	add("beta", 1, true)
	add("beta", 2, false)
	r.Ledger = append(r.Ledger, r.Ledger[1])
	r.Received["acme"] = append(r.Received["acme"], r.Received["acme"][0])
	return r
}

func TestCompareWhole(t *testing.T) {
	r := whole()
	if found := Compare(r); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	r.Orders = append(r.Orders, Order{Key: "k", PO: "beta-2", Calls: 1}) // taken, and the receipt lost on its way
	if found := Compare(r); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if found := Compare(Record{}); len(found) != 0 {
		t.Errorf("in nothing found %v", found)
	}
}

// Every broken promise is found, and nothing beside it.
func TestCompareFinds(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(r *Record)
		want   []string // kind and subject
	}{
		"an order is lost":    {func(r *Record) { r.Orders = r.Orders[1:] }, []string{"lost acme-1"}},
		"an order is doubled": {func(r *Record) { r.Orders = append(r.Orders, Order{Key: "other", PO: "acme-1"}) }, []string{"doubled acme-1"}},
		"an unacked is doubled": {func(r *Record) {
			r.Orders = append(r.Orders, Order{Key: "a", PO: "beta-2"}, Order{Key: "b", PO: "beta-2"})
		}, []string{"doubled beta-2"}},
		"an order changed":   {func(r *Record) { r.Orders[0].Conflicts = 1 }, []string{"changed order:acme-1"}},
		"an order of nobody": {func(r *Record) { r.Orders = append(r.Orders, Order{PO: "x"}) }, []string{"stranger x"}},
		"no 997":             {func(r *Record) { r.Received["beta"] = nil }, []string{"unacknowledged beta 1"}},
		"a 997 at another's": {func(r *Record) {
			r.Received["beta"], r.Received["acme"] = nil, append(r.Received["acme"], again(t, 9, "1", "A"))
		}, []string{"acknowledged-twice acme 1", "unacknowledged beta 1"}},
		"a second 997":           {func(r *Record) { r.Received["beta"] = append(r.Received["beta"], again(t, 9, "1", "A")) }, []string{"acknowledged-twice beta 1"}},
		"a 997 of nobody's":      {func(r *Record) { r.Received["beta"] = append(r.Received["beta"], again(t, 9, "77", "A")) }, []string{"stranger beta 77"}},
		"a rejection":            {func(r *Record) { r.Received["beta"] = []Received{again(t, 9, "1", "R")} }, []string{"rejected beta 1"}},
		"a 997 that is nonsense": {func(r *Record) { r.Received["beta"][0].NotRead = "cut" }, []string{"unreadable 997@beta-1"}},
		"two receipts":           {func(r *Record) { r.Ledger[len(r.Ledger)-1].MDN = "other" }, []string{"receipts-differ 1@acme"}},
		"a bad receipt":          {func(r *Record) { r.Ledger[1].Vouched = false }, []string{"unvouched 1@acme"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := whole()
			c.breaks(&r)
			var got []string
			for _, f := range Compare(r) {
				got = append(got, f.Kind+" "+f.Subject)
				if f.Text == "" || !strings.HasPrefix(f.String(), f.Kind+": "+f.Subject+": ") {
					t.Errorf("no words: %s", f)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func again(t testing.TB, control int, group, result string) Received {
	t.Helper()
	interchange := ack997(control, group, result)
	acks, err := ReadAcks(interchange)
	if err != nil {
		t.Fatal(err)
	}
	return Received{MessageID: "again", Interchange: interchange, Answers: acks}
}
