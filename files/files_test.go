package files

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	for _, name := range []string{"a.edi", "850 (2).edi", "Ünïcode.edi", ".hidden", strings.Repeat("a", MaxName)} {
		if err := CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", ".", "..", "a/b", `a\b`, "../a", "a\x00b", "a\nb", "a\x7fb", "a\u202eb", "a\u2028b", "\xff", strings.Repeat("a", MaxName+1),
	} {
		if err := CheckName(name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
}

func TestTemplates(t *testing.T) {
	may, distinct := []string{"document", "control", "message"}, []string{"control", "message"}
	for name, want := range map[Name]string{
		"{document}_{control}.edi": "", "{message}": "", "x{control}{message}y": "",
		"{document}.edi": "would have one name", "orders.edi": "would have one name", "": "no name of a file",
		"{when}_{message}": "found {when}", "{message}/{control}": "has the character", "{message": "alone", "message}{control}": "alone", "{{message}}": "found {",
	} {
		err := name.Check(may, distinct)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", name, err, want)
		}
	}
	values := map[string]string{"document": "855", "control": "000000001", "message": "M1"}
	if got, err := Name("{document}_{control}_{message}.edi").Fill(values); err != nil || got != "855_000000001_M1.edi" {
		t.Errorf("found %q, %v", got, err)
	}
	values["message"] = "../../etc/passwd"
	if got, err := Name("{message}").Fill(values); err == nil {
		t.Errorf("made %q", got)
	}
}

// Whatever a template and its values are, what is filled in is a name or an error.
func TestTemplatesMakeNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Name(rapid.String().Draw(t, "template"))
		_ = n.Check([]string{"a", "b"}, []string{"a"})
		name, err := n.Fill(map[string]string{"a": rapid.String().Draw(t, "a"), "b": rapid.String().Draw(t, "b")})
		if err == nil && CheckName(name) != nil {
			t.Fatalf("%q is no name", name)
		}
	})
}
