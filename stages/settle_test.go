package stages_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
	"waybill/stages"
)

// answering is an interchange of the partner's with a 997 of these segments.
func answering(segments ...string) []byte {
	var b strings.Builder
	head, _, _ := strings.Cut(string(numbered("000000901")), "GS*")
	b.WriteString(head + "GS*FA*ACMERETAIL*OURCO*20261116*0900*55*X*004010~\nST*997*0001~\n")
	for _, s := range segments {
		b.WriteString(s + "~\n")
	}
	fmt.Fprintf(&b, "SE*%d*0001~\nGE*1*55~\nIEA*1*000000901~\n", len(segments)+2)
	return []byte(b.String())
}

// sent has the set 0001 of group IN 77 wait for its acknowledgement.
func (r *rig) sent() {
	r.awaiting["fa:ZZ:OURCO:ZZ:ACMERETAIL:IN:77:0001"] = spool.Message{ID: "S1", Payload: r.put([]byte(`{"set":"810","segments":[
		{"ID":"BIG","Elements":[{"Text":"20261116"},{"Text":"I-1"}]},{"ID":"TDS","Elements":[{"Text":"X"}]}]}`))}
}

func (r *rig) settle() stages.Settle {
	return stages.Settle{Translator: r.translator, Schemas: r.library.Schema}
}

func TestSettle(t *testing.T) {
	const pair = "fa:ZZ:OURCO:ZZ:ACMERETAIL:IN:77:"
	group := func(state, text string) spool.Answer {
		return spool.Answer{Key: pair, Prefix: true, State: state, Text: "group IN 77 " + text}
	}
	set := func(state, text string) spool.Answer {
		return spool.Answer{Key: pair + "0001", State: state, Text: "set 810 0001 of group IN 77 " + text}
	}
	inError := " (AK502 5, segments are in error)"
	for _, c := range []struct {
		name     string
		segments []string
		want     []spool.Answer
	}{
		{"the group alone", []string{"AK1*IN*77", "AK9*A*1*1*1"}, []spool.Answer{group("accepted", "accepted")}},
		{"the group alone, with zeros", []string{"AK1*IN*000000077", "AK9*A*1*1*1"}, []spool.Answer{{Key: pair, Prefix: true, State: "accepted", Text: "group IN 000000077 accepted"}}},
		{"one set of a group of one", []string{"AK1*IN*77", "AK2*810*0001", "AK5*A", "AK9*A*1*1*1"}, []spool.Answer{set("accepted", "accepted")}},
		{"one set of a group of two", []string{"AK1*IN*77", "AK2*810*0001", "AK5*A", "AK9*A*2*2*2"},
			[]spool.Answer{set("accepted", "accepted"), group("accepted", "accepted")}},
		{"no zeros before AK202", []string{"AK1*IN*77", "AK2*810*1", "AK5*A", "AK9*A*1*1*1"}, []spool.Answer{{Key: pair + "0001", State: "accepted", Text: "set 810 1 of group IN 77 accepted"}}},
		{"many zeros before AK202", []string{"AK1*IN*77", "AK2*810*000000001", "AK5*A", "AK9*A*1*1*1"}, []spool.Answer{{Key: pair + "0001", State: "accepted", Text: "set 810 000000001 of group IN 77 accepted"}}},
		{"letters in AK202", []string{"AK1*IN*77", "AK2*810*A001", "AK5*A", "AK9*A*1*1*1"}, []spool.Answer{{Key: pair + "A001", State: "accepted", Text: "set 810 A001 of group IN 77 accepted"}}},
		{"taken with errors", []string{"AK1*IN*77", "AK2*810*0001", "AK3*TDS*3**8", "AK4*1*610*6*X", "AK5*E*5", "AK9*E*1*1*1"},
			[]spool.Answer{set("errors", "acceptedWithErrors"+inError+`; TDS01 at segment 3: AK403 6, the value has an invalid character, they found "X", we sent "TDS*X"`)}},
		{"a segment of ours is missing", []string{"AK1*IN*77", "AK2*810*0001", "AK3*IT1*3**3", "AK5*R*5", "AK9*R*1*1*0"},
			[]spool.Answer{set("rejected", "rejected"+inError+`; IT1 at segment 3: AK304 3, a mandatory segment is missing, we sent "TDS*X"`)}},
		{"a place that we did not send", []string{"AK1*IN*77", "AK2*810*0001", "AK3*IT1*30**3", "AK5*R*5", "AK9*R*1*1*0"},
			[]spool.Answer{set("rejected", "rejected"+inError+`; IT1 at segment 30: AK304 3, a mandatory segment is missing`)}},
		{"a code of their own", []string{"AK1*IN*77", "AK2*810*0001", "AK3*TDS*3**511", "AK5*R*5", "AK9*R*1*1*0"},
			[]spool.Answer{set("rejected", "rejected"+inError+`; TDS at segment 3: AK304 511, we sent "TDS*X"`)}},
		{"refused", []string{"AK1*IN*77", "AK2*810*0001", "AK5*R*5", "AK9*R*1*1*0"}, []spool.Answer{set("rejected", "rejected"+inError)}},
		{"refused whole, though the set was good", []string{"AK1*IN*77", "AK2*810*0001", "AK5*A", "AK9*R*1*1*1*4"}, []spool.Answer{set("rejected", "rejected")}},
		{"refused whole, unlisted", []string{"AK1*IN*77", "AK9*R*1*1*0*5"}, []spool.Answer{group("rejected", "rejected (AK905 5, the count of sets, GE01, is wrong)")}},
		{"in part", []string{"AK1*IN*77", "AK2*810*0001", "AK5*R*5", "AK9*P*2*2*1"},
			[]spool.Answer{set("rejected", "rejected"+inError), group("accepted", "partiallyAccepted")}},
		{"in part, and nobody knows which", []string{"AK1*IN*77", "AK9*P*2*2*1"}, []spool.Answer{group("partial", "partiallyAccepted")}},
		{"nobody could check it", []string{"AK1*IN*77", "AK2*810*0001", "AK5*M", "AK9*X*1*1*0"}, []spool.Answer{set("rejected", "rejected")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.sent()
			m := r.sets(t, "M1", answering(c.segments...))[0]
			if m.Stage != stages.ToSettle {
				t.Fatalf("the 997 is at stage %q", m.Stage)
			}
			o := r.run(t, r.settle(), m)
			if diff := cmp.Diff(c.want, o.Answers); diff != "" {
				t.Errorf("answers: %s", diff)
			}
			refused := c.want[0].State == "rejected" || c.want[0].State == "partial"
			if (o.Code == "ACK-REJECTED") != refused || refused && (o.Error == "" || o.Hint == "") {
				t.Errorf("found the code %q (%s; %s)", o.Code, o.Error, o.Hint)
			}
			if o.Status != "" || o.Next != "" || len(o.Emit) > 0 || !strings.HasPrefix(o.Note, c.want[0].Text) {
				t.Errorf("found %+v, expected an end", o)
			}
		})
	}
}

