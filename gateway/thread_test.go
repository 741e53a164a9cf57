package gateway

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
	"waybill/spool"
	"waybill/spool/spooltest"
	"waybill/stages"
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

// Each set says how far our answer to its own group is, where its interchange has
// several groups, and the last answer counts, where a group has several.
func TestThreadTellsTheAnswerToItsGroup(t *testing.T) {
	t.Parallel()
	s := spooltest.OpenSQLite(t, nil)
	const text = "ISA|..~GS|PO|A|B|20261116|0830|7|X|004010~ST|850|0001~SE~GE~GS|PO|A|B|20261116|0830|8|X|004010~ST|850|0001~SE~GE~IEA~"
	if _, err := s.Take(t.Context(), spool.Arrival{Door: "test", Kind: stages.KindTransmission}, strings.NewReader(text), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{Children: []spool.Child{{Key: "ic", Kind: stages.KindInterchange, Direction: "in", Stage: "decode", Payload: r}}}
	}); err != nil {
		t.Fatal(err)
	}
	work := func(o spool.Outcome, from spool.Stage) spool.Message {
		l, err := s.Lease(t.Context(), spool.LeaseQuery{Stages: []spool.Stage{from}, Limit: 1, For: time.Minute, Worker: "w"})
		if err != nil || len(l) != 1 {
			t.Fatal(len(l), err)
		}
		m := l[0].Messages[0]
		for i := range o.Emit {
			if o.Emit[i].Kind == stages.KindSet {
				o.Emit[i].Payload.SHA256 = m.Payload.SHA256
			}
		}
		if err := s.Finish(t.Context(), l[0], o); err != nil {
			t.Fatal(err)
		}
		return m
	}
	set := func(key string, from int) spool.Child {
		gs := int64(strings.Index(text[from:], "GS|") + from)
		st := int64(strings.Index(text[gs:], "ST|")) + gs
		return spool.Child{Key: key, Kind: stages.KindSet, Direction: "in", Document: "850", Correlation: "self", Labels: []spool.Label{{Name: "po", Value: "PO-" + key}},
			Payload: spool.Ref{Offset: st, Length: 16, ISA: 0, GS: gs}}
	}
	ack := func(key, document, group string, stage spool.Stage) spool.Child {
		return spool.Child{Key: key, Kind: stages.KindAcknowledgement, Direction: "out", Document: document, Stage: stage, Labels: []spool.Label{{Name: "answers-gs06", Value: group}}}
	}
	work(spool.Outcome{Emit: []spool.Child{
		set("1", 0), set("2", strings.Index(text, "GE~GS")), ack("ta1", "TA1", "", ""), ack("a1", "997", "7", ""), ack("a2", "997", "8", "envelope"),
	}}, "decode")
	for key, want := range map[string]string{"PO-1": "997 waiting", "PO-2": "997 waiting"} {
		if thread, err := ReadThread(t.Context(), s, key); err != nil || len(thread.Documents) != 1 || thread.Documents[0].Acknowledgement != want {
			t.Errorf("%s: found %+v, %v, expected %s", key, thread.Documents, err, want)
		}
	}
	work(spool.Outcome{Emit: []spool.Child{{Key: "sent", Kind: stages.KindInterchange, Direction: "out"}}}, "envelope")
	for key, want := range map[string]string{"PO-1": "997 waiting", "PO-2": "997 sent"} {
		if thread, err := ReadThread(t.Context(), s, key); err != nil || len(thread.Documents) != 1 || thread.Documents[0].Acknowledgement != want {
			t.Errorf("%s: found %+v, %v, expected %s", key, thread.Documents, err, want)
		}
	}
}

// What we owe stands in the thread with its deadline, from the moment at which the
// order came until ours has left; what is late is told.
func TestThreadTellsWhatWeOwe(t *testing.T) {
	t.Parallel()
	clock := &shifted{}
	r, erp := sellingOn(t, setup{now: clock.now}, "partners/acme-retail.yaml", "role: buyer, mapping: base/850, via: as2 }\n",
		"role: buyer, mapping: base/850, via: as2 }\n  \"855\": { direction: out, role: seller, mapping: base/855, via: as2, due: 4h }\n")
	if sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 1, PO: "4500012345"}), sim.How{}); err != nil || !sent.Accepted() {
		t.Fatal(err)
	}
	until(t, "the order is at the ERP", func() bool { return len(r.erp.Journal()) == 1 })
	r.calm(t)
	owed := func() ThreadOpen {
		thread, err := ReadThread(t.Context(), r.Spool(), "4500012345")
		if err != nil || len(thread.Documents) == 0 {
			t.Fatalf("found %+v, %v", thread, err)
		}
		for _, o := range thread.Open {
			if o.By == "us" {
				return o
			}
		}
		return ThreadOpen{}
	}
	if o := owed(); o.Awaits != "855" || o.Partner != "acme-retail" || o.Document != "850" || o.Overdue || o.Due.Sub(clock.now()).Round(time.Hour) != 4*time.Hour {
		t.Errorf("owed: %+v", o)
	}
	clock.set(time.Now().Add(5 * time.Hour))
	r.sweep(t)
	if o := owed(); !o.Overdue {
		t.Errorf("after five hours: %+v", o)
	}
	if lines := r.log.lines(t, "msg", "a document of ours is overdue", "awaits", "855", "code", "ACK-OVERDUE"); len(lines) != 1 {
		t.Errorf("told %v", lines)
	}
	response := purchase(t, func(doc, body map[string]any) {
		line := body["lines"].([]any)[0]
		clear(body)
		doc["kind"] = "orderResponse"
		for key, value := range map[string]any{"purpose": "original", "respondsTo": "order", "result": "accepted", "customerOrderNumber": "4500012345", "orderNumber": "S-1", "orderDate": "2026-11-16", "responseDate": "2026-11-16"} {
			body[key] = value
		}
		l := line.(map[string]any)
		body["lines"] = []any{map[string]any{"lineNumber": "1", "item": l["item"], "ordered": l["quantity"], "unitPrice": l["unitPrice"], "results": []any{map[string]any{"status": "accepted", "quantity": l["quantity"]}}}}
	})
	if status, said := erp.call(t, "POST", "/v1/documents", "key-1", response); status != http.StatusAccepted {
		t.Fatalf("found %d %v", status, said)
	}
	until(t, "the partner has 997 and 855", func() bool { return len(r.partner.Received()) == 2 })
	if o := owed(); o.Awaits != "" {
		t.Errorf("after the 855: %+v", o)
	}
}
