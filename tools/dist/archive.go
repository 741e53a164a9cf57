package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// entry is a file of an archive: its name there, where it is now, its mode there.
type entry struct {
	name, path string
	mode       fs.FileMode
}

// copyTo appends the entry's bytes.
func (e entry) copyTo(w io.Writer) error {
	f, err := os.Open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// writeTar writes entries under the directory top, all of one time, owned by nobody.
func writeTar(w io.Writer, top string, when time.Time, list []entry) error {
	packed := gzip.NewWriter(w) // its header carries no time and no name
	t := tar.NewWriter(packed)
	for _, e := range list {
		info, err := os.Stat(e.path)
		if err != nil {
			return err
		}
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: path.Join(top, e.name), Mode: int64(e.mode), Size: info.Size(),
			ModTime: when, Format: tar.FormatUSTAR,
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if err := e.copyTo(t); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return packed.Close()
}

// writeZip is writeTar as a zip file.
func writeZip(w io.Writer, top string, when time.Time, list []entry) error {
	z := zip.NewWriter(w)
	for _, e := range list {
		h := &zip.FileHeader{Name: path.Join(top, e.name), Method: zip.Deflate, Modified: when}
		h.SetMode(e.mode)
		to, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if err := e.copyTo(to); err != nil {
			return err
		}
	}
	return z.Close()
}

// sums writes SHA256SUMS, as sha256sum -c reads it.
func (r release) sums(archives []string) error {
	var b strings.Builder
	for _, name := range archives {
		h := sha256.New()
		if err := (entry{path: filepath.Join(r.out, name)}).copyTo(h); err != nil {
			return fmt.Errorf("sum of %s: %w", name, err)
		}
		fmt.Fprintf(&b, "%x  %s\n", h.Sum(nil), name)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
