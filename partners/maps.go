package partners

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// maps compiles the mappings of one Book: each once for each schema that it is
// needed against, whoever asks first. There are never more than the profiles'
// mappings times the releases that we have schemas of.
type maps struct {
	o     Options
	user  folder // mappings/ of the config directory
	fsys  fs.FS  // the same over the built-in ones
	names []string

	mu   sync.Mutex
	made map[mapKey]func() compiled
}

type mapKey struct {
	name   string
	schema *translators.Schema
}

// compiled is what became of one compilation.
type compiled struct {
	mapping *mappings.Map // nil where a problem is more than a warning
	found   []settings.Problem
}

func newMaps(user folder, o Options) *maps {
	m := &maps{o: o, user: user, fsys: mappings.Overlay(user), made: map[mapKey]func() compiled{}}
	// What cannot be walked is no mapping; the embedded files and those in memory always can.
	_ = fs.WalkDir(m.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if stem, ok := strings.CutSuffix(name, ".yaml"); err == nil && ok && !d.IsDir() && !mappings.IsTable(name) {
			m.names = append(m.names, stem)
		}
		return nil
	})
	slices.Sort(m.names)
	return m
}

// compile returns the named mapping for a set in a version; first says that
// nobody asked for it before. The error is for a set or version without a schema.
func (m *maps) compile(name string, t reading, version string) (c compiled, first bool, err error) {
	schema, _, err := t.schema(version)
	if err != nil {
		return compiled{}, false, err
	}
	key := mapKey{name, schema}
	m.mu.Lock()
	made, known := m.made[key]
	if !known {
		made = sync.OnceValue(func() compiled {
			mapping, found := mappings.Compile(m.fsys, name, mappings.Against{Schema: schema, Canonical: m.o.Canonical})
			return compiled{mapping, m.placed(found)}
		})
		m.made[key] = made
	}
	m.mu.Unlock()
	return made(), !known, nil
}

// placed gives problems the path that a person looks under.
func (m *maps) placed(found []settings.Problem) []settings.Problem {
	out := slices.Clone(found)
	for i, p := range out {
		if _, ok := m.user[p.File]; !ok {
			out[i].File = "built in: " + p.File
			continue
		}
		out[i].File = "mappings/" + p.File
	}
	return out
}

// Map is the agreement's mapping for the version that a set came in (GS08).
// The profile's own version is compiled when the Book is made, another one when
// the first such set comes.
func (a Agreement) Map(version string) (*mappings.Map, error) {
	c, _, err := a.maps.compile(a.mapping, a.reading, version)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", a.mapping, err)
	}
	if c.mapping == nil {
		return nil, fmt.Errorf("mapping %s does not fit %s in version %s: %w", a.mapping, a.Document, version, settings.Problems(c.found))
	}
	return c.mapping, nil
}
