package sim

import (
	"bytes"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
	"waybill/translators/x12"
)

func TestOrder850IsTheSameForTheSame(t *testing.T) {
	s := Spec{Control: 42, Lines: 10}
	if !bytes.Equal(Order850(s), Order850(s)) {
		t.Error("the same Spec gives two orders")
	}
	if bytes.Equal(Order850(s), Order850(Spec{Control: 43, Lines: 10})) {
		t.Error("another Spec gives the same order")
	}
}

// The translator finds nothing wrong with an order of any size.
func TestOrder850IsValid(t *testing.T) {
	library, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Spec{{}, {Lines: 1, Usage: "T"}, {Control: 999999999, Lines: 50, LineEnd: "\n"},
		{Control: 7, Lines: 2000, LineEnd: "\r\n", Sender: "AA", Receiver: "BB", PO: "X", Date: time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC)}} {
		var sets []*translators.Set
		rep, err := x12.New(library).Decode(bytes.NewReader(Order850(s)), translators.Options{}, func(set *translators.Set) error {
			sets = append(sets, set)
			return nil
		})
		if err != nil {
			t.Errorf("%+v: %v", s, err)
			continue
		}
		if len(rep.Interchanges) != 1 || len(rep.Interchanges[0].Groups) != 1 || len(sets) != 1 || sets[0].ID != "850" {
			t.Errorf("%+v: %+v", s, rep)
			continue
		}
		ic := rep.Interchanges[0]
		problems := append(append(ic.Problems, ic.Groups[0].Problems...), sets[0].Problems...)
		for _, p := range problems {
			t.Errorf("%+v: %s: %s, found %q, expected %s", s, p.Where(), p.Text, p.Found, p.Expected)
		}
		if want := fmt.Sprintf("%09d", s.filled().Control); ic.Control != want || ic.Usage != s.filled().Usage {
			t.Errorf("ISA13 is %s, want %s; usage %s", ic.Control, want, ic.Usage)
		}
	}
}

// Totals are what a reader with a sheet of paper would find.
func TestOrder850Adds(t *testing.T) {
	text := string(Order850(Spec{Control: 5, Lines: 40, PO: "PO5"}))
	lines, quantity, amount := 0, new(big.Rat), new(big.Rat)
	for segment := range strings.SplitSeq(text, "~") {
		f := strings.Split(segment, "*")
		switch f[0] {
		case "PO1":
			lines++
			q, p := rat(t, f[2]), rat(t, f[4])
			quantity.Add(quantity, q)
			amount.Add(amount, q.Mul(q, p))
			if len(f[9]) != 12 || !checkDigit(f[9]) {
				t.Errorf("article number %s", f[9])
			}
		case "CTT":
			if f[1] != fmt.Sprint(lines) || rat(t, f[2]).Cmp(quantity) != 0 {
				t.Errorf("%s, and there are %d lines and %s pieces", segment, lines, quantity.RatString())
			}
		case "AMT":
			if rat(t, f[2]).Cmp(amount) != 0 {
				t.Errorf("%s, and the lines make %s", segment, amount.FloatString(2))
			}
		case "SE":
			if between := strings.Count(text[strings.Index(text, "ST*"):strings.Index(text, "SE*")], "~") + 1; f[1] != fmt.Sprint(between) {
				t.Errorf("%s, and there are %d segments", segment, between)
			}
		case "BEG":
			if f[3] != "PO5" {
				t.Errorf("the order number is %s", f[3])
			}
		}
	}
	if lines != 40 || len(text[:strings.Index(text, "GS*")]) != 106 {
		t.Errorf("%d lines, ISA of %d", lines, strings.Index(text, "GS*"))
	}
}

func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// checkDigit holds an article number against GS1's rule: from the right, the
// digits count 1 and 3 in turn, and the sum ends in 0.
func checkDigit(number string) bool {
	sum := 0
	for i := range len(number) {
		weight := 1
		if (len(number)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(number[i]-'0')
	}
	return sum%10 == 0
}

func TestMoney(t *testing.T) {
	got := map[int]string{}
	for _, cents := range []int{0, 5, 50, 100, 105, 250, 1000, 10000, 123456} {
		got[cents] = money(cents)
	}
	want := map[int]string{0: "0", 5: "0.05", 50: "0.5", 100: "1", 105: "1.05", 250: "2.5", 1000: "10", 10000: "100", 123456: "1234.56"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUPC(t *testing.T) {
	if checkDigit("614141001018") || !checkDigit("614141001019") {
		t.Fatal("the rule is wrong")
	}
	for item := range 200 {
		if got := upc(item); len(got) != 12 || !checkDigit(got) {
			t.Errorf("%d: %s", item, got)
		}
	}
}

func BenchmarkOrder850(b *testing.B) {
	b.SetBytes(int64(len(Order850(Spec{Lines: 20}))))
	for b.Loop() {
		Order850(Spec{Lines: 20})
	}
}
