package canonical_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"waybill/canonical"
)

// The schema and ParseDecimal agree about the normal form, both ways.
func TestTheSchemaTakesDecimalsInNormalFormOnly(t *testing.T) {
	c := checker(t)
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{0,3})?`).Draw(r, "decimal")
		d, err := canonical.ParseDecimal(s)
		normal := err == nil && string(d) == s
		found := c.Check("order", edit(t, [2]string{"totals.quantityHash", fmt.Sprintf("%q", s)}))
		if normal != (found == nil) {
			r.Fatalf("%q: normal form is %q, %v; found %q", s, d, err, lines(found))
		}
	})
}

func TestTheCheckTakesAmountsInNormalFormOnly(t *testing.T) {
	c := checker(t)
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{0,4})?`).Draw(r, "amount")
		currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(r, "currency")
		a, err := canonical.ParseAmount(s, currency)
		normal := err == nil && string(a) == s
		found := c.Check("order", edit(t, [2]string{"totals.amount", fmt.Sprintf(`{"amount":%q,"currency":%q}`, s, currency)}))
		if normal != (found == nil) {
			r.Fatalf("%q %s: normal form is %q, %v; found %q", s, currency, a, err, lines(found))
		}
	})
}

// Of the ten last digits that a number may have, one is right, and the problem of
// each other one names it.
func TestOneCheckDigitIsRight(t *testing.T) {
	c := checker(t)
	rapid.Check(t, func(r *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{13}`).Draw(r, "digits")
		right := ""
		var named []string
		for last := range 10 {
			found := c.Check("order", edit(t, [2]string{"lines[0].item.gtin", fmt.Sprintf(`"%s%d"`, digits, last)}))
			if found == nil {
				right += fmt.Sprint(last)
				continue
			}
			named = append(named, found[0].Text)
		}
		if len(right) != 1 {
			r.Fatalf("%s: the right digits are %q", digits, right)
		}
		for _, text := range named {
			if !strings.Contains(text, "expected "+right+" as last digit") {
				r.Fatalf("%s: %s; the right one is %s", digits, text, right)
			}
		}
	})
}

// Numbers whose check digits stand on packages and in the GS1 specifications.
func TestKnownCheckDigits(t *testing.T) {
	c := checker(t)
	for _, gtin := range []string{"00614141001019", "00012345678905", "04006381333931", "10614141000415"} {
		if found := c.Check("order", edit(t, [2]string{"lines[0].item.gtin", `"` + gtin + `"`})); found != nil {
			t.Errorf("%s: %q", gtin, lines(found))
		}
	}
}

func TestMinorDigits(t *testing.T) {
	for currency, want := range map[string]int{"USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4, "": 2} {
		if got := canonical.MinorDigits(currency); got != want {
			t.Errorf("MinorDigits(%q) = %d, expected %d", currency, got, want)
		}
	}
}

// One Checker serves all workers at once; go test -race looks on.
func TestCheckerServesMany(t *testing.T) {
	c := checker(t)
	good, bad := exampleBody(t), edit(t, [2]string{"currency", `"usd"`})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if found := c.Check("order", good); found != nil {
					t.Errorf("the right one: %q", lines(found))
				}
				if found := c.Check("order", bad); len(found) != 1 {
					t.Errorf("the wrong one: %q", lines(found))
				}
			}
		})
	}
	all.Wait()
}
