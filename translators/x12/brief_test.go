package x12

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"waybill/translators"
)

// TestBrief: a brief report keeps what is wrong, where it is, and no more: also of
// more sets than a whole report may have.
func TestBrief(t *testing.T) {
	large(t)
	n := 0
	var found []string
	rep, err := translator(t).Decode(setsOf(3*partsInFile, ""), translators.Options{Brief: true, Reuse: true}, func(s *translators.Set) error {
		if s.Index != n {
			found = append(found, fmt.Sprintf("set %d is said to be %d", n, s.Index))
		}
		n++
		return nil
	})
	if err != nil || n != 3*partsInFile || len(found) > 0 || len(codesOf(rep)) > 0 {
		t.Fatal(err, n, len(found), codesOf(rep))
	}
	if len(rep.Interchanges) != 1 || len(rep.Interchanges[0].Groups) != 0 {
		t.Errorf("%+v", rep.Interchanges)
	}
}

// TestBriefMany: of many interchanges, those with problems stay.
func TestBriefMany(t *testing.T) {
	text := manySampled(t, "850", "004010", 2000, 2)
	text = bytes.Replace(text, []byte("N-77220*"), []byte("*"), 1)          // the hundredth order, no number
	text = bytes.Replace(text, []byte("GE*20*50~"), []byte("GE*19*50~"), 1) // the fiftieth group
	rep, err := translator(t).Decode(bytes.NewReader(text), translators.Options{Brief: true}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, ic := range rep.Interchanges {
		kept = append(kept, fmt.Sprintf("%d:%d", ic.Index, len(ic.Groups)))
		for _, g := range ic.Groups {
			for _, s := range g.Sets {
				kept = append(kept, fmt.Sprintf("set %d", s.Index))
			}
		}
	}
	if got := strings.Join(kept, " "); got != "5:1 set 0 49:1 99:0" {
		t.Error(got)
	}
	if got := fmt.Sprint(codesOf(rep)); got != "[element 1@2 BEG03 group 5@0 GE01]" {
		t.Error(got)
	}
}

// TestBriefBounded: what a brief report does keep is bounded too, and so are the
// control numbers that it must remember.
func TestBriefBounded(t *testing.T) {
	large(t)
	brief := translators.Options{Brief: true, Reuse: true}
	each := func(*translators.Set) error { return nil }
	if _, err := translator(t).Decode(setsOf(partsInFile+10, "REF*DP~"), brief, each); err == nil || !strings.Contains(err.Error(), "the file holds too much") {
		t.Error(err)
	}
	good := wrap("004010", "PO")
	at := 0
	r := &generator{next: func() (string, bool) {
		if at++; at == 1 {
			return good[:strings.Index(good, "~~")+1], true
		}
		return fmt.Sprintf("ST*850*X%07d~BEG*00*SA*N-1**20261201~PO1**1*EA*2~SE*4*X%07d~", at, at), at < 2*numbersInGroup
	}}
	rep, err := translator(t).Decode(io.Reader(r), brief, each)
	if err == nil || !strings.Contains(err.Error(), "the file holds too much") || rep.Bytes > 120<<20 {
		t.Error(err, rep.Bytes)
	}
}
