package stages_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"waybill/canonical"
	"waybill/spool"
	"waybill/stages"
)

// buying is the change with which the example's partner is bought from, too.
func buying(more string) []string {
	return []string{"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }",
		"mapping: base/850, to: [erp] }\n  \"850 out\": { direction: out, role: buyer, mapping: base/850, via: as2" + more + " }"}
}

// outgoing is the message of a document of ours, made of the example's order.
func (r *rig) outgoing(t testing.TB, id string, change func(body map[string]any)) spool.Message {
	t.Helper()
	m := r.sets(t, "from-"+id, order("*000000101*", "*00000"+strings.Repeat("9", 3)+id[len(id)-1:]+"*", "*000000101~", "*00000"+strings.Repeat("9", 3)+id[len(id)-1:]+"~"))[0]
	o := r.run(t, r.mapping(), m)
	var doc canonical.Document
	if err := json.Unmarshal(only(t, o, stages.KindDocument).Body, &doc); err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(doc.Body, &body); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(body)
	}
	var err error
	if doc.Body, err = json.Marshal(body); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(canonical.Document{Kind: doc.Kind, SchemaVersion: doc.SchemaVersion, Partner: doc.Partner, Body: doc.Body})
	if err != nil {
		t.Fatal(err)
	}
	return spool.Message{ID: id, Correlation: id, Kind: stages.KindDocument, Direction: stages.Outbound, Partner: doc.Partner,
		Document: doc.Kind, Stage: stages.ToCompose, Status: spool.Running, Payload: r.put(data)}
}

func (r *rig) compose() stages.Compose {
	return stages.Compose{Translator: r.translator, Checker: r.checker}
}

// A document of ours becomes the set that was agreed, under the names and the
// version that were agreed, and the envelope stage makes an interchange of it
// that the partner reads without a fault.
func TestCompose(t *testing.T) {
	r := newRig(t, buying("")...)
	m := r.outgoing(t, "D1", nil)
	o := r.run(t, r.compose(), m)
	c := only(t, o, stages.KindSet)
	if c.Stage != stages.ToEnvelope || c.Direction != stages.Outbound || c.Document != "850" || c.GroupKey != "" || !c.RunAt.Equal(now()) ||
		label(c.Labels, "po") != "4500012345" || len(o.Claims) != 1 || o.Next != "" {
		t.Errorf("found %+v with claims %v", c, o.Claims)
	}
	sent := only(t, r.run(t, stages.Envelope{Translator: r.translator}, r.child(m, c)), stages.KindInterchange)
	ic, sets := read(t, r, sent.Body)
	if ic.Sender != "OURCO" || ic.Receiver != "ACMERETAIL" || ic.Usage != "P" || ic.Version != "00401" || ic.Groups[0].Functional != "PO" || ic.Groups[0].Version != "004010" {
		t.Errorf("found the envelope %+v of %+v", ic.Interchange, ic.Groups[0].Group)
	}
	if len(sets) != 1 || sets[0].ID != "850" || !strings.Contains(string(sent.Body), "BEG*00*SA*4500012345**20261116~") {
		t.Errorf("found %s", sent.Body)
	}
}

// A profile in testing sends under ISA15 = T; batches wait for company under a
// key of their own.
func TestComposeForATestAndABatch(t *testing.T) {
	r := newRig(t, append(buying(", batch: { max: 2, window: 5m }"), "partners/acme-retail.yaml", "priority: 1", "status: testing")...)
	var batch []spool.Message
	for i, id := range []string{"D1", "D2", "D3"} {
		m := r.outgoingTest(t, id, func(body map[string]any) { body["customerOrderNumber"] = "PO-" + id })
		c := only(t, r.run(t, r.compose(), m), stages.KindSet)
		if c.GroupKey == "" || !c.RunAt.Equal(now().Add(5*60e9)) {
			t.Fatalf("set %d: found the group %q, to be run at %s", i, c.GroupKey, c.RunAt)
		}
		batch = append(batch, r.child(m, c))
	}
	o := r.run(t, stages.Envelope{Translator: r.translator}, batch...)
	if len(o.Emit) != 2 || len(o.Emit[0].Carries) != 2 || len(o.Emit[1].Carries) != 1 || o.Emit[0].Key == o.Emit[1].Key {
		t.Fatalf("found %d interchanges, expected one of two sets and one of the third", len(o.Emit))
	}
	first, _ := read(t, r, o.Emit[0].Body)
	second, _ := read(t, r, o.Emit[1].Body)
	if first.Usage != "T" || first.Control == second.Control || first.Groups[0].Control == second.Groups[0].Control {
		t.Errorf("found %+v and %+v", first.Interchange, second.Interchange)
	}
}

// outgoingTest is outgoing for a profile that takes no production data: the
// document is made of the same order, sent as a test.
func (r *rig) outgoingTest(t testing.TB, id string, change func(body map[string]any)) spool.Message {
	t.Helper()
	production := newRig(t, buying("")...)
	m := production.outgoing(t, id, change)
	m.Payload = r.put([]byte(production.read(t, m.Payload)))
	return m
}

// What was agreed as owed is awaited for each set, by the number it went under.
func TestEnvelopeAwaitsWhatIsOwed(t *testing.T) {
	expect := "\nexpect:\n  functional: { for: [\"850\"], within: 24h }\n"
	r := newRig(t, append(buying(""), "partners/acme-retail.yaml", "priority: 1", "priority: 1"+expect)...)
	m := r.outgoing(t, "D1", nil)
	c := r.child(m, only(t, r.run(t, r.compose(), m), stages.KindSet))
	o := r.run(t, stages.Envelope{Translator: r.translator}, c)
	if len(o.Expect) != 2 || o.Expect[0].Key != "ta1:ZZ:OURCO:ZZ:ACMERETAIL:000000001" || o.Expect[0].State != "possible" {
		t.Fatalf("found %+v", o.Expect)
	}
	if o.Expect = o.Expect[1:]; o.Expect[0].Message != c.ID || o.Expect[0].Key != "fa:ZZ:OURCO:ZZ:ACMERETAIL:PO:1:0001" || !o.Expect[0].DueAt.Equal(now().Add(24*3600e9)) {
		t.Errorf("found %+v", o.Expect)
	}
}

