package stages_test

import (
	"strings"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

func TestAdmit(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string // in the order
		profile  [2]string
		door     string // the partner whose door it came through; "" is no partner's
		code     string // "" is taken
		words    []string
	}{
		{name: "as agreed", door: "acme-retail"},
		{name: "through a door that is nobody's", door: ""},
		{name: "wrong number of groups", old: "IEA*1*", new: "IEA*2*", door: "acme-retail", code: "ENV-BROKEN", words: []string{"interchange 000000101", "TA1 021"}},
		{name: "other control number at the end", old: "IEA*1*000000101", new: "IEA*1*000000102", door: "acme-retail", code: "ENV-BROKEN", words: []string{"TA1 001"}},
		{name: "no end", old: "IEA*1*000000101~", new: "", door: "acme-retail", code: "ENV-BROKEN", words: []string{"TA1"}},
		{name: "a stranger", old: "ZZ*ACMERETAIL ", new: "ZZ*ACMERETIAL ", door: "acme-retail", code: "ENV-PARTNER", words: []string{"ACMERETIAL", "acme-retail"}},
		{name: "to somebody else", old: "ZZ*OURCO ", new: "ZZ*OURC0 ", door: "acme-retail", code: "ENV-PARTNER", words: []string{"OURC0"}},
		{name: "under another qualifier", old: "*ZZ*ACMERETAIL ", new: "*01*ACMERETAIL ", door: "acme-retail", code: "ENV-PARTNER", words: []string{"01"}},
		{name: "another partner's door", door: "beta-retail", code: "ENV-PARTNER", words: []string{"names acme-retail", "door of beta-retail"}},
		{name: "a test", old: "*P*>~", new: "*T*>~", door: "acme-retail", code: "ENV-USAGE", words: []string{"interchange 000000101", "test"}},
		{name: "a test as agreed", old: "*P*>~", new: "*T*>~", profile: [2]string{"priority: 1", "status: testing"}, door: "acme-retail"},
		{name: "real data while testing", profile: [2]string{"priority: 1", "status: testing"}, door: "acme-retail", code: "ENV-USAGE"},
		{name: "a partner that is suspended", profile: [2]string{"priority: 1", "status: suspended"}, door: "acme-retail", code: "ENV-USAGE", words: []string{"suspended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []string
			if c.profile[0] != "" {
				changes = []string{"partners/acme-retail.yaml", c.profile[0], c.profile[1]}
			}
			r := newRig(t, changes...)
			m := r.arrive("M1", numbered("000000101", c.old, c.new))
			m.Partner = c.door
			o := r.run(t, r.decode(), m)
			if c.code == "" {
				if o.Status != "" || o.Partner != "acme-retail" || len(o.Claims) != 1 {
					t.Errorf("found %+v, expected it to be taken", o)
				}
				return
			}
			wantHeld(t, o, c.code, c.words...)
			if label(o.Labels, "isa13") != "000000101" {
				t.Errorf("labels %v, expected to be found by its ISA13", o.Labels)
			}
		})
	}
}

// numbered is the sample under an interchange control number, with changes.
func numbered(isa13 string, changes ...string) []byte {
	text := string(order())
	at := strings.Index(text, "*U*00401*") + len("*U*00401*")
	text = strings.ReplaceAll(text, text[at:at+9], isa13)
	if len(changes) > 1 && changes[0] != "" {
		text = strings.Replace(text, changes[0], changes[1], 1)
	}
	return []byte(text)
}

func TestTheSameInterchangeAgain(t *testing.T) {
	r := newRig(t)
	first := r.arrive("M1", numbered("000000101"))
	r.finish(first, r.run(t, r.decode(), first))

	again := r.run(t, r.decode(), r.arrive("M2", numbered("000000101")))
	if again.Status != "" || len(again.Emit)+len(again.Claims) > 0 || !strings.Contains(again.Note, "duplicate-of M1") || again.Partner != "acme-retail" {
		t.Errorf("the same content: found %+v, expected an end that names M1", again)
	}
	wantHeld(t, r.run(t, r.decode(), r.arrive("M3", numbered("000000101", "USD", "EUR"))), "ENV-DUP", "000000101 came before as M1", "other content")

	other := r.run(t, r.decode(), r.arrive("M4", numbered("000000102")))
	if other.Status != "" || len(other.Emit) == 0 {
		t.Errorf("another number: found %+v, expected it to be taken", other)
	}
}

// The same number from another sender is another interchange.
func TestControlNumbersBelongToAPair(t *testing.T) {
	r := newRig(t)
	first := r.arrive("M1", numbered("000000101"))
	o := r.run(t, r.decode(), first)
	if key := o.Claims[0].Key; key != "isa:ZZ:ACMERETAIL:ZZ:OURCO:000000101" {
		t.Errorf("the claim is %s", key)
	}
	if len(o.Claims[0].Hash) != 64 {
		t.Errorf("the hash is %q, expected a SHA-256", o.Claims[0].Hash)
	}
}

// The hash is of ISA…IEA alone: what a mailbox puts around it changes nothing.
func TestLineEndsAroundAnInterchangeAreNotItsContent(t *testing.T) {
	r := newRig(t)
	text := string(numbered("000000101"))
	first := r.arrive("M1", []byte(text))
	r.finish(first, r.run(t, r.decode(), first))
	o := r.run(t, r.decode(), r.arrive("M2", []byte("\r\n"+text+"\r\n\r\n")))
	if o.Status != "" || !strings.Contains(o.Note, "duplicate-of M1") {
		t.Errorf("found %+v, expected a duplicate", o)
	}
}

func TestSetsThatAreNotAgreed(t *testing.T) {
	for _, c := range []struct{ name, old, new, text string }{
		{"a set without an agreement", "", "", "no agreement for inbound 810"},
		{"a version that is not known", "*X*004010", "*X*009010", "009010"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			data := numbered("000000101", c.old, c.new)
			if c.old == "" {
				data = []byte(strings.NewReplacer("GS*PO*", "GS*IN*", "ST*850*", "ST*810*").Replace(string(data)))
			}
			o := r.run(t, r.decode(), r.arrive("M1", data))
			set := only(t, o, stages.KindSet)
			if o.Status != "" || set.Status != spool.Refused || set.Code != "SYN-SET" || !strings.Contains(set.Error, c.text) {
				t.Errorf("found %s %s: %s, expected a refused set that says %q", set.Status, set.Code, set.Error, c.text)
			}
			only(t, o, stages.KindAcknowledgement) // the partner is told
		})
	}
}

// With accept: with-errors a set with bad elements is taken, and its problems are noted.
func TestLenientPartner(t *testing.T) {
	r := newRig(t, "partners/defaults.yaml", "accept: strict", "accept: with-errors")
	o := r.run(t, r.decode(), r.arrive("M1", numbered("000000101", "CUR*BY*USD~", "CUR*BY*DOLLARS~")))
	set := only(t, o, stages.KindSet)
	if set.Stage != stages.ToMap || !strings.Contains(set.Note, "accepted with 1 problems noted") {
		t.Errorf("found %+v, expected it to be taken with a note", set)
	}
}

func TestPartnerThatWantsNoAcknowledgement(t *testing.T) {
	r := newRig(t, "partners/defaults.yaml", `send: "997", detail: errors, accept: strict`, "send: none")
	if o := r.run(t, r.decode(), r.arrive("M1", order())); len(o.Emit) != 1 || o.Emit[0].Kind != stages.KindSet {
		t.Errorf("found %+v, expected the set alone", o.Emit)
	}
}
