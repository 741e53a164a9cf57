package x12

import (
	"testing"

	"waybill/translators"
)

// TestNotesInWords: the codes of verdicts that a partner may send have words, all
// but a few of the security segments whose meaning no list tells.
func TestNotesInWords(t *testing.T) {
	l := translator(t).library
	for _, c := range []struct {
		level   translators.Level
		version string
		segment string
		element int
		silent  int // codes of the list without words
	}{
		{translators.AtSet, "004010", "AK5", 2, 3}, {translators.AtGroup, "004010", "AK9", 5, 3},
		{translators.AtSet, "005010", "AK5", 2, 0}, {translators.AtGroup, "005010", "AK9", 5, 0}, {translators.AtSet, "005010", "IK5", 2, 0},
	} {
		d, err := l.release(c.version).dictionary()
		if err != nil {
			t.Fatal(err)
		}
		codes := d.segments[c.segment].Elements[c.element-1].Codes.Members
		silent := 0
		for code := range codes {
			if note(c.level, code) == "" {
				silent++
			}
		}
		if len(codes) < 15 || silent != c.silent {
			t.Errorf("%s %s%02d: %d of %d codes have no words, expected %d", c.version, c.segment, c.element, silent, len(codes), c.silent)
		}
	}
	for code := range 32 {
		if text := note(translators.AtInterchange, string([]byte{'0', byte('0' + code/10), byte('0' + code%10)})); text == "" {
			t.Errorf("TA105 %03d has no words", code)
		}
	}
	if got := note(translators.AtSegment, "5"); got != "" {
		t.Errorf("a segment's code: found %q, expected none: it is no verdict", got)
	}
}
