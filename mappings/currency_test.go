package mappings

import (
	"testing"

	"waybill/canonical"
)

// The rooms do not import one another, so each has the table of ISO 4217; here
// both are one. Every code of three letters is asked, and words that are none.
func TestCurrenciesHaveTheDigitsOfTheModel(t *testing.T) {
	odd := 0
	for i := range 26 * 26 * 26 {
		code := string([]byte{byte('A' + i/676), byte('A' + i/26%26), byte('A' + i%26)})
		if got, want := minorDigits(code), canonical.MinorDigits(code); got != want {
			t.Errorf("%s: %d digits here, %d in the model", code, got, want)
		} else if got != 2 {
			odd++
		}
	}
	if odd < 20 {
		t.Errorf("only %d currencies differ from 2 digits", odd)
	}
	for _, word := range []string{"", "usd", "jpy", "JP", "JPYX", "ÄÖÜ"} {
		if got, want := minorDigits(word), canonical.MinorDigits(word); got != want {
			t.Errorf("%q: %d digits here, %d in the model", word, got, want)
		}
	}
}
