package stages_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// mapped runs decode and map over an interchange with one order.
func mapped(t testing.TB, r *rig, id string, data []byte) spool.Outcome {
	t.Helper()
	m := r.sets(t, id, data)[0]
	o := r.run(t, r.mapping(), m)
	r.finish(m, o)
	return o
}

// document is the canonical document that an outcome delivers.
func document(t testing.TB, o spool.Outcome) canonical.Document {
	t.Helper()
	var doc canonical.Document
	if err := json.Unmarshal(only(t, o, stages.KindDocument).Body, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestMapMakesADocumentForTheAgreedSystem(t *testing.T) {
	r := newRig(t)
	o := mapped(t, r, "M1", order())
	c := only(t, o, stages.KindDocument)
	if c.Stage != stages.ToDeliver || c.GroupKey != "to:erp" || c.Document != "order" || c.Key != "to:erp" || label(c.Labels, "po") != "4500012345" {
		t.Errorf("found the child %+v", c)
	}
	if label(o.Labels, "po") != "4500012345" || len(o.Claims) != 1 || o.Claims[0].Key != "doc:order:acme-retail:4500012345::1" {
		t.Errorf("labels %v, claims %v", o.Labels, o.Claims)
	}
	doc := document(t, o)
	if doc.IdempotencyKey != "order:acme-retail:4500012345::1" || doc.Role != "seller" || doc.Environment != "production" ||
		doc.CorrelationID != "M1" || doc.BodyHash != o.Claims[0].Hash || doc.CreatedAt != "2026-11-16T08:30:12Z" {
		t.Errorf("found the envelope %+v", doc)
	}
	if s := doc.Source; s == nil || s.Format != "x12" || s.Document != "850" || s.Release != "004010" ||
		s.Interchange != "000000101" || s.Group != "101" || s.Transaction != "0001" || s.MessageID != "M1" || len(s.SHA256) != 64 {
		t.Errorf("found the source %+v", s)
	}
	if doc.Mapping == nil || doc.Mapping.Name != "acme-850" {
		t.Errorf("found the mapping %+v", doc.Mapping)
	}
	if found := r.checker.Check(doc.Kind, doc.Body); len(found) > 0 {
		t.Errorf("the body is not as the model wants it: %v", found)
	}
}

func TestMapListsWhatNothingUsed(t *testing.T) {
	r := newRig(t)
	o := mapped(t, r, "M1", order("PO4*100~", "PO4*100*1*EA**G*10*LB*********A*X~"))
	place := func(line, element int) string { return fmt.Sprintf("850/PO1[%d]/PO4[1]/PO4%02d", line, element) }
	want := []canonical.Unmapped{
		{Path: place(1, 16), Value: "A"}, {Path: place(1, 17), Value: "X"},
		{Path: place(2, 16), Value: "A"}, {Path: place(2, 17), Value: "X"},
	}
	if diff := cmp.Diff(want, document(t, o).Unmapped); diff != "" {
		t.Errorf("not used: %s", diff)
	}
	if !strings.HasSuffix(o.Note, ", 4 value(s) not mapped") {
		t.Errorf("the note is %q, expected it to say how many", o.Note)
	}
	if o := mapped(t, newRig(t), "M1", order()); strings.Contains(o.Note, "not mapped") {
		t.Errorf("everything is used, and the note is %q", o.Note)
	}
}

func TestMapHoldsWhatTheMappingRefuses(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		words                []string
	}{
		{"an item that the table does not know", "A-10002", "A-77777", "MAP-LOOKUP", []string{`acmeItems has no row for "A-77777"`, "lines[1].item.sku", "acme-850.yaml:"}},
		{"an order type that holds", "BEG*00*SA*", "BEG*03*SA*", "MAP-LOOKUP", []string{"purpose", "BEG01"}},
		{"no item at all", "*IN*A-10001", "", "MAP-REQUIRED", []string{"lines[0].item.sku"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			o := mapped(t, r, "M1", order(c.old, c.new))
			wantHeld(t, o, c.code, c.words...)
			if label(o.Labels, "po") != "4500012345" {
				t.Errorf("labels %v, expected to be found by its number", o.Labels)
			}
			var kept []map[string]any
			if err := json.Unmarshal(o.Evidence, &kept); err != nil || len(kept) == 0 {
				t.Errorf("the evidence is %q (%v), expected every problem", o.Evidence, err)
			}
		})
	}
}

// A mended table mends the message: the same set under another Book.
func TestMapWorksWithTheBookOfItsRun(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", order("A-10002", "A-77777"))[0]
	wantHeld(t, r.run(t, r.mapping(), m), "MAP-LOOKUP")
	r.book = newRig(t, "mappings/acme-850.yaml", "A-10002: SKU-1002", "A-10002: SKU-1002\n    A-77777: SKU-7").book
	if doc := document(t, r.run(t, r.mapping(), m)); !strings.Contains(string(doc.Body), "SKU-7") {
		t.Errorf("the body is %s", doc.Body)
	}
}

// An order of many lines that all are wrong makes a row of bounded size.
func TestMapBoundsWhatItKeepsOfProblems(t *testing.T) {
	r := newRig(t)
	o := mapped(t, r, "M1", sim.Order850(sim.Spec{Lines: 3000}))
	wantHeld(t, o, "MAP-LOOKUP", "lines[0].item.sku", " more")
	if len(o.Error) > 4<<10 || len(o.Evidence) > 512<<10 {
		t.Errorf("%d bytes of error and %d of evidence", len(o.Error), len(o.Evidence))
	}
	var kept []any
	if err := json.Unmarshal(o.Evidence, &kept); err != nil || len(kept) != 1000 {
		t.Errorf("%d problems are kept, %v", len(kept), err)
	}
}

func TestMapHoldsWhatTheModelRefuses(t *testing.T) {
	r := newRig(t, "mappings/acme-850.yaml", "currency:               CUR[BY]02 | default(USD)", "currency: { in: BEG03 }")
	o := mapped(t, r, "M1", order())
	wantHeld(t, o, "MAP-CHECK", "the order is not complete", "currency")
	if !json.Valid(o.Evidence) || !strings.Contains(string(o.Evidence), "currency") {
		t.Errorf("the evidence is %q", o.Evidence)
	}
}

// A byte that JSON cannot hold would reach the system as another: two orders could
// become one.
func TestMapHoldsWhatIsNotUTF8(t *testing.T) {
	o := mapped(t, newRig(t), "M1", order("ACME RETAIL INC", "CAF\xc9 INC", "4500012345", "45\xe9"))
	wantHeld(t, o, "MAP-CHARSET", `BEG03 at segment 2 is not UTF-8: "45\xe9"`, `N102 at segment 14 is not UTF-8: "CAF\xc9 INC"`)
	if doc := document(t, mapped(t, newRig(t), "M1", order("ACME RETAIL INC", "CAFÉ INC"))); !strings.Contains(string(doc.Body), "CAFÉ INC") {
		t.Errorf("the body is %s", doc.Body)
	}
}

// A number that makes no idempotency key is for a person: another attempt would
// end as this one.
func TestMapHoldsWhatHasNoKey(t *testing.T) {
	o := mapped(t, newRig(t), "M1", order("4500012345", strings.Repeat("€", 22)))
	wantHeld(t, o, "MAP-CHECK", "idempotency key", "too many")
	if label(o.Labels, "po") != strings.Repeat("€", 22) {
		t.Errorf("labels %v", o.Labels)
	}
}

// Of a GS that does not end, as much counts here as when it was accepted.
func TestMapReadsUnderALongGS(t *testing.T) {
	for _, n := range []int{400, 470, 600, 5000} {
		o := mapped(t, newRig(t), "M1", order("*X*004010~", "*X*004010"+strings.Repeat("*", n)+"~"))
		if doc := document(t, o); doc.Source.Release != "004010" {
			t.Errorf("%d: found the release %q", n, doc.Source.Release)
		}
	}
}

func TestMapHoldsWhatTheProfileDoesNotKnow(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", order())[0]
	m.Partner = "gone"
	wantHeld(t, r.run(t, r.mapping(), m), "ROUTE-PARTNER", "gone")
	m.Partner, m.Document = "acme-retail", "810"
	wantHeld(t, r.run(t, r.mapping(), m), "ROUTE-DOCUMENT", "acme-retail", "810")
}

func TestMapOfATestInterchange(t *testing.T) {
	r := newRig(t, "partners/acme-retail.yaml", "priority: 1", "status: testing")
	if doc := document(t, mapped(t, r, "M1", order("*P*>~", "*T*>~"))); doc.Environment != "test" {
		t.Errorf("the environment is %q, expected test", doc.Environment)
	}
}

func TestMapToSeveralSystems(t *testing.T) {
	r := newRig(t, "partners/acme-retail.yaml", "to: [erp]", "to: [erp, wms]")
	o := mapped(t, r, "M1", order())
	if len(o.Emit) != 2 || o.Emit[0].GroupKey != "to:erp" || o.Emit[1].GroupKey != "to:wms" || len(o.Claims) != 1 {
		t.Fatalf("found %+v, expected one claim and a child for each", o)
	}
	if string(o.Emit[0].Body) != string(o.Emit[1].Body) {
		t.Error("the systems get different documents")
	}
}

// A set in the middle of a large file is read under its own ISA and GS alone.
func TestMapReadsARangeUnderItsEnvelope(t *testing.T) {
	r := newRig(t, base()...)
	specs := []sim.Spec{{Control: 11}, {Control: 12, Lines: 40}, {Control: 13}}
	for i, m := range r.sets(t, "M1", interchange(9, "\r\n", specs[:1], specs[1:])) {
		doc := document(t, r.run(t, r.mapping(), m))
		group, control := "1", "0001"
		if i > 0 {
			group, control = "2", fmt.Sprintf("%04d", i)
		}
		if doc.Source.Group != group || doc.Source.Transaction != control || doc.Source.Interchange != "000000009" ||
			doc.IdempotencyKey != fmt.Sprintf("order:acme-retail:4500000%03d::1", 11+i) {
			t.Errorf("set %d: found %+v, %s", i, doc.Source, doc.IdempotencyKey)
		}
	}
}

func TestMapPassesFailuresOn(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", order())[0]
	for name, c := range map[string]struct {
		spoil func(*spool.Message)
		text  string
	}{
		"no ISA where it should be": {func(m *spool.Message) { m.Payload.ISA = 3 }, "no ISA at byte 3"},
		"a GS that never ends":      {func(m *spool.Message) { m.Payload.GS = int64(len(order())) - 1 }, "no GS at byte"},
		"no set in the range":       {func(m *spool.Message) { m.Payload.Length = 0 }, "holds no transaction set"},
	} {
		t.Run(name, func(t *testing.T) {
			m := m
			c.spoil(&m)
			if _, err := r.try(r.mapping(), m); err == nil || !strings.Contains(err.Error(), c.text) {
				t.Errorf("found %v, expected %q", err, c.text)
			}
		})
	}
	r.broken = errors.New("the disk is gone")
	if _, err := r.try(r.mapping(), m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}
