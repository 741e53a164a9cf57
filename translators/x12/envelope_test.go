package x12

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moov-io/x12/pkg/segments"

	"waybill/translators"
)

// TestISAElements spoils each element of the ISA in turn: the TA1 note names it.
func TestISAElements(t *testing.T) {
	good := wrap("004010", "PO", smallOrder("0001")...)
	h, fault := newScanner(strings.NewReader(good)).header()
	if fault != nil {
		t.Fatal(fault)
	}
	for i, code := range []string{"010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "016", "017", "018", "019", "020"} {
		e := h.elements
		e[i] += "1"
		text := "ISA*" + strings.Join(e[:], "*") + good[isaLength-1:]
		got := codesOf(decode(t, text))
		want := fmt.Sprintf("interchange %s@0 ISA%02d", code, i+1)
		if got[0] != want || len(got) > 2 {
			t.Errorf("want %s, got %v", want, got)
		}
		if rep := decode(t, text); rep.Interchanges[0].Groups[0].Sets[0].Accepted == false || !rep.Interchanges[0].Refused() {
			t.Errorf("ISA%02d: the set is read, the interchange refused", i+1)
		}
	}
}

// TestGSElements spoils each element of the GS in turn; only the control number refuses the group.
func TestGSElements(t *testing.T) {
	good := wrap("004010", "PO", smallOrder("0001")...)
	gs := strings.Split(good[strings.Index(good, "GS*"):strings.Index(good, "~ST")], "*")
	for i, c := range []struct {
		value   string
		refused bool
	}{{"P", false}, {"N", false}, {"0123456789012345", false}, {"2026-12-01", false}, {"9am", false}, {"", true}, {"XYZ", false}, {"0040100000000", false}} {
		spoiled := append([]string{}, gs...)
		spoiled[i+1] = c.value
		rep := decode(t, strings.Replace(good, strings.Join(gs, "*"), strings.Join(spoiled, "*"), 1))
		g := rep.Interchanges[0].Groups[0]
		if len(g.Problems) == 0 || g.Problems[0].Element != i+1 || g.Problems[0].Warning == c.refused || g.Refused() != c.refused {
			t.Errorf("GS%02d: %+v", i+1, g.Problems)
		}
	}
}

// TestDirtyEnvelopes: delimiters and control characters have no place in ISA, GS and ST.
func TestDirtyEnvelopes(t *testing.T) {
	good := sample(t, "order.x12")
	for _, c := range []struct {
		from, to string
		want     []string
	}{
		{"OURCO          *", "OURCO    \x01     *", []string{"interchange 008@0 ISA08"}},
		{"NORTHSTORES    *", "NORTH>STORES   *", []string{"interchange 006@0 ISA06"}},
		{"*NORTHSTORES*OURCO*", "*NORTH>STORES*OUR\tCO*", []string{"~group @0 GS02", "~group @0 GS03"}},
		{"*X*004010VICS", "*X*004010\x7f", []string{"~group @0 GS08"}},
		{"ST*850*0001", "ST*850*00>1", []string{"set 7@1 ST02", "set 3@22 SE02"}},
		{"ST*850*0001", "ST*8>0*0001", []string{"set 6@1 ST01"}},
	} {
		if diff := cmp.Diff(c.want, codesOf(decode(t, strings.Replace(good, c.from, c.to, 1)))); diff != "" {
			t.Error(c.to, diff)
		}
	}
}

// TestOddEnvelopes: what comes where it does not belong is noted once and read on.
func TestOddEnvelopes(t *testing.T) {
	small := wrap("004010", "PO", smallOrder("0001")...)
	for _, c := range []struct {
		name, text string
		want       []string
		sets       int
	}{
		{"an ISA that cannot be read after one that could", small + "ISA*00*broken", []string{"interchange 022@0 ISA"}, 1},
		{"a second GS without GE", strings.Replace(small, "GE*1*417~", "GS*PO*A1*B1*20261201*0915*418*X*004010~GE*0*418~", 1),
			[]string{"interchange 021@0 IEA01", "group 3@0 GE"}, 1},
		{"TA1 in a group", strings.Replace(small, "GE*1", "TA1*000000001*261201*0915*A*000~GE*1", 1), nil, 1},
		{"empty segments before GS", strings.Replace(small, "GS*", "~~GS*", 1), []string{"~interchange", "~interchange"}, 1},
		{"empty segment in a set", strings.Replace(small, "PO1*", "~PO1*", 1), []string{"segment 1@3", "set 4@5 SE01"}, 1},
		{"the same group twice", strings.Replace(strings.Replace(small, "IEA*1", "IEA*2", 1), "IEA", small[strings.Index(small, "GS*"):strings.Index(small, "IEA")]+"IEA", 1),
			[]string{"~group 19@0 GS06"}, 2},
		{"blanks and junk at the end", small + "\r\n \x00\x1a", nil, 1},
		{"only TA1, counted as one group", strings.Replace(small, small[strings.Index(small, "GS*"):strings.Index(small, "IEA")], "TA1*000000001*261201*0915*A*000~", 1), nil, 0},
		{"no group at all", strings.Replace(small, small[strings.Index(small, "GS*"):strings.Index(small, "IEA")], "", 1), []string{"interchange 021@0 IEA01"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			sets := 0
			rep := eachSet(t, c.text, func(*translators.Set) { sets++ })
			got := codesOf(rep)
			for i := range got {
				got[i] = strings.TrimSuffix(got[i], " @0")
				got[i] = strings.TrimSuffix(got[i], "@0")
				got[i] = strings.TrimSpace(got[i])
			}
			if diff := cmp.Diff(c.want, orNil(got)); diff != "" || sets != c.sets {
				t.Error(sets, diff)
			}
		})
	}
}