// An acknowledgement is never acknowledged (X12 997): two gateways would never end.
func TestAcknowledgementsGetNone(t *testing.T) {
	r := newRig(t)
	o := r.run(t, r.decode(), r.arrive("M1", answering("AK1*IN*77", "AK9*A*1*1*1")))
	if len(o.Emit) != 1 || o.Emit[0].Kind != stages.KindSet {
		t.Errorf("found %+v, expected the 997 alone", o.Emit)
	}
}

// A 997 of thousands of sets answers each, and the history line stays short.
func TestSettleOfManySets(t *testing.T) {
	r := newRig(t)
	r.sent()
	segments := []string{"AK1*IN*77"}
	for i := range 5000 {
		segments = append(segments, fmt.Sprintf("AK2*810*%04d", i+1), "AK5*A")
	}
	o := r.run(t, r.settle(), r.sets(t, "M1", answering(append(segments, "AK9*A*5000*5000*5000")...))[0])
	if len(o.Answers) != 5000 || len(o.Note) > 2000 || !strings.Contains(o.Note, "and 4991 more") {
		t.Errorf("found %d answers and a note of %d bytes: %.200s", len(o.Answers), len(o.Note), o.Note)
	}
}

func TestSettleOfManyProblems(t *testing.T) {
	r := newRig(t)
	r.sent()
	segments := []string{"AK1*IN*77", "AK2*810*0001"}
	for i := range 200 {
		segments = append(segments, fmt.Sprintf("AK3*TDS*%d**1", i+2))
	}
	o := r.run(t, r.settle(), r.sets(t, "M1", answering(append(segments, "AK5*R*5", "AK9*R*1*1*0")...))[0])
	if text := o.Answers[0].Text; !strings.Contains(text, "; and 197 more") || len(text) > 600 {
		t.Errorf("found %q", text)
	}
}

// A 997 for a group that never went from us to them is for a person: a number was
// lost on one side. One that came before answers nothing that is open, and is no
// news.
func TestSettleOfAnUnknownGroup(t *testing.T) {
	r := newRig(t)
	r.sent()
	wantHeld(t, r.run(t, r.settle(), r.sets(t, "M1", answering("AK1*IN*78", "AK9*A*1*1*1"))[0]), "ACK-UNMATCHED", "group IN 78", "OURCO to ACMERETAIL")
	r = newRig(t)
	r.sent()
	if o := r.run(t, r.settle(), r.sets(t, "M2", answering("AK1*IN*77", "AK9*A*1*1*1"))[0]); o.Status != "" {
		t.Errorf("found %q %s", o.Status, o.Error)
	}
}

func TestSettlePassesFailuresOn(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", answering("AK1*IN*77", "AK9*A*1*1*1"))[0]
	other := r.sets(t, "M2", order())[0]
	if _, err := r.try(r.settle(), other); err == nil || !strings.Contains(err.Error(), "no acknowledgement") {
		t.Errorf("an 850: found %v", err)
	}
	r.broken = errors.New("the disk is gone")
	if _, err := r.try(r.settle(), m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}

// A TA1 that comes in settles the interchange that it answers, with its note in words.
func TestDecodeSettlesTA1(t *testing.T) {
	r := newRig(t)
	head, _, _ := strings.Cut(string(numbered("000000901")), "GS*")
	data := head + "TA1*000000077*261116*0830*A*000~\nTA1*000000078*261116*0830*R*021~\nIEA*0*000000901~\n"
	o := r.run(t, r.decode(), r.arrive("M1", []byte(data)))
	want := []spool.Answer{
		{Key: "ta1:ZZ:OURCO:ZZ:ACMERETAIL:000000077", State: "accepted", Text: "interchange 000000077 accepted"},
		{Key: "ta1:ZZ:OURCO:ZZ:ACMERETAIL:000000078", State: "rejected", Text: "interchange 000000078 rejected (TA105 021, the count of groups, IEA01, is wrong)", Whole: true},
	}
	if diff := cmp.Diff(want, o.Answers); diff != "" {
		t.Errorf("answers: %s", diff)
	}
	if len(o.Emit) != 0 || o.Status != "" || o.Code != "ACK-REJECTED" || o.Error != want[1].Text {
		t.Errorf("found %+v, expected an end", o)
	}
}
