package mappings_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

// says begins the lines at the end of a refused mapping: what a person is told.
const says = "# says: "

// refused reads a refused mapping, and what it is said to be told.
func refused(t testing.TB, file string) (text string, told []string) {
	t.Helper()
	for line := range strings.Lines(string(read(t, file))) {
		if rest, ok := strings.CutPrefix(line, says); ok {
			told = append(told, strings.TrimSuffix(rest, "\n"))
			continue
		}
		text += line
	}
	return text, told
}

// setOf is the transaction set that a mapping file is for.
func setOf(text string) string {
	if m := regexp.MustCompile(`(?m)^x12: *"(\d{3})`).FindStringSubmatch(text); m != nil && !strings.Contains(text, "wrong-set") {
		return m[1]
	}
	return "850"
}

// TestRefusals compiles one mapping for each thing that is refused, and holds the
// words that a person sees against those at the end of the file.
func TestRefusals(t *testing.T) {
	fsys := mappings.Overlay(os.DirFS("testdata"))
	all, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil || len(all) < 100 {
		t.Fatal(len(all), err)
	}
	for _, file := range all {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, told := refused(t, file)
			m, found := mappings.Compile(fsys, name, against(t, setOf(text), "004010"))
			var got []string
			for _, p := range found {
				got = append(got, p.String())
			}
			if *update {
				for _, line := range got {
					text += says + line + "\n"
				}
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(got) == 0 {
				t.Fatal("nothing is said")
			}
			if warned := slices.ContainsFunc(found, func(p settings.Problem) bool { return !p.Warning }); warned != (m == nil) {
				t.Errorf("it compiles: %v", m != nil)
			}
			if diff := cmp.Diff(told, got); diff != "" {
				t.Errorf("(-in the file +said):\n%s", diff)
			}
		})
	}
}
