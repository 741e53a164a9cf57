package stages_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/translators"
)

func TestDecodeMakesAChildOfTheSetAndAnAcknowledgement(t *testing.T) {
	r := newRig(t)
	m := r.arrive("M1", order())
	o := r.run(t, r.decode(), m)
	if o.Status != "" || o.Next != "" || o.Staged || len(o.Emit) != 2 {
		t.Fatalf("found %+v, expected an end with two children", o)
	}
	if o.Partner != "acme-retail" || label(o.Labels, "isa13") == "" || !strings.Contains(o.Note, "1 group(s), 1 set(s)") || strings.Contains(o.Note, "problems") {
		t.Errorf("partner %q, labels %v, note %q", o.Partner, o.Labels, o.Note)
	}
	set := only(t, o, stages.KindSet)
	text := r.read(t, set.Payload)
	if !strings.HasPrefix(text, "ST*850*") || !strings.HasSuffix(text, "~") || strings.Count(text, "SE*") != 1 {
		t.Errorf("the set's range is %.20q … %q", text, text[len(text)-20:])
	}
	if set.Stage != stages.ToMap || set.Document != "850" || set.Correlation != "" || label(set.Labels, "st02") == "" {
		t.Errorf("found the child %+v", set)
	}
	whole := string(r.payloads[set.Payload.SHA256])
	if !strings.HasPrefix(whole[set.Payload.ISA:], "ISA*") || !strings.HasPrefix(whole[set.Payload.GS:], "GS*PO*") {
		t.Errorf("ISA at %d, GS at %d", set.Payload.ISA, set.Payload.GS)
	}
	ack := only(t, o, stages.KindAcknowledgement)
	if ack.Stage != stages.ToEnvelope || ack.Document != "997" || ack.Direction != stages.Outbound || ack.GroupKey != "out|acme-retail|ZZ:OURCO:ZZ:ACMERETAIL|OURCO|ACMERETAIL|FA|004010|P|U|00401" ||
		label(ack.Labels, "answers-isa13") != label(o.Labels, "isa13") {
		t.Errorf("found the acknowledgement %+v", ack)
	}
}

func TestDecodeIsTheSameOnEveryRerun(t *testing.T) {
	r := newRig(t)
	m := r.arrive("M1", order())
	first := r.run(t, r.decode(), m)
	r.finish(m, first) // as after a crash between the commit and the answer
	if diff := cmp.Diff(first, r.run(t, r.decode(), m)); diff != "" {
		t.Errorf("the second run differs: %s", diff)
	}
}

func TestDecodeOfNothing(t *testing.T) {
	for name, text := range map[string]string{
		"empty":       "",
		"blanks":      "  \r\n\r\n ",
		"a letter":    "Dear colleague, the order follows by post.\n",
		"EDIFACT":     "UNA:+.? 'UNB+UNOC:3+ACME:14+OURCO:14+261116:0830+1'",
		"binary":      "\x00\x01\x02\xff\xfe",
		"half an ISA": "ISA*00*          *00*",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			o := r.run(t, r.decode(), r.arrive("M1", []byte(text)))
			if o.Status != spool.Held || !strings.HasPrefix(o.Code, "ENV-") || o.Hint == "" || o.Error == "" {
				t.Errorf("found %+v, expected held with an envelope code and a hint", o)
			}
		})
	}
}

func TestDecodePartsSeveralInterchanges(t *testing.T) {
	r := newRig(t, base()...)
	parts := []string{
		string(sim.Order850(sim.Spec{Control: 401, LineEnd: "\r\n"})),
		string(sim.Order850(sim.Spec{Control: 402})),
		string(sim.Order850(sim.Spec{Control: 403, LineEnd: "\n"})),
	}
	rest := "and greetings from the mailbox"
	m := r.arrive("M1", []byte(strings.Join(append(parts, rest), "")))
	o := r.run(t, r.decode(), m)
	if len(o.Emit) != 4 || len(o.Claims) != 0 || !strings.Contains(o.Note, "3 interchange(s)") || !strings.Contains(o.Note, "1 stretch(es)") {
		t.Fatalf("found %d children, %d claims and the note %q", len(o.Emit), len(o.Claims), o.Note)
	}
	for i, want := range parts {
		c := o.Emit[i]
		if text := r.read(t, c.Payload); text != strings.TrimRight(want, "\r\n") {
			t.Errorf("interchange %d: the range does not hold it: %.20q … %q", i, text, text[len(text)-12:])
		}
		if c.Key != fmt.Sprintf("interchange:%d", i) || c.Stage != stages.ToDecode || c.Correlation != "self" ||
			label(c.Labels, "isa13") != fmt.Sprintf("%09d", 401+i) {
			t.Errorf("interchange %d: found %+v", i, c)
		}
	}
	last := o.Emit[3]
	if last.Status != spool.Held || last.Code != "ENV-SYNTAX" || last.Hint == "" || !strings.Contains(r.read(t, last.Payload), "greetings") {
		t.Errorf("what is left: found %+v", last)
	}
	// Each is then decided on its own, and its sets are ranges of the same payload.
	for i, c := range r.finish(m, o)[:3] {
		set := only(t, r.run(t, r.decode(), c), stages.KindSet)
		if set.Payload.SHA256 != m.Payload.SHA256 || !strings.Contains(r.read(t, set.Payload), fmt.Sprintf("BEG*00*SA*4500000%d*", 401+i)) {
			t.Errorf("interchange %d: its set is %.60q", i, r.read(t, set.Payload))
		}
		if doc := only(t, r.run(t, r.mapping(), r.child(c, set)), stages.KindDocument); len(doc.Body) == 0 {
			t.Errorf("interchange %d: its set is not mapped", i)
		}
	}
}

