package x12

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// differ lists the differences between two texts in words.
func differ(t testing.TB, a, b string, envelopes bool) []string {
	t.Helper()
	found, err := translator(t).Diff(strings.NewReader(a), strings.NewReader(b), envelopes)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, d := range found {
		lines = append(lines, d.String())
	}
	return lines
}

// TestDiff: what changed, what came and what went, each at its place.
func TestDiff(t *testing.T) {
	text := sample(t, "order.x12")
	swap := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	for _, c := range []struct {
		name, b string
		want    []string
	}{
		{"the same", text, []string{}},
		{"control numbers and counts", swap("000000417", "000000418", "*417*X", "*418*X", "GE*1*417", "GE*1*418", "850*0001", "850*0002", "SE*22*0001", "SE*22*0002"), []string{}},
		{"a value", swap("*4.15*", "*4.25*"), []string{`~ PO1[1] PO1, segment 13 and 13: PO104 Unit price: "4.15" became "4.25"`}},
		{"an element that was not there", swap("BULB-60~", "BULB-60*UP*1~"), []string{
			`~ PO1[2] PO1, segment 19 and 19: PO108 Item id qualifier: "" became "UP"`,
			`~ PO1[2] PO1, segment 19 and 19: PO109 Item id: "" became "1"`,
		}},
		{"removed", swap("CUR*BY*USD~", ""), []string{"- CUR, segment 3: CUR*BY*USD"}},
		{"added", swap("~CTT", "~PID*F****BULB~CTT"), []string{"+ PO1[2] PID[1] PID, segment 20: PID*F****BULB"}},
		{"another segment", swap("CUR*BY*USD~", "PER*BD*X~"), []string{"- CUR, segment 3: CUR*BY*USD", "+ PER, segment 3: PER*BD*X"}},
		{"a line", swap("PO1*2*6*CA*19**VN*BULB-60~", ""), []string{"- PO1[2] PO1, segment 19: PO1*2*6*CA*19**VN*BULB-60"}},
		{"other delimiters", formatted(t, text, Layout{Delimiters: translators.Delimiters{Element: '|', Component: ':', Segment: '\''}}), []string{}},
		{"empty elements at the end", swap("CUR*BY*USD~", "CUR*BY*USD***~"), []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, differ(t, text, c.b, false)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDiffEnvelopes: control numbers are compared where that is asked for.
func TestDiffEnvelopes(t *testing.T) {
	text := sample(t, "order.x12")
	other := strings.NewReplacer("000000417", "000000418", "850*0001", "850*0002", "SE*22*0001", "SE*22*0002").Replace(text)
	want := []string{
		`~ ISA, segment 0 and 0: ISA13: "000000417" became "000000418"`,
		`~ ST, segment 1 and 1: ST02 Set control number: "0001" became "0002"`,
		`~ SE, segment 22 and 22: SE02 Set control number: "0001" became "0002"`,
	}
	if diff := cmp.Diff(want, differ(t, text, other, true)); diff != "" {
		t.Error(diff)
	}
}

// TestDiffSets: sets are compared one by one, and those of one file alone are named.
func TestDiffSets(t *testing.T) {
	one := wrap("004010", "PO", order("0001", nil, nil)...)
	two := wrap("004010", "PO", append(order("0001", []string{"REF*DP*1"}, nil), order("0002", nil, nil)...)...)
	found, err := translator(t).Diff(strings.NewReader(one), strings.NewReader(two), false)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range found {
		got = append(got, d.Set+" "+d.Kind+" "+d.Segment)
	}
	if diff := cmp.Diff([]string{"850 #1 added REF", "850 #2 added BEG", "850 #2 added PO1"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestDiffLarge: what is too large to align is compared in order, and nothing is lost.
func TestDiffLarge(t *testing.T) {
	a := sampled(t, "850", "004010", 2000)
	found := differ(t, a, strings.ReplaceAll(a, "*EA*", "*CA*"), false)
	if len(found) != 2000 {
		t.Errorf("%d differences", len(found))
	}
	for _, line := range found {
		if !strings.Contains(line, `PO103 Unit: "EA" became "CA"`) {
			t.Fatal(line)
		}
	}
}

// TestDiffUnknown: sets without a schema are compared too; no X12 is an error.
func TestDiffUnknown(t *testing.T) {
	one := wrap("003010", "PO", order("0001", []string{"REF*DP*1>2"}, nil)...)
	if got := differ(t, one, strings.Replace(one, "1>2", "1>3", 1), false); len(got) != 1 || !strings.HasPrefix(got[0], "~ REF, segment 3 and 3: REF02") {
		t.Error(got)
	}
	for _, texts := range [][2]string{{"hello", one}, {one, "hello"}} {
		if _, err := translator(t).Diff(strings.NewReader(texts[0]), strings.NewReader(texts[1]), false); err == nil {
			t.Error("no error")
		}
	}
}

// FuzzDiff: a file says the same as itself, and as itself in lines; what one
// file has more, the other has less.
func FuzzDiff(f *testing.F) {
	f.Add(sample(f, "order.x12"), sample(f, "ship.x12"))
	f.Fuzz(func(t *testing.T, a, b string) {
		same, err := translator(t).Diff(strings.NewReader(a), strings.NewReader(a), true)
		if err == nil && len(same) > 0 {
			t.Errorf("%q differs from itself: %+v", a, same)
		}
		there, err := translator(t).Diff(strings.NewReader(a), strings.NewReader(b), false)
		back, also := translator(t).Diff(strings.NewReader(b), strings.NewReader(a), false)
		if (err == nil) != (also == nil) || (len(there) == 0) != (len(back) == 0) {
			t.Errorf("%v %v: %+v %+v", err, also, there, back)
		}
	})
}
