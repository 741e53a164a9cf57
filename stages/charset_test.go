package stages_test

import (
	"strings"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// withX12 is the example's partner with lines more in its x12 block, beside other changes.
func withX12(t testing.TB, lines string, more ...string) *rig {
	t.Helper()
	return newRig(t, append(more, "partners/acme-retail.yaml", "group: OURCO }", "group: OURCO }\n"+lines)...)
}

// Where ISO 8859-1 is agreed, a name in it is UTF-8 in the document; where UTF-8
// is, the set with such a name is refused with its place.
func TestCharsetOfWhatComes(t *testing.T) {
	latin := order("ACME RETAIL INC", "CAF\xc9 INC")
	if doc := document(t, mapped(t, withX12(t, "  charset: extended"), "M1", latin)); !strings.Contains(string(doc.Body), "CAFÉ INC") {
		t.Errorf("the body is %s", doc.Body)
	}
	r := withX12(t, "  charset: utf8")
	m := r.arrive("M1", latin)
	for _, c := range r.run(t, r.decode(), m).Emit {
		if c.Kind == stages.KindSet && (c.Status != spool.Refused || !strings.Contains(string(c.Evidence), "the byte 0xC9, which is no UTF-8, as character 4")) {
			t.Errorf("found %+v with %s", c, c.Evidence)
		}
	}
	if doc := document(t, mapped(t, r, "M2", order("ACME RETAIL INC", "CAFÉ INC"))); !strings.Contains(string(doc.Body), "CAFÉ INC") {
		t.Errorf("the body is %s", doc.Body)
	}
}

// What is sent is written in what was agreed; a character that it does not have
// holds the document.
func TestCharsetOfWhatLeaves(t *testing.T) {
	named := func(name string) func(map[string]any) {
		return func(body map[string]any) { body["customerOrderNumber"] = name }
	}
	for _, c := range []struct{ lines, name, sent, held string }{
		{"  charset: extended", "CAFÉ", "CAF\xc9*", ""}, {"  charset: utf8", "CAFÉ", "CAFÉ*", ""},
		{"  charset: extended", "5€", "", "U+20AC (€)"}, {"  charset: basic", "CAFÉ", "", "U+00C9 (É)"},
		{"  trailing_separators: require", "CAFE", "BEG*00*SA*CAFE**20261116*******~", ""},
	} {
		r := withX12(t, c.lines, buying("")...)
		m := r.outgoingTest(t, "D1", named(c.name))
		o := r.run(t, r.compose(), m)
		if c.held != "" {
			wantHeld(t, o, "SYN-OWN", c.held, "BEG03")
			continue
		}
		sent := only(t, r.run(t, stages.Envelope{Translator: r.translator}, r.child(m, only(t, o, stages.KindSet))), stages.KindInterchange)
		if !strings.Contains(string(sent.Body), c.sent) {
			t.Errorf("%s: found %q", c.lines, sent.Body)
		}
	}
}

// Separators at the end of a segment are refused where they are forbidden; what
// is agreed holds for the acknowledgement of it, too.
func TestTrailingSeparatorsOfWhatComes(t *testing.T) {
	file := order("BEG*00*SA*4500012345**20261116~", "BEG*00*SA*4500012345**20261116**~")
	if o := mapped(t, newRig(t), "M1", file); o.Code != "" {
		t.Errorf("found %s %s", o.Code, o.Error)
	}
	r := withX12(t, "  trailing_separators: forbid")
	m := r.arrive("M1", file)
	found := 0
	for _, c := range r.run(t, r.decode(), m).Emit {
		if c.Status == spool.Refused && strings.Contains(string(c.Evidence), "nothing behind it") {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d sets are refused for it, expected 1", found)
	}
}

// An acknowledgement is written whatever characters were agreed on, and padded
// where separators are required.
func TestAgreementsOfAcknowledgements(t *testing.T) {
	r := withX12(t, "  charset: basic\n  trailing_separators: require")
	m := acknowledgement(t, r, "M1", order())
	sent := only(t, r.run(t, stages.Envelope{Translator: r.translator}, m), stages.KindInterchange)
	if !strings.Contains(string(sent.Body), "\nAK5*R*5****~") {
		t.Errorf("found %s", sent.Body)
	}
}
