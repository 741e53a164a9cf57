package partners

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"waybill/settings"
)

// Bounds of what is read from a config directory.
const (
	maxFile  = 1 << 20   // bytes of one file
	maxTree  = 256 << 20 // bytes of all files
	maxFiles = 20000
	maxDeep  = 8 // directories within directories; links may lead in a circle
)

// directories are those of a config directory that make a Book.
func directories() []string {
	return []string{"partners", "mappings", "guides", "calendars", "certs", "keys"}
}

// tree is the content of those directories at one time.
type tree struct {
	files       map[string][]byte // by path with slashes, relative to the config directory; no keys
	directories []string          // that the files were found in
	revision    string
}

// below are the files whose paths begin with prefix, by path.
func (t tree) below(prefix string) map[string][]byte {
	out := map[string][]byte{}
	for name, data := range t.files {
		if strings.HasPrefix(name, prefix) {
			out[name] = data
		}
	}
	return out
}

// readTree reads what makes a Book. What cannot be read is a problem, and part
// of the revision as well, so that mending it is a change.
func readTree(dir string) (tree, []settings.Problem) {
	r := reader{dir: dir, sums: map[string][]byte{}, tree: tree{files: map[string][]byte{}}}
	for _, d := range directories() {
		r.directory(d, 0)
	}
	r.tree.revision = r.sum()
	return r.tree, r.found
}

// reader walks the directories.
type reader struct {
	dir   string
	tree  tree
	sums  map[string][]byte // by path: a hash of the content, or of why there is none
	bytes int64
	full  bool
	found []settings.Problem
}

func (r *reader) add(name, text, hint string) {
	r.found = append(r.found, settings.Problem{File: name, Text: text, Hint: hint})
	sum := sha256.Sum256([]byte(text))
	r.sums[name] = sum[:]
}

func (r *reader) directory(name string, deep int) {
	entries, err := os.ReadDir(filepath.Join(r.dir, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist) && name != "partners":
		return // optional, or gone since its parent was read
	case errors.Is(err, fs.ErrNotExist):
		r.add(name, "there is no such directory", "waybill init DIR writes an example tree")
		return
	case err != nil:
		r.add(name, "cannot be read: "+reason(err), "")
		return
	case deep > maxDeep:
		r.add(name, fmt.Sprintf("nested deeper than %d directories", maxDeep), "look for a link that leads back")
		return
	}
	r.tree.directories = append(r.tree.directories, name)
	for _, e := range entries {
		if !ignored(e.Name()) {
			r.entry(path.Join(name, e.Name()), deep)
		}
	}
}

// ignored are what editors, version control and mounted config maps leave beside the files.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(name, ".tmp") || strings.HasSuffix(name, ".swp")
}

// entry reads a file or goes into a directory, through links.
func (r *reader) entry(name string, deep int) {
	if r.full {
		return
	}
	info, err := os.Stat(filepath.Join(r.dir, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // gone since, or a link to nothing: what needs it will say so
	case err != nil:
		r.add(name, "cannot be read: "+reason(err), "")
	case info.IsDir():
		r.directory(name, deep+1)
	case info.Mode().IsRegular():
		r.file(name, info.Mode())
	}
}

// file reads one file. Of a key only a hash is kept; its mode is a part of that,
// since a key that others may read is refused.
func (r *reader) file(name string, mode fs.FileMode) {
	data, err := readBounded(filepath.Join(r.dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return // gone since its directory was read
	}
	if err != nil {
		r.add(name, "cannot be read: "+reason(err), "")
		return
	}
	if len(data) > maxFile {
		r.add(name, fmt.Sprintf("is larger than %d bytes", maxFile), "no profile, mapping or certificate is; move the file elsewhere")
		return
	}
	r.bytes += int64(len(data))
	if r.bytes > maxTree || len(r.sums) >= maxFiles {
		r.full = true
		r.add(name, fmt.Sprintf("there are more than %d files or %d bytes in all", maxFiles, maxTree), "move what is no configuration elsewhere")
		return
	}
	if strings.HasPrefix(name, "keys/") {
		data = append(data, mode.String()...)
	} else {
		r.tree.files[name] = data
	}
	sum := sha256.Sum256(data)
	r.sums[name] = sum[:]
}

// readBounded reads a file, one byte more than allowed at most.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// reason is an error of the file system without the path, which the problem has.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// sum is the revision: a hash over every path and content.
func (r *reader) sum() string {
	names := make([]string, 0, len(r.sums))
	for name := range r.sums {
		names = append(names, name)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, name := range names {
		_ = binary.Write(h, binary.BigEndian, uint32(len(name))) // a hash takes everything
		io.WriteString(h, name)
		h.Write(r.sums[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
