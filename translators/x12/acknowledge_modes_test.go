package x12

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// answerSegments are the segments of the only acknowledgement under a policy.
func answerSegments(t testing.TB, tr *Translator, text string, p translators.AckPolicy) []string {
	t.Helper()
	rep, err := tr.Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	acks, err := tr.Acknowledge(rep, p)
	if err != nil || len(acks.Sets) != 1 {
		t.Fatal(acks, err)
	}
	var all []string
	for i := range acks.Sets[0].Set.Segments {
		all = append(all, strings.TrimSuffix(segmentText(&acks.Sets[0].Set.Segments[i]), "~"))
	}
	return all
}

// TestAcknowledgeModes: one good and one bad set under each mode and reach.
func TestAcknowledgeModes(t *testing.T) {
	text := wrap("004010", "PO", slices.Concat(order("0001", nil, nil), order("0002", []string{"CUR*BY*EURO"}, nil))...)
	for _, c := range []struct {
		name   string
		policy translators.AckPolicy
		want   []string
	}{
		{"per set", translators.AckPolicy{Functional: "997", Accepted: true}, []string{"AK1*PO*417", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*CUR*3**8", "AK4*2*100*5*EURO", "AK5*R*5", "AK9*P*2*2*1"}},
		{"refused only", translators.AckPolicy{Functional: "997"}, []string{"AK1*PO*417", "AK2*850*0002", "AK3*CUR*3**8", "AK4*2*100*5*EURO", "AK5*R*5", "AK9*P*2*2*1"}},
		{"per group", translators.AckPolicy{Functional: "997", Per: "group", Detail: "none"}, []string{"AK1*PO*417", "AK2*850*0001", "AK5*R", "AK2*850*0002", "AK5*R*5", "AK9*R*2*2*0"}},
		{"per interchange", translators.AckPolicy{Functional: "997", Per: "interchange", Detail: "none"}, []string{"AK1*PO*417", "AK2*850*0001", "AK5*R", "AK2*850*0002", "AK5*R*5", "AK9*R*2*2*0"}},
		{"with errors", translators.AckPolicy{Functional: "997", Mode: "with-errors", Accepted: true}, []string{"AK1*PO*417", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*CUR*3**8", "AK4*2*100*5*EURO", "AK5*E*5", "AK9*E*2*2*2"}},
		{"accept", translators.AckPolicy{Functional: "997", Mode: "accept", Accepted: true}, []string{"AK1*PO*417", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*A", "AK9*A*2*2*2"}},
	} {
		if diff := cmp.Diff(c.want, answerSegments(t, translator(t), text, c.policy)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestImplementationCodes: a 999 says that it is the guide, not the standard (X12
// 620 I4, 621 I6 and I10), a 997 has the standard's codes.
func TestImplementationCodes(t *testing.T) {
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	guide := "guide: g\nset: \"850\"\nrelease: \"005010\"\nrules:\n  CUR: not used\n  BEG02: { codes: [NE] }\n  REF03: not used\n  DTM: mandatory\n"
	schema, found := l.Guide(fstest.MapFS{"g.yaml": {Data: []byte(guide)}}, "guides/", "g")
	if schema == nil {
		t.Fatal(found)
	}
	text := wrap("005010", "PO", order("0001", []string{"CUR*BY*USD", "REF*DP*1*X"}, nil)...)
	for functional, want := range map[string][]string{
		"999": {"IK3*BEG*2**8", "IK4*2*92*I6*SA", "IK3*CUR*3**I4", "IK3*REF*4**8", "IK4*3*352*I10*X", "IK3*DTM*5**3", "IK5*R*5"},
		"997": {"AK3*BEG*2**8", "AK4*2*92*7*SA", "AK3*CUR*3**2", "AK3*REF*4**8", "AK4*3*352*10*X", "AK3*DTM*5**3", "AK5*R*5"},
	} {
		got := answerSegments(t, translator(t).By(schema), text, translators.AckPolicy{Functional: functional})
		if diff := cmp.Diff(want, got[2:len(got)-1]); diff != "" {
			t.Errorf("%s: %s", functional, diff)
		}
	}
}
