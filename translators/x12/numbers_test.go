package x12

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestControlNumbers: a control number is new once, as it is written: 0001 is not 1.
func TestControlNumbers(t *testing.T) {
	var n numbers
	for _, c := range []struct {
		text string
		want bool
	}{
		{"0001", true}, {"0002", true}, {"0001", false}, {"00001", true}, {"0065", true}, {"0001", false}, {"0065", false},
		{"A001", true}, {"A001", false}, {"999999999", true}, {"999999999", false}, {"0000", true}, {"0000", false}, {"000000000", true},
	} {
		if got := n.add(c.text); got != c.want {
			t.Errorf("%s: %v", c.text, got)
		}
	}
}

// TestControlNumbersAgainstMap: the same as a map of texts, whatever the order.
func TestControlNumbersAgainstMap(t *testing.T) {
	large(t)
	r := rand.New(rand.NewPCG(1, 2))
	var n numbers
	seen := map[string]bool{}
	for range 100_000 {
		text := fmt.Sprintf("%0*d", 4+r.IntN(6), r.IntN(20_000))
		if r.IntN(10) == 0 {
			text += "X"
		}
		if got := n.add(text); got == seen[text] {
			t.Fatal(text)
		}
		seen[text] = true
	}
	var inOrder numbers
	for i := range 1_000_000 {
		inOrder.add(fmt.Sprintf("%09d", i))
	}
	if len(inOrder.digits) > 1_000_000/64+1 {
		t.Errorf("%d words for a million numbers in order", len(inOrder.digits))
	}
}
