package x12

import (
	"strings"
	"testing"
	"testing/fstest"

	"waybill/translators"
)

// FuzzSchemas loads schema files that anybody may have written: an error in
// words, or a schema that documents can be held against.
func FuzzSchemas(f *testing.F) {
	f.Add(smallSegments, smallCodes, smallSet)
	for _, change := range [][2]string{{"O93/3", "OC040/0"}, {"R0203", "E0203"}, {"M143, M329", ""}, {"type: N0", "type: R"}, {"P0102", "L0102"}} {
		f.Add(strings.Replace(smallSegments, change[0], change[1], 1), smallCodes, smallSet)
	}
	for _, change := range [][2]string{{"N1 O *", "loop: N1 M 2, items: [N1 M 1]"}, {"SE M 1", ""}, {"N1 M 1", "XX M 1"}} {
		f.Add(smallSegments, "", strings.Replace(smallSet, change[0], change[1], 1))
	}
	f.Fuzz(func(t *testing.T, segments, codes, set string) {
		l, err := open(fstest.MapFS{
			"004010/segments.yaml": {Data: []byte(segments)}, "004010/codes.yaml": {Data: []byte(codes)}, "004010/850.yaml": {Data: []byte(set)},
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := l.Schema("850", "004010")
		if err != nil {
			if err.Error() == "" {
				t.Error("no word of what is wrong")
			}
			return
		}
		wellFormed(t, s)
		text := wrap("004010", "PO", order("0001", []string{"REF*DP*1", "ZZZ*1"}, []string{"LS*A", "N1*ST*A>B^C"})...)
		if _, err := New(l).Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

const (
	smallSegments = `segments:
  ST: {name: Begin, elements: [M143, M329]}
  SE: {name: End, elements: [M96, M329]}
  N1: {name: Party, elements: [M98, OC040, O93/3], notes: [R0203]}
composites:
  C040: {name: Reference, elements: [M128, O127], notes: [P0102]}
elements:
  "143": {name: Set, type: ID, min: 3, max: 3}
  "329": {name: Number, type: AN, min: 4, max: 9}
  "96": {name: Count, type: N0, min: 1, max: 10}
  "98": {name: Role, type: ID, min: 2, max: 3}
  "93": {name: Name, type: AN, min: 1, max: 60}
  "128": {name: Kind, type: ID, min: 2, max: 3}
  "127": {name: Number, type: AN, min: 1, max: 30}
`
	smallCodes = "\"98\": {codes: ST SF}\n\"128\": {words: {DP: Department}}\n"
	smallSet   = `set: "850"
functional: PO
heading: [ST M 1, {loop: N1 O 3, items: [N1 M 1, N1 O *]}]
summary: [SE M 1]
`
)

// wellFormed checks what all that use a schema rely on.
func wellFormed(t *testing.T, s *translators.Schema) {
	t.Helper()
	seen := map[int]bool{}
	var walk func(i *translators.Item)
	walk = func(i *translators.Item) {
		if i.Index < 0 || i.Index >= s.Items || seen[i.Index] || i.Segment == nil || i.Max < 0 || i.Loop != (len(i.Items) > 0) {
			t.Fatalf("item %d %s of %d", i.Index, i.ID, s.Items)
		}
		seen[i.Index] = true
		for _, n := range i.Segment.Notes {
			if n.Elements[len(n.Elements)-1] > len(i.Segment.Elements) {
				t.Fatalf("note %v of %s", n, i.ID)
			}
		}
		for _, c := range i.Items {
			if c.Parent != i {
				t.Fatalf("%s is not below %s", c.ID, i.ID)
			}
			walk(c)
		}
	}
	walk(s.Root)
}

// FuzzAnswers reads acknowledgements as anybody may write them: every answer
// says what it is about, and what it says can be told on.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		"AK1*PO*1~AK2*850*0001~AK3*REF*3**8~AK4*2*127*5*LONG~AK4*C>1*1*1~AK5*R*5~AK2*850*0002~AK5*A~AK9*P*2*2*1~",
		"AK1*IN*2*005010~AK2*810*0001*X~IK3*N1*4*N1*I6~CTX*SITUATIONAL TRIGGER*N1*4~IK4*2>1>3*93*I10~IK5*E*I5*5~AK9*E*1*1*1*5*19~",
		"AK9*A*1*1*1~", "AK1*PO*1~AK5*A~AK4*1**1~AK3~AK2~AK2~AK9~AK9~", "AK1*PO*1~AK2*850*0001~AK9*R*x*99999999999*-1~",
	} {
		f.Add([]byte(body), "997", "004010")
		f.Add([]byte(body), "999", "005010")
	}
	for _, text := range referenceTexts(f) {
		if _, body, ok := strings.Cut(string(text), "AK1"); ok {
			f.Add([]byte("AK1"+body), "997", "004010")
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, set, release string) {
		if len(set) > 9 || len(release) > 12 {
			return
		}
		text := strings.Replace(wrap(release, "FA"), "~~", "~ST*"+set+"*0001~"+string(body)+"~SE*1*0001~", 1)
		rep, err := translator(t).Decode(strings.NewReader(text), translators.Options{}, func(s *translators.Set) error {
			got, err := translator(t).Answers(s)
			if err != nil {
				return nil
			}
			answered(t, got, len(s.Segments))
			return nil
		})
		if rep == nil || err != nil && len(rep.Interchanges) == 0 {
			t.Fatal(err)
		}
	})
}

// answered checks what the gateway relies on when it books answers.
func answered(t *testing.T, got []translators.Answer, segments int) {
	t.Helper()
	if len(got) > segments {
		t.Fatalf("%d answers in %d segments", len(got), segments)
	}
	for _, a := range got {
		if a.Functional == "" || a.Group == "" || a.Code == "" || a.Result == "" || len(a.Codes) > codesInAK {
			t.Fatalf("%+v", a)
		}
		if a.Level != translators.AtSet && a.Level != translators.AtGroup || a.Included < -1 || a.Received < -1 || a.Accepted < -1 {
			t.Fatalf("%+v", a)
		}
		for _, p := range a.Problems {
			if p.Text == "" || p.Position < 0 || p.Element < 0 || p.Component < 0 || p.Repetition < 0 {
				t.Fatalf("%+v", p)
			}
		}
	}
}