// An interchange whose ISA is spoiled is text between others: it is held, and
// whatever stands beside it is taken.
func TestDecodeHoldsWhatIsNoInterchange(t *testing.T) {
	first, second, third := string(numbered("000000101")), string(numbered("000000102")), string(numbered("000000103"))
	spoiled := strings.Replace(second, "ISA*", "lSA*", 1)
	for _, c := range []struct {
		name, file string
		keys       []string
	}{
		{"between", first + spoiled + third, []string{"interchange:0", "interchange:1", "stray:0"}},
		{"behind the only one", first + "\n" + spoiled, []string{"interchange:0", "stray:0"}},
		{"twice", first + spoiled + third + "thank you~", []string{"interchange:0", "interchange:1", "stray:0", "stray:1"}},
		{"filler is no text", first + "\x1a\x00\x00\r\n" + third, []string{"interchange:0", "interchange:1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			m := r.arrive("M1", []byte(c.file))
			o := r.run(t, r.decode(), m)
			var keys []string
			for _, child := range o.Emit {
				keys = append(keys, child.Key)
				if !strings.HasPrefix(child.Key, "stray:") {
					if got := r.run(t, r.decode(), r.child(m, child)); got.Status != "" {
						t.Errorf("%s is not taken: %s", child.Key, got.Error)
					}
				} else if child.Status != spool.Held || child.Code != "ENV-SYNTAX" || child.Hint == "" || !strings.HasPrefix(child.Error, "byte ") {
					t.Errorf("%s: found %+v", child.Key, child)
				}
			}
			if diff := cmp.Diff(c.keys, keys); diff != "" {
				t.Error(diff)
			}
			if c.name == "between" {
				if text := r.read(t, o.Emit[2].Payload); strings.TrimSpace(text) != strings.TrimSpace(spoiled) {
					t.Errorf("what is held is %.40q … , expected the spoiled interchange", text)
				}
			}
		})
	}
}

// A file that holds more than is read at once is read on from where it stopped, so
// that nothing behind that place is lost.
func TestDecodeReadsOn(t *testing.T) {
	many := func(control, sets int) string {
		frame := string(interchange(control, "", nil))
		head, tail, _ := strings.Cut(frame, "GE*0*")
		var b strings.Builder
		for i := range sets {
			fmt.Fprintf(&b, "ST*850*%06d~SE*2*%06d~", i, i)
		}
		return head + b.String() + fmt.Sprintf("GE*%d*", sets) + tail
	}
	first, last := strings.TrimSpace(string(numbered("000000101"))), strings.TrimSpace(string(numbered("000000104")))
	for _, c := range []struct {
		name, file, rest string
		keys             []string
	}{
		{"two that are too large together", first + many(102, 60_000) + many(103, 60_000) + last, "interchange:1", []string{"interchange:0", "interchange:1", "rest"}},
		{"one that is too large", first + many(102, 100_000) + last, "", []string{"interchange:0", "rest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			m := r.arrive("M1", []byte(c.file))
			o := r.run(t, r.decode(), m)
			var keys []string
			end := int64(0)
			for _, child := range o.Emit {
				keys = append(keys, child.Key)
				if child.Payload.Offset != end || child.Stage != stages.ToDecode || child.Status != "" {
					t.Errorf("found %+v, expected the next piece from byte %d", child, end)
				}
				end += child.Payload.Length
			}
			if diff := cmp.Diff(c.keys, keys); diff != "" || end != int64(len(c.file)) {
				t.Fatalf("%d of %d bytes: %s", end, len(c.file), diff)
			}
			again := r.run(t, r.decode(), r.child(m, o.Emit[len(o.Emit)-1]))
			if c.rest == "" {
				wantHeld(t, again, "ENV-SYNTAX", "the file holds too much", "at most 100000")
				if !strings.Contains(again.Hint, "several files") {
					t.Errorf("the hint is %q", again.Hint)
				}
			} else if len(again.Emit) != 2 || again.Emit[1].Key != c.rest {
				t.Errorf("the rest is %+v", again.Emit)
			}
		})
	}
}

