package gateway

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/sim"
	"waybill/spool"
)

// northOrder is the order of an ERP that nests its fields, as its own people see it.
type northOrder struct {
	Header struct {
		Customer, ExternalID, PoNumber, PoDate, Currency, Type string
	} `json:"header"`
	Items []struct {
		Position, CustomerPart, Part, Barcode, Unit string
		Ordered, Price                              json.Number
	} `json:"items"`
}

func north() sim.ERPOptions {
	read := func(data []byte) (o northOrder) {
		_ = json.Unmarshal(data, &o) // what cannot be read has no number, and no order follows
		return o
	}
	return sim.ERPOptions{
		Read: func(data json.RawMessage) (kind, partner, po string) {
			o := read(data)
			return "order", o.Header.Customer, o.Header.PoNumber
		},
		Answer: func(order sim.Order) json.RawMessage {
			o := read(order.Body)
			items := []any{}
			for _, i := range o.Items {
				items = append(items, map[string]any{
					"position": i.Position, "customerPart": i.CustomerPart, "part": i.Part, "barcode": i.Barcode, "ordered": i.Ordered, "unit": i.Unit, "price": i.Price,
					"confirmations": []any{map[string]any{"status": "accepted", "quantity": i.Ordered, "unit": i.Unit}},
				})
			}
			return marshalled(map[string]any{"items": items, "header": map[string]any{
				"poNumber": o.Header.PoNumber, "poDate": o.Header.PoDate, "salesOrder": order.Reference, "status": "CONFIRMED", "answers": "order", "purpose": "original", "printed": "no",
			}})
		},
	}
}

// southRow is one line of an ERP that knows nothing but flat rows.
type southRow struct {
	CUSTNO, KEY, PONO, PODAT, POS, CUSTMAT, MATNR, EAN, MENGE, MEINS, NETPR string
}

func south() sim.ERPOptions {
	read := func(data []byte) []southRow {
		var o struct {
			Rows []southRow `json:"rows"`
		}
		_ = json.Unmarshal(data, &o)
		return o.Rows
	}
	return sim.ERPOptions{
		Read: func(data json.RawMessage) (kind, partner, po string) {
			if rows := read(data); len(rows) > 0 {
				return "order", rows[0].CUSTNO, rows[0].PONO
			}
			return "", "", ""
		},
		Answer: func(order sim.Order) json.RawMessage {
			rows := []any{}
			for _, r := range read(order.Body) {
				rows = append(rows, map[string]any{
					"PONO": r.PONO, "PODAT": r.PODAT, "VBELN": order.Reference, "RC": "OK", "DOCTYP": "order", "PURP": "original",
					"POS": r.POS, "CUSTMAT": r.CUSTMAT, "MATNR": r.MATNR, "EAN": r.EAN, "MENGE": r.MENGE, "MEINS": r.MEINS, "NETPR": r.NETPR,
					"SCHED": []any{map[string]any{"ST": "accepted", "QTY": r.MENGE, "ME": r.MEINS}},
				})
			}
			return marshalled(map[string]any{"rows": rows})
		},
	}
}

func marshalled(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}

// systems copies the mappings of both ERPs into a configuration.
func systems(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(dir, "adapters"), os.DirFS("../mappings/testdata/systems")); err != nil {
		t.Fatal(err)
	}
}

// settle855 lets acme's orders be answered with an 855.
func settle855() []string {
	return []string{
		"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850, to: [erp] }\n  \"855\": { direction: out, role: seller, mapping: base/855, via: as2 }\n",
	}
}

// came is what one run with an ERP left: the canonical documents, and the 855.
type came struct{ Order, Response, Sent string }

