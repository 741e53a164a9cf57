package canonical_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"waybill/canonical"
)

func TestParseDecimal(t *testing.T) {
	nines, nine := strings.Repeat("9", 18), strings.Repeat("9", 9)
	for _, c := range []struct{ in, want string }{ // want "" = refused
		{"0", "0"}, {"-0", "0"}, {"0.00", "0"}, {"+5", "5"}, {"007", "7"}, {"2.50", "2.5"}, {".58", "0.58"},
		{"-.5", "-0.5"}, {"1200", "1200"}, {"-1200.0100", "-1200.01"}, {nines + "." + nine, nines + "." + nine},
		{"000" + nines + "." + nine + "000", nines + "." + nine},
		{"", ""}, {"-", ""}, {".", ""}, {"1.", ""}, {"1e3", ""}, {"1,5", ""}, {" 1", ""}, {"--1", ""}, {"+-1", ""},
		{"1.2.3", ""}, {"NaN", ""}, {"٣", ""}, {"1" + nines, ""}, {"0." + nine + "9", ""},
	} {
		got, err := canonical.ParseDecimal(c.in)
		if string(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("ParseDecimal(%q) = %q, %v; expected %q", c.in, got, err, c.want)
		}
	}
}

func TestParseAmountHasTheDigitsOfItsCurrency(t *testing.T) {
	for _, c := range []struct{ in, currency, want string }{
		{"2.5", "USD", "2.50"}, {"0", "USD", "0.00"}, {"-0", "USD", "0.00"}, {"0.018750", "USD", "0.01875"}, {"-3", "EUR", "-3.00"},
		{"2.5", "JPY", "2.5"}, {"2.0", "JPY", "2"}, {"2.5", "KWD", "2.500"}, {"2.5", "CLF", "2.5000"}, {"x", "USD", ""},
	} {
		got, err := canonical.ParseAmount(c.in, c.currency)
		if string(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("ParseAmount(%q, %s) = %q, %v; expected %q", c.in, c.currency, got, err, c.want)
		}
	}
}

// written draws a number in one of its many spellings.
func written(t *rapid.T) string {
	return rapid.StringMatching(`[-+]?0{0,3}[0-9]{1,18}(\.[0-9]{1,9}0{0,3})?`).Draw(t, "number")
}

func TestDecimalsHaveOneForm(t *testing.T) {
	form := regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?$`)
	rapid.Check(t, func(t *rapid.T) {
		in := written(t)
		got, err := canonical.ParseDecimal(in)
		if err != nil {
			t.Fatalf("ParseDecimal(%q): %v", in, err)
		}
		if !form.MatchString(string(got)) || got == "-0" || strings.Contains(string(got), ".") && strings.HasSuffix(string(got), "0") {
			t.Fatalf("ParseDecimal(%q) = %q, which is not the normal form", in, got)
		}
		if again, err := canonical.ParseDecimal(string(got)); again != got || err != nil {
			t.Fatalf("%q becomes %q, %v", got, again, err)
		}
		// An independent reader sees the same number.
		want, err := decimal.NewFromString(in)
		if err != nil {
			t.Fatal(err)
		}
		if !want.Equal(decimal.RequireFromString(string(got))) || got.Negative() != want.IsNegative() {
			t.Fatalf("ParseDecimal(%q) = %q, another number", in, got)
		}
	})
}

func TestTwoSpellingsOfOneNumberAreOneDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`[1-9][0-9]{0,9}\.[0-9]{1,8}`).Draw(t, "number")
		zeros := rapid.StringMatching(`0{0,5}`)
		a, errA := canonical.ParseDecimal(in)
		b, errB := canonical.ParseDecimal(zeros.Draw(t, "before") + in + zeros.Draw(t, "after"))
		if a != b || errA != nil || errB != nil {
			t.Fatalf("%q, %v and %q, %v", a, errA, b, errB)
		}
	})
}

func TestAmountsHaveOneForm(t *testing.T) {
	currencies := map[string]int{"USD": 2, "JPY": 0, "KWD": 3, "CLF": 4}
	rapid.Check(t, func(t *rapid.T) {
		in := written(t)
		currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD", "CLF"}).Draw(t, "currency")
		got, err := canonical.ParseAmount(in, currency)
		if err != nil {
			t.Fatal(err)
		}
		_, fraction, _ := strings.Cut(string(got), ".")
		if len(fraction) < currencies[currency] {
			t.Fatalf("ParseAmount(%q, %s) = %q has fewer digits than the currency", in, currency, got)
		}
		if again, err := canonical.ParseAmount(string(got), currency); again != got || err != nil {
			t.Fatalf("%q becomes %q, %v", got, again, err)
		}
	})
}
