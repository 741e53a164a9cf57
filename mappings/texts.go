package mappings

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"waybill/translators"
)

// makeJoin joins all occurrences of [*] and splits at the same text.
func makeJoin(c call, _ translators.ElementRule) (conv, string) {
	a, ok := c.plain(0)
	if !ok || a.text == "" {
		return conv{}, `join takes the text between the pieces, such as join("\n")`
	}
	sep := a.text
	return conv{name: "join", parts: -1,
		in: func(parts []string) (string, *fault) {
			for _, p := range parts {
				if strings.Contains(p, sep) {
					return "", wrongType("%s holds the separator %s", quote(p), quote(sep))
				}
			}
			return strings.Join(parts, sep), nil
		},
		out: func(v string) ([]string, *fault) { return strings.Split(v, sep), nil },
	}, ""
}

// makeWrap puts all occurrences of [*] behind one another and cuts every n.
func makeWrap(c call, e translators.ElementRule) (conv, string) {
	a, _ := c.plain(0)
	n, err := strconv.Atoi(a.text)
	if err != nil || n < 1 || e.Max > 0 && n > e.Max {
		return conv{}, "wrap(n) takes a length from 1 to " + strconv.Itoa(e.Max)
	}
	return conv{name: "wrap", parts: -1,
		in:  func(parts []string) (string, *fault) { return strings.Join(parts, ""), nil },
		out: func(v string) ([]string, *fault) { return cutEvery(v, n) },
	}, ""
}

func cutEvery(v string, n int) ([]string, *fault) {
	var parts []string
	for len(v) > 0 {
		end := 0
		for i := 0; i < n && end < len(v); i++ {
			_, size := utf8.DecodeRuneInString(v[end:])
			end += size
		}
		if end < len(v) && v[end-1] == ' ' { // X12 would trim it away
			end = len(strings.TrimRight(v[:end], " "))
			if end == 0 {
				return nil, wrongType("%s has more blanks than a line has room", quote(v))
			}
		}
		parts = append(parts, v[:end])
		v = v[end:]
	}
	return parts, nil
}

// makePad strips a character on the left and fills with it to a length.
func makePad(c call, _ translators.ElementRule) (conv, string) {
	length, _ := c.plain(0)
	fill, ok := c.plain(1)
	n, err := strconv.Atoi(length.text)
	if err != nil || n < 1 || n > 1000 || !ok || len(fill.text) != 1 {
		return conv{}, "pad(n, c) takes a length and one character"
	}
	in := func(s string) (string, *fault) {
		if len(s) != n {
			return "", wrongType("%s is not %d long", quote(s), n)
		}
		v := strings.TrimLeft(s, fill.text)
		if v == "" {
			return "", wrongType("%s is nothing but %q", quote(s), fill.text)
		}
		return v, nil
	}
	out := func(v string) (string, *fault) {
		if len(v) > n || strings.HasPrefix(v, fill.text) {
			return "", wrongType("%s is longer than %d or begins with %q", quote(v), n, fill.text)
		}
		return strings.Repeat(fill.text, n-len(v)) + v, nil
	}
	return single("pad", in, out), ""
}

// makePrefix takes a text off the front and puts it back.
func makePrefix(c call, _ translators.ElementRule) (conv, string) {
	a, ok := c.plain(0)
	if !ok || a.text == "" {
		return conv{}, "prefix takes the text that stands in front"
	}
	in := func(s string) (string, *fault) {
		v, found := strings.CutPrefix(s, a.text)
		if !found || v == "" {
			return "", wrongType("%s does not begin with %q", quote(s), a.text)
		}
		return v, nil
	}
	return single("prefix", in, func(v string) (string, *fault) { return a.text + v, nil }), ""
}

// upperConv and trimConv are for out: only; they have no way back.
func upperConv() conv {
	return single("upper", nil, func(v string) (string, *fault) { return strings.ToUpper(v), nil })
}

func trimConv() conv {
	return single("trim", nil, func(v string) (string, *fault) { return strings.TrimSpace(v), nil })
}

// gtinConv reads item numbers of 8 to 14 digits into 14 and holds the check digit
// against the rest (GS1 General Specifications §7.9). It writes 12, 13 or 14.
func gtinConv() conv {
	in := func(s string) (string, *fault) {
		if len(s) < 8 || len(s) > 14 || !allDigits(s) {
			return "", wrongType("%s is no trade item number", quote(s))
		}
		v := "000000"[:14-len(s)] + s
		if !checkDigit(v) {
			return "", &fault{severity: missingWarn, code: CodeType, text: quote(s) + " has a wrong check digit"}
		}
		return v, nil
	}
	out := func(v string) (string, *fault) {
		if len(v) != 14 || !allDigits(v) || !checkDigit(v) {
			return "", wrongType("%s is no trade item number of 14 digits", quote(v))
		}
		switch {
		case v[:2] == "00":
			return v[2:], nil
		case v[0] == '0':
			return v[1:], nil
		}
		return v, nil
	}
	return single("gtin", in, out)
}

func checkDigit(v string) bool {
	sum := 0
	for i := range len(v) {
		d := int(v[i] - '0')
		if (len(v)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// countryConv reads the three-letter codes that senders put where two belong.
func countryConv() conv {
	in := func(s string) (string, *fault) {
		switch s {
		case "USA":
			return "US", nil
		case "CAN":
			return "CA", nil
		case "MEX":
			return "MX", nil
		}
		if len(s) != 2 || !upper(s[0]) || !upper(s[1]) {
			return "", &fault{severity: missingWarn, code: CodeType, text: quote(s) + " is no country code of two letters"}
		}
		return s, nil
	}
	return single("country", in, keepText)
}
