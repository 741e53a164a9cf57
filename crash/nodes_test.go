//go:build faults

package crash

import (
	"os"
	"path/filepath"
	"strings"

	"waybill/cms"
	"waybill/example"
	"waybill/sim"
)

// secondNode is the same world with another gateway on the same database.
func (w *world) secondNode() *world {
	w.t.Helper()
	other := *w
	other.dir = filepath.Join(w.t.TempDir(), "node2")
	other.as2, other.observe = freeAddress(w.t), freeAddress(w.t)
	if err := os.CopyFS(other.dir, os.DirFS(w.dir)); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(other.dir, "keys", "ourco.key"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	other.change("waybill.yaml", func(s string) string {
		return "node: node2\n" + strings.NewReplacer(w.as2, other.as2, w.observe, other.observe).Replace(s)
	})
	return &other
}

// client is the partner as one that knows only the gateway at that address.
func (w *world) client(p *sim.Partner, address string) *sim.Partner {
	w.t.Helper()
	keys := p.Keys()
	c, err := sim.OpenPartner(sim.PartnerOptions{Name: p.Name(), AS2: p.AS2(), Keys: &keys})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.Close() })
	data, err := os.ReadFile(filepath.Join(w.dir, "certs", "ourco.cer"))
	if err != nil {
		w.t.Fatal(err)
	}
	ours, err := cms.ParseCertificates(data)
	if err != nil {
		w.t.Fatal(err)
	}
	c.Join(sim.Gateway{URL: "http://" + address + "/as2", AS2: example.Us, Certificate: ours[0]})
	return c
}
