package settings_test

import (
	"strings"
	"testing"

	"waybill/settings"
)

func TestProblemIsOneLine(t *testing.T) {
	for _, c := range []struct {
		p    settings.Problem
		want string
	}{
		{settings.Problem{File: "a.yaml", Text: "is missing"}, "a.yaml: is missing"},
		{settings.Problem{File: "a.yaml", Line: 3, Column: 5, Key: "as2.us", Text: "is wrong", Hint: "mend it"}, "a.yaml:3:5: as2.us: is wrong; mend it"},
		{settings.Problem{File: "a.yaml", Line: 3, Column: 5, Text: "expires", Warning: true}, "a.yaml:3:5: warning: expires"},
	} {
		if got := c.p.String(); got != c.want {
			t.Errorf("found %q, expected %q", got, c.want)
		}
	}
}

func TestProblemsAreAnErrorWithALineEach(t *testing.T) {
	var err error = settings.Problems{{File: "a", Text: "x"}, {File: "b", Text: "y"}}
	if want := "a: x\nb: y"; err.Error() != want {
		t.Errorf("found %q, expected %q", err, want)
	}
}

func TestFatal(t *testing.T) {
	warning, fault := settings.Problem{Warning: true}, settings.Problem{}
	for _, c := range []struct {
		ps   []settings.Problem
		want bool
	}{
		{nil, false},
		{[]settings.Problem{warning, warning}, false},
		{[]settings.Problem{warning, fault}, true},
	} {
		if got := settings.Fatal(c.ps); got != c.want {
			t.Errorf("Fatal(%v) = %t", c.ps, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"encrypt", "sign", "compress", "mdn", "us", "them"}
	for word, want := range map[string]string{
		"encypt": "encrypt", "ENCRYPT": "encrypt", "sgin": "sign", "mnd": "mdn", "compres": "compress", "compression": "compress",
		"certificate": "", "zzz": "", strings.Repeat("sign", 100000): "",
	} {
		if got := settings.Suggest(word, known); got != want {
			t.Errorf("Suggest(%.20q) = %q, expected %q", word, got, want)
		}
	}
	if got := settings.Suggest("a", nil); got != "" {
		t.Errorf("Suggest among nothing = %q", got)
	}
}
