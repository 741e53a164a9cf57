package x12

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// reply decodes text and returns what would answer it, by segment, without the envelope.
func reply(t testing.TB, text string, p translators.AckPolicy) string {
	t.Helper()
	var out strings.Builder
	if _, err := translator(t).Reply(&out, decode(t, text), p, time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, s := range strings.FieldsFunc(out.String(), func(r rune) bool { return r == '~' || r == '\n' }) {
		switch id, _, _ := strings.Cut(s, "*"); id {
		case "ISA", "GS", "ST", "SE", "GE", "IEA":
		default:
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " ")
}

// TestAcknowledge holds each verdict against what the partner will read.
func TestAcknowledge(t *testing.T) {
	good, other := order("0001", nil, nil), order("0002", nil, nil)
	bad := order("0002", []string{"REF*DP", "ZZZ*1", "DTM*002*20261301*2500", "N1*ST*NORTH*92"}, nil)
	both := wrap("004010", "PO", append(append([]string{}, good...), bad...)...)
	detailed := "AK2*850*0002 AK3*REF*3**8 AK4*2*127*2 AK3*ZZZ*4**1 AK3*DTM*5**8 AK4*2*373*8*20261301 AK4*3*337*9*2500 AK3*N1*6**8 AK4*4*67*2 AK5*"
	for _, c := range []struct {
		name, text string
		policy     translators.AckPolicy
		want       string
	}{
		{"accepted", wrap("004010", "PO", good...), translators.AckPolicy{}, "AK1*PO*417 AK9*A*1*1*1"},
		{"accepted, named", wrap("004010", "PO", good...), translators.AckPolicy{Accepted: true}, "AK1*PO*417 AK2*850*0001 AK5*A AK9*A*1*1*1"},
		{"one of two", both, translators.AckPolicy{}, "AK1*PO*417 " + detailed + "R*5 AK9*P*2*2*1"},
		{"one of two, both named", both, translators.AckPolicy{Accepted: true}, "AK1*PO*417 AK2*850*0001 AK5*A " + detailed + "R*5 AK9*P*2*2*1"},
		{"without detail", both, translators.AckPolicy{Detail: "none"}, "AK1*PO*417 AK2*850*0002 AK5*R*5 AK9*P*2*2*1"},
		{"with errors", both, translators.AckPolicy{Mode: "with-errors"}, "AK1*PO*417 " + detailed + "E*5 AK9*E*2*2*2"},
		{"all refused", wrap("004010", "PO", bad...), translators.AckPolicy{Detail: "none"}, "AK1*PO*417 AK2*850*0002 AK5*R*5 AK9*R*1*1*0"},
		{"trailer faults are refused in every mode", strings.Replace(wrap("004010", "PO", good...), "SE*4*0001", "SE*9*0009", 1),
			translators.AckPolicy{Mode: "with-errors"}, "AK1*PO*417 AK2*850*0001 AK5*R*4*3 AK9*R*1*1*0"},
		{"no trailer", strings.Replace(wrap("004010", "PO", good...), "SE*4*0001~", "", 1), translators.AckPolicy{}, "AK1*PO*417 AK2*850*0001 AK5*R*2 AK9*R*1*1*0"},
		{"unknown set", wrap("004010", "PO", "ST*875*0001", "SE*2*0001"), translators.AckPolicy{}, "AK1*PO*417 AK2*875*0001 AK5*R*1 AK9*R*1*1*0"},
		{"set without a number", wrap("004010", "PO", append([]string{"ST*850*1", "SE*2*1"}, other...)...), translators.AckPolicy{}, "AK1*PO*417 AK9*P*2*2*1"},
		{"wrong group count", strings.Replace(wrap("004010", "PO", good...), "GE*1", "GE*3", 1), translators.AckPolicy{}, "AK1*PO*417 AK9*E*3*1*1*5"},
		{"wrong group trailer", strings.Replace(wrap("004010", "PO", good...), "GE*1*417", "GE*1*418", 1), translators.AckPolicy{Detail: "none"},
			"AK1*PO*417 AK2*850*0001 AK5*R AK9*R*1*1*0*4"},
		{"no sets", strings.Replace(wrap("004010", "PO"), "~~", "~", 1), translators.AckPolicy{}, "AK1*PO*417 AK9*A*0*0*0"},
		{"005010 says more", wrap("005010", "PO", "ST*850*0001*CONV", "BEG*00*SA*1**20261201", "REF*DP*A^B", "PO1**1*EA*2", "SE*6*0001"), translators.AckPolicy{},
			"AK1*PO*417*005010 AK2*850*0001*CONV AK3*REF*3**8 AK4*2*127*12 AK5*R*4*5 AK9*R*1*1*0"},
		{"999", wrap("005010", "PO", bad...), translators.AckPolicy{Functional: "999", Detail: "errors"},
			"AK1*PO*417*005010 " + strings.NewReplacer("AK3", "IK3", "AK4", "IK4", "AK5", "IK5").Replace(detailed) + "R*5 AK9*R*1*1*0"},
		{"999 is of 005010: 997 before it", wrap("004010", "PO", good...), translators.AckPolicy{Functional: "999"}, "AK1*PO*417 AK9*A*1*1*1"},
		{"no answer to an answer", wrap("004010", "FA", "ST*997*0001", "AK1*PO*1", "AK9*A*1*1*1", "SE*4*0001"), translators.AckPolicy{}, ""},
		{"refused interchange", strings.Replace(both, "IEA*1", "IEA*2", 1), translators.AckPolicy{}, ""},
		{"none asked for", both, translators.AckPolicy{Functional: "none"}, ""},
		{"a release we do not know", wrap("003040", "PO", good...), translators.AckPolicy{}, "AK1*PO*417 AK2*850*0001 AK5*R*1 AK9*R*1*1*0*2"},
		{"a value that could hold delimiters is not copied", wrap("004010", "PO", order("0001", []string{"N1*ST*NORTH", "N4*DULUTH*A|B:C"}, nil)...), translators.AckPolicy{},
			"AK1*PO*417 AK2*850*0001 AK3*N4*4**8 AK4*2*156*5 AK5*R*5 AK9*R*1*1*0"},
		{"an id that no AK3 can carry", wrap("004010", "PO", order("0001", []string{"TOOLONG*1", "X*1"}, nil)...), translators.AckPolicy{},
			"AK1*PO*417 AK2*850*0001 AK3*TOO*3**1 AK5*R*5 AK9*R*1*1*0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			switch c.policy.Functional {
			case "":
				c.policy.Functional = "997"
			case "none":
				c.policy.Functional = ""
			}
			if diff := cmp.Diff(c.want, reply(t, c.text, c.policy)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestElementNotes: no more than 99 AK4 below one AK3, no more than five codes in an AK5.
// A version that cannot be written back does not keep the answer from leaving.
func TestAcknowledgeVersion(t *testing.T) {
	for version, want := range map[string]string{
		"004010VICS": "004010VICS", "004010VICS4010EX": "004010", "004010\x00\xff": "004010", "005010" + strings.Repeat("V", 300): "005010", "\x00": "004010", "": "004010",
	} {
		text := wrap(version, "PO", order("0001", nil, nil)...)
		var out strings.Builder
		if _, err := translator(t).Reply(&out, decode(t, text), translators.AckPolicy{Functional: "997"}, time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "*X*"+want+"~") {
			t.Errorf("%q: %.300q, expected GS08 %s", version, out.String(), want)
		}
	}
}

func TestElementNotes(t *testing.T) {
	w := ackWriter{library: translator(t).library, version: "004010", prefix: "AK", detail: true}
	var problems []translators.Problem
	for i := range 150 {
		problems = append(problems, translators.Problem{Level: translators.AtElement, Code: "1", Segment: "SDQ", Position: 4, Element: i + 1})
	}
	for _, code := range []string{"1", "2", "3", "4", "6", "7", "7"} {
		problems = append(problems, translators.Problem{Level: translators.AtSet, Code: code})
	}
	w.set(&translators.SetReport{ID: "850", Control: "0001", Problems: problems}, "R")
	if n := len(w.segments); n != 102 {
		t.Errorf("%d segments", n)
	}
	if last := w.segments[len(w.segments)-1]; last.ID != "AK5" || len(last.Elements) != 6 {
		t.Errorf("%+v", last)
	}
}

// TestInterchangeAnswer: a TA1 when the policy asks for one.
func TestInterchangeAnswer(t *testing.T) {
	good := wrap("004010", "PO", order("0001", nil, nil)...)
	asking := strings.Replace(good, "*0*P*>", "*1*P*>", 1)
	broken := strings.Replace(good, "IEA*1", "IEA*2", 1)
	odd := strings.Replace(good, "*261201*", "*261301*", 1)
	alone := "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261201*0915*U*00401*000000417*0*P*>~TA1*000000001*261201*0915*A*000~IEA*0*000000417~"
	for _, c := range []struct{ name, text, when, want string }{
		{"never", broken, "never", ""},
		{"on error, good", good, "on-error", ""},
		{"on error", broken, "on-error", "TA1*000000417*261201*0915*R*021"},
		{"on error, odd", odd, "on-error", "TA1*000000417*261301*0915*E*014"},
		{"always", good, "always", "TA1*000000417*261201*0915*A*000"},
		{"on request, not asked", good, "on-request", ""},
		{"on request", asking, "on-request", "TA1*000000417*261201*0915*A*000"},
		{"a TA1 is not answered", alone, "always", ""},
		{"an acknowledgement is not answered", wrap("004010", "FA", "ST*997*0001", "AK1*IN*12", "AK9*A*1*1*1", "SE*4*0001"), "always", ""},
		{"an acknowledgement in a broken envelope", strings.Replace(wrap("004010", "FA", "ST*997*0001", "AK1*IN*12", "AK9*A*1*1*1", "SE*4*0001"), "IEA*1", "IEA*2", 1), "always", "TA1*000000417*261201*0915*R*021"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := reply(t, c.text, translators.AckPolicy{Interchange: c.when}); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	rep := decode(t, alone)
	want := []translators.Answer{{
		Level: translators.AtInterchange, Interchange: "000000001", Date: "261201", Time: "0915", Code: "A", Codes: []string{"000"}, Words: []string{"no error"},
		Result: "accepted", Included: -1, Received: -1, Accepted: -1,
	}}
	if diff := cmp.Diff(want, rep.Interchanges[0].TA1); diff != "" {
		t.Error(diff)
	}
}

// TestEncodeTA1 refuses what does not fit its fixed widths.
func TestEncodeTA1(t *testing.T) {
	ic := translators.Interchange{
		SenderQualifier: "ZZ", Sender: "OURCO", ReceiverQualifier: "ZZ", Receiver: "NORTHSTORES",
		Date: "261201", Time: "1000", Version: "00401", Control: "000000001", Usage: "P",
	}
	var out strings.Builder
	err := translator(t).EncodeTA1(&out, ic, []translators.Answer{{Interchange: "17", Date: "261201", Time: "0915", Code: "A"}})
	if err == nil || !strings.Contains(err.Error(), "TA101") || out.Len() > 0 {
		t.Errorf("%v %q", err, out.String())
	}
	if err := translator(t).EncodeTA1(&out, ic, nil); err == nil {
		t.Error("an interchange of nothing was written")
	}
}

// TestAnswers reads what TestAcknowledge writes.
func TestAnswers(t *testing.T) {
	text := wrap("004010", "FA", "ST*997*0001", "AK1*IN*12", "AK2*810*0001", "AK5*A", "AK2*810*0002", "AK3*N4*7*N1*8", "AK4*2>3*156*5*MINNESOTA", "AK3*TDS*9**3",
		"AK5*R*5*4", "AK2*810*0003", "AK5*E*5", "AK9*P*3*3*2*5", "SE*14*0001")
	none := translators.Answer{Functional: "IN", Group: "12", Included: -1, Received: -1, Accepted: -1}
	answer := func(change func(*translators.Answer)) translators.Answer {
		a := none
		change(&a)
		return a
	}
	want := []translators.Answer{
		answer(func(a *translators.Answer) {
			a.Level, a.SetID, a.Control, a.Result, a.Code = translators.AtSet, "810", "0001", "accepted", "A"
		}),
		answer(func(a *translators.Answer) {
			a.Level, a.SetID, a.Control, a.Result, a.Code, a.Codes = translators.AtSet, "810", "0002", "rejected", "R", []string{"5", "4"}
			a.Words = []string{"segments are in error", "the count of segments, SE01, is wrong"}
			a.Problems = []translators.Problem{
				{Level: translators.AtElement, Code: "5", Text: "the value is too long", Found: "MINNESOTA", Segment: "N4", Position: 7, Loop: "N1", Element: 2, Component: 3, Number: "156"},
				{Level: translators.AtSegment, Code: "3", Text: "a mandatory segment is missing", Segment: "TDS", Position: 9},
			}
		}),
		answer(func(a *translators.Answer) {
			a.Level, a.SetID, a.Control, a.Result, a.Code, a.Codes = translators.AtSet, "810", "0003", "acceptedWithErrors", "E", []string{"5"}
			a.Words = []string{"segments are in error"}
		}),
		answer(func(a *translators.Answer) {
			a.Level, a.Result, a.Code, a.Codes, a.Included, a.Received, a.Accepted = translators.AtGroup, "partiallyAccepted", "P", []string{"5"}, 3, 3, 2
			a.Words = []string{"the count of sets, GE01, is wrong"}
		}),
	}
	for _, schema := range []bool{true, false} { // what a 997 says is read even where it has no schema
		o := translators.Options{Rules: func(translators.Interchange, translators.Group, string) translators.Rules {
			if schema {
				return translators.Rules{}
			}
			return translators.Rules{Refuse: "not known"}
		}}
		_, err := translator(t).Decode(strings.NewReader(text), o, func(s *translators.Set) error {
			got, err := translator(t).Answers(s)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(schema, err, diff)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoAnswers: what is no acknowledgement, or does not say of what.
func TestNoAnswers(t *testing.T) {
	for name, set := range map[string]*translators.Set{
		"an order": {ID: "850"},
		"no AK1":   {ID: "997"},
	} {
		if got, err := translator(t).Answers(set); err == nil {
			t.Error(name, got)
		}
	}
	loose := &translators.Set{ID: "997"}
	for _, id := range []string{"AK5", "AK4", "AK3", "AK1", "AK2", "AK2", "AK9"} { // verdicts without a set, sets without a verdict
		loose.Segments = append(loose.Segments, translators.Segment{ID: id, Elements: []translators.Element{{Text: "A"}, {Text: "1"}}})
	}
	got, err := translator(t).Answers(loose)
	if err != nil || len(got) != 1 || got[0].Level != translators.AtGroup {
		t.Errorf("%+v %v", got, err)
	}
}
