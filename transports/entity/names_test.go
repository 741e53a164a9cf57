package entity

import (
	"strings"
	"testing"
)

func TestSafeFile(t *testing.T) {
	for in, want := range map[string]string{
		"order.edi":                     "order.edi",
		"../../etc/passwd":              "passwd",
		`..\..\windows\system.ini`:      "system.ini",
		`C:\orders\po.txt`:              "po.txt",
		"/abs/po.txt":                   "po.txt",
		"..":                            "",
		".":                             "",
		"":                              "",
		"...hidden":                     "hidden",
		"po\x00\r\n.edi":                "po.edi",
		"po?*.edi":                      "po__.edi",
		"=?UTF-8?Q?Bestellung_=C3=A4?=": "Bestellung ä",
		"=?UTF-8?B?Li4vLi4veA==?=":      "x",
		"evil\u202egpj.exe":             "evilgpj.exe",
		"trailing. . ":                  "trailing",
		"bad\xffutf8":                   "bad_utf8",
	} {
		if got := SafeFile(in); got != want {
			t.Errorf("safeFile(%q) = %q, want %q", in, got, want)
		}
	}
	if got := SafeFile(strings.Repeat("ä", 300)); len(got) > 200 || !strings.HasPrefix(got, "ää") {
		t.Errorf("a long name became %d bytes", len(got))
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "a\r\nb\tc ": "a b c", "\x1b[31mred\x07": "?[31mred?", "caf\xe9": "caf?", "größer": "größer", "a\u202eb\u2028c": "a?b c", "0123456789x": "0123456789…",
	} {
		if got := Printable(in, 10); got != want || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
