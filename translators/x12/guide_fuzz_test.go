package x12

import (
	"strings"
	"testing"
	"testing/fstest"

	"waybill/settings"
	"waybill/translators"
)

// FuzzGuide compiles whatever stands in a guide file: no panic, problems with
// their place, and a schema that orders can be held against.
func FuzzGuide(f *testing.F) {
	head := "guide: g\nset: \"850\"\nrelease: \"004010\"\nrules:\n"
	for _, rules := range []string{
		"  CUR: not used\n  BEG03: { max: 15, notes: number }\n", "  N1[ST]/N104: { min: 4 }\n  REF[DP|IA]: mandatory\n",
		"  PO1/SLN05-01: { codes: { EA: each } }\n", "  BEG07: { widen: { codes: { Z9: x }, usage: optional, max: 30 } }\n",
		"  PO1/PID[02=,01=F]: { max: any }\n", "  PO1: drop\n", "  N1[ST]03: { codes: [92] }\n",
	} {
		f.Add(head+rules, "")
		f.Add("guide: g\nextends: h\nrules:\n  CUR: mandatory\n", strings.Replace(head, "guide: g", "guide: h", 1)+rules)
	}
	l, err := loaded()
	if err != nil {
		f.Fatal(err)
	}
	text := wrap("004010", "PO", order("0001", []string{"CUR*BY*USD", "REF*DP*1", "N1*ST*A*92*10", "N3*X"}, []string{"PID*F*08***LAMP", "SLN*1**I*1*EA"})...)
	f.Fuzz(func(t *testing.T, own, other string) {
		fsys := fstest.MapFS{"g.yaml": {Data: []byte(own)}, "h.yaml": {Data: []byte(other)}}
		schema, found := l.Guide(fsys, "guides/", "g")
		if (schema == nil) != settings.Fatal(found) {
			t.Fatal("a schema or problems, not both", found)
		}
		for _, p := range found {
			if p.File == "" || p.Text == "" {
				t.Errorf("a problem without a place or words: %+v", p)
			}
		}
		if schema == nil {
			return
		}
		for _, p := range problemsOf(under(t, schema, text)) {
			if p.Guide == "" && p.Level != translators.AtSet {
				t.Errorf("the standard has something against a good order: %+v", p)
			}
		}
	})
}

func problemsOf(rep *translators.Report) []translators.Problem {
	var all []translators.Problem
	for _, ic := range rep.Interchanges {
		for _, g := range ic.Groups {
			for _, s := range g.Sets {
				all = append(all, s.Problems...)
			}
		}
	}
	return all
}
