package mappings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"waybill/translators"
)

// fatal is what a test and a property have in common.
type fatal interface{ Fatalf(string, ...any) }

// made builds a function as a mapping file would name it.
func made(t fatal, text string, e translators.ElementRule) conv {
	v, err := parseValue("BEG03 | "+text, place{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	c, wrong := makers()[v.calls[0].name](v.calls[0], e)
	if wrong != "" {
		t.Fatalf("%s: %s", text, wrong)
	}
	return c
}

// back holds a function to its contract: what it accepts it writes, and what it
// wrote it reads as the same.
func back(t fatal, c conv, parts []string) {
	v, bad := c.in(parts)
	if bad != nil {
		return
	}
	again, bad := c.out(v)
	if bad != nil {
		t.Fatalf("%s: %q is read as %q and cannot be written: %s", c.name, parts, v, bad.text)
	}
	w, bad := c.in(again)
	if bad != nil || w != v {
		t.Fatalf("%s: %q is read as %q, written as %q and read as %q (%v)", c.name, parts, v, again, w, bad)
	}
}

// exact holds a function to more: what it wrote is what stood there.
func exact(t fatal, c conv, parts []string) {
	v, bad := c.in(parts)
	if bad != nil {
		t.Fatalf("%s: %q: %s", c.name, parts, bad.text)
	}
	again, bad := c.out(v)
	if bad != nil || strings.Join(again, "|") != strings.Join(parts, "|") {
		t.Fatalf("%s: %q is read as %q and written as %q (%v)", c.name, parts, v, again, bad)
	}
}

func digits(lo, hi int) *rapid.Generator[string] {
	return rapid.StringMatching(fmt.Sprintf(`[0-9]{%d,%d}`, lo, hi))
}

func day() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%04d%02d%02d", rapid.IntRange(1900, 2100).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	})
}

func clock() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := fmt.Sprintf("%02d%02d%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 59).Draw(t, "second"))
		s += rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "hundredths")
		return s[:rapid.SampledFrom([]int{4, 6, len(s)}).Draw(t, "digits")]
	})
}

func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.StringMatching(`-?[0-9]{0,12}(\.[0-9]{1,6})?`).Draw(t, "number")
		back(t, decimalConv(), []string{n})
		back(t, integerConv(), []string{n})
	})
}

func TestImpliedDecimalsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9).Draw(t, "decimals")
		s := rapid.StringMatching(`-?[0-9]{1,10}`).Draw(t, "digits")
		back(t, impliedConv(n), []string{s})
		v, bad := impliedConv(n).in([]string{s})
		if bad != nil {
			t.Fatalf("%s: %s", s, bad.text)
		}
		if want := decimal.RequireFromString(s).Shift(int32(-n)); !decimal.RequireFromString(v).Equal(want) {
			t.Fatalf("%s with %d implied decimals is %s, expected %s", s, n, v, want)
		}
	})
}

func TestNormalFormIsTheSameNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,6})?`).Draw(t, "number")
		v, bad := normal(s)
		if bad != nil {
			t.Fatalf("%s: %s", s, bad.text)
		}
		if !decimal.RequireFromString(v).Equal(decimal.RequireFromString(s)) {
			t.Fatalf("%s became %s", s, v)
		}
		if w, _ := normal(v); w != v {
			t.Fatalf("%s is no normal form: it becomes %s", v, w)
		}
	})
}

func TestScaleComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		factor := rapid.SampledFrom([]string{"12", "0.5", "144", "1000", "0.01", "-1"}).Draw(t, "factor")
		s := rapid.StringMatching(`[0-9]{1,6}(\.[0-9]{1,3})?`).Draw(t, "number")
		back(t, made(t, "scale("+factor+")", translators.ElementRule{}), []string{s})
	})
}

func TestDaysComeBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := day().Draw(t, "day")
		exact(t, dateConv(8), []string{d})
		if d >= "1970" && d < "2070" {
			exact(t, dateConv(6), []string{d[2:]})
		}
		back(t, dateConv(8), []string{digits(6, 8).Draw(t, "digits")})
	})
}

func TestClocksComeBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exact(t, timeConv(), []string{clock().Draw(t, "clock")})
		back(t, timeConv(), []string{digits(4, 8).Draw(t, "digits")})
	})
}

func TestDateTimesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := day().Draw(t, "day"), clock().Draw(t, "clock")
		exact(t, dateTimeConv(3, nil), []string{d, "", ""})
		exact(t, dateTimeConv(3, nil), []string{d, c, ""})
		code := rapid.SampledFrom([]string{"UT", "ET", "CT", "MT", "PT", "ES", "ED", "CS", "CD", "MS", "MD", "PS", "PD", "LT", "01", "12", "13", "24", "GM"}).Draw(t, "code")
		back(t, dateTimeConv(3, nil), []string{d, c, code})
	})
}

func TestTradeItemNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := withCheckDigit(digits(11, 13).Draw(t, "number"))
		c := gtinConv()
		v, bad := c.in([]string{s})
		if bad != nil || len(v) != 14 {
			t.Fatalf("%s is read as %q (%v)", s, v, bad)
		}
		back(t, c, []string{s})
		wrong := s[:len(s)-1] + string('0'+(s[len(s)-1]-'0'+1)%10)
		if _, bad := c.in([]string{wrong}); bad == nil || bad.severity != missingWarn {
			t.Fatalf("%s has a wrong check digit and passes", wrong)
		}
	})
}

// withCheckDigit appends the digit that makes a number whole (GS1, modulo 10).
func withCheckDigit(s string) string {
	sum := 0
	for i := range len(s) {
		weight := 1
		if (len(s)-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(s[i]-'0')
	}
	return s + string(rune('0'+(10-sum%10)%10))
}

func TestTextFunctionsComeBack(t *testing.T) {
	an := translators.ElementRule{Type: "AN", Max: 80}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Z0-9]{1,12}`).Draw(t, "text")
		back(t, made(t, "pad(12, 0)", an), []string{s})
		back(t, made(t, "pad(12, 0)", an), []string{strings.Repeat("0", 12-len(s)) + s})
		back(t, made(t, "prefix(PO-)", an), []string{"PO-" + s})
		back(t, made(t, `join(";")`, an), rapid.SliceOfN(rapid.StringMatching(`[A-Z;]{1,5}`), 1, 5).Draw(t, "parts"))
	})
}

