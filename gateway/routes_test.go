package gateway

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/partners"
	"waybill/sim"
	"waybill/spool"
)

func TestRoutes(t *testing.T) {
	c := &Config{Route: []Route{
		{Kinds: []string{"warehouseOrder"}, To: []string{"wms"}},
		{Kinds: []string{"order"}, Where: map[string][]string{"parties.shipTo.ids[assignedByBuyer].value": {"00*"}, "currency": {"USD", "CAD"}}, To: []string{"north"}},
		{Kinds: []string{"order"}, Where: map[string][]string{"lines[].item.sku": {"SKU-1"}}, To: []string{"north", "wms"}},
		{Partners: []string{"acme", "bolt"}, Groups: []string{"retail"}, To: []string{"erp"}},
	}}
	const body = `{"currency":"USD","parties":{"shipTo":{"ids":[{"type":"assignedByBuyer","value":"0042"}]}},"lines":[{"item":{"sku":"SKU-2"}},{"item":{"sku":"SKU-1"}}]}`
	for name, x := range map[string]struct {
		doc   canonical.Document
		group string
		named []string
		want  string
	}{
		"by kind":        {canonical.Document{Kind: "warehouseOrder", Body: []byte(body)}, "", nil, "[wms]"},
		"by field":       {canonical.Document{Kind: "order", Body: []byte(body)}, "", nil, "[north]"},
		"by any item":    {canonical.Document{Kind: "order", Body: []byte(strings.Replace(body, "0042", "1042", 1))}, "", nil, "[north wms]"},
		"by partner":     {canonical.Document{Kind: "invoice", Partner: "bolt", Body: []byte(body)}, "retail", nil, "[erp]"},
		"group differs":  {canonical.Document{Kind: "invoice", Partner: "bolt", Body: []byte(body)}, "grocery", nil, "[]"},
		"named":          {canonical.Document{Kind: "order", Body: []byte(body)}, "", []string{"mine"}, "[mine]"},
		"field missing":  {canonical.Document{Kind: "order", Body: []byte(`{}`)}, "", nil, "[]"},
		"body is broken": {canonical.Document{Kind: "order", Body: []byte(`{`)}, "", nil, "[]"},
	} {
		got := c.route(x.doc, &partners.Profile{Group: x.group}, partners.Agreement{To: x.named})
		if fmt.Sprint(got) != x.want {
			t.Errorf("%s: found %v, expected %s", name, got, x.want)
		}
	}
}

func TestRouteMistakes(t *testing.T) {
	for name, x := range map[string]struct{ rules, want string }{
		"no kind":       {"- { kinds: [odor], to: [erp] }", `route[0].kinds[0]: there are no documents of kind "odor"; did you mean order?`},
		"no adapter":    {"- { to: [crm] }", `route[0].to[0]: there is no adapter "crm"; did you mean erp?`},
		"nowhere":       {"- { kinds: [order] }", "route[0].to: is missing"},
		"no such field": {"- { kinds: [order], where: { curency: [USD] }, to: [erp] }", "did you mean currency?"},
		"no kinds":      {"- { where: { currency: [USD] }, to: [erp] }", "of all kinds"},
		"no values":     {"- { kinds: [order], where: { currency: [] }, to: [erp] }", "no values stand at currency"},
		"covered":       {"- { to: [erp] }\n  - { kinds: [order], to: [erp] }", "route[1]: is never reached: rule 1 takes all that it would take"},
		"unknown key":   {"- { kind: order, to: [erp] }", "kind"},
	} {
		tree := exampleTree(t)
		edit(t, tree, "waybill.yaml", "\nadapters:", "\nroute:\n  "+x.rules+"\nadapters:")
		if found := fmt.Sprint(Check(tree)); !strings.Contains(found, x.want) {
			t.Errorf("%s: found %s", name, found)
		}
	}
}

// Where no profile and no rule names a system, the document is held, and goes on
// once somebody has said where to. The two that follow find their own ways.
func TestDocumentsAreRouted(t *testing.T) {
	wms, err := sim.OpenERP(sim.ERPOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wms.Close() })
	r := begin(t, setup{edits: []string{
		"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850 }",
		"waybill.yaml", "\nadapters:", "\nroute:\n  - { kinds: [order], where: { customerOrderNumber: [\"W*\"] }, to: [wms] }\n  - { kinds: [order], where: { customerOrderNumber: [\"E*\", \"B*\"] }, to: [erp] }\nadapters:\n  wms: { kind: http, url: " + fmt.Sprintf("%q", wms.URL()) + " }",
	}})
	for i, po := range []string{"W1", "E1", "X1"} {
		sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: i + 1, PO: po}), sim.How{})
		if err != nil || !sent.Accepted() {
			t.Fatal(err)
		}
	}
	orders := func(e *sim.ERP) []string {
		var out []string
		for _, o := range e.Journal() {
			out = append(out, o.PO)
		}
		return out
	}
	until(t, "one is held", func() bool {
		return len(r.messages(t, spool.Filter{Status: string(spool.Held)})) == 1 && len(orders(wms))+len(orders(r.erp)) == 2
	})
	if diff := cmp.Diff([][]string{{"W1"}, {"E1"}}, [][]string{orders(wms), orders(r.erp)}); diff != "" {
		t.Error(diff)
	}
	held := r.messages(t, spool.Filter{Status: string(spool.Held)})[0]
	if held.Code != "ROUTE-NOWHERE" || !strings.Contains(held.Error, "no rule of route") {
		t.Errorf("found %s: %s", held.Code, held.Error)
	}
	r.edit(t, "partners/acme-retail.yaml", "mapping: base/850 }", "mapping: base/850, to: [erp] }")
	if found := r.Reload(); len(found) > 0 {
		t.Fatal(found)
	}
	if err := r.Spool().Retry(t.Context(), held.ID, "test", "routed"); err != nil {
		t.Fatal(err)
	}
	until(t, "it is delivered", func() bool { return len(orders(r.erp)) == 2 })
}
