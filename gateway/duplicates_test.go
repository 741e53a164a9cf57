package gateway

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
	"waybill/spool/spooltest"
	"waybill/stages"
)

// hundred has the same interchange sent a hundred times at once, each time as an
// AS2 message of its own, through each client in turn. A door that is full says 503,
// and the message comes again, as partners have it; each gets its own receipt.
func hundred(t *testing.T, clients ...*sim.Partner) {
	t.Helper()
	order := sim.Order850(sim.Spec{Control: 1, PO: "4500012345"})
	sent := make([]sim.Sent, 100)
	var wait sync.WaitGroup
	for n := range sent {
		wait.Go(func() {
			id := fmt.Sprintf("again-%03d@acme", n)
			var err error
			if sent[n], err = clients[n%len(clients)].Deliver(t.Context(), order, sim.How{MessageID: id}); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	wait.Wait()
	receipts := map[string]bool{}
	for n, s := range sent {
		id := fmt.Sprintf("again-%03d@acme", n)
		if !s.Accepted() || !strings.Contains(string(s.MDN), "Original-Message-ID: <"+id+">") {
			t.Errorf("the receipt of %s is %q %s, expected its own", id, s.Disposition, s.NoReceipt)
		}
		receipts[string(s.MDN)] = true
	}
	if len(receipts) != len(sent) {
		t.Errorf("%d receipts for %d messages, expected one each", len(receipts), len(sent))
	}
}

// wantOnce says that what came a hundred times is one order and one answer, and
// that each of the others is in the record as a duplicate of the first.
func (r *rig) wantOnce(t *testing.T) {
	t.Helper()
	until(t, "the 997 is out", func() bool { return len(r.partner.Received()) > 0 })
	r.calm(t)
	if orders := r.erp.Journal(); len(orders) != 1 || orders[0].Calls != 1 || orders[0].PO != "4500012345" {
		t.Errorf("the ERP has %+v, expected one order, once", orders)
	}
	if got := r.partner.Received(); len(got) != 1 || len(got[0].Answers) != 1 || got[0].Answers[0].Result != "A" || got[0].Repeats != 0 {
		t.Errorf("the partner has %+v, expected one 997, once", got)
	}
	came := r.messages(t, spool.Filter{Kind: stages.KindInterchange, Limit: 1000})
	first, duplicates := "", map[string]int{}
	inbound := 0
	for _, m := range came {
		if m.Direction != stages.Inbound {
			continue
		}
		inbound++
		history, err := r.Spool().History(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := history[len(history)-1].Note
		if _, of, is := strings.Cut(last, "duplicate-of "); is {
			duplicates[strings.Split(of, ",")[0]]++
			continue
		}
		if first != "" {
			t.Errorf("%s and %s were both taken as the first", first, m.ID)
		}
		first = m.ID
	}
	if inbound != 100 || len(duplicates) != 1 || duplicates[first] != 99 {
		t.Errorf("of %d interchanges the first is %s, and duplicates are %v; expected 99 of it", inbound, first, duplicates)
	}
}

// The same interchange a hundred times at once through one door.
func TestAHundredTimesAtOnce(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base()})
	hundred(t, r.partner)
	r.wantOnce(t)
}

// The same interchange a hundred times at once through the doors of two gateways
// that share a database.
func TestAHundredTimesAtTwoNodes(t *testing.T) {
	t.Parallel()
	store := spooltest.Postgres(t)
	r := begin(t, setup{edits: append(base(), "waybill.yaml", "store: sqlite:data/waybill.db", "store: "+store), config: func(c *Config) { c.Node = "one" }})
	hundred(t, r.partner, r.other(t, "two"))
	r.wantOnce(t)
}

// other runs a second gateway with the same configuration, and returns the partner
// as a client that knows only that one.
func (r *rig) other(t *testing.T, node string) *sim.Partner {
	t.Helper()
	second := &rig{dir: r.dir, erp: r.erp, partner: r.partner, log: r.log, ended: make(chan error, 1)}
	opened := second.run(t, setup{config: func(c *Config) { c.Node = node }})
	keys := r.partner.Keys()
	p, err := sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them, Keys: &keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	p.Join(sim.Gateway{URL: "http://" + receive(t, opened) + "/as2", AS2: example.Us, Certificate: r.door.Certificate})
	return p
}
