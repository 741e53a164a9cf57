package as2

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/transports/entity"
)

func TestParseName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"ACME", "ACME"},
		{`"ACME"`, "ACME"},
		{` "PY AS2" `, "PY AS2"},
		{"PY AS2", "PY AS2"}, // OpenAS2 writes it unquoted
		{`"a \"b\" \\c"`, `a "b" \c`},
		{"acme", "acme"},
		{`"`, `"`},
		{"a:b/c@d", "a:b/c@d"},
		{strings.Repeat("x", 128), strings.Repeat("x", 128)},
	} {
		got, err := parseName("AS2-From", c.in)
		if err != nil || got != c.want {
			t.Errorf("parseName(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", `""`, "  ", strings.Repeat("x", 129), "a\x00b", "a\r\nEvil: 1", "a\tb", "Müller", "a\x7f"} {
		if got, err := parseName("AS2-From", bad); err == nil {
			t.Errorf("parseName(%q) = %q, want an error", bad, got)
		}
	}
}

// Whatever identifier two sides agree on comes back from its written form.
func TestNameRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[!-~]([ -~]{0,60}[!-~])?`).Draw(t, "name")
		if name[0] == '"' && name[len(name)-1] == '"' {
			return // cannot be told from a quoted one when it is written raw; quoted it is below
		}
		got, err := parseName("AS2-To", quoteName(name))
		if err != nil || got != name {
			t.Fatalf("%q was written %q and read %q, %v", name, quoteName(name), got, err)
		}
	})
	if got, err := parseName("AS2-To", quoteName(`"x"`)); err != nil || got != `"x"` {
		t.Errorf("quotes inside an identifier: %q, %v", got, err)
	}
}

func TestCheckMessageID(t *testing.T) {
	for _, good := range []string{"<a@b>", "a@b", "<x>", "<mendelson_opensource_AS2-1641304842715-56@mecas2_pyas2lib>"} {
		if err := checkMessageID(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "<>", "<a b@c>", "<a\x01@c>", "<a@\xff>", "<" + strings.Repeat("x", 998) + ">"} {
		if checkMessageID(bad) == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if bare(" <a@b> ") != "a@b" || bare("a@b") != "a@b" {
		t.Error("angle brackets stay")
	}
}

// hostile are values for headers that try to leave their line or their field.
func hostile() []string {
	var list []string
	for c := 0; c < 0x20; c++ {
		list = append(list, "a"+string(rune(c))+"b")
	}
	return append(list, "a\x7fb", "a\r\nAS2-To: other", "a\n\nbody", "\"a\r\nb\"", "a\u2028b", "a\u0085b", "a\xc3\x28b")
}

func TestHostileNamesNeverLeave(t *testing.T) {
	for _, v := range hostile() {
		if _, err := parseName("AS2-From", v); err == nil {
			t.Errorf("the identifier %q was taken", v)
		}
		if checkMessageID("<"+v+">") == nil {
			t.Errorf("the Message-ID %q was taken", v)
		}
		if got := entity.SafeFile(v + ".edi"); strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 }) {
			t.Errorf("the file name %q became %q", v, got)
		}
	}
}

// The parts of a dedupe key keep apart: no sender makes another's.
func TestDedupeKey(t *testing.T) {
	if got := dedupeKey("ACME AS2", "<1@acme>"); got != "as2:ACME AS2:1@acme" {
		t.Errorf("found %q", got)
	}
	if a, b := dedupeKey("A:B", "<x>"), dedupeKey("A", "<B:x>"); a == b {
		t.Errorf("two transmissions share the key %q", a)
	}
	if a, b := dedupeKey("A%3A", "<x>"), dedupeKey("A:", "<x>"); a == b {
		t.Errorf("two senders share the key %q", a)
	}
}
