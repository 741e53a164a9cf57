package partners

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFolder(t *testing.T) {
	all := tree{files: map[string][]byte{
		"partners/acme.yaml":        []byte("partner: acme"),
		"mappings/acme-850.yaml":    []byte("map: acme-850"),
		"mappings/base/850.yaml":    []byte("map: base/850"),
		"mappings/base/tables/u.md": nil,
	}}
	f := all.folder("mappings")
	if err := fstest.TestFS(f, "acme-850.yaml", "base/850.yaml", "base/tables/u.md"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open("partners/acme.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("found %v, expected that another directory's file is not there", err)
	}
	if _, err := f.Open("../partners/acme.yaml"); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("found %v, expected that no path leads out", err)
	}
	if err := fstest.TestFS(folder{}); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
}