// TestManyEnvelopeProblems: those of one interchange and of one group are bounded too.
func TestManyEnvelopeProblems(t *testing.T) {
	small := wrap("004010", "PO", smallOrder("0001")...)
	for _, text := range []string{
		strings.Replace(small, "GS*", strings.Repeat("~", 1000)+"GS*", 1),
		strings.Replace(small, "GE*", strings.Repeat("~", 1000)+"GE*", 1),
		strings.Replace(small, "GS*", strings.Repeat("TA1*1*1*1*A*000~", 1000)+"GS*", 1),
	} {
		ic := decode(t, text).Interchanges[0]
		if len(ic.Problems) > problemsInHeaders || len(ic.Groups[0].Problems) > problemsInHeaders || len(ic.TA1) > problemsInHeaders {
			t.Errorf("%d, %d, %d", len(ic.Problems), len(ic.Groups[0].Problems), len(ic.TA1))
		}
	}
}

// TestMoovReads: moov-io/x12 reads the envelopes that we write as what we meant.
func TestMoovReads(t *testing.T) {
	text := sample(t, "order.x12")
	written := rewrite(t, text)
	for _, c := range []struct {
		into segments.SegmentInterface
		want []string
	}{
		{segments.NewISA(nil), []string{"00", "          ", "00", "          ", "ZZ", "NORTHSTORES    ", "ZZ", "OURCO          ", "261201", "0915", "U", "00401", "000000417", "0", "P", ">"}},
		{segments.NewGS(nil), []string{"PO", "NORTHSTORES", "OURCO", "20261201", "0915", "417", "X", "004010VICS"}},
		{segments.NewST(nil), []string{"850", "0001"}},
		{segments.NewSE(nil), []string{"22", "0001"}},
		{segments.NewGE(nil), []string{"1", "417"}},
		{segments.NewIEA(nil), []string{"1", "000000417"}},
	} {
		at := strings.Index("~"+written, "~"+c.into.Name()+"*")
		if _, err := c.into.Parse(written[at:]); err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if got := fmt.Sprint(c.into.GetFieldByIndex(fmt.Sprintf("%02d", i+1))); got != want {
				t.Errorf("%s%02d: %q, want %q", c.into.Name(), i+1, got, want)
			}
		}
	}
}

// lying renders its segment in another way than it says.
type lying struct{ segments.GE }

func (*lying) Name() string            { return "GE" }
func (*lying) String(...string) string { return "GE*2*418~" }

// TestMoovDisagrees: when the second renderer writes other bytes, nothing leaves.
func TestMoovDisagrees(t *testing.T) {
	ge := &lying{segments.GE{NumberOfTransactionSet: "1", GroupControlNumber: "417"}}
	for name, c := range map[string]struct {
		d    translators.Delimiters
		want int
	}{
		"its delimiters":     {translators.Delimiters{Element: '*', Component: '>', Segment: '~'}, 1},
		"with line ends":     {translators.Delimiters{Element: '*', Component: '>', Segment: '~', LineEnd: "\r\n"}, 1},
		"other delimiters":   {translators.Delimiters{Element: '|', Component: '>', Segment: '~'}, 0},
		"another terminator": {translators.Delimiters{Element: '*', Component: '>', Segment: '\n'}, 0},
	} {
		e := &encoder{ic: translators.Interchange{Delimiters: c.d}}
		e.envelope(ge, 2)
		if len(e.refusal.Problems) != c.want {
			t.Errorf("%s: %+v", name, e.refusal.Problems)
		}
		if err := e.verify(translator(t)); err == nil {
			t.Error(name, "a GE alone is no interchange")
		}
	}
}

// TestReply addresses the answer to the sender, in its delimiters, under numbers of its own.
func TestReply(t *testing.T) {
	text := strings.NewReplacer("*", "|", "~", "\n").Replace(sample(t, "order.x12"))
	text += strings.Replace(sample(t, "ship.x12"), "HL*4*3*I", "HL*4*3*", 1)
	var out strings.Builder
	now := time.Date(2026, 12, 6, 8, 5, 0, 0, time.UTC)
	n, err := translator(t).Reply(&out, decode(t, text), translators.AckPolicy{Functional: "997", Accepted: true, Interchange: "on-request"}, now)
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	want := "ISA|00|          |00|          |ZZ|OURCO          |ZZ|NORTHSTORES    |261206|0805|U|00401|000000001|0|P|>\n" +
		"GS|FA|OURCO|NORTHSTORES|20261206|0805|1|X|004010VICS\nST|997|0001\nAK1|PO|417\nAK2|850|0001\nAK5|A\nAK9|A|1|1|1\nSE|6|0001\nGE|1|1\nIEA|1|000000001\n" +
		"ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261206*0805*^*00501*000000002*0*T*:~\n" +
		"TA1*000000088*261205*1200*A*000~\nIEA*0*000000002~\n" +
		"ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261206*0805*^*00501*000000003*0*T*:~\n" +
		"GS*FA*NORTHSTORES*OURCO*20261206*0805*1*X*005010~\nST*997*0001~\nAK1*SH*88*005010~\nAK2*856*0001~\nAK3*HL*10**8~\nAK4*3*735*1~\nAK5*R*5~\nAK9*R*1*1*0~\nSE*8*0001~\nGE*1*1~\nIEA*1*000000003~\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
