package x12

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"waybill/translators"
)

// TestManyProblems: a set with 10,000 problems keeps the first and counts the rest.
func TestManyProblems(t *testing.T) {
	var body strings.Builder
	body.WriteString("ST*850*0001~BEG*00*SA*1**20261201")
	for range 10_000 {
		body.WriteString("~REF*DP")
	}
	body.WriteString("~PO1**1*EA*2~SE*10004*0009")
	set := body.String()
	rep := decode(t, wrap("004010", "PO", set))
	s := rep.Interchanges[0].Groups[0].Sets[0]
	if len(s.Problems) != problemsInSet+1 || s.Dropped != 10_000-problemsInSet || s.Accepted || s.Segments != 10_004 {
		t.Errorf("%d problems, %d dropped, %d segments", len(s.Problems), s.Dropped, s.Segments)
	}
	if last := s.Problems[len(s.Problems)-1]; last.Level != translators.AtSet || last.Code != "3" {
		t.Errorf("what is wrong with the set as a whole is kept: %+v", last)
	}
	answer := reply(t, wrap("004010", "PO", set), translators.AckPolicy{Functional: "997"})
	if n := strings.Count(answer, "AK3"); n != problemsInSet || !strings.Contains(answer, "AK5*R*3*5") {
		t.Errorf("%d AK3: …%s", n, answer[len(answer)-80:])
	}
}

