package x12

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// agreedOn are options with one agreement for every set.
func agreedOn(charset, trailing string) translators.Options {
	return translators.Options{Rules: func(translators.Interchange, translators.Group, string) translators.Rules {
		return translators.Rules{Charset: charset, Trailing: trailing}
	}}
}

// agreedReading reads a text under an agreement; sets are kept.
func agreedReading(t testing.TB, text, charset, trailing string) (*translators.Report, []*translators.Set) {
	t.Helper()
	var sets []*translators.Set
	rep, err := translator(t).Decode(strings.NewReader(text), agreedOn(charset, trailing), func(s *translators.Set) error {
		sets = append(sets, keep(s))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rep, sets
}

// namedOrder is an order with a name of the ship-to.
func namedOrder(name string) string {
	return wrap("004010", "PO", order("0001", []string{"N1*ST*" + name}, nil)...)
}

// TestCharset: each set refuses what is not of it, with code 6 (X12 723) at the
// element, and only where it was agreed on.
func TestCharset(t *testing.T) {
	for _, c := range []struct{ charset, name, found string }{
		{"", "Caf\xc9 ^ \u20ac", ""},
		{"unknown", "Caf\xc9", ""},
		{"basic", "ACME !\"&'()+,-./:;?= 09", ""},
		{"basic", "ACMe", "U+0065 (e) as character 4"},
		{"basic", "A#1", "U+0023 (#) as character 2"},
		{"basic", "CAF\u00c9", "U+00C9 (\u00c9) as character 4"},
		{"basic", "CAF\xc9", "the byte 0xC9, which is no UTF-8"},
		{"basic", "A\x07", "U+0007 as character 2"},
		{"extended", "Acme %@[]_{}\\|<#$ 09", ""},
		{"extended", "Caf\xc9 \xff\xa0", ""},
		{"extended", "A^", "U+005E (^) as character 2"},
		{"extended", "A`", "U+0060 (`) as character 2"},
		{"extended", "A\x80", "U+0080 as character 2"},
		{"extended", "\xe2\x82\xac", "U+0082 as character 2"},
		{"utf8", "Caf\u00c9 \u20ac ^`", ""},
		{"utf8", "Caf\xc9", "the byte 0xC9, which is no UTF-8, as character 4"},
		{"utf8", "\u00c9A\u0085", "U+0085 as character 3"},
		{"utf8", "A\x7f", "U+007F as character 2"},
	} {
		rep, _ := agreedReading(t, namedOrder(c.name), c.charset, "")
		var said []string
		for _, f := range Findings("", rep) {
			said = append(said, fmt.Sprintf("%s %s %s%02d %s", f.Level, f.Code, f.Segment, f.Element, f.Text))
		}
		if c.found == "" && len(said) == 0 {
			continue
		}
		if c.found == "" || len(said) != 1 || !strings.HasPrefix(said[0], "element 6 N102 the value has "+c.found) {
			t.Errorf("%s %q: found %q, expected %q", c.charset, c.name, said, c.found)
		}
	}
}

// TestCharsetBytes: every byte is of the sets that X12.5 puts it in.
func TestCharsetBytes(t *testing.T) {
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()*+,-./:;?="
	more := letters + "abcdefghijklmnopqrstuvwxyz%@[]_{}\\|<>~#$"
	for b := range 256 {
		text := string([]byte{byte(b)})
		want := map[string]bool{
			"basic":    strings.Contains(letters, text),
			"extended": b >= 0xa0 || b < 0x80 && strings.Contains(more, text),
			"utf8":     b >= ' ' && b < 0x7f,
		}
		for name, in := range want {
			if got := charsetOf(name).outside(text) == ""; got != in {
				t.Errorf("%s: byte %#x is of it: %v, expected %v", name, b, got, in)
			}
		}
	}
}

// TestCharsetIsWhatBreaksAValue: of a code, a number and a composite's component
// the character is told, once, with the place of the component.
func TestCharsetIsWhatBreaksAValue(t *testing.T) {
	text := wrap("004010", "PO", order("0001", []string{"CUR*by*USD", "REF*IA*1*X*AA>a"}, nil)...)
	rep, _ := agreedReading(t, text, "basic", "")
	want := []string{"element 6@3 CUR01", "element 6@4 REF04-02"}
	var got []string
	for _, f := range Findings("", rep) {
		if f.Code == "6" {
			at := translators.Problem{Segment: f.Segment, Element: f.Element, Component: f.Component}.Where()
			got = append(got, fmt.Sprintf("%s %s@%d %s", f.Level, f.Code, f.Position, at))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCharsetAnswer: the 997 says code 6 and does not quote the character (X12 997 AK404).
func TestCharsetAnswer(t *testing.T) {
	rep, _ := agreedReading(t, namedOrder("Caf\xc9"), "utf8", "")
	var out bytes.Buffer
	if _, err := translator(t).Reply(&out, rep, translators.AckPolicy{Functional: "997", Detail: "errors", Mode: "reject", Per: "set"}, time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "~\nAK3*N1*3**8~\nAK4*2*93*6~\nAK5*R*5~") {
		t.Errorf("found %s", out.String())
	}
}

// TestLatin: what is read as ISO 8859-1 is UTF-8 in the set, as long as it is in
// characters, and the same bytes when it is written again.
func TestLatin(t *testing.T) {
	name := strings.Repeat("\xc3\xa9", 30) // 60 characters, N102 has no more
	text := namedOrder(name)
	rep, sets := agreedReading(t, text, "extended", "")
	if got := codesOf(rep); len(got) != 0 {
		t.Errorf("found %q", got)
	}
	if got := sets[0].Segments[2].Element(2); got != strings.Repeat("\u00c3\u00a9", 30) {
		t.Errorf("found %q", got)
	}
	ic := sets[0].Interchange
	ic.Charset = "extended"
	back, err := encode(t, ic, sets[0])
	if err != nil || !strings.Contains(back, "~N1*ST*"+name+"~") {
		t.Errorf("found %v in %q", err, back)
	}
	rep, _ = agreedReading(t, namedOrder(name+"\xe9"), "extended", "")
	if diff := cmp.Diff([]string{"element 5@3 N102"}, codesOf(rep)); diff != "" {
		t.Error(diff)
	}
}

// TestCharsetOfWhatWeWrite: a character that the agreed set does not have is
// refused with its place, and never replaced.
func TestCharsetOfWhatWeWrite(t *testing.T) {
	for _, c := range []struct{ charset, name, want string }{
		{"basic", "Acme", "U+0063 (c)"}, {"extended", "5 \u20ac", "U+20AC (\u20ac), which ISO 8859-1 does not have"},
		{"extended", "A\xff", "U+FFFD"}, {"extended", "A^", "U+005E (^)"}, {"utf8", "A\xff", "0xFF"},
		{"utf8", "5 \u20ac", ""}, {"basic", "ACME", ""}, {"", "Acme \u20ac", ""},
	} {
		_, sets := agreedReading(t, namedOrder("ACME"), "", "")
		sets[0].Segments[2].Elements[1].Text = c.name
		ic := sets[0].Interchange
		ic.Charset, ic.Delimiters.InData = c.charset, ' '
		_, err := encode(t, ic, sets[0])
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "N102 at segment 3")) {
			t.Errorf("%s %q: found %v, expected %q", c.charset, c.name, err, c.want)
		}
	}
}

// TestPlanAgreed: under every agreement, too, a file is read by tables as by rules.
func TestPlanAgreed(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		good := manySampled(t, s.Set, s.Release, 2, 3)
		for _, charset := range []string{"basic", "extended", "utf8"} {
			for _, trailing := range []string{"", "forbid", "require"} {
				o := agreedOn(charset, trailing)
				for i := range 12 {
					text := good
					if i > 0 {
						text = brokenText(r, good)
					}
					want := readings(t, bytes.NewReader(text), o, true)
					if got := readings(t, bytes.NewReader(text), o, false); got != want {
						t.Fatalf("%s %s\n%s\n%.2000s", charset, trailing, cmp.Diff(want, got), text)
					}
				}
			}
		}
	})
}
