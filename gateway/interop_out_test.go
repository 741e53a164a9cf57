//go:build interop

package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waybill/example"
	"waybill/settings"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/translators"
	"waybill/translators/x12"
)

// outgoing is an interchange that left a gateway of ours.
type outgoing struct {
	from, text string
	guide      *translators.Schema // that the partner has of it, nil for none
}

// outboundSets are the sets that we send, with our role in each.
func outboundSets() [][2]string {
	return [][2]string{
		{"810", "seller"}, {"846", "seller"}, {"850", "buyer"}, {"855", "seller"}, {"856", "seller"},
		{"860", "buyer"}, {"940", "depositor"}, {"945", "warehouse"},
	}
}

// bothWays is a gateway whose partner sends and gets every set in a version, and is
// answered by the functional acknowledgement of that name and a TA1.
func bothWays(t *testing.T, version, functional string) (*rig, client) {
	t.Helper()
	var documents strings.Builder
	documents.WriteString("acknowledge: { functional: { send: \"" + functional + "\" }, interchange: { send: always } }\ndocuments:\n")
	for _, s := range inboundSets() {
		fmt.Fprintf(&documents, "  %q: { direction: in, role: %s, mapping: base/%s%s, to: [erp] }\n", s[0], s[1], s[0], release(version))
	}
	for _, s := range outboundSets() {
		fmt.Fprintf(&documents, "  %q: { direction: out, role: %s, mapping: base/%s%s, via: as2 }\n", s[0]+" out", s[1], s[0], release(version))
	}
	token, err := settings.ParseSecret("secret://file/keys/erp-api")
	if err != nil {
		t.Fatal(err)
	}
	r := begin(t, setup{
		edits: []string{
			"partners/acme-retail.yaml", "documents:\n  \"850\": { direction: in, role: seller, mapping: acme-850, to: [erp] }\n", documents.String(),
			"partners/defaults.yaml", `version: "004010"`, `version: "` + version + `"`,
		},
		before: func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, "keys", "erp-api"), []byte("a-token-of-the-erp\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		config: func(c *Config) {
			c.API = APIConfig{Listen: "127.0.0.1:0", MaxSize: 1 << 20, Clients: map[string]APIClient{"erp": {Token: token}}}
		},
	})
	return r, client{url: "http://" + receive(t, r.api), token: "a-token-of-the-erp"}
}

// written is a canonical document to be sent, and where it comes from.
type written struct {
	from, kind string
	body       json.RawMessage
}

// readSamples has the partner send every sample of a version, and one with a fault,
// and returns what our system got.
func (r *rig) readSamples(t *testing.T, version string) []written {
	t.Helper()
	var all []written
	for _, s := range inboundSamples()[version] {
		before := len(r.erp.Journal())
		r.hear(t, fromPartner(t, s))
		for _, o := range r.erp.Journal()[before:] {
			all = append(all, written{from: "sample " + s.name, kind: o.Kind, body: o.Body})
		}
	}
	name := map[string]string{"004010": "850-retail", "005010": "850-supplier"}[version]
	spoilt := regexp.MustCompile(`BEG\*\w+\*`).ReplaceAll(fromPartner(t, inboundSample{name: name}), []byte("BEG*QQQ*"))
	r.hear(t, regexp.MustCompile(`(\*U?\^?\*00\d01\*|IEA\*1\*)\d{9}`).ReplaceAll(spoilt, []byte("${1}000099999")))
	return all
}

func (r *rig) hear(t *testing.T, interchange []byte) {
	t.Helper()
	sent, err := r.partner.Send(t.Context(), interchange, sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatalf("the receipt is %q %s, %v", sent.Disposition, sent.NoReceipt, err)
	}
	r.calm(t)
}

// examples are the reference's canonical documents of the kinds that we send.
func examples(t *testing.T) []written {
	t.Helper()
	shared := os.Getenv("WAYBILL_SHARED")
	if shared == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("left out: the reference's examples: set WAYBILL_SHARED")
		}
		return nil
	}
	files, err := filepath.Glob(filepath.Join(shared, "examples", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples in %s: %v", shared, err)
	}
	var all []written
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Kind string
			Body json.RawMessage
		}
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if stages.SetFor(d.Kind, d.Body) != "" {
			all = append(all, written{from: "example " + filepath.Base(name), kind: d.Kind, body: d.Body})
		}
	}
	return all
}

// unsayable are documents that a base mapping cannot say, with the code of why:
// they are held, and nothing leaves.
func unsayable() map[string]string {
	return map[string]string{
		"example invoice.json":            "SYN-OWN",   // a weight without the shipped units of ISS01
		"example warehouse-order.json":    "SYN-OWN",   // a time of day without the kind of time that G6203 says
		"sample 940-carton":               "SYN-OWN",   // the same
		"example warehouse-shipment.json": "MAP-WRITE", // more numbers of an item than a W12 has room for
	}
}

// write hands documents in and waits until each is out, or held for a known reason.
func (r *rig) write(t *testing.T, erp client, documents []written) {
	t.Helper()
	stopped := map[string]bool{}
	for n, d := range documents {
		body, err := json.Marshal(map[string]any{"kind": d.kind, "schemaVersion": "1.0", "partner": "acme-retail", "body": d.body})
		if err != nil {
			t.Fatal(err)
		}
		if status, said := erp.call(t, "POST", "/v1/documents", fmt.Sprintf("key-%d", n), body); status != http.StatusAccepted {
			t.Errorf("%s: found %d %v", d.from, status, said)
		}
		r.calm(t)
		for _, m := range r.messages(t, spool.Filter{Status: "held", Limit: 1000}) {
			if m.Direction != stages.Outbound || stopped[m.ID] {
				continue
			}
			stopped[m.ID] = true
			t.Logf("held, and not sent: %s: %s: %.200s", d.from, m.Code, m.Error)
			if unsayable()[d.from] != m.Code {
				t.Errorf("%s is held: %s: %s", d.from, m.Code, m.Error)
			}
		}
	}
}

