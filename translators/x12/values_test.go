package x12

import (
	"fmt"
	"testing"
	"time"
)

// TestDates holds every day of four hundred years against the standard library's calendar.
func TestDates(t *testing.T) {
	for year := 1900; year < 2300; year++ {
		for month := 0; month <= 13; month++ {
			for day := 0; day <= 32; day++ {
				text := fmt.Sprintf("%04d%02d%02d", year, month, day)
				_, err := time.Parse("20060102", text)
				if got := validDate(text); got != (err == nil) {
					t.Fatalf("%s: %v, %v", text, got, err)
				}
			}
		}
	}
}

// TestShortDates: six digits are of this century where leap years matter.
func TestShortDates(t *testing.T) {
	for text, want := range map[string]bool{
		"261201": true, "280229": true, "270229": false, "000229": true, "261301": false, "260001": false,
		"2612": false, "26120": false, "2612011": false, "": false, "26-201": false, "２６": false,
	} {
		if got := validDate(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestTimes: HHMM, with seconds, tenths and hundredths.
func TestTimes(t *testing.T) {
	for text, want := range map[string]bool{
		"0000": true, "2359": true, "235959": true, "2359599": true, "23595999": true,
		"2400": false, "2360": false, "235960": false, "23596099": false,
		"": false, "1": false, "12": false, "123": false, "12345": false, "123456789": false, "12:0": false, "-100": false,
	} {
		if got := validTime(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestNumbers: what counts to the length of N and R elements, and what is none.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		text      string
		whole     int
		isWhole   bool
		decimal   int
		isDecimal bool
	}{
		{"0", 1, true, 1, true},
		{"007", 3, true, 3, true},
		{"-12", 2, true, 2, true},
		{"1.5", 3, false, 2, true},
		{".5", 2, false, 1, true},
		{"5.", 2, false, 1, true},
		{"-1.25", 4, false, 3, true},
		{"-", 0, false, 0, false},
		{".", 1, false, 0, false},
		{"-.", 1, false, 0, false},
		{"1.2.3", 5, false, 3, false},
		{"+1", 2, false, 0, false},
		{"1,5", 3, false, 0, false},
		{"1E3", 3, false, 0, false},
		{"--1", 2, false, 0, false},
		{"1-", 2, false, 0, false},
		{" 1", 2, false, 0, false},
		{"１", 3, false, 0, false},
	} {
		if n, ok := whole(c.text); ok != c.isWhole || n != c.whole {
			t.Errorf("whole %q: %d %v", c.text, n, ok)
		}
		if n, ok := decimal(c.text); ok != c.isDecimal || ok && n != c.decimal {
			t.Errorf("decimal %q: %d %v", c.text, n, ok)
		}
	}
}

// TestSameNumber: control numbers of groups are numbers, other texts must be the same.
func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1", true}, {"1", "0001", true}, {"", "", true}, {"A", "A", true},
		{"1", "2", false}, {"", "0", false}, {"A", "B", false}, {"-1", "-01", false},
		{"99999999999999999999999", "99999999999999999999999", true}, {"99999999999999999999999", "099999999999999999999999", false},
	} {
		if got := sameNumber(c.a, c.b); got != c.want {
			t.Errorf("%q %q: %v", c.a, c.b, got)
		}
	}
}

// TestPlain: what may be copied into an answer cannot be anybody's delimiter.
func TestPlain(t *testing.T) {
	for c := range 256 {
		text := string([]byte{byte(c)})
		word := c == ' ' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if want := word || c == '.' || c == '-' || c == '/'; plain(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// TestClip bounds what is quoted, also in the middle of a character.
func TestClip(t *testing.T) {
	long := ""
	for range 60 {
		long += "Ü"
	}
	if got := clip(long); len(got) > 101 || got[:2] != "Ü" {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	for in, want := range map[string]string{"": "", "A": "A", "A\xff": "A?"} {
		if got := clip(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// TestPrintable: control characters of both kinds, escapes among them, do not reach a terminal.
func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "Ünï": "Ünï", "a\nb\tc": "a?b?c", "\x1b[31mred": "?[31mred", "\u009b31m": "?31m", "\x7f": "?", "": "",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
