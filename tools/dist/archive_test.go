package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day() time.Time { return time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC) }

// files writes a program and a paper and lists them.
func files(t testing.TB) []entry {
	t.Helper()
	dir := t.TempDir()
	list := []entry{{"waybill", filepath.Join(dir, "a"), 0o755}, {"LICENSE", filepath.Join(dir, "b"), 0o644}}
	for i, e := range list {
		if err := os.WriteFile(e.path, bytes.Repeat([]byte{byte('0' + i)}, 10_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// want is what a reader must find of files.
func want() []string {
	return []string{
		"w-1/waybill -rwxr-xr-x 2026-01-02 03:04:06 " + strings.Repeat("0", 10_000),
		"w-1/LICENSE -rw-r--r-- 2026-01-02 03:04:06 " + strings.Repeat("1", 10_000),
	}
}

func line(name string, mode os.FileMode, when time.Time, content io.Reader) (string, error) {
	b, err := io.ReadAll(content)
	return fmt.Sprintf("%s %s %s %s", name, mode, when.UTC().Format(time.DateTime), b), err
}

func TestTar(t *testing.T) {
	var b bytes.Buffer
	if err := writeTar(&b, "w-1", day(), files(t)); err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := tar.NewReader(unpacked); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		l, err := line(h.Name, h.FileInfo().Mode(), h.ModTime, r)
		if err != nil || h.Uname != "" || h.Uid != 0 {
			t.Fatalf("%v, owner %q %d", err, h.Uname, h.Uid)
		}
		got = append(got, l)
	}
	if diff := cmp.Diff(want(), got); diff != "" {
		t.Error(diff)
	}
}

func TestZip(t *testing.T) {
	var b bytes.Buffer
	if err := writeZip(&b, "w-1", day(), files(t)); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		l, err := line(f.Name, f.Mode(), f.Modified, r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	if diff := cmp.Diff(want(), got); diff != "" {
		t.Error(diff)
	}
}

func TestArchivesAreTheSameTwice(t *testing.T) {
	for name, write := range map[string]func(io.Writer, string, time.Time, []entry) error{"tar": writeTar, "zip": writeZip} {
		var first, second bytes.Buffer
		// The files are made twice: their own times must not show.
		if err := write(&first, "w-1", day(), files(t)); err != nil {
			t.Fatal(err)
		}
		list := files(t)
		if err := os.Chtimes(list[0].path, day(), day()); err != nil {
			t.Fatal(err)
		}
		if err := write(&second, "w-1", day(), list); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: two archives of the same files differ", name)
		}
	}
}

func TestArchiveOfAFileThatIsNotThere(t *testing.T) {
	gone := []entry{{"waybill", filepath.Join(t.TempDir(), "gone"), 0o755}}
	if err := writeTar(io.Discard, "w-1", day(), gone); err == nil {
		t.Error("tar: no error")
	}
	if err := writeZip(io.Discard, "w-1", day(), gone); err == nil {
		t.Error("zip: no error")
	}
}

func TestSums(t *testing.T) {
	r := release{out: t.TempDir()}
	if err := os.WriteFile(filepath.Join(r.out, "a.zip"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.sums([]string{"a.zip"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(r.out, "SHA256SUMS"))
	// FIPS 180-4, appendix of examples: SHA-256 of "abc".
	if want := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.zip\n"; err != nil || string(got) != want {
		t.Errorf("%v: %s", err, got)
	}
	if err := r.sums([]string{"gone.zip"}); err == nil {
		t.Error("a missing archive has a sum")
	}
}
