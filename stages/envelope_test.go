package stages_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
	"waybill/stages"
	"waybill/translators"
)

// acknowledgement is the message of the 997 that answers a file.
func acknowledgement(t testing.TB, r *rig, id string, data []byte) spool.Message {
	t.Helper()
	m := r.arrive(id, data)
	return r.child(m, only(t, r.run(t, r.decode(), m), stages.KindAcknowledgement))
}

// read reads an interchange of ours as a partner would.
func read(t testing.TB, r *rig, data []byte) (translators.InterchangeReport, []*translators.Set) {
	t.Helper()
	var sets []*translators.Set
	report, err := r.translator.Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		kept := *s
		sets = append(sets, &kept)
		return nil
	})
	if err != nil || len(report.Interchanges) != 1 {
		t.Fatalf("reading our own interchange: %v in\n%s", err, data)
	}
	ic := report.Interchanges[0]
	for _, g := range ic.Groups {
		for _, s := range g.Sets {
			if len(ic.Problems)+len(g.Problems)+len(s.Problems) > 0 {
				t.Errorf("a partner would find fault: %v %v %v in\n%s", ic.Problems, g.Problems, s.Problems, data)
			}
		}
	}
	return ic, sets
}

func TestEnvelope(t *testing.T) {
	r := newRig(t)
	m := acknowledgement(t, r, "M1", order())
	e := stages.Envelope{Translator: r.translator}
	o := r.run(t, e, m)
	c := only(t, o, stages.KindInterchange)
	if o.Next != "" || c.Stage != stages.ToSend || c.Direction != stages.Outbound || c.Document != "997" || c.Partner != "acme-retail" {
		t.Errorf("found %+v", c)
	}
	if diff := cmp.Diff([]string{m.ID}, c.Carries); diff != "" {
		t.Errorf("it carries %s", diff)
	}
	if label(c.Labels, "isa13") != "000000001" || label(c.Labels, "gs06") != "1" || o.Note != "997 in interchange 000000001, group 1" {
		t.Errorf("labels %v, note %q", c.Labels, o.Note)
	}
	ic, sets := read(t, r, c.Body)
	if ic.Sender != "OURCO" || ic.Receiver != "ACMERETAIL" || ic.Control != "000000001" || ic.Usage != "P" ||
		ic.Date != "261116" || ic.Time != "0830" || ic.Version != "00401" {
		t.Errorf("found the envelope %+v", ic.Interchange)
	}
	if g := ic.Groups[0]; g.Functional != "FA" || g.Sender != "OURCO" || g.Receiver != "ACMERETAIL" || g.Control != "1" || g.Version != "004010" || g.Date != "20261116" {
		t.Errorf("found the group %+v", g.Group)
	}
	answers, err := r.translator.Answers(sets[0])
	if err != nil || len(answers) == 0 || answers[0].Functional != "PO" || answers[0].Group != "101" || answers[0].Result != "accepted" {
		t.Errorf("found the answers %+v, %v", answers, err)
	}
}

func TestEnvelopeHasTheProfilesDelimiters(t *testing.T) {
	r := newRig(t, "partners/defaults.yaml", `{ element: "*", component: ">", segment: "~", line_end: lf }`, `{ element: "|", component: ":", segment: "'", line_end: none }`)
	c := only(t, r.run(t, stages.Envelope{Translator: r.translator}, acknowledgement(t, r, "M1", order())), stages.KindInterchange)
	text := string(c.Body)
	if !strings.HasPrefix(text, "ISA|00|") || text[105] != '\'' || strings.ContainsAny(text, "*~\n") {
		t.Errorf("found %q", text)
	}
	read(t, r, c.Body)
}

// Control numbers are taken once for a message: asked again after a crash they
// are the same, so that the partner never sees a gap that means nothing.
func TestEnvelopeTakesItsNumbersOnce(t *testing.T) {
	r := newRig(t)
	e := stages.Envelope{Translator: r.translator}
	first := acknowledgement(t, r, "M1", numbered("000000101"))
	second := acknowledgement(t, r, "M2", numbered("000000102"))
	want := r.run(t, e, first)
	if diff := cmp.Diff(want, r.run(t, e, first)); diff != "" {
		t.Errorf("the second run differs: %s", diff)
	}
	if c := only(t, r.run(t, e, second), stages.KindInterchange); label(c.Labels, "isa13") != "000000002" || label(c.Labels, "gs06") != "2" {
		t.Errorf("the next has the labels %v", c.Labels)
	}
	if len(r.numbers) != 2 || len(r.given) != 4 {
		t.Errorf("found the scopes %v and %d numbers, expected one of ISA13 and one of GS06, each twice", r.numbers, len(r.given))
	}
}