// TestManyBadSets: a report of many bad sets stays bounded.
func TestManyBadSets(t *testing.T) {
	large(t)
	bad := strings.Repeat("REF*DP~", 400)
	rep, err := translator(t).Decode(setsOf(1_000, bad), translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	kept, dropped := 0, 0
	for _, s := range rep.Interchanges[0].Groups[0].Sets {
		kept += len(s.Problems)
		dropped += s.Dropped
		if len(s.Problems) == 0 {
			t.Fatal("a bad set without a problem")
		}
	}
	if kept > problemsInReport+problemsInSet+1_000*problemsWhenFull || kept+dropped != 400_000 {
		t.Errorf("%d kept, %d dropped", kept, dropped)
	}
}

// setsOf is an interchange of n sets, made as it is read.
func setsOf(n int, heading string) io.Reader {
	good := wrap("004010", "PO")
	head, tail, _ := strings.Cut(good, "~~")
	at := -1
	return &generator{next: func() (string, bool) {
		at++
		switch {
		case at == 0:
			return head + "~", true
		case at <= n:
			count := 4 + strings.Count(heading, "~")
			return fmt.Sprintf("ST*850*%06d~BEG*00*SA*N-1**20261201~%sPO1**1*EA*2~SE*%d*%06d~\n", at, heading, count, at), true
		case at == n+1:
			return strings.Replace(tail, "GE*0", fmt.Sprintf("GE*%d", n), 1), true
		}
		return "", false
	}}
}

// generator is a reader of texts that are made when they are asked for.
type generator struct {
	next func() (string, bool)
	rest string
}

func (g *generator) Read(p []byte) (int, error) {
	if g.rest == "" {
		var more bool
		if g.rest, more = g.next(); !more {
			return 0, io.EOF
		}
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// TestManySets: 10,000 sets of 100 segments in one interchange take the memory of one.
func TestManySets(t *testing.T) {
	large(t)
	heading := strings.Repeat("REF*DP*0123456789~", 96)
	var peak uint64
	seen := 0
	rep, err := translator(t).Decode(setsOf(10_000, heading), translators.Options{}, func(s *translators.Set) error {
		if seen++; seen%2_000 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		return nil
	})
	if err != nil || seen != 10_000 || rep.Bytes < 17_000_000 || len(codesOf(rep)) > 0 {
		t.Fatal(err, seen, rep.Bytes, len(codesOf(rep)))
	}
	if peak > 32<<20 {
		t.Errorf("%d MB in use", peak>>20)
	}
}

// TestTooLarge: a set over a limit is refused, its neighbours are not.
func TestTooLarge(t *testing.T) {
	long := "REF*DP*" + strings.Repeat("X", segmentLimit+10)
	sets := append(append(smallOrder("0001"), order("0002", []string{long, "REF*DP*1"}, nil)...), smallOrder("0003")...)
	limits := func(l translators.Limits) translators.Options {
		return translators.Options{Rules: func(translators.Interchange, translators.Group, string) translators.Rules {
			return translators.Rules{Limits: l}
		}}
	}
	many := append(append(smallOrder("0001"), order("0002", []string{"REF*DP*1", "REF*DP*2"}, nil)...), smallOrder("0003")...)
	for name, c := range map[string]struct {
		text string
		o    translators.Options
	}{
		"segment":  {wrap("004010", "PO", sets...), translators.Options{}},
		"segments": {wrap("004010", "PO", many...), limits(translators.Limits{Segments: 5})},
		"bytes":    {wrap("004010", "PO", many...), limits(translators.Limits{Bytes: 60})},
	} {
		t.Run(name, func(t *testing.T) {
			var roots []bool
			rep, err := translator(t).Decode(strings.NewReader(c.text), c.o, func(s *translators.Set) error {
				roots = append(roots, s.Root != nil)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(codesOf(rep)); got != "[set 5@1 ST]" || fmt.Sprint(roots) != "[true false true]" {
				t.Error(got, roots)
			}
		})
	}
}

// TestEndlessSegment: data without a terminator costs what one segment may cost.
func TestEndlessSegment(t *testing.T) {
	large(t)
	good := wrap("004010", "PO", smallOrder("0001")...)
	n := 0
	r := &generator{next: func() (string, bool) {
		if n++; n == 1 {
			return good[:strings.Index(good, "PO1")], true
		}
		return strings.Repeat("0", 64<<10), n < 1_000
	}}
	d := &decoder{library: translator(t).library, each: func(*translators.Set) error { return nil }, in: newScanner(r), report: &translators.Report{}}
	if err := d.file(); err != nil {
		t.Fatal(err)
	}
	if len(d.in.buf) > 4*segmentLimit || cap(d.set.text) > 4*segmentLimit {
		t.Errorf("%d bytes of buffer, %d of set", len(d.in.buf), cap(d.set.text))
	}
	if got := fmt.Sprint(codesOf(d.report)); got != "[interchange 023@0 IEA group 3@0 GE set 5@1 ST set 2@4 SE]" {
		t.Error(got)
	}
}

// TestTooManySets: a file of nothing but sets is not read for ever.
func TestTooManySets(t *testing.T) {
	large(t)
	n := 0
	r := &generator{next: func() (string, bool) {
		if n++; n == 1 {
			return strings.Replace(wrap("004010", "PO"), "~~GE*0*417~IEA*1*000000417~", "~", 1), true
		}
		return strings.Repeat("ST*850~", 1000), true
	}}
	_, err := translator(t).Decode(r, translators.Options{}, func(*translators.Set) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "at most 100000 sets, groups") {
		t.Error(err)
	}
}

// TestTooManyGroups: nor is one of nothing but groups, or of interchanges.
func TestTooManyGroups(t *testing.T) {
	large(t)
	whole := wrap("004010", "PO", smallOrder("0001")...)
	for name, text := range map[string]string{"groups": "GS*PO*A*B~", "interchanges": whole} {
		n := 0
		r := &generator{next: func() (string, bool) {
			if n++; n == 1 {
				return whole[:isaLength], true
			}
			return strings.Repeat(text, 500), true
		}}
		rep, err := translator(t).Decode(r, translators.Options{}, func(*translators.Set) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "the file holds too much") || rep.Bytes > 30<<20 {
			t.Error(name, err, rep.Bytes)
		}
	}
}

// TestHugeHeaders: what a report keeps of GS and ST is bounded, however long they are.
func TestHugeHeaders(t *testing.T) {
	long := strings.Repeat("X", 100_000)
	text := strings.Replace(wrap("004010", "PO", "ST*850*"+long+"*"+long, "SE*2*"+long), "GS*PO*", "GS*PO"+long+"*", 1)
	g := decode(t, text).Interchanges[0].Groups[0]
	s := g.Sets[0]
	if len(g.Functional) > envelopeLimit || len(s.Control)+len(s.Convention) > envelopeLimit || s.Accepted {
		t.Errorf("%d, %d, %d bytes kept", len(g.Functional), len(s.Control), len(s.Convention))
	}
	for _, f := range Findings("", decode(t, text)) {
		if len(f.Found) > 100 || len(f.Expected) > 200 {
			t.Errorf("%+v", f)
		}
	}
}

// TestTextsMayBeKept: what was taken from a set stays what it was when the next ones are read.
func TestTextsMayBeKept(t *testing.T) {
	var kept []string
	var body []string
	for i := range 50 {
		body = append(body, order(fmt.Sprintf("%04d", i), []string{fmt.Sprintf("REF*DP*VALUE%d", i)}, nil)...)
	}
	rep := eachSet(t, wrap("004010", "PO", body...), func(s *translators.Set) { kept = append(kept, s.Control+s.Segments[2].Element(2)) })
	for i, got := range kept {
		if want := fmt.Sprintf("%04dVALUE%d", i, i); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if s := rep.Interchanges[0].Groups[0].Sets[i]; s.Control != got[:4] {
			t.Error(s.Control)
		}
	}
}
