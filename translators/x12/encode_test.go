package x12

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestRoundTrip: what was read is written again, byte for byte.
func TestRoundTrip(t *testing.T) {
	order, ship := sample(t, "order.x12"), sample(t, "ship.x12")
	answer := wrap("005010", "FA", "ST*997*0001", "AK1*PO*1*005010", "AK2*850*0001", "AK3*REF*3**8", "AK4*2>1>3*127*5", "AK5*R*5", "AK9*R*1*1*0", "SE*8*0001")
	for name, text := range map[string]string{
		"850": order, "856": ship, "997": answer,
		"LF":       strings.ReplaceAll(order, "~", "~\n"),
		"CR LF":    strings.ReplaceAll(order, "~", "\r\n"),
		"bars":     strings.ReplaceAll(order, "*", "|"),
		"two sets": wrap("004010", "PO", append(smallOrder("0001"), smallOrder("0002")...)...),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(text, rewrite(t, text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func smallOrder(control string) []string { return order(control, nil, nil) }

// rewrite reads an interchange and writes it again.
func rewrite(t testing.TB, text string) string {
	t.Helper()
	var sets []*translators.Set
	eachSet(t, text, func(s *translators.Set) { sets = append(sets, keep(s)) })
	got, err := encode(t, sets[0].Interchange, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestEncodeDefaults: delimiters, padding and qualifiers that nobody named.
func TestEncodeDefaults(t *testing.T) {
	set := &translators.Set{
		ID: "997", Control: "0001",
		Group:    translators.Group{Functional: "FA", Sender: "US", Receiver: "THEM", Date: "20261201", Time: "1000", Control: "7", Version: "005010"},
		Segments: []translators.Segment{line3("AK1", "PO", "1", ""), line3("AK9", "A", "1", "1", "1")},
	}
	ic := translators.Interchange{
		SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "ZZ", Receiver: "THEM", Date: "261201", Time: "1000", Version: "00501",
		Control: "000000001", Usage: "T", AcknowledgementRequested: true,
	}
	got, err := encode(t, ic, set)
	want := "ISA*00*          *00*          *ZZ*US             *ZZ*THEM           *261201*1000*^*00501*000000001*1*T*>~" +
		"GS*FA*US*THEM*20261201*1000*7*X*005010~ST*997*0001~AK1*PO*1~AK9*A*1*1*1~SE*4*0001~GE*1*7~IEA*1*000000001~"
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func line3(id string, values ...string) translators.Segment {
	s := translators.Segment{ID: id}
	for _, v := range values {
		s.Elements = append(s.Elements, translators.Element{Text: v})
	}
	return s
}

// TestRefusals: nothing leaves that we would find fault with, and the error says where and why.
func TestRefusals(t *testing.T) {
	good := sample(t, "order.x12")
	for _, c := range []struct {
		name   string
		change func(*translators.Interchange, *translators.Set)
		want   string
	}{
		{"element separator in a value", value("A*B"), `REF02 at segment 4: the value has the delimiter '*', found "A*B"`},
		{"terminator in a value", value("A~B"), `REF02 at segment 4: the value has the delimiter '~'`},
		{"component separator in a value", value("A>B"), `REF02 at segment 4: the value has the delimiter '>'`},
		{"line feed in a value", value("A\nB"), `REF02 at segment 4: the value has a control character`},
		{"too long", value(strings.Repeat("X", 31)), "REF02 at segment 4: the value is too long"},
		{"mandatory element", func(_ *translators.Interchange, s *translators.Set) { s.Segments[1].Elements[0].Text = "" }, "BEG01 at segment 2: a mandatory element is missing"},
		{"not in the set", func(_ *translators.Interchange, s *translators.Set) { s.Segments[2].ID = "AK1" }, "AK1 at segment 3: the segment is not part of this set"},
		{"sender too long", func(ic *translators.Interchange, _ *translators.Set) { ic.Sender = strings.Repeat("S", 16) }, "ISA06: the element does not have its fixed width"},
		{"delimiter in the sender", func(ic *translators.Interchange, _ *translators.Set) { ic.Sender = "A*B" }, "ISA06 at segment 1: the value has the delimiter"},
		{"control number", func(ic *translators.Interchange, _ *translators.Set) { ic.Control = "417" }, "ISA13: the element does not have its fixed width"},
		{"date of the interchange", func(ic *translators.Interchange, _ *translators.Set) { ic.Date = "261301" }, "ISA09: the date does not exist"},
		{"group control number", func(_ *translators.Interchange, s *translators.Set) { s.Group.Control = "X" }, "GS06: the element is missing or not of its form"},
		{"group of another kind", func(_ *translators.Interchange, s *translators.Set) { s.Group.Functional = "IN" }, "ST01 at segment 1: the set stands in a group of another kind"},
		{"set control number", func(_ *translators.Interchange, s *translators.Set) { s.Control = "1" }, "ST02 at segment 1: the control number is missing"},
		{"unknown version", func(_ *translators.Interchange, s *translators.Set) { s.Group.Version = "009999" }, `version "009999" is not known`},
		{"repetition before 00402", func(_ *translators.Interchange, s *translators.Set) {
			s.Segments[3].Elements[1] = translators.Element{Repeats: [][]string{{"A"}, {"B"}}}
		}, "REF02 at segment 4: the interchange version has no repetition"},
		{"same delimiters", func(ic *translators.Interchange, _ *translators.Set) {
			ic.Delimiters.Component = '|'
			ic.Delimiters.Element = '|'
		}, "ISA: the component separator is also another delimiter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var set *translators.Set
			eachSet(t, good, func(s *translators.Set) { set = keep(s) })
			ic := set.Interchange
			c.change(&ic, set)
			got, err := encode(t, ic, set)
			var refusal *Refusal
			if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.want) || got != "" {
				t.Errorf("%v, wrote %q", err, got)
			}
		})
	}
}

func value(text string) func(*translators.Interchange, *translators.Set) {
	return func(_ *translators.Interchange, s *translators.Set) { s.Segments[3].Elements[1].Text = text }
}

// TestRefusalInWords names five problems and counts the rest.
func TestRefusalInWords(t *testing.T) {
	var set *translators.Set
	eachSet(t, sample(t, "order.x12"), func(s *translators.Set) { set = keep(s) })
	for i := range set.Segments {
		for j := range set.Segments[i].Elements {
			set.Segments[i].Elements[j].Text = "*"
		}
	}
	_, err := encode(t, set.Interchange, set)
	if err == nil || !strings.HasSuffix(err.Error(), " more") || len(err.Error()) > 1000 {
		t.Error(err)
	}
}

// TestEncodeErrors: an error of the sets comes back, and nothing is written for no set.
func TestEncodeErrors(t *testing.T) {
	broken := errors.New("broken")
	var out strings.Builder
	err := translator(t).Encode(&out, translators.Interchange{}, func(yield func(*translators.Set, error) bool) { yield(nil, broken) })
	if !errors.Is(err, broken) || out.Len() > 0 {
		t.Error(err, out.String())
	}
	if got, err := encode(t, translators.Interchange{}); err == nil || got != "" {
		t.Error(err, got)
	}
}
