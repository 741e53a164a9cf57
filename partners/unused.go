package partners

import (
	"path"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/settings"
)

// unused reads the mappings and guides that no profile names. What is wrong with
// them is told before somebody names them, and stops nothing.
func (l *loader) unused() {
	for _, name := range l.guides.names {
		if made, first := l.guides.get(name); first {
			l.warn(made.found)
		}
	}
	for _, name := range l.maps.unused() {
		l.warn(l.maps.placed(l.maps.tried(name)))
	}
}

// warn adds problems that stop nothing.
func (l *loader) warn(found []settings.Problem) {
	for _, p := range found {
		p.Warning = true
		l.found = append(l.found, p)
	}
}

// unused are the mappings of the folder that were not compiled, neither for
// themselves nor as what another extends.
func (m *maps) unused() []string {
	read := map[string]bool{}
	var all, own []string
	m.mu.Lock()
	for key := range m.made {
		read[key.name] = true
		all = append(all, key.name)
	}
	m.mu.Unlock()
	for file := range m.user {
		if name, ok := strings.CutSuffix(file, ".yaml"); ok && !mappings.IsTable(file) && path.Dir(file) == "." {
			own = append(own, name)
		}
	}
	for _, name := range append(all, own...) {
		r, _ := mappings.Resolve(m.fsys, name)
		if r == nil {
			continue
		}
		for _, extended := range r.Chain[:max(len(r.Chain)-1, 0)] {
			read[extended] = true
		}
	}
	own = slices.DeleteFunc(own, func(name string) bool { return read[name] })
	slices.Sort(own)
	return own
}

// tried compiles a mapping for the release that it fits, since no profile says
// which is meant; it returns the problems of the first if it fits none.
func (m *maps) tried(name string) []settings.Problem {
	r, found := mappings.Resolve(m.fsys, name)
	if r == nil || slices.ContainsFunc(found, func(p settings.Problem) bool { return !p.Warning }) {
		return found
	}
	set, version, _ := strings.Cut(r.X12, " ")
	releases := []string{version}
	if version == "" {
		releases = []string{"004010", "005010"}
	}
	var first []settings.Problem
	for _, release := range releases {
		schema, err := m.o.Schemas(set, release)
		if err != nil { // the parts that others are made of are for no set
			continue
		}
		mapping, found := mappings.Compile(m.fsys, name, mappings.Against{Schema: schema, Canonical: m.o.Canonical})
		if mapping != nil {
			return found
		}
		if first == nil {
			first = found
		}
	}
	return first
}