func TestEnvelopeOfABatch(t *testing.T) {
	r := newRig(t)
	batch := []spool.Message{
		acknowledgement(t, r, "M1", numbered("000000101")),
		acknowledgement(t, r, "M2", numbered("000000102")),
		acknowledgement(t, r, "M3", numbered("000000103")),
	}
	c := only(t, r.run(t, stages.Envelope{Translator: r.translator}, batch...), stages.KindInterchange)
	if len(c.Carries) != 3 || c.Carries[2] != batch[2].ID {
		t.Errorf("it carries %v", c.Carries)
	}
	ic, sets := read(t, r, c.Body)
	if len(ic.Groups) != 1 || len(sets) != 3 {
		t.Fatalf("found %d group(s) and %d set(s), expected one group of three", len(ic.Groups), len(sets))
	}
	for i, want := range []string{"0001", "0002", "0003"} {
		if sets[i].Control != want {
			t.Errorf("set %d has the number %s, expected %s", i, sets[i].Control, want)
		}
	}
}

// Usage and versions of the answer are those of what is answered.
func TestEnvelopeAnswersInTheSameUsageAndVersion(t *testing.T) {
	r := newRig(t, "partners/acme-retail.yaml", "priority: 1", "status: testing")
	data := order("*P*>~", "*T*>~", "*U*00401*", "*^*00501*", "*X*004010~", "*X*005010~")
	ic, sets := read(t, r, only(t, r.run(t, stages.Envelope{Translator: r.translator}, acknowledgement(t, r, "M1", data)), stages.KindInterchange).Body)
	if ic.Usage != "T" || ic.Version != "00501" || ic.Groups[0].Version != "005010" || len(sets) != 1 {
		t.Errorf("found usage %s, version %s and %s", ic.Usage, ic.Version, ic.Groups[0].Version)
	}
}

// What our own reader would refuse never leaves.
func TestEnvelopeHoldsWhatItCannotWrite(t *testing.T) {
	for _, c := range []struct{ name, old, new, text string }{
		{"an unknown version", `"version":"004010"`, `"version":"009010"`, "009010"},
		{"a value that holds a delimiter", `"Text":"PO"`, `"Text":"P*O"`, "AK1"},
		{"a sender that is too long", `"id":"OURCO"`, `"id":"OURCO-AND-OTHERS"`, "OURCO-AND-OTHERS"},
		{"no segments", `"segments":[`, `"segments":[],"x":[`, "AK1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			m := acknowledgement(t, r, "M1", order())
			text := strings.ReplaceAll(r.read(t, m.Payload), c.old, c.new)
			if text == r.read(t, m.Payload) {
				t.Fatalf("the draft has no %s: %s", c.old, text)
			}
			m.Payload = r.put([]byte(text))
			wantHeld(t, r.run(t, stages.Envelope{Translator: r.translator}, m), "SYN-OWN", "our own interchange cannot be written", c.text)
		})
	}
}

func TestEnvelopeOfAPartnerThatIsGone(t *testing.T) {
	r := newRig(t)
	m := acknowledgement(t, r, "M1", order())
	m.Partner = "gone"
	wantHeld(t, r.run(t, stages.Envelope{Translator: r.translator}, m), "ROUTE-PARTNER", "gone")
	if len(r.numbers) > 0 {
		t.Errorf("numbers were taken: %v", r.numbers)
	}
}

func TestEnvelopePassesFailuresOn(t *testing.T) {
	r := newRig(t)
	e := stages.Envelope{Translator: r.translator}
	m := acknowledgement(t, r, "M1", order())
	damaged := m
	damaged.Payload = r.put([]byte("{"))
	if _, err := r.try(e, damaged); err == nil || !strings.Contains(err.Error(), "reading payload") {
		t.Errorf("found %v, expected an error about the payload", err)
	}
	r.broken = errors.New("the database is down")
	if _, err := r.try(e, m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}