func withERP(t *testing.T, name string, erp sim.ERPOptions) came {
	t.Helper()
	r := begin(t, setup{erp: erp, before: func(dir string) { systems(t, dir) }, edits: append(settle855(),
		"waybill.yaml", "    timeout: 10s", fmt.Sprintf("    timeout: 10s\n    answer: document\n    mapping: { order: %s-order, orderResponse: %s-response }", name, name))})
	buyer := sim.NewCounterpart(r.partner, sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"})
	sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatal(sent.Disposition, err)
	}
	out := came{}
	until(t, "the 855 is there", func() bool {
		if err := buyer.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, s := range buyer.Sets() {
			if s.ID == "855" {
				out.Sent = flat(s.Segments)
			}
		}
		return out.Sent != ""
	})
	if n := len(r.erp.Journal()); n != 1 || r.erp.Journal()[0].PO != "4500012345" || strings.Contains(string(r.erp.Journal()[0].Body), "customerOrderNumber") {
		t.Errorf("%s has %+v", name, r.erp.Journal())
	}
	out.Order, out.Response = r.bodyOf(t, "order"), r.bodyOf(t, "orderResponse")
	return out
}

// bodyOf is the body of the one canonical document of a kind.
func (r *rig) bodyOf(t *testing.T, kind string) string {
	t.Helper()
	for _, m := range r.messages(t, spool.Filter{}) {
		if m.Kind != "document" || m.Document != kind {
			continue
		}
		f, err := r.Spool().Open(t.Context(), m.Payload)
		if err != nil {
			t.Fatal(err)
		}
		var doc canonical.Document
		err = json.NewDecoder(f).Decode(&doc)
		_ = f.Close()
		if err != nil || len(doc.Unmapped) > 0 {
			t.Fatal(err, doc.Unmapped)
		}
		return string(doc.Body)
	}
	t.Fatalf("there is no %s", kind)
	return ""
}

// Two ERPs with field names of their own, one nested, one in flat rows: nothing
// but the configuration of the adapter differs, and the canonical documents of
// both runs, the order and its answer, are the same bytes; so is the 855.
func TestTwoERPsOneDocument(t *testing.T) {
	x, y := withERP(t, "north", north()), withERP(t, "south", south())
	if diff := cmp.Diff(x, y); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(x.Sent, "BAK*00*AC*4500012345") || !strings.Contains(x.Response, `"orderNumber":"SO-000001"`) {
		t.Errorf("found %+v", x)
	}
}

// A document that a system's mapping refuses is held, and a mapping with a
// mistake keeps the gateway from starting.
func TestNamesThatDoNotFit(t *testing.T) {
	mapped := []string{"waybill.yaml", "    timeout: 10s", "    timeout: 10s\n    mapping: { order: north-order }"}
	r := begin(t, setup{erp: north(), edits: append(base(), mapped...), before: func(dir string) {
		systems(t, dir)
		edit(t, dir, "adapters/north-order.yaml", "PCE: EA, ", "")
	}})
	r.send(t)
	until(t, "the order is held", func() bool { return len(r.messages(t, spool.Filter{Status: string(spool.Held)})) == 1 })
	if m := r.messages(t, spool.Filter{Status: string(spool.Held)})[0]; m.Code != "ERP-MAPPING" || !strings.Contains(m.Error, "table units has no code") || m.Hint == "" {
		t.Errorf("found %s: %s; %s", m.Code, m.Error, m.Hint)
	}
	tree := exampleTree(t)
	edit(t, tree, mapped[0], mapped[1], mapped[2])
	if found := fmt.Sprint(Check(tree)); !strings.Contains(found, "there is no mapping north-order") {
		t.Errorf("found %s", found)
	}
	systems(t, tree)
	edit(t, tree, "adapters/north-order.yaml", "currency:", "curency:")
	if found := fmt.Sprint(Check(tree)); !strings.Contains(found, "adapters/north-order.yaml:11:") || !strings.Contains(found, "did you mean currency?") {
		t.Errorf("found %s", found)
	}
	edit(t, tree, "adapters/north-order.yaml", "curency:", "currency:")
	edit(t, tree, "waybill.yaml", "order: north-order", "orderResponse: north-order")
	if found := fmt.Sprint(Check(tree)); !strings.Contains(found, "north-order is a mapping of order") {
		t.Errorf("found %s", found)
	}
}