// The partner of a refused set that no acknowledgement tells of knows nothing: a
// person must.
func TestDecodeHoldsRefusedSetsThatNobodyIsToldOf(t *testing.T) {
	bad := func(old, with string) []byte { return order("BEG*00*SA*", "BEG*00*SAX*", old, with) }
	for name, c := range map[string]struct {
		changes []string
		file    []byte
		told    bool
	}{
		"told":                    {nil, bad("", ""), true},
		"no number to answer":     {nil, order("*101*X*004010~", "*A1*X*004010~", "GE*1*101~", "GE*1*A1~"), false},
		"a kind nobody knows":     {nil, bad("GS*PO*", "GS*Z9*"), false},
		"acknowledges themselves": {nil, bad("GS*PO*", "GS*FA*"), false},
		"none agreed":             {[]string{"partners/defaults.yaml", `send: "997"`, "send: none"}, bad("", ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.changes...)
			o := r.run(t, r.decode(), r.arrive("M1", c.file))
			set := only(t, o, stages.KindSet)
			want := spool.Held
			if c.told {
				want = spool.Refused
			}
			if set.Status != want || set.Code != "SYN-SET" || strings.Contains(set.Hint, "was told") != c.told || len(o.Emit) == 2 != c.told {
				t.Errorf("%s %s (%s) of %d children", set.Status, set.Error, set.Hint, len(o.Emit))
			}
		})
	}
}

func TestDecodeStagesManySets(t *testing.T) {
	r := newRig(t)
	specs := make([]sim.Spec, 600)
	for i := range specs {
		specs[i] = sim.Spec{Control: i + 1, Lines: 1}
	}
	m := r.arrive("M1", interchange(501, "\n", specs[:350], specs[350:]))
	o := r.run(t, r.decode(), m)
	if !o.Staged || len(o.Emit) != 2 || len(r.staged) != 600 {
		t.Fatalf("staged %t, %d children beside and %d staged; expected 2 acknowledgements beside 600", o.Staged, len(o.Emit), len(r.staged))
	}
	first := r.staged
	for i, c := range first {
		g, s := 0, i
		if i >= 350 {
			g, s = 1, i-350
		}
		if c.Key != fmt.Sprintf("set:%d:%d", g, s) || c.Correlation != "self" {
			t.Fatalf("child %d has the key %s and correlation %q", i, c.Key, c.Correlation)
		}
		if text := r.read(t, c.Payload); text != set(specs[i], s+1) {
			t.Fatalf("child %d is %.60q", i, text)
		}
	}
	r.run(t, r.decode(), m)
	if diff := cmp.Diff(first, r.staged); diff != "" {
		t.Errorf("a second run stages others: %s", diff)
	}
}

func TestDecodeKeepsEveryProblemOfARefusedSet(t *testing.T) {
	r := newRig(t)
	good, bad := sim.Spec{Control: 1}, set(sim.Spec{Control: 2}, 2)
	bad = strings.Replace(bad, "REF*DP*031~", "REF*DP~", 1)
	bad = strings.Replace(bad, "DTM*037*20261118~", "DTM*037*20261318~", 1)
	bad = strings.Replace(bad, "CUR*BY*USD~", "CUR*BY*DOLLARS~", 1)
	bad = strings.Replace(bad, "FOB*CC*OR~", "FOB*CCCC*OR~", 1)
	data := strings.Replace(string(interchange(7, "", []sim.Spec{good, {Control: 2}, {Control: 3}})), set(sim.Spec{Control: 2}, 2), bad, 1)
	m := r.arrive("M1", []byte(data))
	o := r.run(t, r.decode(), m)
	var refused []spool.Child
	for _, c := range o.Emit {
		switch {
		case c.Status == spool.Refused:
			refused = append(refused, c)
		case c.Kind == stages.KindSet && (c.Stage != stages.ToMap || c.Code != ""):
			t.Errorf("a neighbour is %+v", c)
		}
	}
	if len(refused) != 1 || len(o.Emit) != 4 || !strings.Contains(o.Note, "1 with problems") {
		t.Fatalf("found %d refused of %d children and the note %q", len(refused), len(o.Emit), o.Note)
	}
	c := refused[0]
	if c.Code != "SYN-SET" || c.Stage != "" || c.Hint == "" || !strings.Contains(c.Error, "CUR02 at segment 3") || !strings.Contains(c.Error, "and 1 more") {
		t.Errorf("found %s: %s (%s)", c.Code, c.Error, c.Hint)
	}
	var found []translators.Problem
	if err := json.Unmarshal(c.Evidence, &found); err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, p := range found {
		places = append(places, fmt.Sprintf("%s at %d", p.Where(), p.Position))
	}
	want := []string{"CUR02 at 3", "REF02 at 4", "FOB01 at 7", "DTM02 at 10"}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("places of the problems: %s", diff)
	}
}

