package gateway

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
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
	want              []string
	partner           *sim.Partner
}

func policies() []*policy {
	return []*policy{
		{name: "always", acknowledge: `{ functional: { send: "997" } }`, want: []string{"997 PO 1 A", "997 PO 2 R"}},
		{name: "never", acknowledge: `{ functional: { send: none } }`},
		{name: "both", acknowledge: `{ functional: { send: "997" }, interchange: { send: on-error } }`, want: []string{"997 PO 1 A", "997 PO 2 R", "TA1 000000003 R"}},
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
acknowledge: %[3]s
as2:
  them: %[2]s_AS2
  url: %[4]s
  certificates: [ { file: certs/%[1]s.cer } ]
documents:
  "850": { direction: in, role: seller, mapping: base/850, to: [erp] }
`, p.name, p.id(), p.acknowledge, p.partner.URL())
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.partner.Keys().Certificate.Raw})
	for name, data := range map[string][]byte{"partners/" + p.name + ".yaml": []byte(profile), "certs/" + p.name + ".cer": certificate} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// files are what the partner sends.
func (p *policy) files() [][]byte {
	order := func(n int) []byte { return sim.Order850(sim.Spec{Sender: p.id(), Control: n}) }
	ack := fmt.Appendf(nil, "ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*261116*0830*U*00401*000000004*0*P*>~"+
		"GS*FA*%s*OURCO*20261116*0830*4*X*004010~ST*997*0001~AK1*PR*77~AK9*A*1*1*1~SE*4*0001~GE*1*4~IEA*1*000000004~", p.id(), "OURCO", p.id())
	return [][]byte{
		order(1),
		bytes.Replace(order(2), []byte("BEG*00*SA*"), []byte("BEG*00*SAX*"), 1),          // X12 92 has no SAX, and it is too long
		bytes.Replace(order(3), []byte("IEA*1*000000003"), []byte("IEA*2*000000003"), 1), // there is one group
		ack,
	}
}

// heard are the acknowledgements that the partner got, in the order of what they
// answer; anything else that it got is listed as what it is.
func (p *policy) heard(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, r := range p.partner.Received() {
		segments, err := sim.Segments(r.Interchange)
		if err != nil {
			t.Fatal(err)
		}
		group := ""
		for _, s := range segments {
			switch s[0] {
			case "TA1":
				out = append(out, "TA1 "+s[1]+" "+s[4])
			case "ST":
				if s[1] != "997" {
					out = append(out, s[1])
				}
			case "AK1":
				group = s[1] + " " + s[2]
			case "AK9":
				out = append(out, "997 "+group+" "+s[1])
			}
		}
	}
	return out
}

// Three partners with three policies in one run get exactly the acknowledgements
// that are theirs, and nobody gets one for an acknowledgement.
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
			if sent, err := p.partner.Send(t.Context(), p.files()[n], sim.How{}); err != nil || !sent.Accepted() {
				t.Fatal(p.name, sent.Disposition, err)
			}
		}
		r.calm(t)
	}
	for _, p := range all {
		if diff := cmp.Diff(p.want, p.heard(t)); diff != "" {
			t.Errorf("%s heard %s", p.name, diff)
		}
	}
	if orders := r.erp.Journal(); len(orders) != len(all) {
		t.Errorf("the ERP has %d orders, expected the good one of each", len(orders))
	}
}
