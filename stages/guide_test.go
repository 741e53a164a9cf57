package stages_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// guided makes the profile hold its order against the example's guide.
func guided() []string {
	return []string{"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850, guide: acme-850"}
}

// TestDecodeByAGuide: what breaks the partner's guide is refused with the line
// that demands it, and told by a 997 with the standard's codes.
func TestDecodeByAGuide(t *testing.T) {
	good := string(sim.Order850(sim.Spec{Control: 601}))
	for _, c := range []struct{ name, from, to, code, words string }{
		{name: "good"},
		{"currency", "CUR*BY*USD", "CUR*BY*EUR", "GUIDE-CODE", `CUR02 at segment 3: the code is not in the list: Currency, found "EUR", demanded by guides/acme-850.yaml:`},
		{"no vendor", "REF*IA*", "REF*YD*", "GUIDE-USAGE", "a mandatory segment is missing: REF[IA]"},
		{"the standard first", "CUR*BY*USD", "CUR*BY*EU", "SYN-SET", "the value is too short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.from, c.to, 1)
			if c.from != "" && text == good {
				t.Fatalf("the order has no %s", c.from)
			}
			r := newRig(t, guided()...)
			o := r.run(t, r.decode(), r.arrive("M1", []byte(text)))
			set := only(t, o, stages.KindSet)
			if c.code == "" {
				if set.Stage != stages.ToMap || set.Error != "" {
					t.Errorf("found %+v", set)
				}
				return
			}
			if set.Status != spool.Refused || set.Code != c.code || !strings.Contains(set.Error, c.words) {
				t.Errorf("found %s %s %q", set.Status, set.Code, set.Error)
			}
		})
	}
}

// TestMapByAGuide: the mapping is compiled against the guide's own schema, which
// has what the partner sends beyond the standard.
func TestMapByAGuide(t *testing.T) {
	changes := append(guided(), "guides/acme-850.yaml", "rules:", "rules:\n  REF02: { widen: { max: 60 } }")
	long := strings.Repeat("7", 60)
	text := strings.Replace(string(sim.Order850(sim.Spec{Control: 602})), "REF*DP*", "REF*CT*"+long+"~REF*DP*", 1)
	n := strings.Count(text[strings.Index(text, "ST*"):strings.Index(text, "SE*")], "~") + 1
	head, tail, _ := strings.Cut(text, "SE*")
	_, tail, _ = strings.Cut(tail, "*")
	text = head + fmt.Sprintf("SE*%d*", n) + tail
	r := newRig(t, changes...)
	m := r.sets(t, "M1", []byte(text))[0]
	o := r.run(t, r.mapping(), m)
	if o.Status != "" || len(o.Emit) != 1 || !strings.Contains(string(o.Emit[0].Body), long) {
		t.Errorf("found %+v", o)
	}
}

// TestDecodeByTheNearestRelease: another release is refused, or read as the nearest with a note.
func TestDecodeByTheNearestRelease(t *testing.T) {
	text := []byte(strings.Replace(string(sim.Order850(sim.Spec{Control: 603})), "*X*004010~", "*X*004030~", 1))
	r := newRig(t, base()...)
	if set := only(t, r.run(t, r.decode(), r.arrive("M1", text)), stages.KindSet); set.Status != spool.Refused || !strings.Contains(set.Error, `version "004030" is not known`) {
		t.Errorf("found %s %q", set.Status, set.Error)
	}
	other := func(text string) []byte {
		text = strings.Replace(text, "*X*004010~", "*X*005010~", 1)
		return []byte(text)
	}
	strict := newRig(t, append(base(), "partners/acme-retail.yaml", "x12:\n", "x12:\n  other_release: refuse\n")...)
	if set := only(t, strict.run(t, strict.decode(), strict.arrive("M3", other(string(sim.Order850(sim.Spec{Control: 604}))))), stages.KindSet); set.Status != spool.Refused || !strings.Contains(set.Error, `version 004010 was agreed, found "005010"`) {
		t.Errorf("found %s %q", set.Status, set.Error)
	}
	waits := newRig(t, append(base(), "partners/acme-retail.yaml", "x12:\n", "x12:\n  other_release: hold\n")...)
	if o := waits.run(t, waits.mapping(), waits.sets(t, "M4", other(string(sim.Order850(sim.Spec{Control: 605}))))[0]); o.Status != spool.Held || o.Code != "ROUTE-RELEASE" {
		t.Errorf("found %+v", o)
	}
	if o := waits.run(t, waits.mapping(), waits.sets(t, "M5", sim.Order850(sim.Spec{Control: 606}))[0]); o.Status == spool.Held {
		t.Errorf("found %+v", o)
	}
	r = newRig(t, append(base(), "partners/acme-retail.yaml", "x12:\n", "x12:\n  other_release: nearest\n")...)
	set := only(t, r.run(t, r.decode(), r.arrive("M1", text)), stages.KindSet)
	if set.Stage != stages.ToMap || set.Note != "accepted with 1 problems noted" {
		t.Errorf("found %+v", set)
	}
	if o := r.run(t, r.mapping(), r.sets(t, "M2", text)[0]); len(o.Emit) != 1 {
		t.Errorf("found %+v", o)
	}
}