// A set with 10,000 problems makes a row of bounded size.
// What is wrong with a group stands in no segment of its sets, and what was found
// is said.
func TestDecodeSaysWhereAndWhat(t *testing.T) {
	for change, want := range map[[2]string]string{
		{"GE*1*101~", "GE*1*999~"}:   `GE02: the control number is not that of the GS, found "999"`,
		{"PO1*1*800*", "PO1*1*8OO*"}: `PO102 at segment 20: the value has a character that its type does not have: Quantity ordered, found "8OO"`,
	} {
		r := newRig(t)
		set := only(t, r.run(t, r.decode(), r.arrive("M1", order(change[0], change[1]))), stages.KindSet)
		if set.Error != want {
			t.Errorf("found    %s\nexpected %s", set.Error, want)
		}
	}
}

func TestDecodeBoundsWhatItKeepsOfProblems(t *testing.T) {
	r := newRig(t)
	text := set(sim.Spec{Control: 1}, 1)
	head, tail, _ := strings.Cut(text, "REF*DP*031~")
	text = head + strings.Repeat("REF*DP~", 10_000) + tail
	text = strings.Replace(text, "SE*", "SE*1", 1)
	data := strings.Replace(string(interchange(8, "", []sim.Spec{{Control: 1}})), set(sim.Spec{Control: 1}, 1), text, 1)
	o := r.run(t, r.decode(), r.arrive("M1", []byte(data)))
	c := only(t, o, stages.KindSet)
	if c.Status != spool.Refused || len(c.Error) > 1000 || len(c.Note) > 1000 || len(c.Evidence) > 256<<10 {
		t.Errorf("%s, %d bytes of error, %d of note and %d of evidence", c.Status, len(c.Error), len(c.Note), len(c.Evidence))
	}
	if !strings.Contains(c.Error, "and 99") && !strings.Contains(c.Error, "and 10") {
		t.Errorf("the error does not say how many there are: %s", c.Error)
	}
	if a := only(t, o, stages.KindAcknowledgement); len(a.Body) > 256<<10 {
		t.Errorf("the acknowledgement has %d bytes", len(a.Body))
	}
}

func TestDecodePassesTheStoresFailuresOn(t *testing.T) {
	down := errors.New("the database is down")
	r := newRig(t)
	m := r.arrive("M1", order())
	r.broken = down
	if _, err := r.try(r.decode(), m); !errors.Is(err, down) {
		t.Errorf("found %v, expected the store's error: it is tried again", err)
	}
}

// TestChildrenPartitionTheSets: whatever valid orders come in an interchange, the
// children's ranges are those sets, in order, none left out and none overlapping.
func TestChildrenPartitionTheSets(t *testing.T) {
	r := newRig(t)
	id := 0
	rapid.Check(t, func(rt *rapid.T) {
		id++
		end := rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(rt, "line end")
		var groups [][]sim.Spec
		var want []string
		for range rapid.IntRange(1, 4).Draw(rt, "groups") {
			var specs []sim.Spec
			for i := range rapid.IntRange(1, 6).Draw(rt, "sets") {
				spec := sim.Spec{
					Control: rapid.IntRange(1, 999_999).Draw(rt, "seed"), Lines: rapid.IntRange(1, 12).Draw(rt, "lines"),
					PO: rapid.StringMatching(`[A-Z0-9]{1,22}`).Draw(rt, "po"), LineEnd: end,
				}
				specs = append(specs, spec)
				want = append(want, set(spec, i+1))
			}
			groups = append(groups, specs)
		}
		m := r.arrive(fmt.Sprintf("M%d", id), interchange(id, end, groups...))
		o, err := r.try(r.decode(), m)
		if err != nil || o.Status != "" {
			rt.Fatalf("found %+v, %v", o, err)
		}
		var got []string
		last := int64(0)
		acks := 0
		for _, c := range o.Emit {
			if c.Kind == stages.KindAcknowledgement {
				acks++
				continue
			}
			if c.Stage != stages.ToMap || c.Payload.Offset < last {
				rt.Fatalf("set %s is at stage %q, at byte %d after %d: %s", c.Key, c.Stage, c.Payload.Offset, last, c.Error)
			}
			last = c.Payload.Offset + c.Payload.Length
			got = append(got, r.read(t, c.Payload))
		}
		if diff := cmp.Diff(want, got); diff != "" || acks != len(groups) {
			rt.Fatalf("%d acknowledgements for %d groups; sets: %s", acks, len(groups), diff)
		}
	})
}