func TestWrapLosesNoLetter(t *testing.T) {
	an := translators.ElementRule{Type: "AN", Max: 80}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(5, 45).Draw(t, "width")
		text := strings.TrimRight(rapid.StringMatching(`[a-zé]{1,4}( [a-zé]{1,4}){0,30}`).Draw(t, "text"), " ")
		c := made(t, fmt.Sprintf("wrap(%d)", n), an)
		parts, bad := c.out(text)
		if bad != nil {
			t.Fatalf("%s", bad.text)
		}
		for _, p := range parts {
			if len([]rune(p)) > n || strings.HasSuffix(p, " ") {
				t.Fatalf("%q is longer than %d, or ends in a blank", p, n)
			}
		}
		if got, bad := c.in(parts); bad != nil || got != text {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

func TestConversions(t *testing.T) {
	an := translators.ElementRule{Type: "AN", Max: 80}
	for _, c := range []struct {
		function string
		in       []string
		want     string
		out      []string // nil: the same as in
	}{
		{"decimal", []string{".5"}, "0.5", []string{"0.5"}},
		{"decimal", []string{"007"}, "7", []string{"7"}},
		{"decimal", []string{"-0.10"}, "-0.1", []string{"-0.1"}},
		{"decimal", []string{"-0"}, "0", []string{"0"}},
		{"decimal", []string{"+3"}, "3", []string{"3"}},
		{"int", []string{"010"}, "10", []string{"10"}},
		{"implied(2)", []string{"1250"}, "12.5", nil},
		{"implied(2)", []string{"5"}, "0.05", nil},
		{"implied(2)", []string{"-194530"}, "-1945.3", nil},
		{"implied(0)", []string{"17"}, "17", nil},
		{"implied(2)", []string{"000"}, "0", []string{"0"}},
		{"date", []string{"20261120"}, "2026-11-20", nil},
		{"date", []string{"20240229"}, "2024-02-29", nil},
		{"date(YYMMDD)", []string{"700101"}, "1970-01-01", nil},
		{"date(YYMMDD)", []string{"691231"}, "2069-12-31", nil},
		{"time", []string{"1421"}, "14:21", nil},
		{"time", []string{"14213099"}, "14:21:30.99", nil},
		{"datetime", []string{"20260705", "1400"}, "2026-07-05T14:00", []string{"20260705", "1400", ""}},
		{"gtin", []string{"614141001019"}, "00614141001019", nil},
		{"gtin", []string{"0614141001019"}, "00614141001019", []string{"614141001019"}},
		{"gtin", []string{"10614141001016"}, "10614141001016", nil},
		{"country", []string{"USA"}, "US", []string{"US"}},
		{"country", []string{"MX"}, "MX", nil},
		{"pad(6, 0)", []string{"000042"}, "42", nil},
		{"prefix(PO)", []string{"PO17"}, "17", nil},
		{"scale(12)", []string{"2"}, "24", nil},
		{`join("\n")`, []string{"A", "B"}, "A\nB", nil},
		{"wrap(4)", []string{"ABCD", "EF"}, "ABCDEF", nil},
	} {
		f := made(t, c.function, an)
		got, bad := f.in(c.in)
		if bad != nil || got != c.want {
			t.Errorf("%s: %q is read as %q, expected %q (%v)", c.function, c.in, got, c.want, bad)
			continue
		}
		want := c.out
		if want == nil {
			want = c.in
		}
		parts, bad := f.out(got)
		if bad != nil || strings.Join(parts, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q is written as %q, expected %q (%v)", c.function, got, parts, want, bad)
		}
	}
}

func TestConversionsRefuse(t *testing.T) {
	an := translators.ElementRule{Type: "AN", Max: 80}
	for _, c := range []struct{ function, in, out string }{
		{"decimal", "1,5", "x"},
		{"decimal", "1.", "1e3"},
		{"decimal", "-", ""},
		{"decimal", strings.Repeat("9", 19), "0." + strings.Repeat("1", 10)},
		{"int", "1.5", "1.5"},
		{"implied(2)", "12.5", "12.345"},
		{"implied(2)", "", "x"},
		{"date", "20260230", "2026-02-30"},
		{"date", "2026113", "2026-11-20T10:00"},
		{"date(YYMMDD)", "261301", "1969-12-31"},
		{"time", "2460", "24:00"},
		{"time", "14210", "14:2"},
		{"time", "142161", "1421"},
		{"datetime", "nothing", "2026-11-20T14:30+05:30"},
		{"gtin", "1234567", "614141001019"},
		{"gtin", "61414100101X", "00614141001018"},
		{"pad(6, 0)", "42", "1234567"},
		{"pad(6, 0)", "000000", "042"},
		{"prefix(PO)", "17", ""},
		{"prefix(PO)", "PO", ""},
		{"scale(3)", "x", "1"},
		{"country", "Germany", ""},
	} {
		f := made(t, c.function, an)
		if v, bad := f.in([]string{c.in}); bad == nil {
			t.Errorf("%s reads %q as %q", c.function, c.in, v)
		}
		if c.out == "" {
			continue
		}
		if v, bad := f.out(c.out); bad == nil {
			t.Errorf("%s writes %q as %q", c.function, c.out, v)
		}
	}
}

func TestArgumentsOfFunctions(t *testing.T) {
	for _, text := range []string{"implied", "implied(x)", "implied(10)", "scale", "scale(0)", "scale(1e3)", "date(DDMMYY)", "join", "wrap", "wrap(0)", "wrap(81)", "pad(3)", "pad(0, 0)", "pad(3, ab)", "prefix"} {
		v, err := parseValue("BEG03 | "+text, place{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, wrong := makers()[v.calls[0].name](v.calls[0], translators.ElementRule{Type: "AN", Max: 80}); wrong == "" {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestTimeCodes(t *testing.T) {
	for _, c := range []struct{ day, clock, code, want, back string }{
		{"20261120", "1430", "CT", "2026-11-20T14:30-06:00", "CS"},
		{"20260720", "1430", "CT", "2026-07-20T14:30-05:00", "CD"},
		{"20260308", "0159", "ET", "2026-03-08T01:59-05:00", "ES"},
		{"20260308", "0200", "ET", "2026-03-08T02:00-04:00", "ED"},
		{"20261101", "0159", "PT", "2026-11-01T01:59-07:00", "PD"},
		{"20261101", "0200", "PT", "2026-11-01T02:00-08:00", "PS"},
		{"20060401", "1200", "ET", "2006-04-01T12:00-05:00", "ES"},
		{"20060402", "1200", "ET", "2006-04-02T12:00-04:00", "ED"},
		{"20061029", "0200", "MT", "2006-10-29T02:00-07:00", "MS"},
		{"19800720", "1200", "ET", "1980-07-20T12:00-05:00", "ES"},
		{"20261120", "1430", "UT", "2026-11-20T14:30Z", "UT"},
		{"20261120", "1430", "GM", "2026-11-20T14:30Z", "UT"},
		{"20261120", "1430", "LT", "2026-11-20T14:30", ""},
		{"20261120", "1430", "01", "2026-11-20T14:30+01:00", "01"},
		{"20261120", "1430", "13", "2026-11-20T14:30-12:00", "13"},
		{"20261120", "1430", "24", "2026-11-20T14:30-01:00", "24"},
	} {
		v, bad := (zoned{3, nil}).read([]string{c.day, c.clock, c.code})
		if bad != nil || v != c.want {
			t.Errorf("%s %s %s is %q, expected %q (%v)", c.day, c.clock, c.code, v, c.want, bad)
			continue
		}
		parts, bad := (zoned{3, nil}).write(v)
		if bad != nil || parts[2] != c.back {
			t.Errorf("%s is written %q, expected %s (%v)", v, parts, c.back, bad)
		}
	}
	for _, code := range []string{"XX", "AT", "00", "25", "C"} {
		if v, bad := (zoned{3, nil}).read([]string{"20261120", "1430", code}); bad == nil {
			t.Errorf("code %s is read: %s", code, v)
		}
	}
}

func TestAmountsInTheirCurrency(t *testing.T) {
	for _, c := range []struct{ currency, v, want string }{
		{"USD", "2.5", "2.50"}, {"USD", "3500", "3500.00"}, {"USD", "0.01875", "0.01875"}, {"JPY", "3500", "3500"}, {"JPY", "0.5", "0.5"},
		{"KWD", "1", "1.000"}, {"CLF", "1.5", "1.5000"}, {"", "2", "2.00"},
	} {
		if got := string(inCurrency(nil, c.v, minorDigits(c.currency))); got != c.want {
			t.Errorf("%s in %s is %s, expected %s", c.v, c.currency, got, c.want)
		}
	}
}
