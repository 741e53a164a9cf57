package gateway

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
	"waybill/spool"
	"waybill/spool/spooltest"
	"waybill/stages"
)

// owed997 is the profile of a partner that answers every 850.
func owed997(more ...string) []string {
	return append([]string{"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }"}, more...)
}

// answer is what a partner sends about ours, in an interchange of its own.
type answer struct {
	sender, set, release string
	segments             []string
}

// reply has the partner send segments, those of a 997 in a group.
func (r *rig) reply(t *testing.T, sender string, segments ...string) {
	t.Helper()
	r.sendAs(t, answer{sender, "997", "004010", segments})
}

func (r *rig) sendAs(t *testing.T, a answer) {
	t.Helper()
	r.next++
	standard := "U"
	if a.release > "004010" { // ISA11 is the repetition separator from 00402 on
		standard = "^"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *ZZ*%-15s*ZZ*OURCO          *261116*0900*%s*%.5s*%09d*0*P*>~\n", a.sender, standard, a.release, 900+r.next)
	groups, segments := 0, a.segments
	if !strings.HasPrefix(segments[0], "TA1") {
		groups = 1
		segments = append([]string{fmt.Sprintf("GS*FA*%s*OURCO*20261116*0900*%d*X*%s", a.sender, r.next, a.release), "ST*" + a.set + "*0001" + map[string]string{"999": "*005010"}[a.set]}, segments...)
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

// reconciliation is what a partner may answer to interchange 1, group 1, in turn,
// and what becomes of the order by it.
type reconciliation struct {
	name    string
	answers [][]string
	from    string
	want    string
	code    string // of what came
}

func reconciliations() []reconciliation {
	const them, other = "ACMERETAIL", "NOVA3PL"
	return []reconciliation{
		{"A without sets", [][]string{{"AK1*PO*1", "AK9*A*1*1*1"}}, them, "accepted", ""},
		{"E without sets", [][]string{{"AK1*PO*1", "AK9*E*1*1*1"}}, them, "errors", ""},
		{"P without sets", [][]string{{"AK1*PO*1", "AK9*P*1*1*0"}}, them, "partial", "ACK-REJECTED"},
		{"P with others listed", [][]string{{"AK1*PO*1", "AK2*850*0002", "AK5*R*5", "AK9*P*2*2*1"}}, them, "accepted", "ACK-REJECTED"},
		{"R though the set was good", [][]string{{"AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*R*1*1*1*4"}}, them, "rejected", "ACK-REJECTED"},
		{"no zeros before AK202", [][]string{{"AK1*PO*1", "AK2*850*1", "AK5*R*5", "AK9*R*1*1*0"}}, them, "rejected", "ACK-REJECTED"},
		{"zeros before AK102", [][]string{{"AK1*PO*0001", "AK9*A*1*1*1"}}, them, "accepted", ""},
		{"codes of their own", [][]string{{"AK1*PO*1", "AK2*850*0001", "AK3*BEG*2**511", "AK5*R*5", "AK9*R*1*1*0"}}, them, "rejected", "ACK-REJECTED"},
		{"an unknown group", [][]string{{"AK1*PO*99", "AK9*A*1*1*1"}}, them, "expected", "ACK-UNMATCHED"},
		{"another kind of group", [][]string{{"AK1*PR*1", "AK9*A*1*1*1"}}, them, "expected", "ACK-UNMATCHED"},
		{"twice", [][]string{{"AK1*PO*1", "AK9*A*1*1*1"}, {"AK1*PO*1", "AK9*A*1*1*1"}}, them, "accepted", ""},
		{"twice, the second otherwise", [][]string{{"AK1*PO*1", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0"}, {"AK1*PO*1", "AK9*A*1*1*1"}}, them, "rejected", "ACK-REJECTED"},
		{"another set of the group first", [][]string{{"AK1*PO*1", "AK2*850*0002", "AK5*R*5", "AK9*R*1*1*0"}, {"AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"}}, them, "accepted", "ACK-REJECTED"},
		{"from the wrong partner", [][]string{{"AK1*PO*1", "AK9*A*1*1*1"}}, other, "expected", "ENV-PARTNER"},
		{"a TA1 that refuses", [][]string{{"TA1*000000001*261116*0830*R*021"}}, them, "rejected", "ACK-REJECTED"},
		{"a TA1 that takes", [][]string{{"TA1*000000001*261116*0830*A*000"}}, them, "expected", ""},
		{"a TA1 for another", [][]string{{"TA1*000000002*261116*0830*R*021"}}, them, "expected", "ACK-REJECTED"},
	}
}

// TestReconciliationIsTested: every case of the table has its tests, and they exist.
func TestReconciliationIsTested(t *testing.T) {
	data, err := os.ReadFile("testdata/reconciliation.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, named := 0, map[string]bool{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 4 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| What") {
			continue
		}
		rows++
		tests := regexp.MustCompile(`, (gateway|stages|translators/x12) Test`).Split(strings.TrimSpace(cells[2]), -1)
		found := regexp.MustCompile(`(gateway|stages|translators/x12) Test`).FindAllString(cells[2], -1)
		for i, test := range tests {
			if i > 0 {
				test = found[i] + test
			}
			if err := findTest(test); err != nil {
				t.Errorf("%s: %v", cells[1], err)
			}
			named[test] = true
		}
	}
	if rows != 18 {
		t.Errorf("the table has %d rows, expected 18", rows)
	}
	for _, c := range reconciliations() {
		if !named["gateway TestReconciliation/"+c.name] {
			t.Errorf("the table does not have the case %q", c.name)
		}
	}
}

// Each answer settles what it answers, once, and nothing else.
func TestReconciliation(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { reconcile(t, func(*testing.T) string { return "" }) })
	t.Run("postgres", func(t *testing.T) {
		server := spooltest.StartPostgres(t)
		reconcile(t, func(t *testing.T) string { return server.Database(t) })
	})
}

func reconcile(t *testing.T, store func(*testing.T) string) {
	for _, c := range reconciliations() {
		t.Run(c.name, func(t *testing.T) {
			r, erp := sellingOn(t, setup{store: store(t)}, owed997()...)
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
	r, erp := selling(t, owed997("partners/defaults.yaml", "as2:\n", "as2:\n  retry: { first: 10ms, max: 40ms, give_up: 1h }\n")...)
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
	r.partner.Use(sim.MDNFaults{})
	until(t, "the receipt comes behind it", func() bool {
		_, said := erp.call(t, "GET", "/v1/documents/"+id, "", nil)
		return said["delivery"] == "delivered"
	})
	if state := erp.acknowledged(t, id); state != "accepted" {
		t.Errorf("the order's is %q by then", state)
	}
	if got := r.partner.Received(); len(got) != 1 || got[0].Repeats == 0 {
		t.Errorf("the partner has %d messages", len(got))
	}
}

// A 999 answers what went as 005010, and its codes are told in words beside what we sent.
func TestA999For5010(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, verdict, want string }{{"accepted", "A", "accepted"}, {"refused", "R", "rejected"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, erp := selling(t, owed997("partners/acme-retail.yaml", "mapping: base/850, via: as2 }", "mapping: base/850-005010, via: as2, version: \"005010\" }")...)
			id := erp.ordered(t, "PO-1")
			until(t, "the partner has it", func() bool { return len(r.partner.Received()) == 1 })
			if text := string(r.partner.Received()[0].Interchange); !strings.Contains(text, "*X*005010~") {
				t.Fatalf("the partner has %s", text)
			}
			segments := []string{"AK1*PO*1*005010", "AK2*850*0001"}
			if c.verdict == "R" {
				segments = append(segments, "IK3*BEG*2**8", "IK4*3*324*I12*PO-1")
			}
			segments = append(segments, "IK5*"+c.verdict+map[string]string{"R": "*5"}[c.verdict], "AK9*"+c.verdict+"*1*1*1")
			r.sendAs(t, answer{sender: "ACMERETAIL", set: "999", release: "005010", segments: segments})
			until(t, "it is settled", func() bool { return erp.acknowledged(t, id) == c.want })
			m := r.one(t, spool.Filter{Kind: stages.KindSet, Document: "999"})
			const words = `BEG03 at segment 2: IK403 I12, the value does not fit the guide's pattern, they found "PO-1", we sent "BEG*00*SA*PO-1`
			if c.verdict == "R" && !strings.Contains(m.Error, words) || c.verdict == "A" && m.Error != "" {
				t.Errorf("the 999 says %q", m.Error)
			}
		})
	}
}

// An acknowledgement may come in parts, one for each set of a group: each settles
// its own set, and what no part names stays open.
func TestSeveral997sForOneGroup(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, owed997("partners/acme-retail.yaml", "mapping: base/850, via: as2 }", "mapping: base/850, via: as2, batch: { window: 2s, max: 3 } }")...)
	var ids []string
	for _, po := range []string{"PO-1", "PO-2", "PO-3"} {
		ids = append(ids, erp.ordered(t, po))
	}
	until(t, "the partner has one interchange", func() bool { return len(r.partner.Received()) == 1 })
	states := func() (out []string) {
		for _, id := range ids {
			out = append(out, erp.acknowledged(t, id))
		}
		return out
	}
	place := map[string]string{} // ST02 by purchase order: they are in the order in which they were ready
	for n, po := range regexp.MustCompile(`BEG\*00\*SA\*(PO-\d)`).FindAllStringSubmatch(string(r.partner.Received()[0].Interchange), -1) {
		place[po[1]] = fmt.Sprintf("%04d", n+1)
	}
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK2*850*"+place["PO-1"], "AK5*A", "AK9*A*1*1*1")
	r.calm(t)
	if diff := cmp.Diff([]string{"accepted", "expected", "expected"}, states()); diff != "" {
		t.Error(diff)
	}
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK2*850*"+place["PO-2"], "AK5*R*5", "AK9*R*1*1*0")
	r.calm(t)
	if diff := cmp.Diff([]string{"accepted", "rejected", "expected"}, states()); diff != "" {
		t.Error(diff)
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
