package gateway

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// owed997 is the profile of a partner that answers every 850.
func owed997(more ...string) []string {
	return append([]string{"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }"}, more...)
}

// reply has the partner send segments in an interchange of its own, those of a 997
// in a group.
func (r *rig) reply(t *testing.T, sender string, segments ...string) {
	t.Helper()
	r.next++
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *ZZ*%-15s*ZZ*OURCO          *261116*0900*U*00401*%09d*0*P*>~\n", sender, 900+r.next)
	groups := 0
	if !strings.HasPrefix(segments[0], "TA1") {
		groups = 1
		segments = append([]string{fmt.Sprintf("GS*FA*%s*OURCO*20261116*0900*%d*X*004010", sender, r.next), "ST*997*0001"}, segments...)
		segments = append(segments, fmt.Sprintf("SE*%d*0001", len(segments)), fmt.Sprintf("GE*1*%d", r.next))
	}
	for _, s := range segments {
		b.WriteString(s + "~\n")
	}
	fmt.Fprintf(&b, "IEA*%d*%09d~\n", groups, 900+r.next)
	if sent, err := r.partner.Send(t.Context(), []byte(b.String()), sim.How{}); err != nil || !sent.Accepted() {
		t.Fatalf("the answer: %v %v", sent, err)
	}
}

// ordered hands in an order and returns its id.
func (c client) ordered(t *testing.T, po string) string {
	t.Helper()
	status, said := c.call(t, "POST", "/v1/documents", po, purchase(t, func(_, body map[string]any) { body["customerOrderNumber"] = po }))
	if status != http.StatusAccepted {
		t.Fatalf("found %d %v", status, said)
	}
	return said["id"].(string)
}

// acknowledged is the status that the document's answer has.
func (c client) acknowledged(t *testing.T, id string) string {
	t.Helper()
	_, said := c.call(t, "GET", "/v1/documents/"+id, "", nil)
	state, _ := said["acknowledgement"].(string)
	return state
}

// Each answer that a partner may give to interchange 1, group 1, settles what it
// answers, once, and nothing else.
func TestReconciliation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers [][]string
		from    string
		want    string
		code    string // of what came
	}{
		{"A without sets", [][]string{{"AK1*PO*1", "AK9*A*1*1*1"}}, "ACMERETAIL", "accepted", ""},
		{"E without sets", [][]string{{"AK1*PO*1", "AK9*E*1*1*1"}}, "ACMERETAIL", "errors", ""},
		{"P without sets", [][]string{{"AK1*PO*1", "AK9*P*1*1*0"}}, "ACMERETAIL", "partial", "ACK-REJECTED"},
		{"P with others listed", [][]string{{"AK1*PO*1", "AK2*850*0002", "AK5*R*5", "AK9*P*2*2*1"}}, "ACMERETAIL", "accepted", "ACK-REJECTED"},
		{"R though the set was good", [][]string{{"AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*R*1*1*1*4"}}, "ACMERETAIL", "rejected", "ACK-REJECTED"},
		{"an unknown group", [][]string{{"AK1*PO*99", "AK9*A*1*1*1"}}, "ACMERETAIL", "expected", "ACK-UNMATCHED"},
		{"twice, the second otherwise", [][]string{{"AK1*PO*1", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0"}, {"AK1*PO*1", "AK9*A*1*1*1"}}, "ACMERETAIL", "rejected", "ACK-REJECTED"},
		{"of another's", [][]string{{"AK1*PO*1", "AK9*A*1*1*1"}}, "NOVA3PL", "expected", "ENV-PARTNER"},
		{"a TA1 that refuses", [][]string{{"TA1*000000001*261116*0830*R*021"}}, "ACMERETAIL", "rejected", "ACK-REJECTED"},
		{"a TA1 that takes", [][]string{{"TA1*000000001*261116*0830*A*000"}}, "ACMERETAIL", "expected", ""},
		{"a TA1 for another", [][]string{{"TA1*000000002*261116*0830*R*021"}}, "ACMERETAIL", "expected", "ACK-REJECTED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, erp := selling(t, owed997()...)
			id := erp.ordered(t, "PO-1")
			until(t, "the partner has it", func() bool { return len(r.partner.Received()) == 1 && erp.acknowledged(t, id) == "expected" })
			for _, segments := range c.answers {
				r.reply(t, c.from, segments...)
				r.calm(t)
			}
			if state := erp.acknowledged(t, id); state != c.want {
				t.Errorf("the order's is %q, expected %q", state, c.want)
			}
			var codes []string
			for _, m := range r.messages(t, spool.Filter{}) {
				if m.Direction == stages.Inbound && m.Code != "" {
					codes = append(codes, m.Code)
				}
			}
			if got := strings.Join(codes, " "); got != c.code {
				t.Errorf("what came has %q, expected %q", got, c.code)
			}
		})
	}
}

// A 997 that overtakes the receipt settles the order; the receipt is still owed.
func TestA997BeforeTheMDN(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, owed997()...)
	r.partner.Use(sim.MDNFaults{Always: sim.NoMDN})
	id := erp.ordered(t, "PO-1")
	until(t, "the partner has it", func() bool { return len(r.partner.Received()) > 0 })
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK9*A*1*1*1")
	until(t, "it is settled", func() bool { return erp.acknowledged(t, id) == "accepted" })
	if _, said := erp.call(t, "GET", "/v1/documents/"+id, "", nil); said["delivery"] == "delivered" {
		t.Errorf("found %v, and no receipt came", said)
	}
	if m := r.one(t, spool.Filter{Kind: stages.KindInterchange, Document: "850"}); m.Status == spool.Done {
		t.Errorf("the interchange is done without its receipt")
	}
}

// A batch of 50 is one group; its 997 refuses one set by name and takes the rest.
func TestA997OfABatch(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, owed997("partners/acme-retail.yaml", "mapping: base/850, via: as2 }", "mapping: base/850, via: as2, batch: { window: 3s, max: 50 } }")...)
	var ids []string
	for n := range 50 {
		ids = append(ids, erp.ordered(t, fmt.Sprintf("PO-%02d", n)))
	}
	until(t, "the partner has one interchange of 50", func() bool {
		got := r.partner.Received()
		return len(got) == 1 && strings.Count(string(got[0].Interchange), "\nST*850*")+strings.Count(string(got[0].Interchange), "~ST*850*") == 50
	})
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK2*850*0007", "AK5*R*5", "AK9*P*50*50*49")
	r.calm(t)
	states := map[string]int{}
	for _, id := range ids {
		states[erp.acknowledged(t, id)]++
	}
	if states["accepted"] != 49 || states["rejected"] != 1 {
		t.Errorf("found %v", states)
	}
}
