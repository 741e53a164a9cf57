//go:build faults

package crash

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
)

// world is what stands around the gateway and outlives it: partners, an ERP and
// the ledger of what was acknowledged.
type world struct {
	t        *testing.T
	dir      string // the config directory
	as2      string // host:port, the same for every life of the gateway
	observe  string
	api      string // of our own systems
	store    string
	payloads string
	erp      *sim.ERP
	partners []*sim.Partner
	ledger   *sim.Ledger
	couriers []sim.Courier                    // partners by another door: they send in the place of the others
	received map[string]func() []sim.Received // what those have, by name
}

// setting changes the configuration before the gateway's first start.
type setting struct {
	store    string // "" is SQLite in the config directory
	payloads string // "" is in the config directory
	inline   string // "" is the default
	partners int    // 0 is 2
	outbound bool   // the ERP answers, and documents are handed in at the API
}

func newWorld(t *testing.T, s setting) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "config"), as2: freeAddress(t), observe: freeAddress(t), api: freeAddress(t)}
	var o sim.ERPOptions
	if s.outbound {
		o.Answer = sim.Respond
	}
	must(t, func() (err error) { w.erp, err = sim.OpenERP(o); return err })
	must(t, func() (err error) { w.ledger, err = sim.OpenLedger(""); return err })
	t.Cleanup(func() { _ = w.erp.Close() })

	first := w.partner("storm-0", "STORM0")
	ours, err := example.Write(w.dir, example.Addresses{
		AS2: w.as2, Observe: w.observe, ERP: w.erp.URL(), Partner: first.URL(), Store: s.store,
	}, first.Keys(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < max(s.partners, 2); n++ {
		w.partner(fmt.Sprintf("storm-%d", n), fmt.Sprintf("STORM%d", n))
	}
	for _, p := range w.partners {
		w.profile(p, s)
		p.Join(sim.Gateway{URL: "http://" + w.as2 + "/as2", AS2: example.Us, Certificate: ours.Certificate})
	}
	w.store, w.payloads = s.store, s.payloads
	if w.store == "" {
		w.store = "sqlite:" + filepath.Join(w.dir, "data", "waybill.db")
	}
	if w.payloads == "" {
		w.payloads = filepath.Join(w.dir, "data", "payloads")
	}
	extra := "\nretry: { first: 100ms, max: 1s, attempts: 100000 }\npayloads: " + w.payloads + "\n"
	if s.inline != "" {
		extra += "inline: " + s.inline + "\n"
	}
	if s.outbound {
		extra += "api:\n  listen: " + w.api + "\n  clients:\n    desk: { token: secret://file/keys/desk }\n"
		w.write("keys/desk", []byte(deskToken+"\n"))
	}
	w.change("waybill.yaml", func(text string) string {
		if s.outbound {
			text = strings.Replace(text, "    timeout: 10s", "    timeout: 10s\n    answer: document", 1)
		}
		return strings.Replace(text, "payloads: data/payloads", "# payloads: below", 1) + extra
	})
	return w
}

func must(t *testing.T, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Fatal(err)
	}
}

func (w *world) partner(name, id string) *sim.Partner {
	w.t.Helper()
	p, err := sim.OpenPartner(sim.PartnerOptions{Name: name, AS2: id})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = p.Close() })
	w.partners = append(w.partners, p)
	return p
}

// profile writes the partner's profile and certificate.
func (w *world) profile(p *sim.Partner, s setting) {
	w.t.Helper()
	keys := p.Keys()
	certificate, _, err := keys.PEM()
	if err != nil {
		w.t.Fatal(err)
	}
	text := fmt.Sprintf(`partner: %[1]s
name: %[1]s
x12:
  them: { qualifier: ZZ, id: %[2]s, group: %[2]s }
  us:   { qualifier: ZZ, id: OURCO, group: OURCO }
as2:
  them: %[2]s
  url: %[3]s
  retry: { first: 100ms, max: 1s, give_up: 24h }
  certificates: [ { file: certs/%[1]s.cer } ]
documents:
  "850": { direction: in, role: seller, mapping: base/850, to: [erp] }
`, p.Name(), p.AS2(), p.URL())
	if s.outbound {
		text += outbound
	}
	w.write("certs/"+p.Name()+".cer", certificate)
	w.write("partners/"+p.Name()+".yaml", []byte(text))
}

func (w *world) write(name string, data []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) change(name string, f func(string) string) {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(name, []byte(f(string(data))))
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// storm has the partners send until ctx ends, and returns how many messages were
// acknowledged once it is over.
func (w *world) storm(ctx context.Context, s sim.Storm) func() int {
	s.Couriers, s.Ledger = w.couriers, w.ledger
	if len(w.couriers) == 0 {
		s.Partners = w.partners
	}
	s.Patience = 2 * time.Minute
	if s.Again == 0 {
		s.Again = 25
	}
	var acked int
	var err error
	ended := make(chan struct{})
	go func() { defer close(ended); acked, err = s.Run(ctx) }()
	return func() int {
		<-ended
		if err != nil {
			w.t.Errorf("the storm: %v", err)
		}
		return acked
	}
}

func (w *world) record() sim.Record {
	r := sim.Record{Ledger: w.ledger.Entries(), Orders: w.erp.Journal(), Received: map[string][]sim.Received{}}
	for _, p := range w.partners {
		r.Received[p.Name()] = p.Received()
	}
	for name, received := range w.received {
		r.Received[name] = received()
	}
	return r
}

// settles waits until the records outside the gateway agree: every acknowledged
// order once at the ERP, one 997 and one MDN content each. It returns what does
// not agree when patience ends.
func (w *world) settles(patience time.Duration) []sim.Finding {
	deadline := time.Now().Add(patience)
	for {
		found := sim.Compare(w.record())
		if len(found) == 0 || time.Now().After(deadline) {
			return found
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// wantNothingLost fails the test with what the records disagree about.
func (w *world) wantNothingLost(patience time.Duration) {
	w.t.Helper()
	for i, f := range w.settles(patience) {
		if i == 20 {
			w.t.Error("and more")
			break
		}
		w.t.Error(f)
	}
}

// wantClean opens the spool of a stopped gateway: everything is finished, and
// rows, payloads and hashes agree.
// why says what the first message of a count is there for.
func (w *world) why(s *spool.Spool, c spool.Count) string {
	found, err := s.List(context.Background(), spool.Filter{Status: string(c.Status), Stage: string(c.Stage), Limit: 1})
	if err != nil || len(found) == 0 {
		return ""
	}
	m := found[0]
	return fmt.Sprintf("; %s of %s, %d bytes at %d: %s: %s", m.ID, m.CreatedAt, m.Payload.Length, m.Payload.Offset, m.Code, m.Error)
}

func (w *world) wantClean() {
	w.t.Helper()
	s, err := spool.Open(context.Background(), spool.Config{Store: w.store, Dir: w.payloads})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Verify(context.Background(), func(f spool.Finding) {
		if !f.Note {
			w.t.Errorf("spool verify: %s%s: %s", f.Message, f.Payload, f.Text)
		}
	}); err != nil {
		w.t.Error(err)
	}
	counts, err := s.Counts(context.Background())
	if err != nil {
		w.t.Error(err)
	}
	for _, c := range counts.Rows {
		switch c.Status {
		case spool.Done, spool.Refused:
		default:
			w.t.Errorf("%d message(s) are %s at stage %q, expected none%s", c.Count, c.Status, c.Stage, w.why(s, c))
		}
	}
}
