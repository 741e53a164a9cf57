package partners

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// folder is a file system in memory: the files of one directory as they were
// when the Book was made, so that a mapping compiled later is of the same revision.
type folder map[string][]byte

// folder cuts one directory out of the tree.
func (t tree) folder(name string) folder {
	out := folder{}
	for file, data := range t.below(name + "/") {
		out[strings.TrimPrefix(file, name+"/")] = data
	}
	return out
}

// Open opens a file or directory.
func (f folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if data, ok := f[name]; ok {
		return &opened{entry: entry{name: path.Base(name), size: int64(len(data))}, Reader: bytes.NewReader(data)}, nil
	}
	entries := f.entries(name)
	if len(entries) == 0 && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &opened{entry: entry{name: path.Base(name), dir: true}, Reader: bytes.NewReader(nil), entries: entries}, nil
}

// entries are what a directory holds, by name.
func (f folder) entries(dir string) []fs.DirEntry {
	prefix := dir + "/"
	if dir == "." {
		prefix = ""
	}
	found := map[string]entry{}
	for name, data := range f {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		if first, _, deeper := strings.Cut(rest, "/"); deeper {
			found[first] = entry{name: first, dir: true}
		} else {
			found[rest] = entry{name: rest, size: int64(len(data))}
		}
	}
	out := make([]fs.DirEntry, 0, len(found))
	for _, e := range found {
		out = append(out, fs.FileInfoToDirEntry(e))
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

// entry describes a file or directory.
type entry struct {
	name string
	size int64
	dir  bool
}

// Name is the last part of the path.
func (e entry) Name() string { return e.name }

// Size is the file's length.
func (e entry) Size() int64 { return e.size }

// Mode says that nothing can be written.
func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// ModTime is not kept.
func (e entry) ModTime() time.Time { return time.Time{} }

// IsDir says whether it is a directory.
func (e entry) IsDir() bool { return e.dir }

// Sys is nothing.
func (e entry) Sys() any { return nil }

// opened is an open file or directory.
type opened struct {
	entry
	*bytes.Reader
	entries []fs.DirEntry
}

// Stat describes it.
func (o *opened) Stat() (fs.FileInfo, error) { return o.entry, nil }

// Size is the file's length.
func (o *opened) Size() int64 { return o.entry.size }

// Close needs to do nothing.
func (o *opened) Close() error { return nil }

// ReadDir reads on in a directory; n of 0 or less means all that is left.
func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	switch {
	case n <= 0 || n > len(o.entries) && len(o.entries) > 0:
		n = len(o.entries)
	case len(o.entries) == 0:
		return nil, io.EOF
	}
	out := o.entries[:n]
	o.entries = o.entries[n:]
	return out, nil
}
