package x12

import (
	"strings"
	"testing"
	"time"

	"waybill/translators"
)

// guideMutations breaks what a guide demands and the standard does not: the 999
// has codes of its own for it (X12 620, 621).
func guideMutations(t *testing.T, seen *tally) {
	for _, c := range []struct {
		what, rule, segment, code, want string
	}{
		{"a segment that a guide has no use for", "CUR: not used", "CUR*BY*USD", "620 I4", "IK3*CUR*3**I4~"},
		{"a code that a guide does not list", "CUR01: { codes: [SE] }", "CUR*BY*USD", "621 I6", "IK3*CUR*3**8~\nIK4*1*98*I6*BY~"},
		{"an element that a guide has no use for", "CUR03: not used", "CUR*BY*USD*1.2345", "621 I10", "IK3*CUR*3**8~\nIK4*3*280*I10*1.2345~"},
	} {
		text := "guide: g\nset: \"850\"\nrelease: \"005010\"\nrules:\n  " + c.rule + "\n"
		schema, found := guideIn(t, map[string]string{"g": text}, "g")
		if len(found) > 0 {
			t.Fatal(found)
		}
		doc := wrap("005010", "PO", order("0001", []string{c.segment}, nil)...)
		if found := codesOf(decode(t, doc)); len(found) > 0 {
			t.Fatalf("the standard has something against it: %v", found)
		}
		var out strings.Builder
		now := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
		if _, err := translator(t).Reply(&out, under(t, schema, doc), translators.AckPolicy{Functional: "999"}, now); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.Contains(got, c.want) || strings.Count(got, "IK3*") != 1 || strings.Count(got, "IK4*") != strings.Count(c.want, "IK4*") {
			t.Errorf("%s: want %s in\n%s", c.what, c.want, got)
		}
		list, code, _ := strings.Cut(c.code, " ")
		seen.provoked(list, code, c.what)
		seen.count++
	}
}
