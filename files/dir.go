package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// Dir is a directory that is open. Every access goes through an os.Root, so that
// nothing in it, not even a symbolic link, leads out of it.
type Dir struct{ root *os.Root }

// Open opens a directory that must be there: one that is missing may be a disk
// that is not mounted, and is never made.
func Open(dir string) (*Dir, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// Close lets go of the directory.
func (d *Dir) Close() error { return d.root.Close() }

// List lists the plain files: no links, no devices, no directories.
func (d *Dir) List() ([]Entry, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Entry
	for {
		entries, err := f.ReadDir(4096)
		for _, e := range entries {
			if !e.Type().IsRegular() {
				continue
			}
			if i, failed := e.Info(); failed == nil { // else it went away just now
				out = append(out, Entry{e.Name(), i.Size(), i.ModTime().UnixNano()})
			}
		}
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// ErrChanged says that a file is not, or no longer, the one that was listed.
const ErrChanged = fault("the file changed while it was read")

// fault is an error that is a constant.
type fault string

// Error is the fault's text.
func (f fault) Error() string { return string(f) }

// Read opens a file that was listed. Its end is ErrChanged, and no end, when the
// file was written to since.
func (d *Dir) Read(e Entry) (io.ReadCloser, error) {
	f, err := d.plain(e.Name)
	if err != nil {
		return nil, err
	}
	r := &steady{f, e}
	if !r.same() {
		return nil, errors.Join(ErrChanged, f.Close())
	}
	return r, nil
}

// plain opens a file that is a plain one. It does not wait for anybody, as the
// opening of a pipe would that took the file's place just now.
func (d *Dir) plain(name string) (*os.File, error) {
	known, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !known.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no plain file", name)
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(known, opened) {
		return nil, errors.Join(ErrChanged, err, f.Close())
	}
	return f, nil
}

// steady is a file that must stay as it was listed.
type steady struct {
	*os.File
	e Entry
}

func (s *steady) same() bool {
	i, err := s.Stat()
	return err == nil && i.Size() == s.e.Size && i.ModTime().UnixNano() == s.e.Time
}

// Read reads; the end of the file is none when it changed meanwhile.
func (s *steady) Read(b []byte) (int, error) {
	n, err := s.File.Read(b)
	if errors.Is(err, io.EOF) && !s.same() {
		err = ErrChanged
	}
	return n, err
}

// WriteTo hides the file's own, which would not look at the end.
func (s *steady) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{s})
}

// Archive moves a file into a directory below, which is made where it is missing;
// a name that is taken there gets the time behind it.
func (d *Dir) Archive(name, archive string, now time.Time) error {
	_, err := d.move(name, archive, now)
	return err
}

// Aside moves a file as Archive does, and writes beside it why.
func (d *Dir) Aside(name, dir, why string, now time.Time) error {
	to, err := d.move(name, dir, now)
	if err != nil {
		return err
	}
	return d.write(to+".error", strings.NewReader(why))
}

func (d *Dir) move(name, dir string, now time.Time) (to string, err error) {
	if err := d.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the directory: %w", err)
	}
	to = path.Join(dir, name)
	if _, err := d.root.Lstat(to); err == nil {
		to += "." + now.UTC().Format("20060102T150405.000000000")
	}
	return to, d.root.Rename(name, to)
}

// Remove removes a file; one that is gone is removed.
func (d *Dir) Remove(name string) error {
	if err := d.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
