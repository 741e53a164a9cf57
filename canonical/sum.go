package canonical

import (
	"math/big"
	"strings"
)

// scaled is the number times 10 to the 9th, exactly; none where d is no Decimal.
func (d Decimal) scaled() (*big.Int, bool) {
	whole, fraction, _ := strings.Cut(string(d), ".")
	if len(fraction) > maxFraction {
		return nil, false
	}
	return new(big.Int).SetString(whole+fraction+strings.Repeat("0", maxFraction-len(fraction)), 10)
}

// unscaled is the Decimal of a number times 10 to the 9th.
func unscaled(n *big.Int) Decimal {
	digits, sign := n.String(), ""
	if n.Sign() < 0 {
		digits, sign = digits[1:], "-"
	}
	if missing := maxFraction + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - maxFraction
	text := sign + digits[:point]
	if fraction := strings.TrimRight(digits[point:], "0"); fraction != "" {
		text += "." + fraction
	}
	return Decimal(text)
}

// plus is a + b; it is false where one of them is no number.
func plus(a, b Decimal) (Decimal, bool) {
	x, okX := a.scaled()
	y, okY := b.scaled()
	if !okX || !okY {
		return "", false
	}
	return unscaled(x.Add(x, y)), true
}

// minus is a - b; it is false where one of them is no number.
func minus(a, b Decimal) (Decimal, bool) {
	x, okX := a.scaled()
	y, okY := b.scaled()
	if !okX || !okY {
		return "", false
	}
	return unscaled(x.Sub(x, y)), true
}
