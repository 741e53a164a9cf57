package x12

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"waybill/translators"
)

//go:embed schemas samples
var schemaFiles embed.FS

// Library holds the schemas by release and set. A release and a set are
// compiled when they are first asked for, and never change after that.
type Library struct {
	releases map[string]*release
}

// release is one X12 release: its dictionary and its sets.
type release struct {
	version    string
	dictionary func() (*dictionary, error)
	sets       map[string]func() (*translators.Schema, error)
}

// Load opens the schemas that the program carries.
func Load() (*Library, error) {
	root, err := fs.Sub(schemaFiles, "schemas")
	if err != nil {
		return nil, err
	}
	return open(root)
}

func open(root fs.FS) (*Library, error) {
	files, err := fs.Glob(root, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Library{releases: map[string]*release{}}
	for _, file := range files {
		version, name, _ := strings.Cut(strings.TrimSuffix(file, ".yaml"), "/")
		r := l.releases[version]
		if r == nil {
			r = &release{version: version, sets: map[string]func() (*translators.Schema, error){}}
			r.dictionary = sync.OnceValues(func() (*dictionary, error) { return readDictionary(root, version) })
			l.releases[version] = r
		}
		if name == "segments" || name == "codes" {
			continue
		}
		r.sets[name] = sync.OnceValues(func() (*translators.Schema, error) { return r.compile(root, file) })
	}
	return l, nil
}

// Schema returns the schema of a set in the release that version begins with,
// so that 004010VICS is read as 004010.
func (l *Library) Schema(set, version string) (*translators.Schema, error) {
	r := l.release(version)
	if r == nil {
		return nil, fmt.Errorf("version %q is not known; known are %s", version, strings.Join(l.versions(), ", "))
	}
	compiled, ok := r.sets[set]
	if !ok {
		return nil, fmt.Errorf("set %q is not known in release %s; known are %s%s", set, r.version, strings.Join(slices.Sorted(maps.Keys(r.sets)), ", "), l.elsewhere(set))
	}
	return compiled()
}

// elsewhere names the releases that do have a set.
func (l *Library) elsewhere(set string) string {
	var in []string
	for _, version := range l.versions() {
		if r := l.release(version); r != nil && r.sets[set] != nil {
			in = append(in, version)
		}
	}
	if in == nil {
		return ""
	}
	return "; it is in " + strings.Join(in, ", ")
}

// Nearest returns the schema of a set in the release that comes closest to a
// version: the last one before it, else the first one after it, that has the set.
func (l *Library) Nearest(set, version string) (*translators.Schema, error) {
	if schema, err := l.Schema(set, version); err == nil {
		return schema, nil
	}
	best := ""
	for _, known := range l.versions() {
		if _, ok := l.releases[known].sets[set]; ok && (best == "" || known <= version) {
			best = known
		}
	}
	if best == "" {
		return nil, fmt.Errorf("set %q is not known in any release", set)
	}
	return l.Schema(set, best)
}

// release finds the release that the version begins with; the longest name wins.
func (l *Library) release(version string) *release {
	var best *release
	for name, r := range l.releases {
		if strings.HasPrefix(version, name) && (best == nil || len(name) > len(best.version)) {
			best = r
		}
	}
	return best
}

func (l *Library) versions() []string { return slices.Sorted(maps.Keys(l.releases)) }

// hasCode says whether the release lists a code for an element of a segment.
func (l *Library) hasCode(version, segment string, element int, code string) bool {
	r := l.release(version)
	if r == nil {
		return false
	}
	d, err := r.dictionary()
	if err != nil || d.segments[segment] == nil || element > len(d.segments[segment].Elements) {
		return false
	}
	return d.segments[segment].Elements[element-1].Codes.Has(code)
}

// hasFunctional says whether any set of the version's release goes in such groups (GS01).
func (l *Library) hasFunctional(version, functional string) bool {
	r := l.release(version)
	if r == nil {
		return false
	}
	for _, compiled := range r.sets {
		if s, err := compiled(); err == nil && s.Functional == functional {
			return true
		}
	}
	return false
}

// hasSegment says whether any set of the version's release uses the segment.
func (l *Library) hasSegment(version, id string) bool {
	r := l.release(version)
	if r == nil {
		return false
	}
	d, err := r.dictionary()
	if err != nil {
		return false
	}
	_, ok := d.segments[id]
	return ok
}