// Sent again with the same content, a document is no second order; with other
// content it is for a person, unless it says that it replaces the first.
func TestComposeOnce(t *testing.T) {
	r := newRig(t, buying("")...)
	first := r.outgoing(t, "D1", nil)
	r.finish(first, r.run(t, r.compose(), first))
	if o := r.run(t, r.compose(), r.outgoing(t, "D2", nil)); len(o.Emit) != 0 || !strings.Contains(o.Note, "duplicate-of D1") {
		t.Errorf("found %+v", o)
	}
	changed := func(purpose string) func(map[string]any) {
		return func(body map[string]any) { body["department"], body["purpose"] = "032", purpose }
	}
	wantHeld(t, r.run(t, r.compose(), r.outgoing(t, "D3", changed("original"))), "MAP-CHANGED", "was sent before as D1")
	if o := r.run(t, r.compose(), r.outgoing(t, "D4", changed("replace"))); len(o.Emit) != 1 || len(o.Claims) != 1 || !strings.HasSuffix(o.Claims[0].Key, ":2") {
		t.Errorf("found %+v", o)
	}
}

// What was dropped or rejected stands in nobody's way: the same is sent again, and
// other content is a correction; once that stands, it is as ever.
func TestComposeAfterARejection(t *testing.T) {
	department := func(d string) func(map[string]any) {
		return func(body map[string]any) { body["department"] = d }
	}
	for _, c := range []struct {
		name   string
		undone map[string]string
		change func(map[string]any)
		want   string // in the note; "" is held
	}{
		{"the same after a drop", map[string]string{"D1": "was dropped"}, nil, "in place of D1, which was dropped"},
		{"corrected after a rejection", map[string]string{"D1": "the partner rejected"}, department("032"), "in place of D1, which the partner rejected"},
		{"corrected while it stands", nil, department("032"), ""},
		{"the same while it stands", nil, nil, "duplicate-of D1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, buying("")...)
			first := r.outgoing(t, "D1", nil)
			r.finish(first, r.run(t, r.compose(), first))
			r.undone = c.undone
			second := r.outgoing(t, "D2", c.change)
			o := r.run(t, r.compose(), second)
			if c.want == "" {
				wantHeld(t, o, "MAP-CHANGED", "was sent before as D1")
				return
			}
			if !strings.Contains(o.Note, c.want) || (len(o.Emit) == 1) != (c.undone != nil) {
				t.Fatalf("found %+v", o)
			}
			if c.undone == nil {
				return
			}
			r.finish(second, o)
			if o := r.run(t, r.compose(), r.outgoing(t, "D3", c.change)); len(o.Emit) != 0 || !strings.Contains(o.Note, "duplicate-of D2") || label(o.Labels, stages.LabelDuplicate) != "D2" {
				t.Errorf("the correction again: %+v", o)
			}
			wantHeld(t, r.run(t, r.compose(), r.outgoing(t, "D4", department("099"))), "MAP-CHANGED", "was sent before as D2")
		})
	}
}

func TestComposeHolds(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string
		body    func(map[string]any)
		message func(*spool.Message)
		code    string
		words   []string
	}{
		{"a partner that is gone", nil, nil, func(m *spool.Message) { m.Partner = "gone" }, "ROUTE-PARTNER", []string{"gone"}},
		{"nothing agreed", base(), nil, nil, "ROUTE-DOCUMENT", []string{"acme-retail", "850", "order"}},
		{"an incomplete document", buying(""), func(b map[string]any) { delete(b, "lines") }, nil, "MAP-CHECK", []string{"lines"}},
		{"a value that does not fit", buying(""), func(b map[string]any) { b["customerOrderNumber"] = strings.Repeat("9", 23) }, nil, "MAP-WRITE", []string{"too long for BEG03"}},
		{"a delimiter in a value", buying(""), func(b map[string]any) { b["customerOrderNumber"] = "45*00" }, nil, "SYN-OWN", []string{"BEG03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := newRig(t, buying("")...)
			m := made.outgoing(t, "D1", c.body)
			r := newRig(t, c.changes...)
			m.Payload = r.put([]byte(made.read(t, m.Payload)))
			if c.message != nil {
				c.message(&m)
			}
			wantHeld(t, r.run(t, r.compose(), m), c.code, c.words...)
		})
	}
}

func TestComposePassesFailuresOn(t *testing.T) {
	r := newRig(t, buying("")...)
	m := r.outgoing(t, "D1", nil)
	r.broken = errors.New("the database is down")
	if _, err := r.try(r.compose(), m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}

// TestSetFor: every kind that is exchanged has its set.
func TestSetFor(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"order", "{}", "850"}, {"orderChange", "{}", "860"}, {"orderResponse", "{}", "855"}, {"warehouseOrder", "{}", "940"},
		{"invoice", "{}", "810"}, {"inventory", "{}", "846"}, {"shipment", `{"type":"shipNotice"}`, "856"},
		{"shipment", `{"type":"warehouseShipment"}`, "945"}, {"customer", "{}", ""},
	} {
		if got := stages.SetFor(c.kind, []byte(c.body)); got != c.want {
			t.Errorf("%s %s: found %q, expected %q", c.kind, c.body, got, c.want)
		}
	}
}
