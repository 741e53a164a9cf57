package x12

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestEnvelopes has a case for each fault of ISA, GS, ST and their trailers.
func TestEnvelopes(t *testing.T) {
	good := sample(t, "order.x12")
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
		{"good", "", "", nil},
		{"IEA01", "IEA*1*", "IEA*2*", []string{"interchange 021@0 IEA01"}},
		{"IEA01 no number", "IEA*1*", "IEA*X*", []string{"interchange 021@0 IEA01"}},
		{"IEA02", "IEA*1*000000417", "IEA*1*000000418", []string{"interchange 001@0 IEA02"}},
		{"no IEA", "IEA*1*000000417~", "", []string{"interchange 023@0 IEA"}},
		{"IEA without its terminator", "000000417~\x00", "000000417", nil},
		{"ISA05", "*ZZ*NORTH", "*Z*NORTH", []string{"interchange 005@0 ISA05"}},
		{"ISA06 too short", "NORTHSTORES    *", "NORTHSTORES*", []string{"interchange 006@0 ISA06"}},
		{"ISA01 no qualifier", "ISA*00*", "ISA*XX*", []string{"interchange 010@0 ISA01"}},
		{"ISA09", "*261201*0915*U", "*261301*0915*U", []string{"~interchange 014@0 ISA09"}},
		{"ISA10", "*261201*0915*U", "*261201*2515*U", []string{"~interchange 015@0 ISA10"}},
		{"ISA11", "*U*00401", "*X*00401", []string{"~interchange 016@0 ISA11"}},
		{"ISA12", "*00401*", "*X0401*", []string{"~interchange 016@0 ISA11", "interchange 017@0 ISA12"}},
		{"ISA13", "*000000417*0*P", "*00000417X*0*P", []string{"interchange 018@0 ISA13", "interchange 001@0 IEA02"}},
		{"ISA14", "*0*P*>", "*2*P*>", []string{"interchange 019@0 ISA14"}},
		{"ISA15", "*0*P*>", "*0*X*>", []string{"interchange 020@0 ISA15"}},
		{"same delimiters", "*0*P*>", "*0*P**", []string{"interchange 027@0 ISA"}},
		{"GE01", "GE*1*", "GE*2*", []string{"group 5@0 GE01"}},
		{"GE02", "GE*1*417", "GE*1*418", []string{"group 4@0 GE02"}},
		{"GE02 with leading zeros is the same number", "GE*1*417", "GE*1*000417", nil},
		{"no GE", "GE*1*417~", "", []string{"group 3@0 GE"}},
		{"GS06", "*417*X*", "*4I7*X*", []string{"group 6@0 GS06", "group 4@0 GE02"}},
		{"GS04", "*20261201*0915*417", "*20261301*0915*417", []string{"~group @0 GS04"}},
		{"GS01 of another set", "GS*PO*", "GS*IN*", []string{"~set 18@1 ST01"}},
		{"SE01", "SE*22*", "SE*21*", []string{"set 4@22 SE01"}},
		{"SE02", "SE*22*0001", "SE*22*0002", []string{"set 3@22 SE02"}},
		{"SE02 is text", "SE*22*0001", "SE*22*00001", []string{"set 3@22 SE02"}},
		{"no SE", "SE*22*0001~", "", []string{"set 2@22 SE"}},
		{"ST01", "ST*850*", "ST*85*", []string{"set 6@1 ST01"}},
		{"unknown set", "ST*850*", "ST*999*", []string{"set 1@1 ST01"}},
		{"unknown version", "004010VICS", "004060VICS", []string{"group 2@0 GS08", "set 1@1 ST01"}},
		{"ST02", "ST*850*0001", "ST*850*1", []string{"set 7@1 ST02", "set 3@22 SE02"}},
		{"no GS", "GS*PO*NORTHSTORES*OURCO*20261201*0915*417*X*004010VICS~", "", []string{"interchange 024@0 ST", "group 4@0 GE02", "set 1@1 ST01"}},
		{"segment before GS", "GS*PO", "XX*1~YY*2~GS*PO", []string{"interchange 024@0 XX"}},
		{"ISB and ISE belong there", "GS*PO", "ISB*1~ISE*2~GS*PO", nil},
		{"segments after SE", "GE*1*", "XX*1~YY*2~GE*1*", []string{"group 5@0 XX"}},
		{"broken ST: what follows is one problem", "ST*850", "T*850", []string{"group 5@0 T", "group 5@0 GE01"}},
		{"empty segment", "GE*1*", "~GE*1*", []string{"~group @0"}},
		{"text between interchanges", "IEA*1*000000417~", "IEA*1*000000417~HELLO~", []string{"~interchange 022@0"}},
		{"GE without GS", "IEA*1", "GE*0*5~IEA*1", []string{"interchange 024@0 GE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.from, c.to, 1)
			if diff := cmp.Diff(c.want, orNil(codesOf(decode(t, text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNeighbours: what is wrong with one set, group or interchange stays there.
func TestNeighbours(t *testing.T) {
	bad := []string{"ST*850*0002", "BEG*00", "QQQ*1"} // no SE either
	sets := append(append(order("0001", nil, nil), bad...), order("0003", nil, nil)...)
	one := wrap("004010", "PO", sets...)
	truncated := one[:strings.Index(one, "GE*")]
	text := truncated + "\n" + one + "garbage~" + strings.ReplaceAll(strings.ReplaceAll(one, "~", "\n"), "*", "|")
	rep := decode(t, text)
	if len(rep.Interchanges) != 3 {
		t.Fatalf("%d interchanges", len(rep.Interchanges))
	}
	for i, ic := range rep.Interchanges {
		var accepted []bool
		for _, s := range ic.Groups[0].Sets {
			accepted = append(accepted, s.Accepted)
		}
		if diff := cmp.Diff([]bool{true, false, true}, accepted); diff != "" {
			t.Errorf("interchange %d: %s", i, diff)
		}
		if got := text[ic.Offset : ic.Offset+4]; got[:3] != "ISA" {
			t.Errorf("interchange %d begins with %q", i, got)
		}
	}
	want := []string{"interchange 022@0 IEA", "group 3@0 GE"}
	if diff := cmp.Diff(want, codesOf(&translators.Report{Interchanges: rep.Interchanges[:1]})[:2]); diff != "" {
		t.Error(diff)
	}
}

// TestDuplicateControl: one code has it from 005010 on; before, it is only noted.
func TestDuplicateControl(t *testing.T) {
	sets := append(order("0001", nil, nil), order("0001", nil, nil)...)
	for release, want := range map[string][]string{"004010": {"~set 23@1 ST02"}, "005010": {"set 23@1 ST02"}} {
		if diff := cmp.Diff(want, codesOf(decode(t, wrap(release, "PO", sets...)))); diff != "" {
			t.Error(release, diff)
		}
	}
}

// TestDelimiters reads the same order in other clothes.
func TestDelimiters(t *testing.T) {
	good := sample(t, "order.x12")
	trees := func(text string) (all []string, d translators.Delimiters) {
		rep := eachSet(t, text, func(s *translators.Set) { all = append(all, outline(s.Root)) })
		if got := codesOf(rep); len(got) > 0 {
			t.Errorf("%q: %v", text[:20], got)
		}
		return all, rep.Interchanges[0].Delimiters
	}
	want, _ := trees(good)
	for name, c := range map[string]struct {
		text string
		want translators.Delimiters
	}{
		"plain":                   {good, translators.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		"LF after the terminator": {strings.ReplaceAll(good, "~", "~\n"), translators.Delimiters{Element: '*', Component: '>', Segment: '~', LineEnd: "\n"}},
		"CR LF after it":          {strings.ReplaceAll(good, "~", "~\r\n"), translators.Delimiters{Element: '*', Component: '>', Segment: '~', LineEnd: "\r\n"}},
		"LF is the terminator":    {strings.ReplaceAll(good, "~", "\n"), translators.Delimiters{Element: '*', Component: '>', Segment: '\n'}},
		"CR LF is the terminator": {strings.ReplaceAll(good, "~", "\r\n"), translators.Delimiters{Element: '*', Component: '>', Segment: '\r', LineEnd: "\n"}},
		"bars":                    {strings.ReplaceAll(good, "*", "|"), translators.Delimiters{Element: '|', Component: '>', Segment: '~'}},
		"controls":                {strings.NewReplacer("*", "\x1d", "~", "\x1c", ">", "\x1f").Replace(good), translators.Delimiters{Element: 0x1d, Component: 0x1f, Segment: 0x1c}},
		"BOM and blanks before":   {"\ufeff \r\n" + good, translators.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		"NUL and ^Z after":        {good + "\r\n\x1a\x00", translators.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		"indented":                {strings.ReplaceAll(good, "~", "~\n\t  "), translators.Delimiters{Element: '*', Component: '>', Segment: '~', LineEnd: "\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, d := trees(c.text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, d); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRepetitionSeparator: ISA11 separates from 00402 on, unless it is a letter.
func TestRepetitionSeparator(t *testing.T) {
	for isa, want := range map[[2]string]byte{
		{"^", "00501"}: '^', {"^", "00402"}: '^', {"^", "00401"}: 0, {"U", "00401"}: 0, {"U", "00501"}: 0, {"V", "00501"}: 0, {"", "00501"}: 0,
	} {
		if got := repetition(isa[0], isa[1]); got != want {
			t.Errorf("%q: %q", isa, got)
		}
	}
}

// TestISAInside: the bytes ISA, IEA or SE inside data mean nothing.
func TestISAInside(t *testing.T) {
	heading := []string{"N1*ST*ISA*92*12", "N2*LISA ISAAC*TIEARA", "N3*ISA STREET*IEA", "N1*BT*SE*92*GE"}
	rep := decode(t, wrap("004010", "PO", order("0001", heading, nil)...))
	if got := codesOf(rep); len(got) > 0 || len(rep.Interchanges) != 1 {
		t.Error(got, len(rep.Interchanges))
	}
}

// TestNoX12: what is not X12 at all is an error with the place, what was found and what was expected.
func TestNoX12(t *testing.T) {
	good := sample(t, "order.x12")
	for name, c := range map[string]struct {
		text string
		want translators.SyntaxError
	}{
		"empty":          {"", translators.SyntaxError{Text: "no interchange begins here", Expected: "ISA"}},
		"EDIFACT":        {"UNB+UNOA:1", translators.SyntaxError{Text: "no interchange begins here", Found: "UNB+UNOA:1", Expected: "ISA"}},
		"after blanks":   {"\n\n  <xml/>", translators.SyntaxError{Offset: 4, Text: "no interchange begins here", Found: "<xml/>", Expected: "ISA"}},
		"GS first":       {good[106:], translators.SyntaxError{Text: "no interchange begins here", Found: good[106:122], Expected: "ISA"}},
		"zeros":          {strings.Repeat("\x00", 1<<20) + "x", translators.SyntaxError{Offset: 1 << 20, Text: "no interchange begins here", Found: "x", Expected: "ISA"}},
		"a word":         {"ISABELLA", translators.SyntaxError{Text: "the byte after ISA is no element separator", Found: "BELLA", Expected: "a separator such as *"}},
		"cut short":      {good[:50], translators.SyntaxError{Text: "the ISA does not have 16 elements", Found: "*ZZ*OURCO      "[:0] + good[34:50], Expected: `ISA06 and '*'`}},
		"cut at the end": {good[:104], translators.SyntaxError{Text: "the data ends in the ISA", Found: "*", Expected: "a component separator and a segment terminator"}},
		"no terminator":  {good[:105] + good[106:], translators.SyntaxError{Text: "no segment terminator stands after ISA16", Found: good[106:122], Expected: "a terminator such as ~"}},
		"endless ISA":    {"ISA*" + strings.Repeat("0", 1<<20), translators.SyntaxError{Text: "the ISA does not have 16 elements", Found: "*000000000000000", Expected: `ISA01 and '*'`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := translator(t).Decode(strings.NewReader(c.text), translators.Options{}, nil)
			var syntax *translators.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatal(err)
			}
			if name == "cut short" {
				c.want.Found = syntax.Found
			}
			if diff := cmp.Diff(c.want, *syntax); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestInside reads an excerpt without trailers.
func TestInside(t *testing.T) {
	good := sample(t, "order.x12")
	cut := good[:strings.Index(good, "GE*")]
	for _, inside := range []bool{true, false} {
		rep, err := translator(t).Decode(strings.NewReader(cut), translators.Options{Inside: inside}, func(*translators.Set) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		want := []string(nil)
		if !inside {
			want = []string{"interchange 023@0 IEA", "group 3@0 GE"}
		}
		if diff := cmp.Diff(want, orNil(codesOf(rep))); diff != "" {
			t.Error(inside, diff)
		}
	}
}

// TestOffsets: a set is a range of the file that begins with ST and ends with the terminator of SE.
func TestOffsets(t *testing.T) {
	text := strings.ReplaceAll(wrap("004010", "PO", append(order("0001", nil, nil), order("0002", nil, nil)...)...), "~", "~\r\n")
	rep := decode(t, text)
	g := rep.Interchanges[0].Groups[0]
	if !strings.HasPrefix(text[g.Offset:], "GS*") || rep.Bytes != int64(len(text)) {
		t.Error(g.Offset, rep.Bytes)
	}
	for _, s := range g.Sets {
		if got := text[s.Offset:s.End]; !strings.HasPrefix(got, "ST*850*"+s.Control) || !strings.HasSuffix(got, s.Control+"~") {
			t.Errorf("%q", got)
		}
	}
}

// TestRules: the caller names schema, refusal and limits.
func TestRules(t *testing.T) {
	text := wrap("004010", "PO", order("0001", nil, nil)...)
	refuse := func(translators.Interchange, translators.Group, string) translators.Rules {
		return translators.Rules{Refuse: "no agreement"}
	}
	var root *translators.Node
	var segments int
	rep, err := translator(t).Decode(strings.NewReader(text), translators.Options{Rules: refuse}, func(s *translators.Set) error {
		root, segments = s.Root, len(s.Segments)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s := rep.Interchanges[0].Groups[0].Sets[0]
	if root != nil || segments != 4 || s.Accepted || s.Problems[0].Code != "1" || s.Problems[0].Text != "no agreement" {
		t.Errorf("%v %d %+v", root, segments, s)
	}
	schema, err := translator(t).library.Schema("855", "004010")
	if err != nil {
		t.Fatal(err)
	}
	other := func(translators.Interchange, translators.Group, string) translators.Rules {
		return translators.Rules{Schema: schema}
	}
	rep, _ = translator(t).Decode(strings.NewReader(text), translators.Options{Rules: other}, func(*translators.Set) error { return nil })
	if diff := cmp.Diff([]string{"~set 18@1 ST01", "segment 6@2 BEG", "segment 3@3 BAK"}, codesOf(rep)); diff != "" {
		t.Error(diff)
	}
}

// TestErrors: an error of the reader or of each ends the reading and comes back.
func TestErrors(t *testing.T) {
	good := sample(t, "order.x12")
	broken := errors.New("broken")
	for n := range len(good) {
		_, err := translator(t).Decode(io.MultiReader(strings.NewReader(good[:n]), iotest.ErrReader(broken)), translators.Options{}, func(*translators.Set) error { return nil })
		if !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
	_, err := translator(t).Decode(strings.NewReader(good), translators.Options{}, func(*translators.Set) error { return broken })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

// TestSlowReader: how the bytes come makes no difference.
func TestSlowReader(t *testing.T) {
	text := strings.ReplaceAll(sample(t, "order.x12")+sample(t, "ship.x12"), "~", "~\n")
	want := decode(t, text)
	for name, r := range map[string]io.Reader{
		"one byte":      iotest.OneByteReader(strings.NewReader(text)),
		"half":          iotest.HalfReader(strings.NewReader(text)),
		"EOF with data": iotest.DataErrReader(strings.NewReader(text)),
	} {
		got, err := translator(t).Decode(r, translators.Options{}, func(*translators.Set) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(name, diff)
		}
	}
}
