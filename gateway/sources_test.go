package gateway

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
)

// byFiles replaces the ERP by one that takes orders as CSV and answers in XML.
func byFiles(dir string) []string {
	block := fmt.Sprintf("\nadapters:\n  erp:\n    kind: file\n    every: 1s\n    out: { dir: %s/out, format: csv, separator: \";\" }\n"+
		"    in: { dir: %s/in, format: xml, kind: orderResponse, pattern: \"*.xml\", stable_for: 20ms }\n    mapping: { order: south-order, orderResponse: north-response }\nwas:", dir, dir)
	return append(settle855(), "waybill.yaml", "\nadapters:", block)
}

const orderAnswer = `<answer><header><customer>acme-retail</customer><poNumber>%s</poNumber><poDate>11/16/2026</poDate><salesOrder>SO-7</salesOrder><status>CONFIRMED</status><answers>order</answers><purpose>original</purpose></header>
<items><position>1</position><part>SKU-1001</part><ordered>10</ordered><unit>PCE</unit><price>2.50</price><confirmations><status>accepted</status><quantity>10</quantity><unit>PCE</unit></confirmations></items></answer>`

// An order becomes a CSV file of the ERP's, and the XML file that it answers with
// the 855 that the partner gets; what it drops and is no document lies aside.
func TestERPOfFiles(t *testing.T) {
	dir := van(t)
	r := begin(t, setup{edits: byFiles(dir), before: func(config string) {
		systems(t, config)
		cut(t, filepath.Join(config, "waybill.yaml"))
	}})
	buyer := sim.NewCounterpart(r.partner, sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"})
	sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatal(sent.Disposition, err)
	}
	until(t, "the ERP has its file", func() bool { return len(files(t, filepath.Join(dir, "out"))) == 1 })
	name := files(t, filepath.Join(dir, "out"))[0]
	f, err := os.Open(filepath.Join(dir, "out", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := csv.NewReader(f)
	c.Comma = ';'
	rows, err := c.ReadAll()
	if err != nil || len(rows) < 2 || !strings.Contains(strings.Join(rows[1], " "), "4500012345") || !strings.HasPrefix(name, "order_order-acme-retail-4500012345-") {
		t.Errorf("%s: found %q, %v", name, rows, err)
	}
	drop(t, []byte("<answer><header/></answer>"), dir, "in", "bad.xml")
	drop(t, []byte(strings.Replace(fmt.Sprintf(orderAnswer, "1"), "acme-retail", "nobody", 1)), dir, "in", "stranger.xml")
	drop(t, fmt.Appendf(nil, orderAnswer, "4500012345"), dir, "in", "good.xml")
	until(t, "the 855 is there", func() bool {
		if err := buyer.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, s := range buyer.Sets() {
			if s.ID == "855" {
				return strings.Contains(flat(s.Segments), "BAK*00*AC*4500012345")
			}
		}
		return false
	})
	until(t, "the others lie aside", func() bool { return len(files(t, filepath.Join(dir, "in", "failed"))) == 4 })
	why, err := os.ReadFile(filepath.Join(dir, "in", "failed", "stranger.xml.error"))
	if err != nil || !strings.Contains(string(why), `there is no partner "nobody"`) {
		t.Errorf("found %s, %v", why, err)
	}
	if got := files(t, filepath.Join(dir, "in", "archive")); len(got) != 1 || got[0] != "good.xml" {
		t.Errorf("found %q", got)
	}
	if n := len(r.messages(t, spool.Filter{Status: string(spool.Held)})); n != 0 {
		t.Errorf("%d are held", n)
	}
}

// cut takes the adapters out that byFiles replaced.
func cut(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	from := strings.Index(text, "\nwas:") + 1
	rest := text[from:]
	end := len(rest)
	for i := 1; i < len(rest); i++ {
		if rest[i-1] == '\n' && rest[i] >= 'a' && rest[i] <= 'z' {
			end = i
			break
		}
	}
	if err := os.WriteFile(name, []byte(text[:from]+rest[end:]), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFileAdapterMistakes(t *testing.T) {
	dir := van(t)
	tree := exampleTree(t)
	systems(t, tree)
	for i := 0; i < len(byFiles(dir)); i += 3 {
		x := byFiles(dir)[i:]
		edit(t, tree, x[0], x[1], x[2])
	}
	cut(t, filepath.Join(tree, "waybill.yaml"))
	if found := Check(tree); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	edit(t, tree, "waybill.yaml", "dir: "+dir+"/in", "dir: "+dir+"/none")
	if found := Check(tree); len(found) != 1 || !found[0].Warning || found[0].Key != "adapters.erp.in.dir" {
		t.Errorf("found %v", found)
	}
	edit(t, tree, "waybill.yaml", "orderResponse: north-response", "order2: north-response")
	if found := fmt.Sprint(Check(tree)); !strings.Contains(found, "adapters.erp.in.kind") {
		t.Errorf("found %s", found)
	}
}
