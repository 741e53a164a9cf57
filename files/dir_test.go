package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func opened(t testing.TB) (*Dir, string) {
	t.Helper()
	at := t.TempDir()
	d, err := Open(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, at
}

func write(t testing.TB, content string, at ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(at...), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func listed(t testing.TB, d *Dir) []Entry {
	t.Helper()
	list, err := d.List()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestMissingDirectoryIsNotMade(t *testing.T) {
	at := filepath.Join(t.TempDir(), "share")
	if _, err := Open(at); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("found %v", err)
	}
	if _, err := os.Stat(at); err == nil {
		t.Error("it was made")
	}
}

// Only plain files are listed and read: what leads elsewhere is not.
func TestPlainFilesOnly(t *testing.T) {
	d, at := opened(t)
	write(t, "secret", at, "..", "secret")
	write(t, "order", at, "a.edi")
	for _, err := range []error{
		os.Symlink(filepath.Join(at, "..", "secret"), filepath.Join(at, "link.edi")), os.Symlink("a.edi", filepath.Join(at, "inside.edi")),
		os.Mkdir(filepath.Join(at, "dir.edi"), 0o700), syscall.Mkfifo(filepath.Join(at, "pipe.edi"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	list := listed(t, d)
	if names(list) != "a.edi" || list[0].Size != 5 {
		t.Errorf("found %v", list)
	}
	for _, name := range []string{"link.edi", "inside.edi", "dir.edi", "pipe.edi", "../secret", "none"} {
		if f, err := d.Read(Entry{Name: name, Size: 6}); err == nil {
			_ = f.Close()
			t.Errorf("%s was opened", name)
		}
	}
}

// A file that is not the one that was listed has no end.
func TestChangedFiles(t *testing.T) {
	d, at := opened(t)
	write(t, "order", at, "a.edi")
	e := listed(t, d)[0]
	f, err := d.Read(e)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(f); err != nil || string(b) != "order" {
		t.Errorf("found %q, %v", b, err)
	}
	_ = f.Close()
	for name, change := range map[string]func() error{
		"grown":     func() error { return os.WriteFile(filepath.Join(at, "a.edi"), []byte("order and more"), 0o600) },
		"cut":       func() error { return os.Truncate(filepath.Join(at, "a.edi"), 1) },
		"rewritten": func() error { return os.Chtimes(filepath.Join(at, "a.edi"), time.Unix(1, 0), time.Unix(1, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			e := listed(t, d)[0]
			f, err := d.Read(e)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := change(); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, f); !errors.Is(err, ErrChanged) {
				t.Errorf("while it was read: %v", err)
			}
			if g, err := d.Read(e); !errors.Is(err, ErrChanged) {
				t.Errorf("before it was opened: %v, %v", g, err)
			}
		})
	}
}

func TestArchive(t *testing.T) {
	d, at := opened(t)
	now := time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	for range 2 {
		write(t, "order", at, "a.edi")
		if err := d.Archive("a.edi", "archive", now); err != nil {
			t.Fatal(err)
		}
	}
	got, err := filepath.Glob(filepath.Join(at, "archive", "*"))
	if err != nil || len(got) != 2 || filepath.Base(got[0]) != "a.edi" || filepath.Base(got[1]) != "a.edi.20261125T040000.000000000" {
		t.Errorf("found %q, %v", got, err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(at, "away")); err != nil {
		t.Fatal(err)
	}
	write(t, "order", at, "b.edi")
	if err := d.Archive("b.edi", "away", now); err == nil {
		t.Error("an archive outside was taken")
	}
	if err := d.Remove("b.edi"); err != nil {
		t.Error(err)
	}
	if err := d.Remove("b.edi"); err != nil {
		t.Errorf("gone already: %v", err)
	}
}

func sum(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

func TestPut(t *testing.T) {
	d, at := opened(t)
	put := func(name, content string) error { return d.Put(name, sum(content), strings.NewReader(content)) }
	for range 2 { // the same again is the same
		if err := put("a.edi", "order"); err != nil {
			t.Fatal(err)
		}
	}
	var taken *TakenError
	if err := put("a.edi", "another"); !errors.As(err, &taken) || taken.Name != "a.edi" {
		t.Errorf("found %v", err)
	}
	if err := put("../b.edi", "order"); err == nil {
		t.Error("written outside")
	}
	outside := filepath.Join(t.TempDir(), "victim")
	write(t, "mine", outside)
	for _, err := range []error{os.Symlink(outside, filepath.Join(at, Temporary("c.edi"))), os.Symlink(outside, filepath.Join(at, "d.edi"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := put("c.edi", "order"); err != nil {
		t.Errorf("with a link in the place of the temporary name: %v", err)
	}
	if err := put("d.edi", "order"); err == nil {
		t.Error("written through a link")
	}
	if b, _ := os.ReadFile(outside); string(b) != "mine" {
		t.Errorf("a link led to %q", b)
	}
	if got := names(listed(t, d)); got != "a.edi c.edi" && got != "c.edi a.edi" {
		t.Errorf("found %s", got)
	}
	broken := errors.New("disk")
	if err := d.Put("e.edi", sum("x"), io.MultiReader(strings.NewReader("x"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("found %v", err)
	}
	if got := len(listed(t, d)); got != 2 {
		t.Errorf("%d files after a failure", got)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Of many that write one name at once, one does, and the others are told.
func TestPutAtOnce(t *testing.T) {
	d, at := opened(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	won := ""
	for i := range 8 {
		content := strings.Repeat("x", i+1)
		temporary := Temporary("a.edi") + string(rune('0'+i))
		all.Go(func() {
			if err := d.write(temporary, strings.NewReader(content)); err != nil {
				t.Error(err)
				return
			}
			err := d.appear(temporary, "a.edi")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && won == "":
				won = content
			case err == nil:
				t.Error("two have won")
			case !errors.Is(err, os.ErrExist):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if b, err := os.ReadFile(filepath.Join(at, "a.edi")); err != nil || string(b) != won {
		t.Errorf("found %q, %v; %q has won", b, err, won)
	}
}

func TestDigest(t *testing.T) {
	body := strings.NewReader("order")
	if _, err := body.Seek(3, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got, err := Digest(body)
	if err != nil || got != sum("order") || body.Len() != 5 {
		t.Errorf("found %s, %v, %d left", got, err, body.Len())
	}
}
