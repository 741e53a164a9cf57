package gateway

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// dealing is a rig whose only partner has these documents, with our desk at the API.
func dealing(t *testing.T, documents string, o sim.CounterpartOptions, desk sim.ClerkOptions) (*rig, *sim.Counterpart, *sim.Clerk) {
	t.Helper()
	token, err := settings.ParseSecret("secret://file/keys/erp-api")
	if err != nil {
		t.Fatal(err)
	}
	r := begin(t, setup{
		edits: []string{"partners/acme-retail.yaml", `"850": { direction: in, role: seller, mapping: acme-850, to: [erp] }`, documents},
		before: func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, "keys", "erp-api"), []byte("a-token-of-the-erp\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		config: func(c *Config) {
			c.API = APIConfig{Listen: "127.0.0.1:0", MaxSize: 1 << 20, Clients: map[string]APIClient{"erp": {Token: token}}}
		},
	})
	o.ID, o.Gateway = "ACMERETAIL", "OURCO"
	desk.API, desk.Token = "http://"+receive(t, r.api), "a-token-of-the-erp"
	return r, sim.NewCounterpart(r.partner, o), sim.NewClerk(r.erp, desk)
}

// deal lets both sides work until everything is there, then holds the books.
func deal(t *testing.T, r *rig, c *sim.Counterpart, desk *sim.Clerk, sent, got []string) {
	t.Helper()
	has := func() bool {
		b := c.Books()
		return len(b.Sent) == len(sent) && len(b.Got) == len(got)
	}
	for end := time.Now().Add(patience); !has() && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err := desk.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.calm(t)
	if wrong := c.Books().Audit(); len(wrong) > 0 {
		t.Error(wrong)
	}
	for _, m := range r.messages(t, spool.Filter{}) {
		if m.Status != spool.Done {
			t.Errorf("%s %s %s is %s: %s", m.Direction, m.Kind, m.Document, m.Status, m.Error)
		}
	}
	b := c.Books()
	for _, side := range []struct {
		what  string
		files [][]byte
		want  []string
	}{{"sent", b.Sent, sent}, {"got", b.Got, got}} {
		counts, want := map[string]int{}, map[string]int{}
		for _, id := range side.want {
			want[id]++
			counts[id] = len(sim.Sets(side.files, id))
		}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("the partner %s %s", side.what, diff)
		}
	}
}

// Procure to pay: our 850 goes out, and what the supplier answers, ships and bills
// comes to our ERP.
func TestProcureToPay(t *testing.T) {
	t.Parallel()
	r, supplier, desk := dealing(t, `"850": { direction: out, role: buyer, mapping: base/850, via: as2 }
  "855": { direction: in, role: buyer, mapping: base/855, to: [erp] }
  "856": { direction: in, role: buyer, mapping: base/856, to: [erp] }
  "810": { direction: in, role: buyer, mapping: base/810, to: [erp] }`, sim.CounterpartOptions{Supplier: true}, sim.ClerkOptions{})
	if err := desk.Buy(t.Context(), "acme-retail", sim.Spec{Control: 2}); err != nil {
		t.Fatal(err)
	}
	deal(t, r, supplier, desk, []string{"997", "855", "856", "810"}, []string{"850", "997", "997", "997"})
	kinds := map[string]int{}
	for _, o := range r.erp.Journal() {
		kinds[o.Kind]++
	}
	if diff := cmp.Diff(map[string]int{"orderResponse": 1, "shipment": 1, "invoice": 1}, kinds); diff != "" {
		t.Errorf("the ERP has %s", diff)
	}
	b := supplier.Books()
	if wrong := count(t, sim.Sets(b.Sent, "810")...).Differs(count(t, sim.Sets(b.Got, "850")...)); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// Warehouse: a depositor's 940 goes to the system that ships, and our 945 says
// what was shipped.
func TestWarehouseLoop(t *testing.T) {
	t.Parallel()
	r, depositor, desk := dealing(t, `"940": { direction: in, role: warehouse, mapping: base/940, to: [erp] }
  "945": { direction: out, role: warehouse, mapping: base/945, via: as2 }`, sim.CounterpartOptions{}, sim.ClerkOptions{Short: map[string]int{"SKU-93731": 24}})
	if err := depositor.Place(t.Context(), sim.Order940(sim.Spec{Control: 1}), "wo.edi"); err != nil {
		t.Fatal(err)
	}
	deal(t, r, depositor, desk, []string{"940", "997"}, []string{"997", "945"})
	b := depositor.Books()
	report := count(t, sim.Sets(b.Got, "945")...)
	if wrong := report.Asked().Differs(count(t, sim.Sets(b.Sent, "940")...)); len(wrong) > 0 || report.Missing().String() != "24" {
		t.Errorf("%s short, %v", report.Missing(), wrong)
	}
	sent := r.one(t, spool.Filter{Document: "945", Kind: stages.KindSet})
	labels, err := r.Spool().Labels(t.Context(), sent.ID)
	if err != nil || len(labels) == 0 {
		t.Fatal(labels, err)
	}
	thread, err := ReadThread(t.Context(), r.Spool(), labels[0].Value)
	if err != nil || len(thread.Events) != 1 || thread.Events[0].Message != sent.ID || thread.Events[0].Document != "945" || thread.Events[0].Event != "short pick" {
		t.Errorf("the thread of %v tells %+v, %v", labels[0], thread.Events, err)
	}
}
