package stages_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/spool"
	"waybill/stages"
)

// forgetful is a store that cannot look for claims.
type forgetful struct {
	leased
	err error
}

func (s forgetful) Prior(context.Context, string) (spool.Message, string, bool, error) {
	return spool.Message{}, "", false, s.err
}

// target is one of our systems.
type target struct {
	reference string
	answer    json.RawMessage
	err       error
	got       []canonical.Document
}

func (s *target) Deliver(_ context.Context, doc canonical.Document) (string, json.RawMessage, error) {
	s.got = append(s.got, doc)
	return s.reference, s.answer, s.err
}

func TestDeliver(t *testing.T) {
	blocked := errors.New("the customer is blocked")
	for _, c := range []struct {
		name      string
		system    *target
		to        string
		err       error
		note      string
		reference string
	}{
		{"with a reference", &target{reference: "SO-1"}, "to:erp", nil, "erp accepted order:acme-retail:4500012345::1 as SO-1", "SO-1"},
		{"without one", &target{}, "to:erp", nil, "erp accepted order:acme-retail:4500012345::1", ""},
		{"refused", &target{err: blocked}, "to:erp", blocked, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			m := r.sets(t, "M1", order())[0]
			doc := r.finish(m, r.run(t, r.mapping(), m))[0]
			o, err := r.try(stages.Deliver{Targets: map[string]stages.Target{"erp": c.system}}, doc)
			if !errors.Is(err, c.err) {
				t.Fatalf("found %v, expected %v as it came", err, c.err)
			}
			if o.Note != c.note || label(o.Labels, "erp-reference") != c.reference || o.Status != "" || o.Next != "" || len(o.Emit) > 0 {
				t.Errorf("found %+v, expected the note %q", o, c.note)
			}
			if len(c.system.got) != 1 {
				t.Fatalf("the system was called %d times", len(c.system.got))
			}
			if diff := cmp.Diff(document(t, r.run(t, r.mapping(), m)), c.system.got[0]); diff != "" {
				t.Errorf("the system got another document: %s", diff)
			}
		})
	}
}

func TestDeliverToASystemThatIsNotThere(t *testing.T) {
	r := newRig(t)
	m := r.arrive("M1", []byte("{}"))
	m.GroupKey = "to:old-erp"
	wantHeld(t, r.run(t, stages.Deliver{}, m), "ROUTE-TARGET", `no adapter "old-erp"`)
}

func TestDeliverOfADamagedDocument(t *testing.T) {
	r := newRig(t)
	system := &target{}
	s := stages.Deliver{Targets: map[string]stages.Target{"erp": system}}
	for _, text := range []string{"", "{", `{"kind":1}`} {
		m := r.arrive("M1", []byte(text))
		m.GroupKey = "to:erp"
		if _, err := r.try(s, m); err == nil || len(system.got) > 0 {
			t.Errorf("%q: found %v after %d calls, expected an error and no call", text, err, len(system.got))
		}
	}
	m := r.arrive("M1", []byte("{}"))
	m.GroupKey, r.broken = "to:erp", errors.New("the disk is gone")
	if _, err := r.try(s, m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}

// What a system answers goes on to the partner, in the thread of what it answers;
// what is no document is held, and the delivery stands.
func TestDeliverWithAnAnswer(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", order())[0]
	doc := r.finish(m, r.run(t, r.mapping(), m))[0]
	response := `{"kind":"order","schemaVersion":"1.0","partner":"acme-retail","body":` + string(bodyOf(t, r, doc)) + `}`
	for _, c := range []struct{ answer, code, words string }{
		{response, "", ""},
		{`{"kind":"order","schemaVersion":"1.0","body":{"lines":[]}}`, "ERP-RESPONSE", "body"},
		{`"thank you"`, "ERP-RESPONSE", "document"},
	} {
		system := &target{reference: "SO-1", answer: json.RawMessage(c.answer)}
		o := r.run(t, stages.Deliver{Targets: map[string]stages.Target{"erp": system}, Checker: r.checker}, doc)
		a := only(t, o, stages.KindDocument)
		if a.Direction != stages.Outbound || a.Stage != stages.ToCompose || a.Partner != "acme-retail" || string(a.Body) != c.answer || o.Status != "" {
			t.Errorf("%.40s: found %+v", c.answer, a)
		}
		if a.Code != c.code || (a.Status == spool.Held) != (c.code != "") || !strings.Contains(a.Error, c.words) {
			t.Errorf("%.40s: found %q %s: %s", c.answer, a.Status, a.Code, a.Error)
		}
	}
}

func bodyOf(t testing.TB, r *rig, m spool.Message) json.RawMessage {
	t.Helper()
	var doc canonical.Document
	if err := json.Unmarshal([]byte(r.read(t, m.Payload)), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Body
}
