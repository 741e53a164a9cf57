package settings_test

import (
	"strings"
	"testing"

	"waybill/settings"
)

// FuzzParse: whatever a file holds, Parse and Decode end, each problem has words,
// and what Parse accepts decodes alike each time.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"listen: x\ntimeout: 90d\npeers:\n  - cert: a\n    key: b\n", "a: &x [*x]\n", "a: 1\na: 2\n", "? [a]\n: b\n", "--- !!map {a: b}\n--- c\n",
		"a: \"\\x41\\u0042\"\nb: |\n  c\n  d\n", "%YAML 1.1\n---\n<<: {a: b}\n", "\ufeffa: b\r\n", "- - - - -\n", "a: !!int 0x1_0\n", "\"\": ''\n", "listen:\n",
		nested(40), "named: {m: [{cert: c}, {}]}\nraw: [1]\npassword: secret://env/X\nmax_body: 1GiB\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		node, found := settings.Parse("f.yaml", data)
		if (node == nil) != (len(found) > 0) {
			t.Errorf("node %v with problems %v", node, found)
		}
		var first, second door
		if node != nil {
			found = settings.Decode("f.yaml", node, &first)
			again := settings.Decode("f.yaml", node, &second)
			if strings.Join(said(found), "\n") != strings.Join(said(again), "\n") {
				t.Errorf("two readings:\n%v\n%v", found, again)
			}
			found = append(found, settings.Place("f.yaml", node, "x", []settings.Problem{{Key: string(data), Text: "x"}})...)
		}
		for _, p := range found {
			if p.Text == "" || p.File != "f.yaml" || p.Line < 0 {
				t.Errorf("a problem without words or place: %+v", p)
			}
		}
	})
}

// FuzzValues: what is read as a size or a time span is never negative.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{"20MB", "90d", "1h30m", "-1", "9223372036854775807GiB", "106752d", "secret://env/X", "KiB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := settings.ParseSize(s); err == nil && n < 0 {
			t.Errorf("ParseSize(%q) = %d", s, n)
		}
		if d, err := settings.ParseDuration(s); err == nil && d < 0 {
			t.Errorf("ParseDuration(%q) = %v", s, d)
		}
		if secret, err := settings.ParseSecret(s); (err == nil) == secret.IsZero() {
			t.Errorf("ParseSecret(%q): %v, zero %t", s, err, secret.IsZero())
		}
	})
}
