package partners

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t testing.TB, dir string) tree {
	t.Helper()
	got, found := readTree(dir)
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	return got
}

func TestTreeReadsWhatMakesABook(t *testing.T) {
	dir := configDir(t,
		"waybill.yaml", "store: x", "data/waybill.db", "x", "samples/850.x12", "ISA",
		"partners/acme.yaml", "a", "partners/defaults.yaml", "d", "mappings/acme-850.yaml", "m", "mappings/tables/units.yaml", "u",
		"certs/acme.cer", "c", "keys/our.key", "secret")
	got := read(t, dir)
	var names []string
	for name := range got.files {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"certs/acme.cer", "mappings/acme-850.yaml", "mappings/tables/units.yaml", "partners/acme.yaml", "partners/defaults.yaml"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"partners", "mappings", "mappings/tables", "certs", "keys"}, got.directories); diff != "" {
		t.Error(diff)
	}
}

// Each change of a file that makes the Book is another revision, and no other is.
func TestRevision(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string)
		same   bool
	}{
		{"nothing", func(*testing.T, string) {}, true},
		{"the same content again", func(t *testing.T, dir string) { write(t, dir, "partners/acme.yaml", "a") }, true},
		{"another content", func(t *testing.T, dir string) { write(t, dir, "partners/acme.yaml", "b") }, false},
		{"content moves from one file to another", func(t *testing.T, dir string) {
			write(t, dir, "partners/acme.yaml", "c")
			write(t, dir, "certs/acme.cer", "a")
		}, false},
		{"another name", func(t *testing.T, dir string) { rename(t, dir, "partners/acme.yaml", "partners/bolt.yaml") }, false},
		{"one more", func(t *testing.T, dir string) { write(t, dir, "mappings/tables/t.yaml", "") }, false},
		{"one less", func(t *testing.T, dir string) { unlink(t, dir, "certs/acme.cer") }, false},
		{"a key", func(t *testing.T, dir string) { write(t, dir, "keys/our.key", "other") }, false},
		{"the mode of a key", func(t *testing.T, dir string) { mode(t, dir, "keys/our.key", 0o644) }, false},
		{"the mode of a profile", func(t *testing.T, dir string) { mode(t, dir, "partners/acme.yaml", 0o644) }, true},
		{"an editor's swap file", func(t *testing.T, dir string) { write(t, dir, "partners/.acme.yaml.swp", "b") }, true},
		{"an editor's backup", func(t *testing.T, dir string) { write(t, dir, "partners/acme.yaml~", "b") }, true},
		{"an editor's autosave", func(t *testing.T, dir string) { write(t, dir, "partners/#acme.yaml#", "b") }, true},
		{"a file to be renamed", func(t *testing.T, dir string) { write(t, dir, "partners/acme.yaml.tmp", "b") }, true},
		{"a directory of version control", func(t *testing.T, dir string) { write(t, dir, "mappings/.git/HEAD", "b") }, true},
		{"what is read at start only", func(t *testing.T, dir string) { write(t, dir, "waybill.yaml", "b") }, true},
		{"data", func(t *testing.T, dir string) { write(t, dir, "data/waybill.db", "b") }, true},
		{"a link to nothing", func(t *testing.T, dir string) { link(t, "nowhere", filepath.Join(dir, "partners/zoe.yaml")) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := configDir(t, "partners/acme.yaml", "a", "certs/acme.cer", "c", "keys/our.key", "secret")
			before := read(t, dir).revision
			tt.change(t, dir)
			after := read(t, dir).revision
			if (before == after) != tt.same {
				t.Errorf("before %s, after %s", before, after)
			}
			if len(after) != 12 {
				t.Errorf("found revision %q", after)
			}
		})
	}
}

func rename(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}

func mode(t *testing.T, dir, name string, to os.FileMode) {
	t.Helper()
	if err := os.Chmod(filepath.Join(dir, name), to); err != nil {
		t.Fatal(err)
	}
}

func unlink(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func link(t testing.TB, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// A mounted config map: the files are links through a directory that is swapped.
func TestTreeFollowsLinks(t *testing.T) {
	dir := configDir(t, "partners/..2026_1/acme.yaml", "a", "elsewhere/850.yaml", "m")
	link(t, "..2026_1", filepath.Join(dir, "partners/..data"))
	link(t, "..data/acme.yaml", filepath.Join(dir, "partners/acme.yaml"))
	link(t, "elsewhere", filepath.Join(dir, "mappings"))
	got := read(t, dir)
	if string(got.files["partners/acme.yaml"]) != "a" || string(got.files["mappings/850.yaml"]) != "m" || len(got.files) != 2 {
		t.Errorf("found %q", got.files)
	}
}

func TestTreeBounds(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(t *testing.T, dir string)
		want string
	}{
		{"a large file", func(t *testing.T, dir string) {
			write(t, dir, "certs/dump", string(bytes.Repeat([]byte("x"), maxFile+1)))
		}, "certs/dump: is larger than 1048576 bytes"},
		{"a link in a circle", func(t *testing.T, dir string) { link(t, "..", filepath.Join(dir, "mappings/again")) }, "nested deeper than 8 directories"},
		{"a file where a directory belongs", func(t *testing.T, dir string) { write(t, dir, "certs", "x") }, "certs: cannot be read"},
		{"no partners", func(t *testing.T, dir string) { rename(t, dir, "partners", "partner") }, "partners: there is no such directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := configDir(t, "partners/acme.yaml", "a", "mappings/a.yaml", "m")
			before := read(t, dir)
			tt.make(t, dir)
			got, found := readTree(dir)
			if !strings.Contains(text(found), tt.want) {
				t.Errorf("found %q, expected %q", text(found), tt.want)
			}
			if got.revision == before.revision {
				t.Error("the revision is the same, so that mending it would be no change")
			}
		})
	}
}

func TestTreeIsFull(t *testing.T) {
	r := reader{dir: configDir(t, "partners/acme.yaml", "a", "partners/bolt.yaml", "b"), sums: map[string][]byte{}, tree: tree{files: map[string][]byte{}}}
	for i := range maxFiles - 1 {
		r.sums[fmt.Sprint(i)] = nil
	}
	r.directory("partners", 0)
	if len(r.found) != 1 || !strings.Contains(r.found[0].Text, "more than 20000 files") || len(r.tree.files) != 1 {
		t.Errorf("found %v, %d files", r.found, len(r.tree.files))
	}
}

func TestUnreadable(t *testing.T) {
	dir := configDir(t, "partners/acme.yaml", "a")
	link(t, "bolt.yaml", filepath.Join(dir, "partners/bolt.yaml"))
	if _, found := readTree(dir); text(found) != "partners/bolt.yaml: cannot be read: too many levels of symbolic links" {
		t.Errorf("found %s", text(found))
	}
}
