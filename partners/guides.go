package partners

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"waybill/settings"
	"waybill/translators"
)

// guides compiles the partners' guides of one Book, each once.
type guides struct {
	compile func(fsys fs.FS, dir, name string) (*translators.Schema, []settings.Problem)
	user    folder // guides/ of the config directory
	names   []string

	mu   sync.Mutex
	made map[string]guided
}

// guided is what became of one guide.
type guided struct {
	schema *translators.Schema // nil where a problem is more than a warning
	found  []settings.Problem
}

func newGuides(user folder, o Options) *guides {
	g := &guides{compile: o.Guides, user: user, made: map[string]guided{}}
	if o.Guides == nil {
		return g
	}
	for _, e := range user.entries(".") {
		if stem, ok := strings.CutSuffix(e.Name(), ".yaml"); ok && !e.IsDir() {
			g.names = append(g.names, stem)
		}
	}
	return g
}

// get returns the named guide; first says that nobody asked for it before.
func (g *guides) get(name string) (made guided, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	made, known := g.made[name]
	if !known {
		made.schema, made.found = g.compile(g.user, "guides/", name)
		g.made[name] = made
	}
	return made, !known
}

// reading is by which schema a document is read: the standard's, a guide's, or
// the nearest that there is.
type reading struct {
	set     string
	version string              // as it was agreed
	guide   *translators.Schema // nil: the standard's own
	other   string              // other_release
	o       *Options
}

// schema finds the schema for a version (GS08); note says that it is another's.
func (t reading) schema(version string) (schema *translators.Schema, note string, err error) {
	if t.guide != nil {
		if strings.HasPrefix(version, t.guide.Release) {
			return t.guide, "", nil
		}
		return nil, "", fmt.Errorf("guide %s is for release %s, found version %q", t.guide.Guide.Name, t.guide.Release, version)
	}
	schema, err = t.o.Schemas(t.set, version)
	if err == nil && t.other == "refuse" && !t.agreed(schema) {
		return nil, "", fmt.Errorf("version %s was agreed, found %q", t.version, version)
	}
	if err == nil || t.other != "nearest" || t.o.Nearest == nil {
		return schema, "", err
	}
	if schema, err = t.o.Nearest(t.set, version); err != nil {
		return nil, "", err
	}
	return schema, fmt.Sprintf("version %s is not known and was read as %s, the nearest", version, schema.Release), nil
}

// agreed says whether a schema is of the release that was agreed.
func (t reading) agreed(schema *translators.Schema) bool {
	return strings.HasPrefix(t.version, schema.Release)
}

// Schema is the schema that a set of the agreement is read by in a version
// (GS08): the guide's, the standard's, or the nearest where the profile allows
// that; then note says so.
func (a Agreement) Schema(version string) (schema *translators.Schema, note string, err error) {
	return a.reading.schema(version)
}

// OtherRelease says that sets in a version (GS08) of another release than agreed
// wait for a person, and why; "" is that they do not.
func (a Agreement) OtherRelease(version string) string {
	r := a.reading
	if r.other != "hold" {
		return ""
	}
	if schema, err := r.o.Schemas(r.set, version); err != nil || r.agreed(schema) {
		return ""
	}
	return fmt.Sprintf("version %s was agreed, found %q", r.version, version)
}

// reading finds the guide of a document, and says what is wrong with it, once.
func (l *loader) reading(d documentFile, set, key string, x x12File, found *problems) reading {
	t := reading{set: set, version: d.Version, other: x.OtherRelease, o: &l.o}
	if d.Guide == "" {
		return t
	}
	if !slices.Contains(l.guides.names, d.Guide) {
		found.add(key+".guide", nearOf(d.Guide, l.guides.names, "guides are files such as guides/acme-850.yaml"), "there is no guide %q", d.Guide)
		return t
	}
	made, first := l.guides.get(d.Guide)
	if first {
		l.found = append(l.found, made.found...)
	}
	switch {
	case made.schema == nil && first:
		found.add(key+".guide", "mend what is said of it", "%s cannot be used", d.Guide)
	case made.schema == nil:
	case made.schema.Set != set:
		found.add(key+".guide", "name a guide for "+set, "%s is for %s", d.Guide, made.schema.Set)
	case !strings.HasPrefix(d.Version, made.schema.Release):
		found.add(key+".guide", "agree on one release", "%s is for release %s, but the version is %s", d.Guide, made.schema.Release, d.Version)
	default:
		t.guide = made.schema
	}
	return t
}