// out is what a partner has of ours.
func out(from string, p *sim.Partner) []outgoing {
	var all []outgoing
	for _, r := range p.Received() {
		all = append(all, outgoing{from: from, text: string(r.Interchange)})
	}
	return all
}

// fromLoops plays the three loops of the demo and returns all that left us.
func fromLoops(t *testing.T) []outgoing {
	t.Helper()
	l := beginLoop(t, map[string]int{"SKU-93731": 24})
	if sent, err := l.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), sim.How{}); err != nil || !sent.Accepted() {
		t.Fatal(sent.Disposition, err)
	}
	l.turn(t, func() bool { return l.settled(t, "4500012345") })
	all := append(out("order-to-cash, buyer", l.partner), out("order-to-cash, warehouse", l.warehouse)...)

	r, supplier, desk := dealing(t, `"850": { direction: out, role: buyer, mapping: base/850, via: as2 }
  "855": { direction: in, role: buyer, mapping: base/855, to: [erp] }
  "856": { direction: in, role: buyer, mapping: base/856, to: [erp] }
  "810": { direction: in, role: buyer, mapping: base/810, to: [erp] }`, sim.CounterpartOptions{Supplier: true}, sim.ClerkOptions{})
	if err := desk.Buy(t.Context(), "acme-retail", sim.Spec{Control: 2}); err != nil {
		t.Fatal(err)
	}
	deal(t, r, supplier, desk, []string{"997", "855", "856", "810"}, []string{"850", "997", "997", "997"})
	all = append(all, out("procure-to-pay", r.partner)...)

	r, depositor, desk := dealing(t, `"940": { direction: in, role: warehouse, mapping: base/940, to: [erp] }
  "945": { direction: out, role: warehouse, mapping: base/945, via: as2 }`, sim.CounterpartOptions{}, sim.ClerkOptions{Short: map[string]int{"SKU-93731": 24}})
	if err := depositor.Place(t.Context(), sim.Order940(sim.Spec{Control: 1}), "wo.edi"); err != nil {
		t.Fatal(err)
	}
	deal(t, r, depositor, desk, []string{"940", "997"}, []string{"997", "945"})
	return append(all, out("warehouse", r.partner)...)
}

// guided has an order that came by the example's own mapping go out by it again,
// to a partner whose guide is the example's.
func guided(t *testing.T, guide *translators.Schema) []outgoing {
	t.Helper()
	r, erp := selling(t, "partners/acme-retail.yaml", "role: buyer, mapping: base/850, via: as2", "role: buyer, mapping: acme-850, guide: acme-850, via: as2",
		"partners/acme-retail.yaml", "role: seller, mapping: base/850", "role: seller, mapping: acme-850")
	r.hear(t, example.Order())
	orders := r.erp.Journal()
	if len(orders) != 1 {
		t.Fatalf("the ERP has %d orders, expected 1", len(orders))
	}
	r.write(t, erp, []written{{from: "guided", kind: orders[0].Kind, body: orders[0].Body}})
	var all []outgoing
	for _, o := range out("by a guide", r.partner) {
		if strings.Contains(o.text, "ST*850*") {
			o.guide = guide
		}
		all = append(all, o)
	}
	return all
}

// fromPages are the interchanges that the guides for people show as written by map
// run --out; that the pages show what the command prints is a test of their own.
func fromPages(t *testing.T) []outgoing {
	t.Helper()
	page, err := os.ReadFile("../docs/howto/onboard-a-partner.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []outgoing
	for _, m := range regexp.MustCompile(`(?m)^\$ waybill map run (\S+) .*--out.*\n(ISA(?:.*\n)+?IEA.*~)$`).FindAllStringSubmatch(string(page), -1) {
		all = append(all, outgoing{from: "howto, " + m[1], text: m[2]})
	}
	if len(all) < 2 {
		t.Errorf("onboard-a-partner.md shows %d interchanges of ours, expected the 850 and the 940", len(all))
	}
	return all
}

// TestInteropEveryDocumentOut holds everything that leaves a gateway (the samples
// and examples handed in by the API in both versions, the loops, and what answers
// them) against x12 check and against StAEDI. It lists each with both verdicts.
func TestInteropEveryDocumentOut(t *testing.T) {
	reader := staediReader(t)
	library, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	guide, problems := library.Guide(os.DirFS("../example/tree/guides"), "../example/tree/guides", "acme-850")
	if guide == nil {
		t.Fatal(problems)
	}
	var all []outgoing
	bodies := examples(t)
	for _, kind := range [][2]string{{"004010", "997"}, {"005010", "997"}, {"005010", "999"}} {
		r, erp := bothWays(t, kind[0], kind[1])
		bodies = append(bodies, r.readSamples(t, kind[0])...)
		r.write(t, erp, bodies)
		all = append(all, out("samples and examples", r.partner)...)
	}
	all = append(append(append(all, fromLoops(t)...), guided(t, guide)...), fromPages(t)...)
	judged(t, library, reader, all)
}
