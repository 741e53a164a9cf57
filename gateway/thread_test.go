package gateway

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
	"waybill/spool"
)

// The thread of a purchase order has what came and what went, each with its three
// statuses, and what is owed; whoever hands in a document about it joins it.
func TestReadThread(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }")
	if sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "9900000001"}), sim.How{}); err != nil || !sent.Accepted() {
		t.Fatal(err)
	}
	until(t, "the order is at the ERP and its 997 at the partner", func() bool { return len(r.erp.Journal()) == 1 && len(r.partner.Answers()) == 1 })
	if status, said := erp.call(t, "POST", "/v1/documents", "key-1", purchase(t, func(_, body map[string]any) { body["purpose"] = "replace" })); status != http.StatusAccepted {
		t.Fatalf("found %d %v", status, said)
	}
	var thread Thread
	until(t, "both are delivered", func() bool {
		var err error
		thread, err = ReadThread(t.Context(), r.Spool(), "9900000001")
		return err == nil && len(thread.Documents) == 2 && thread.Documents[1].Delivery == "delivered" && thread.Documents[0].Acknowledgement == "997 delivered"
	})
	type line struct{ Direction, Document, Partner, Processing, Delivery, Acknowledgement string }
	var got []line
	for _, d := range thread.Documents {
		got = append(got, line{d.Direction, d.Document, d.Partner, d.Processing, d.Delivery, d.Acknowledgement})
	}
	want := []line{{"in", "850", "acme-retail", "done", "", "997 delivered"}, {"out", "850", "acme-retail", "done", "delivered", "expected"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("documents: %s", diff)
	}
	if len(thread.Open) != 1 || thread.Open[0].Awaits != "fa" || thread.Open[0].Overdue || thread.Open[0].Due.IsZero() {
		t.Errorf("owed: %+v", thread.Open)
	}
	if _, err := ReadThread(t.Context(), r.Spool(), "nobody's"); !errors.Is(err, spool.ErrNotFound) {
		t.Errorf("found %v", err)
	}
}
