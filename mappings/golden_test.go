package mappings_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
)

// TestBadMappings compiles each mapping under testdata/bad and holds what is said
// of it against the file of the same name: every problem, with its place.
func TestBadMappings(t *testing.T) {
	names, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no bad mappings", err)
	}
	fsys := mappings.Overlay(os.DirFS("testdata"))
	for _, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/"), ".yaml")
		t.Run(name, func(t *testing.T) {
			m, found := mappings.Compile(fsys, name, against(t, "850", "004010"))
			if m != nil {
				t.Error("it compiles")
			}
			var b strings.Builder
			for _, p := range found {
				if p.Line == 0 || p.Column == 0 {
					t.Errorf("without a place: %s", p)
				}
				b.WriteString(p.String() + "\n")
			}
			golden(t, filepath.Join("testdata", name+".txt"), b.String())
		})
	}
}

var update = flag.Bool("update", false, "write the golden files anew") //nolint:gochecknoglobals // flags of tests are

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(read(t, name)), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
