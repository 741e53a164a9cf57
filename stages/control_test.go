package stages_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
	"waybill/stages"
)

// TestControlNumbers has two batches of two 850s and an acknowledgement leave under
// each way to number, and across the last number.
func TestControlNumbers(t *testing.T) {
	for _, c := range []struct {
		name, control string
		want          []string // ISA13 GS06 ST02,ST02 of both batches, then of the 997
		keys          []string // of the 997s that are awaited for the second batch
	}{
		{"as nobody says", "", []string{"000000001 1 0001,0002", "000000002 2 0001,0002", "000000003 1 0001"}, []string{"PO:2:0001", "PO:2:0002"}},
		{"from a start, with zeros", "interchange: { start: 501 }, group: { start: 77, length: 9 }, set: { start: 10, length: 9 }",
			[]string{"000000501 000000077 000000010,000000011", "000000502 000000078 000000010,000000011", "000000503 000000077 000000010"}, []string{"PO:78:0010", "PO:78:0011"}},
		{"by pair", "interchange: { per: us }, group: { per: pair }, set: { per: pair }",
			[]string{"000000001 1 0001,0002", "000000002 2 0003,0004", "000000003 3 0005"}, []string{"PO:2:0003", "PO:2:0004"}},
		{"by our id and by set", "group: { per: us }, set: { per: set, start: 9999 }",
			[]string{"000000001 1 9999,10000", "000000002 2 10001,10002", "000000003 3 9999"}, []string{"PO:2:10001", "PO:2:10002"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			profile := "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }"
			r := newRig(t, append(buying(", batch: { max: 2, window: 1h }"), "partners/acme-retail.yaml", "priority: 1", profile,
				"partners/acme-retail.yaml", "x12:\n", "x12:\n  control: { "+c.control+" }\n")...)
			e := stages.Envelope{Translator: r.translator}
			var got, keys []string
			for n := range 2 {
				o := r.run(t, e, r.orders(t, n)...)
				got, keys = append(got, numbersOf(t, r, only(t, o, stages.KindInterchange).Body)), nil
				for _, x := range o.Expect {
					if _, key, is := strings.Cut(x.Key, "fa:ZZ:OURCO:ZZ:ACMERETAIL:"); is {
						keys = append(keys, key)
					}
				}
			}
			got = append(got, numbersOf(t, r, only(t, r.run(t, e, acknowledgement(t, r, "A1", numbered("000000101"))), stages.KindInterchange).Body))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.keys, keys); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// orders are two composed orders of a batch.
func (r *rig) orders(t *testing.T, batch int) []spool.Message {
	t.Helper()
	var all []spool.Message
	for i := range 2 {
		id := fmt.Sprint("D", 1+2*batch+i) // its last digit is that of an interchange
		m := r.outgoing(t, id, func(b map[string]any) { b["customerOrderNumber"] = "PO-" + id })
		all = append(all, r.child(m, only(t, r.run(t, r.compose(), m), stages.KindSet)))
	}
	return all
}

// numbersOf are the control numbers of an interchange.
func numbersOf(t *testing.T, r *rig, body []byte) string {
	t.Helper()
	ic, sets := read(t, r, body)
	var st []string
	for _, s := range sets {
		st = append(st, s.Control)
	}
	return ic.Control + " " + ic.Groups[0].Control + " " + strings.Join(st, ",")
}
