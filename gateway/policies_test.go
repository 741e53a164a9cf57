package gateway

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/example"
	"waybill/sim"
)

// policy is a partner with what it wants to hear, and what it must hear then of a
// good order, one with a set that is wrong, an envelope that is, and a 997.
type policy struct {
	name, acknowledge string
	release           string
	how               sim.How  // of its receipts
	want              []string // in the order of what they answer
	interchanges      int      // that carry them
	partner           *sim.Partner
}

func policies() []*policy {
	return []*policy{
		{name: "always", acknowledge: `{ functional: { send: "997" }, interchange: { send: always } }`, release: "004010",
			want: []string{"997 PO 1 A", "997 PO 2 R", "TA1 000000001 A", "TA1 000000002 A", "TA1 000000003 R"}, interchanges: 5},
		{name: "never", acknowledge: `{ functional: { send: none } }`, release: "004010", how: sim.How{NoMDN: true}},
		{name: "newer", acknowledge: `{ functional: { send: "999", batch: { window: 5s, max: 10 } }, interchange: { send: on-error } }`, release: "005010",
			want: []string{"999 PO 1 A", "999 PO 2 R", "TA1 000000003 R"}, interchanges: 2},
	}
}

// id is the partner's X12 identifier.
func (p *policy) id() string { return strings.ToUpper(p.name) }

// write writes the partner's profile and certificate into a configuration.
func (p *policy) write(t *testing.T, dir string) {
	t.Helper()
	profile := fmt.Sprintf(`partner: %[1]s
name: Buyer who hears %[1]s
x12:
  them: { qualifier: ZZ, id: %[2]s, group: %[2]s }
  us:   { qualifier: ZZ, id: OURCO, group: OURCO }
  version: "%[5]s"
acknowledge: %[3]s
as2:
  them: %[2]s_AS2
  url: %[4]s
  certificates: [ { file: certs/%[1]s.cer } ]
documents:
  "850": { direction: in, role: seller, mapping: %[6]s, to: [erp] }
`, p.name, p.id(), p.acknowledge, p.partner.URL(), p.release, map[string]string{"004010": "base/850", "005010": "base/850-005010"}[p.release])
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.partner.Keys().Certificate.Raw})
	for name, data := range map[string][]byte{"partners/" + p.name + ".yaml": []byte(profile), "certs/" + p.name + ".cer": certificate} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// files are what the partner sends.
func (p *policy) files() [][]byte {
	order := func(n int, changes ...string) []byte {
		text := strings.NewReplacer(changes...).Replace(string(sim.Order850(sim.Spec{Sender: p.id(), Control: n})))
		if p.release == "005010" { // ISA11 is the repetition separator there
			text = strings.NewReplacer("*U*00401*", "*^*00501*", "*X*004010~", "*X*005010~").Replace(text)
		}
		return []byte(text)
	}
	ack := fmt.Appendf(nil, "ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*261116*0830*U*00401*000000004*0*P*>~"+
		"GS*FA*%s*OURCO*20261116*0830*4*X*004010~ST*997*0001~AK1*PR*77~AK9*A*1*1*1~SE*4*0001~GE*1*4~IEA*1*000000004~", p.id(), "OURCO", p.id())
	return [][]byte{
		order(1),
		order(2, "BEG*00*SA*", "BEG*00*SAX*"), // X12 92 has no SAX, and it is too long
		order(3, "IEA*1*000000003", "IEA*2*000000003"), // there is one group
		ack,
	}
}

// heard are the acknowledgements that the partner got, sorted; anything else that it
// got is listed as what it is.
func (p *policy) heard(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, r := range p.partner.Received() {
		segments, err := sim.Segments(r.Interchange)
		if err != nil {
			t.Fatal(err)
		}
		group, set := "", ""
		for _, s := range segments {
			switch s[0] {
			case "TA1":
				out = append(out, "TA1 "+s[1]+" "+s[4])
			case "ST":
				if set = s[1]; set != "997" && set != "999" {
					out = append(out, set)
				}
			case "AK1":
				group = s[1] + " " + s[2]
			case "AK9":
				out = append(out, set+" "+group+" "+s[1])
			}
		}
	}
	slices.Sort(out)
	return out
}

// Three partners with three policies in one run get exactly the receipts and
// acknowledgements that are theirs, those that may wait for each other in one
// interchange, and nobody gets one for an acknowledgement.
func TestThreeAcknowledgementPolicies(t *testing.T) {
	t.Parallel()
	all := policies()
	for _, p := range all {
		var err error
		if p.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: p.name, AS2: p.id() + "_AS2"}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.partner.Close() })
	}
	r := begin(t, setup{before: func(dir string) {
		for _, p := range all {
			p.write(t, dir)
		}
	}})
	for n := range all[0].files() { // in turn, so that they are mixed
		for _, p := range all {
			p.partner.Join(sim.Gateway{URL: r.door.URL, AS2: example.Us, Certificate: r.door.Certificate})
			sent, err := p.partner.Send(t.Context(), p.files()[n], p.how)
			if err != nil || p.how.NoMDN != (sent.MDN == nil) || !p.how.NoMDN && !sent.Accepted() || p.how.NoMDN && sent.Status != http.StatusOK {
				t.Fatalf("%s: %d %q, a receipt of %d bytes, %v", p.name, sent.Status, sent.Disposition, len(sent.MDN), err)
			}
		}
	}
	r.calm(t)
	for _, p := range all {
		if diff := cmp.Diff(p.want, p.heard(t)); diff != "" {
			t.Errorf("%s heard %s", p.name, diff)
		}
		if n := len(p.partner.Received()); n != p.interchanges {
			t.Errorf("%s got %d interchanges, expected %d", p.name, n, p.interchanges)
		}
	}
	if orders := r.erp.Journal(); len(orders) != len(all) {
		t.Errorf("the ERP has %d orders, expected the good one of each", len(orders))
	}
}
