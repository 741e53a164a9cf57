package gateway

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// place hands a document in under a key, waits until it is through, and returns its id.
func (c client) place(t *testing.T, r *rig, key string, change func(doc, body map[string]any)) string {
	t.Helper()
	status, said := c.call(t, "POST", "/v1/documents", key, purchase(t, change))
	id, _ := said["id"].(string)
	if status != http.StatusAccepted || id == "" {
		t.Fatalf("%s: found %d %v", key, status, said)
	}
	r.calm(t)
	return id
}

// follow is what the API says of a document.
func (c client) follow(t *testing.T, id string) map[string]any {
	t.Helper()
	status, said := c.call(t, "GET", "/v1/documents/"+id, "", nil)
	if status != http.StatusOK {
		t.Fatalf("found %d %v", status, said)
	}
	return said
}

func department(d string) func(doc, body map[string]any) {
	return func(_, body map[string]any) { body["department"] = d }
}

// A second key for the same document is the first document: its status is that of
// the first, and names it.
func TestSecondKeyIsTheFirstDocument(t *testing.T) {
	t.Parallel()
	r, erp := selling(t)
	first := erp.place(t, r, "key-1", nil)
	second := erp.place(t, r, "key-2", nil)
	if first == second {
		t.Fatal("two keys are one submission")
	}
	one, two := erp.follow(t, first), erp.follow(t, second)
	if two["duplicateOf"] != first || two["original"] != "/v1/documents/"+first || two["processing"] != "done" || two["delivery"] != "delivered" || two["document"] != "850" {
		t.Errorf("found %v, expected what became of %v", two, one)
	}
	if one["duplicateOf"] != nil || one["delivery"] != "delivered" {
		t.Errorf("found %v", one)
	}
	if n := len(r.partner.Received()); n != 1 {
		t.Errorf("the partner has %d interchanges, expected 1", n)
	}
}

// After the partner's rejection a corrected document under the same number goes
// out, and says in place of which; before it, one that calls itself an original is
// for a person, who may release it once the first is rejected.
func TestCorrectionAfterARejection(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }")
	erp.place(t, r, "key-1", nil)
	early := erp.place(t, r, "key-2", department("032"))
	if f := erp.follow(t, early); f["processing"] != "held" || f["code"] != "MAP-CHANGED" {
		t.Fatalf("before the rejection: found %v", f)
	}
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0")
	r.calm(t)
	if n, err := r.Spool().Waive(t.Context(), r.one(t, spool.Filter{Kind: stages.KindSet, Document: "850"}).ID, "somebody", "it is mended"); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	held := r.one(t, spool.Filter{Kind: stages.KindDocument, Status: "held"})
	if err := r.Spool().Unhold(t.Context(), held.ID, "somebody", "the first was rejected"); err != nil {
		t.Fatal(err)
	}
	until(t, "the correction is out", func() bool { return erp.follow(t, early)["delivery"] == "delivered" })
	if set := r.messages(t, spool.Filter{Kind: stages.KindSet, Document: "850"}); len(set) != 2 {
		t.Errorf("found %d sets, expected 2", len(set))
	}
	var said []string
	for _, in := range r.partner.Received() {
		said = append(said, string(in.Interchange))
	}
	if len(said) == 0 || !strings.Contains(said[len(said)-1], "REF*DP*032") {
		t.Errorf("the partner has %q, expected the correction last", said)
	}
}

// What was dropped before it left does not block its re-send.
func TestDroppedIsSentAgain(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, "partners/acme-retail.yaml", `"850 out": { direction: out, role: buyer, mapping: base/850, via: as2 }`,
		`"850 out": { direction: out, role: buyer, mapping: base/850, via: as2, batch: { max: 10, window: 1h } }`)
	if status, said := erp.call(t, "POST", "/v1/documents", "key-1", purchase(t, nil)); status != http.StatusAccepted {
		t.Fatal(status, said)
	}
	waiting := r.one(t, spool.Filter{Kind: stages.KindSet, Document: "850"})
	for _, do := range []func() error{
		func() error { return r.Spool().Hold(t.Context(), waiting.ID, "somebody", "not this one") },
		func() error { return r.Spool().Drop(t.Context(), waiting.ID, "somebody", "not this one") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if status, said := erp.call(t, "POST", "/v1/documents", "key-2", purchase(t, nil)); status != http.StatusAccepted {
		t.Fatal(status, said)
	}
	until(t, "there is a second set", func() bool {
		return len(r.messages(t, spool.Filter{Kind: stages.KindSet, Document: "850", Status: "ready"})) == 1
	})
	history, err := r.Spool().History(t.Context(), r.one(t, spool.Filter{Kind: stages.KindSet, Document: "850", Status: "ready"}).Parent)
	if err != nil || !strings.Contains(fmt.Sprint(history), "in place of "+waiting.Parent+", which was dropped") {
		t.Errorf("the history says %v, %v", history, err)
	}
}
