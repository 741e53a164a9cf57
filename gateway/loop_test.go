package gateway

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
	"waybill/sim"
	"waybill/spool"
)

// loop is a distributor's day: a buyer, a warehouse, an ERP with its order desk,
// and the gateway between them.
type loop struct {
	*rig
	warehouse *sim.Partner
	buyer     *sim.Counterpart
	shipper   *sim.Counterpart
	clerk     *sim.Clerk
}

const nova = `partner: nova-3pl
name: Nova Warehouse
x12:
  them: { qualifier: ZZ, id: NOVA3PL, group: NOVA3PL }
  us:   { qualifier: ZZ, id: OURCO, group: OURCO }
as2:
  them: NOVA_AS2
  url: WAREHOUSE_URL
  certificates: [ { file: certs/nova.cer } ]
documents:
  "940": { direction: out, role: depositor, mapping: base/940, via: as2 }
  "945": { direction: in, role: depositor, mapping: base/945, to: [erp] }
expect:
  functional: { for: ["940"], within: 24h }
  documents: { "945": { for: "940", within: 3d } }
`

func beginLoop(t *testing.T, short map[string]int) *loop {
	return beginLoopWith(t, sim.CounterpartOptions{Warehouse: true, Short: short})
}

// beginLoopWith begins the loop with a warehouse that ships as the options say.
func beginLoopWith(t *testing.T, ships sim.CounterpartOptions) *loop {
	t.Helper()
	ships.ID, ships.Gateway = "NOVA3PL", "OURCO"
	warehouse, err := sim.OpenPartner(sim.PartnerOptions{Name: "nova-3pl", AS2: "NOVA_AS2"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = warehouse.Close() })
	token, err := settings.ParseSecret("secret://file/keys/erp-api")
	if err != nil {
		t.Fatal(err)
	}
	l := &loop{warehouse: warehouse}
	l.rig = begin(t, setup{
		erp: sim.ERPOptions{Answer: sim.Respond},
		edits: []string{
			"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"855\", \"856\", \"810\"], within: 24h }",
			"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850, to: [erp] }\n" +
				"  \"855\": { direction: out, role: seller, mapping: base/855, via: as2 }\n" +
				"  \"856\": { direction: out, role: seller, mapping: base/856, via: as2 }\n" +
				"  \"810\": { direction: out, role: seller, mapping: base/810, via: as2 }\n",
			"waybill.yaml", "    timeout: 10s", "    timeout: 10s\n    answer: document",
		},
		before: func(dir string) {
			cer := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: warehouse.Keys().Certificate.Raw})
			for name, data := range map[string]string{
				"certs/nova.cer": string(cer), "keys/erp-api": "a-token-of-the-erp\n",
				"partners/nova-3pl.yaml": strings.ReplaceAll(nova, "WAREHOUSE_URL", warehouse.URL()),
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		},
		config: func(c *Config) {
			c.API = APIConfig{Listen: "127.0.0.1:0", MaxSize: 1 << 20, Clients: map[string]APIClient{"erp": {Token: token}}}
		},
	})
	warehouse.Join(l.door)
	l.buyer = sim.NewCounterpart(l.partner, sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"})
	l.shipper = sim.NewCounterpart(warehouse, ships)
	l.clerk = sim.NewClerk(l.erp, sim.ClerkOptions{API: "http://" + receive(t, l.api), Token: "a-token-of-the-erp", Warehouse: "nova-3pl"})
	return l
}

// turn lets everybody do what there is to do, until the loop is closed.
func (l *loop) turn(t *testing.T, closed func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !closed(); {
		if time.Now().After(end) {
			for _, m := range l.messages(t, spool.Filter{}) {
				if m.Code != "" || m.Status != spool.Done {
					t.Logf("%s %s %s %s: %s", m.Direction, m.Kind, m.Document, m.Status, m.Error)
				}
			}
			thread, _ := ReadThread(t.Context(), l.Spool(), "4500012345")
			for _, d := range thread.Documents {
				t.Logf("%s %s: %s, %s, %s", d.Direction, d.Document, d.Processing, d.Delivery, d.Acknowledgement)
			}
			t.Logf("owed: %+v", thread.Open)
			t.Fatal("the loop is not closed after 20 s")
		}
		for _, step := range []func() error{
			func() error { return l.clerk.Step(t.Context()) },
			func() error { return l.buyer.Step(t.Context()) },
			func() error { return l.shipper.Step(t.Context()) },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// setsOf counts the sets that somebody has, acknowledgements aside.
func setsOf(c *sim.Counterpart) []string {
	var ids []string
	for _, s := range c.Sets() {
		if s.Group != "FA" {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// settled says that every answer that was owed has come.
func (l *loop) settled(t *testing.T, po string) bool {
	thread, err := ReadThread(t.Context(), l.Spool(), po)
	if err != nil || len(thread.Open) > 0 || len(thread.Documents) < 6 {
		return false
	}
	for _, d := range thread.Documents {
		if d.Processing != "done" || d.Direction == "out" && d.Acknowledgement != "accepted" || d.Direction == "in" && d.Acknowledgement != "997 delivered" {
			return false
		}
	}
	return true
}

// Order to cash: 850 in, 855 out, 940 out to the warehouse, 945 in, 856 and 810
// out, each acknowledged, all in one thread; what the warehouse shipped short is
// neither announced nor billed.
func TestOrderToCash(t *testing.T) {
	t.Parallel()
	l := beginLoop(t, map[string]int{"SKU-93731": 24})
	sent, err := l.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatal(sent.Disposition, err)
	}
	l.turn(t, func() bool { return l.settled(t, "4500012345") })
	if diff := cmp.Diff([]string{"810", "855", "856"}, setsOf(l.buyer)); diff != "" {
		t.Errorf("the buyer has %s", diff)
	}
	if diff := cmp.Diff([]string{"940"}, setsOf(l.shipper)); diff != "" {
		t.Errorf("the warehouse has %s", diff)
	}
	for _, s := range l.buyer.Sets() {
		text := flat(s.Segments)
		switch s.ID {
		case "855":
			if !strings.Contains(text, "BAK*00*AC*4500012345") {
				t.Errorf("the 855 is %s", text)
			}
		case "856":
			if !strings.Contains(text, "PRF*4500012345") || !strings.Contains(text, "SN1**660*EA**684*EA") {
				t.Errorf("the 856 is %s", text)
			}
		case "810":
			if !strings.Contains(text, "*4500012345*") || !strings.Contains(text, "IT1*2*660*EA") || !strings.Contains(text, "TDS*36378804") {
				t.Errorf("the 810 is %s", text)
			}
		}
	}
	var documents []string
	thread, err := ReadThread(t.Context(), l.Spool(), "4500012345")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range thread.Documents {
		documents = append(documents, d.Direction+" "+d.Document)
	}
	slices.Sort(documents[1:]) // which of two that begin at once is first is a matter of moments
	if diff := cmp.Diff([]string{"in 850", "in 945", "out 810", "out 855", "out 856", "out 940"}, documents); diff != "" {
		t.Errorf("the thread: %s", diff)
	}
}

func flat(segments [][]string) string {
	lines := make([]string, len(segments))
	for i, s := range segments {
		lines[i] = strings.Join(s, "*")
	}
	return strings.Join(lines, "~")
}
