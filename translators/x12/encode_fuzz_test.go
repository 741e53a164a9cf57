package x12

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// FuzzEncode writes segments of any text in any delimiters: what leaves is read
// without a finding and as what it was, byte for byte when it is written again;
// what cannot be written is refused, with nothing written.
func FuzzEncode(f *testing.F) {
	f.Add("BEG|00|SA|N-1||20261201\nPO1||1|EA|2\n", "*>^~", "", "850", "004010")
	f.Add("BIG|20261201|I-1\nIT1||1|EA|2\nTDS|200\n", "|:!\n", "", "810", "005010")
	f.Add("BEG|00|SA|N*1||20261201\nREF|DP|A>B|~\nPO1||1|EA|2\n", "*>^~", "\r\n", "850", "005010")
	f.Add("AK1|PO|1\nAK9|A|1|1|1\n", "*>^~", "\n", "997", "004010")
	f.Add("BEG|00|SA|N-1||20261201\nPO1||1|EA|2\n", "**  ", "x", "850", "004010")
	f.Fuzz(func(t *testing.T, body, delimiters, lineEnd, set, release string) {
		if len(delimiters) != 4 || len(release) > 12 || len(body) > 10_000 {
			return
		}
		ic, s := made(&translators.Schema{Set: set, Release: release, Functional: functionalOf(set)}, bodySegments(body))
		ic.Delimiters = translators.Delimiters{
			Element: delimiters[0], Component: delimiters[1], Repetition: delimiters[2], Segment: delimiters[3], LineEnd: lineEnd,
		}
		var out bytes.Buffer
		err := translator(t).Encode(&out, ic, func(yield func(*translators.Set, error) bool) { yield(s, nil) })
		if err != nil {
			var refused *Refusal
			var syntax *translators.SyntaxError
			if out.Len() > 0 || !errors.As(err, &refused) && !errors.As(err, &syntax) {
				t.Fatalf("%d bytes written, and %v", out.Len(), err)
			}
			return
		}
		var got []*translators.Set
		rep := eachSet(t, out.String(), func(s *translators.Set) { got = append(got, keep(s)) })
		if found := codesOf(rep); len(found) > 0 || len(got) != 1 {
			t.Fatalf("%d sets, %v in %q", len(got), found, out.String())
		}
		if diff := cmp.Diff(plainSegments(s.Segments), plainSegments(got[0].Segments[1:len(got[0].Segments)-1])); diff != "" {
			t.Fatal(diff)
		}
		if again := rewrite(t, out.String()); again != out.String() {
			t.Fatalf("\n%q\n%q", out.String(), again)
		}
	})
}

func functionalOf(set string) string {
	return map[string]string{"850": "PO", "810": "IN", "997": "FA", "999": "FA"}[set]
}

// bodySegments reads segments from lines with elements between bars.
func bodySegments(body string) []translators.Segment {
	var all []translators.Segment
	for line := range strings.Lines(body) {
		words := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		s := translators.Segment{ID: words[0]}
		for _, w := range words[1:] {
			s.Elements = append(s.Elements, translators.Element{Text: w})
		}
		all = append(all, s)
	}
	return all
}

// plainSegments shows segments as text, without what is empty at their ends.
func plainSegments(segments []translators.Segment) []string {
	var all []string
	for _, s := range segments {
		words := []string{s.ID}
		for _, e := range s.Elements {
			text := e.Text
			if e.Repeats != nil {
				text = e.Repeats[0][0]
			}
			words = append(words, text)
		}
		all = append(all, strings.TrimRight(strings.Join(words, "|"), "|"))
	}
	return all
}
