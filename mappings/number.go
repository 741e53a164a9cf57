package mappings

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"waybill/translators"
)

// Digits a canonical number may have before and after the point.
const (
	maxWhole    = 18
	maxFraction = 9
)

// normal is s as the shortest decimal text: .50 is 0.5, 007 is 7.
func normal(s string) (string, *fault) {
	rest, negative := strings.CutPrefix(s, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	whole, fraction, point := strings.Cut(rest, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) || point && fraction == "" {
		return "", wrongType("%s is no decimal number", quote(s))
	}
	if shortest(whole, fraction, point) && rest == s {
		return s, nil
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole) > maxWhole || len(fraction) > maxFraction {
		return "", wrongType("%s has more than %d digits before or %d after the point", quote(s), maxWhole, maxFraction)
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole, nil
}

// shortest says whether a number without a sign is in normal form already.
func shortest(whole, fraction string, point bool) bool {
	return whole != "" && (whole[0] != '0' || len(whole) == 1) && len(whole) <= maxWhole &&
		len(fraction) <= maxFraction && (!point || fraction[len(fraction)-1] != '0')
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return true
}

// decimalConv is X12 R: the point stands where it is.
func decimalConv() conv { return single("decimal", normal, normal) }

// integerConv is a count or a position.
func integerConv() conv {
	whole := func(s string) (string, *fault) {
		n, f := normal(s)
		if f != nil || strings.Contains(n, ".") {
			return "", wrongType("%s is no whole number", quote(s))
		}
		return n, nil
	}
	return single("int", whole, whole)
}

// impliedConv is X12 Nn: the point is n digits from the right and not written.
func impliedConv(n int) conv {
	in := func(s string) (string, *fault) {
		digits, negative := strings.CutPrefix(s, "-")
		if digits == "" || !allDigits(digits) {
			return "", wrongType("%s is no number with %d implied decimals", quote(s), n)
		}
		if len(digits) <= n {
			digits = strings.Repeat("0", n+1-len(digits)) + digits
		}
		if negative {
			digits = "-" + digits
		}
		return normal(digits[:len(digits)-n] + "." + digits[len(digits)-n:] + "0")
	}
	out := func(s string) (string, *fault) {
		v, f := normal(s)
		if f != nil {
			return "", f
		}
		whole, fraction, _ := strings.Cut(v, ".")
		if len(fraction) > n {
			return "", wrongType("%s has more than %d decimals", quote(s), n)
		}
		digits := whole + fraction + strings.Repeat("0", n-len(fraction))
		sign := ""
		if rest, negative := strings.CutPrefix(digits, "-"); negative {
			sign, digits = "-", rest
		}
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			return "0", nil
		}
		return sign + digits, nil
	}
	return single("implied", in, out)
}

func makeImplied(c call, _ translators.ElementRule) (conv, string) {
	a, ok := c.plain(0)
	n, err := strconv.Atoi(a.text)
	if !ok || err != nil || n < 0 || n > maxFraction {
		return conv{}, "implied(n) takes the number of decimals, 0 to 9"
	}
	return impliedConv(n), ""
}

// makeScale multiplies by a fixed factor; the way back must be exact.
func makeScale(c call, _ translators.ElementRule) (conv, string) {
	a, _ := c.plain(0)
	factor, err := decimal.NewFromString(a.text)
	if _, f := normal(a.text); f != nil || err != nil || factor.IsZero() {
		return conv{}, "scale(factor) takes a number that is not 0"
	}
	in := func(s string) (string, *fault) {
		v, f := normal(s)
		if f != nil {
			return "", f
		}
		return normal(decimal.RequireFromString(v).Mul(factor).String())
	}
	out := func(s string) (string, *fault) {
		v, f := normal(s)
		if f != nil {
			return "", f
		}
		q := decimal.RequireFromString(v).DivRound(factor, maxFraction)
		if !q.Mul(factor).Equal(decimal.RequireFromString(v)) {
			return "", wrongType("%s divided by %s has no end", quote(s), a.text)
		}
		return normal(q.String())
	}
	return single("scale", in, out), ""
}

// minorDigits is how many digits after the point a currency's amounts have at
// least (ISO 4217).
func minorDigits(currency string) int {
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

// inCurrency appends a normal number with at least digits after the point.
func inCurrency(b []byte, v string, digits int) []byte {
	b = append(b, v...)
	point := strings.IndexByte(v, '.')
	have := 0
	if point >= 0 {
		have = len(v) - point - 1
	} else if digits > 0 {
		b = append(b, '.')
	}
	for ; have < digits; have++ {
		b = append(b, '0')
	}
	return b
}
