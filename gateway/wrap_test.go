package gateway

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// After 999999999 comes 1, of interchanges and of groups; what is answered on either
// side of it settles what it answers.
func TestNumbersGoOnAfterTheLast(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }",
		"partners/acme-retail.yaml", "x12:\n", "x12:\n  control: { interchange: { start: 999999998 }, group: { start: 999999998 } }\n")
	partner := sim.NewCounterpart(r.partner, sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"})
	var ids []string
	for n := range 4 {
		ids = append(ids, erp.place(t, r, fmt.Sprint("key-", n), func(_, body map[string]any) { body["customerOrderNumber"] = fmt.Sprint("990000000", n) }))
	}
	until(t, "each is answered", func() bool {
		if err := partner.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if erp.follow(t, id)["acknowledgement"] != "accepted" {
				return false
			}
		}
		return true
	})
	var got []string
	for _, in := range r.partner.Received() {
		segments, err := sim.Segments(in.Interchange)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, segments[0][13]+" "+segments[1][6])
	}
	if diff := cmp.Diff([]string{"999999998 999999998", "999999999 999999999", "000000001 1", "000000002 2"}, got); diff != "" {
		t.Error(diff)
	}
}

// A batch of more sets than the gateway takes in one step is one interchange, where
// the profile says that it may be.
func TestABatchOfSixHundred(t *testing.T) {
	t.Parallel()
	const sets = 600
	r, erp := selling(t, "partners/acme-retail.yaml", `"850 out": { direction: out, role: buyer, mapping: base/850, via: as2 }`,
		`"850 out": { direction: out, role: buyer, mapping: base/850, via: as2, batch: { max: 700, window: 10h } }`,
		"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }")
	for n := range sets {
		po := fmt.Sprintf("99%07d", n)
		if status, said := erp.call(t, "POST", "/v1/documents", po, purchase(t, func(_, body map[string]any) { body["customerOrderNumber"] = po })); status != http.StatusAccepted {
			t.Fatal(status, said)
		}
	}
	waiting := spool.Filter{Kind: stages.KindSet, Document: "850", Status: "ready", Limit: sets + 1}
	until(t, "all wait for company", func() bool { return len(r.messages(t, waiting)) == sets })
	one := r.messages(t, waiting)[0].ID
	if err := r.Spool().Hold(t.Context(), one, "somebody", "to let it go"); err != nil {
		t.Fatal(err)
	}
	if err := r.Spool().Unhold(t.Context(), one, "somebody", "now"); err != nil {
		t.Fatal(err)
	}
	until(t, "the partner has them", func() bool { return len(r.partner.Received()) > 0 })
	r.calm(t)
	received := r.partner.Received()
	if len(received) != 1 || len(sim.Sets([][]byte{received[0].Interchange}, "850")) != sets {
		t.Fatalf("the partner has %d interchanges, expected one of %d sets", len(received), sets)
	}
	// One 997 for the group settles them all.
	partner := sim.NewCounterpart(r.partner, sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"})
	if err := partner.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.calm(t)
	open, settled := 0, 0
	for _, m := range r.messages(t, spool.Filter{Kind: stages.KindSet, Document: "850", Limit: sets + 1}) {
		waits, err := r.Spool().Expectations(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range waits {
			switch {
			case w.Kind != "fa":
			case w.State == "accepted":
				settled++
			default:
				open++
			}
		}
	}
	if settled != sets || open != 0 {
		t.Errorf("%d sets are settled and %d wait, expected %d and none", settled, open, sets)
	}
}
