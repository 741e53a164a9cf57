// Package mappings turns transaction sets into canonical documents and back. A
// mapping is a file of pairs, our field on the left, its place in X12 on the
// right; one file serves both directions. The language is described in
// README.md.
package mappings

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"waybill/settings"
	"waybill/translators"
)

//go:embed base
var base embed.FS

// Base returns the mappings that the program carries: base/850.yaml and so on.
func Base() fs.FS { return base }

// Overlay returns user's mappings over the base: a file that both have is user's.
func Overlay(user fs.FS) fs.FS { return overlay{user} }

type overlay struct{ user fs.FS }

// Open opens user's file, else the base's.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.user.Open(name)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	return base.Open(name)
}

// ReadDir lists both folders.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, userErr := fs.ReadDir(o.user, name)
	more, err := fs.ReadDir(base, name)
	if userErr != nil && err != nil {
		return nil, userErr
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Name()] = true
	}
	for _, e := range more {
		if !seen[e.Name()] {
			entries = append(entries, e)
		}
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	return entries, nil
}

// Against is what a mapping is compiled against.
type Against struct {
	Schema    *translators.Schema
	Canonical func(kind string) (json.RawMessage, error)
}

// Map is one compiled mapping: immutable, and safe for many goroutines.
type Map struct {
	name     string
	kind     string
	schema   *translators.Schema
	root     *template
	in, out  *scope
	shape    *shape // of the document
	checks   []*check
	day      *dayOfTables // nil where no table asks
	late     bool         // something is read only when the whole set is
	writes   bool         // an expression decides what is written
	currency int          // slot of the document's currency; -1 for none

	readers sync.Pool // of readers, for the room that they have made
	writers sync.Pool // of writers, likewise
}

// Name is the mapping's file without its ending.
func (m *Map) Name() string { return m.name }

// Canonical is the kind of document that the mapping is for.
func (m *Map) Canonical() string { return m.kind }

// Compile reads the named mapping with all that it extends, and compiles it
// against an X12 schema and the canonical schema. All problems are returned; the
// Map is nil if one of them is more than a warning.
func Compile(fsys fs.FS, name string, a Against) (*Map, []settings.Problem) {
	l := &loader{fsys: fsys}
	files := l.chain(name)
	if files == nil {
		return nil, l.found
	}
	merged := l.merge(files)
	c := &compiler{loader: l, merged: merged, schema: a.Schema, codes: map[string]*codes{}, rank: map[string]int{}}
	for i, f := range files {
		c.rank[f.name+".yaml"] = i
	}
	m := c.compile(a)
	l.found = sorted(l.found)
	if settings.Fatal(l.found) {
		return nil, l.found
	}
	return m, l.found
}

// sorted orders by file and line, and says one thing about one key of a place.
func sorted(found []settings.Problem) []settings.Problem {
	sort.SliceStable(found, func(i, j int) bool {
		a, b := found[i], found[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return slices.CompactFunc(found, func(a, b settings.Problem) bool {
		return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.Key == b.Key && (a.Text == b.Text || a.Line > 0)
	})
}

// kindOf reads order/v1.
func kindOf(canonical string) (string, error) {
	kind, version, ok := strings.Cut(canonical, "/")
	if !ok || version != "v1" || !isName(kind) {
		return "", fmt.Errorf("%q is no canonical schema such as order/v1", canonical)
	}
	return kind, nil
}
