package x12

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

func sampled(t testing.TB, set, version string, lines int) string {
	t.Helper()
	var out strings.Builder
	err := translator(t).Sample(&out, SampleOptions{Set: set, Version: version, Lines: lines, At: time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestSample: of every set that there is a schema for, in every release, a
// document without a finding, with as many lines as asked for.
func TestSample(t *testing.T) {
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		sizes := map[int]int{}
		for _, lines := range []int{1, 2, 30} {
			text := sampled(t, s.Set, s.Release, lines)
			if found := codesOf(decode(t, text)); len(found) > 0 {
				t.Errorf("%v\n%s", found, text)
			}
			sizes[lines] = strings.Count(text, "\n")
		}
		if each := sizes[2] - sizes[1]; each < 2 || sizes[30]-sizes[2] != 28*each {
			t.Error(sizes)
		}
	})
}

// TestSampleOrder shows the purchase order: sums are those of its lines.
func TestSampleOrder(t *testing.T) {
	want := `ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261201*0915*U*00401*000000001*0*T*>~
GS*PO*NORTHSTORES*OURCO*20261201*0915*1*X*004010~
ST*850*0001~
BEG*00*SA*N-77120**20261201~
CUR*BY*USD~
REF*DP*020~
PER*BD*LEE ADAMS*TE*5550100200~
ITD*01*3*2**10**30~
DTM*002*20261210~
TD5**2*ABCD*M*GROUND~
N1*BT*NORTH STORES INC*92*0001~
N3*1 MARKET SQ~
N4*MINNEAPOLIS*MN*55401*US~
N1*ST*NORTH STORE 12*92*0012~
N3*12 MAIN ST~
N4*DULUTH*MN*55802*US~
PO1*1*24*EA*5**UP*614141000012*VN*SKU-1001~
PID*F****LED LAMP A19 9W~
PO1*2*36*EA*5.85**UP*614141000029*VN*SKU-1002~
PID*F****LED LAMP BR30 11W~
CTT*2~
AMT*TT*330.6~
SE*21*0001~
GE*1*1~
IEA*1*000000001~
`
	if diff := cmp.Diff(want, sampled(t, "850", "004010", 2)); diff != "" {
		t.Error(diff)
	}
}

// TestSampleRefuses: what there is no schema for, and what a schema does not allow.
func TestSampleRefuses(t *testing.T) {
	for want, o := range map[string]SampleOptions{
		`set "999" is not known in release 004010`: {Set: "999", Version: "004010", Lines: 1},
		`version "003010" is not known`:            {Set: "850", Version: "003010", Lines: 1},
		"mandatory":                                {Set: "850", Version: "004010", Lines: 0},
	} {
		var out strings.Builder
		err := translator(t).Sample(&out, o)
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%v: %v", o, err)
		}
	}
}

// TestSamples: each of the sets can be asked for.
func TestSamples(t *testing.T) {
	if got := fmt.Sprint(translator(t).library.Samples()); got != "[810 846 850 855 856 860 940 943 944 945 997 999]" {
		t.Error(got)
	}
}

// TestCheckDigit: as on a package.
func TestCheckDigit(t *testing.T) {
	for _, code := range []string{"614141001019", "012345678905", "036000291452"} {
		if got := checkDigit([]byte(code[:11])); got != code[11] {
			t.Errorf("%s: %c", code, got)
		}
	}
}
