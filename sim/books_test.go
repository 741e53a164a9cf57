package sim

import (
	"strings"
	"testing"
)

// file is an interchange with one set, n its control number.
func file(functional string, n int, segments ...string) []byte {
	c := NewCounterpart(nil, CounterpartOptions{ID: "ACME", Gateway: "OURCO"})
	c.control = n
	return c.enveloped(functional, n, setOf(segments...))
}

func setOf(segments ...string) string {
	return strings.Join(append(segments, "SE*"+string(rune('1'+len(segments)))+"*0001"), "~\n") + "~\n"
}

func bought(n int) []byte { return file("PO", n, "ST*850*0001", "BEG*00*SA*1**20261116") }

func ack(n int, group, verdict string) []byte {
	return file("FA", n, "ST*997*0001", "AK1*"+group, "AK9*"+verdict+"*1*1*1")
}

func TestAudit(t *testing.T) {
	cut := bought(2)
	for name, c := range map[string]struct {
		sent, got [][]byte
		want      string // "" for nothing
	}{
		"both ways":           {[][]byte{bought(1), ack(2, "PR*7", "A")}, [][]byte{ack(5, "PO*1", "A"), file("PR", 7, "ST*855*0001", "BAK*00*AC*1"), ack(6, "PO*9", "A")}, "PO 9"},
		"sound":               {[][]byte{bought(1)}, [][]byte{ack(5, "PO*1", "A")}, ""},
		"in another order":    {[][]byte{bought(1), bought(2)}, [][]byte{ack(6, "PO*2", "A"), ack(5, "PO*1", "A")}, ""},
		"not answered":        {[][]byte{bought(1)}, nil, "group PO 1 from acme has the answers []"},
		"answered twice":      {[][]byte{bought(1)}, [][]byte{ack(5, "PO*1", "A"), ack(6, "PO*1", "A")}, "[A A]"},
		"rejected":            {[][]byte{bought(1)}, [][]byte{ack(5, "PO*1", "R")}, "[R]"},
		"an ack acknowledged": {[][]byte{bought(1)}, [][]byte{ack(5, "PO*1", "A"), ack(6, "FA*5", "A")}, "group FA 5"},
		"a number left out":   {[][]byte{bought(1), bought(2)}, [][]byte{ack(5, "PO*1", "A"), ack(7, "PO*2", "A")}, "ISA13 to acme: 7 follows 5"},
		"a number twice":      {[][]byte{bought(1), bought(2)}, [][]byte{ack(5, "PO*1", "A"), ack(5, "PO*2", "A")}, "5 follows 5"},
		"a wrong count":       {nil, [][]byte{[]byte(strings.Replace(string(ack(5, "PO*1", "A")), "SE*4", "SE*5", 1))}, "SE says 5 and 0001, expected 4"},
		"a wrong number":      {nil, [][]byte{[]byte(strings.Replace(string(ack(5, "PO*1", "A")), "GE*1*5", "GE*1*6", 1))}, "GE says 1 and 6, expected 1 and 5"},
		"a file cut":          {nil, [][]byte{cut[:len(cut)-20]}, "expected IEA"},
		"no X12":              {nil, [][]byte{[]byte("hello")}, "no ISA"},
	} {
		t.Run(name, func(t *testing.T) {
			found := strings.Join(Books{Partner: "acme", Sent: c.sent, Got: c.got}.Audit(), "\n")
			if c.want == "" && found != "" || !strings.Contains(found, c.want) {
				t.Errorf("found %q, expected %q", found, c.want)
			}
		})
	}
}

func TestCount(t *testing.T) {
	sets := Sets([][]byte{Order850(Spec{Control: 1})}, "850")
	if len(sets) != 1 {
		t.Fatalf("found %d sets", len(sets))
	}
	ordered, err := Count(sets...)
	if err != nil || ordered.Lines != 3 || ordered.Pieces().String() != "2568" || ordered.Value.StringFixed(2) != "364157.88" {
		t.Fatalf("found %d lines, %s pieces, %s: %v", ordered.Lines, ordered.Pieces(), ordered.Value, err)
	}
	bill := ReceivedSet{ID: "810", Segments: [][]string{
		strings.Split("IT1*1*10*EA*2.5*PE*IN*A*VN*X", "*"), strings.Split("IT1*2*1*EA*0.1*PE*VN*Y", "*"), strings.Split("TDS*2510", "*"),
	}}
	billed, err := Count(bill)
	if err != nil || billed.Total.String() != "25.1" || len(billed.Unsound()) > 0 {
		t.Errorf("found %s, %v, %v", billed.Total, billed.Unsound(), err)
	}
	bill.Segments[2][1] = "2511"
	if billed, err = Count(bill); err != nil || len(billed.Unsound()) != 1 {
		t.Errorf("a total that is no sum: found %v, %v", billed.Unsound(), err)
	}
	report, err := Count(ReceivedSet{ID: "945", Segments: [][]string{strings.Split("W12*CP*10*7*3*EA**VN*X", "*"), strings.Split("W12*CC*1*1*0*EA**VN*Y", "*")}})
	if err != nil || report.Missing().String() != "3" || report.Pieces().String() != "8" {
		t.Errorf("found %s short of %s, %v", report.Missing(), report.Pieces(), err)
	}
	if wrong := report.Asked().Differs(billed); len(wrong) > 0 {
		t.Errorf("what was asked for is what was billed: found %v", wrong)
	}
	if wrong := strings.Join(report.Differs(ordered), "\n"); !strings.Contains(wrong, "X: the 945 says 7, and the 850 0") || strings.Count(wrong, "\n") != 4 {
		t.Errorf("found %s", wrong)
	}
}

func TestCountNeedsItemsAndNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"PO1*1*x*EA*1*PE*VN*X": "can't convert x", "PO1*1*2*EA*1*PE*IN*X": "names no item", "PO1*1*2*EA**PE*VN*X": "PO1",
		"W12*CP*10*7*2*EA**VN*X": "the difference is 2",
	} {
		id := map[bool]string{true: "945", false: "850"}[strings.HasPrefix(text, "W12")]
		if _, err := Count(ReceivedSet{ID: id, Segments: [][]string{strings.Split(text, "*")}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, expected %q", text, err, want)
		}
	}
}
