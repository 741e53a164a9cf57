package canonical

import (
	"fmt"
	"strings"
)

// Decimal is a number as text in its shortest form: "2.5", "1200", "-0.01". Never
// a JSON number, never a float.
type Decimal string

// Amount is money or a price as text: a Decimal with at least as many digits
// after the point as its currency has ("2.50", "0.01875").
type Amount string

// Digits a number may have before and after the point.
const (
	maxWhole    = 18
	maxFraction = 9
)

// ParseDecimal reads a number with or without leading zeros, trailing zeros and
// a sign, such as X12 writes it (".58", "007"), into its shortest form.
func ParseDecimal(s string) (Decimal, error) {
	n, err := number(s, 0)
	return Decimal(n), err
}

// ParseAmount reads a number into the form that amounts of the currency have.
func ParseAmount(s, currency string) (Amount, error) {
	n, err := number(s, MinorDigits(currency))
	return Amount(n), err
}

// number is s in normal form with at least the given digits after the point.
func number(s string, digits int) (string, error) {
	rest, negative := strings.CutPrefix(s, "-")
	if !negative {
		rest = strings.TrimPrefix(s, "+")
	}
	whole, fraction, point := strings.Cut(rest, ".")
	if whole+fraction == "" || !isDigits(whole) || !isDigits(fraction) || point && fraction == "" {
		return "", fmt.Errorf("%q is no decimal number", cut(s))
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole) > maxWhole || len(fraction) > maxFraction {
		return "", fmt.Errorf("%q has more than %d digits before or %d after the point", cut(s), maxWhole, maxFraction)
	}
	zero := whole == "" && fraction == ""
	if n := digits - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && !zero {
		whole = "-" + whole
	}
	return whole, nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Negative says whether the number is below zero.
func (d Decimal) Negative() bool { return strings.HasPrefix(string(d), "-") }

// MinorDigits is how many digits after the point the currency has (ISO 4217).
func MinorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}
