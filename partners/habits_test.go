package partners

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folderOf writes files into a directory of the test.
func folderOf(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadHabits(t *testing.T) {
	profile := func(us, as2 string) string {
		return "x12:\n  us: { qualifier: ZZ, id: " + us + ", group: OURCO }\nas2: { us: " + as2 + " }\n"
	}
	const defaults = "x12: { version: \"004010\" }\nas2: { us: OURCO_AS2 }\n"
	said := Habits{AS2: "OURCO_AS2", Version: "004010"}
	for name, c := range map[string]struct {
		files            map[string]string
		defaults, common Habits
	}{
		"nothing":       {map[string]string{"partners/notes.md": ""}, Habits{}, Habits{}},
		"no partner":    {map[string]string{defaultsPath: defaults}, said, said},
		"one partner":   {map[string]string{defaultsPath: defaults, "partners/a.yaml": profile("OURCO", "OURCO_AS2")}, said, Habits{Party{"ZZ", "OURCO", ""}, "OURCO_AS2", "004010"}},
		"they differ":   {map[string]string{"partners/a.yaml": profile("OURCO", "A"), "partners/b.yaml": profile("OURCO2", "B")}, Habits{}, Habits{}},
		"without AS2":   {map[string]string{defaultsPath: defaults, "partners/a.yaml": profile("OURCO", "OURCO_AS2"), "partners/b.yaml": "x12: { us: { qualifier: ZZ, id: OURCO, group: OURCO }, version: \"005010\" }\n"}, said, Habits{Party{"ZZ", "OURCO", ""}, "OURCO_AS2", "004010"}},
		"three differ":  {map[string]string{"partners/a.yaml": profile("OURCO", "A"), "partners/b.yaml": profile("OURCO", "B"), "partners/c.yaml": profile("OURCO", "C")}, Habits{}, Habits{Party{"ZZ", "OURCO", ""}, "", ""}},
		"another group": {map[string]string{"partners/a.yaml": profile("OTHER", "A")}, Habits{}, Habits{Party{"ZZ", "OTHER", "OURCO"}, "A", ""}},
		"one is broken": {map[string]string{"partners/a.yaml": "a: [", "partners/b.yaml": profile("OURCO", "B")}, Habits{}, Habits{Party{"ZZ", "OURCO", ""}, "B", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			defaults, common := ReadHabits(folderOf(t, c.files))
			if diff := cmp.Diff([]Habits{c.defaults, c.common}, []Habits{defaults, common}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
