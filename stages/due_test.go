package stages_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
	"waybill/stages"
)

// Deadlines of ours count from what comes, or from a day that it names; one that
// counts from the shipment begins with our notice of it.
func TestDues(t *testing.T) {
	const prefix = "due:acme-retail:"
	for _, c := range []struct {
		name, documents string
		want            map[string]time.Time
	}{
		{"nothing agreed", `"855": { direction: out, mapping: base/855, via: as2 }`, nil},
		{"from receipt", `"855": { direction: out, mapping: base/855, via: as2, due: 4h }`, map[string]time.Time{"855": now().Add(4 * time.Hour)}},
		{"of another loop", `"945": { direction: out, mapping: base/945, via: as2, due: 4h }`, nil},
		{"before a day", `"856": { direction: out, mapping: base/856, via: as2, due: before delivery }`, map[string]time.Time{"856": time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)}},
		{"before the last day of shipment", `"856": { direction: out, mapping: base/856, via: as2, due: 2h before shipment }`, map[string]time.Time{"856": time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)}},
		{"from a shipment that is not known yet", `"810": { direction: out, mapping: base/810, via: as2, due: 24h after shipment }`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850, to: [erp] }\n  "+c.documents)
			o := r.run(t, r.mapping(), r.sets(t, "M1", order("DTM*037*20261118", "DTM*002*20261130"))[0])
			got := map[string]time.Time{}
			for _, e := range o.Expect {
				set, partner, ok := stages.OwedByUs(e)
				if !ok || partner != "acme-retail" || e.Key[:len(prefix)] != prefix || !e.Shared {
					t.Errorf("found %+v", e)
				}
				got[set] = e.DueAt
			}
			if len(c.want) != len(got) {
				t.Errorf("found %v, expected %v", got, c.want)
			}
			for set, at := range c.want {
				if diff := cmp.Diff(at, got[set]); diff != "" {
					t.Errorf("%s: %s", set, diff)
				}
			}
		})
	}
	r := newRig(t, "partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850, to: [erp] }\n  \"856\": { direction: out, mapping: base/856, via: as2, due: before delivery }")
	if o := r.run(t, r.mapping(), r.sets(t, "M1", order())[0]); len(o.Expect) > 0 {
		t.Errorf("an order without a day of delivery: found %v", o.Expect)
	}
	if _, _, ok := stages.OwedByUs(spool.Expectation{Kind: "fa", Key: "fa:a:b:c:d"}); ok {
		t.Error("a 997 is not owed by us")
	}
}
