package mappings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bounds of a mapping: of files that extend one another, and of fields once its
// parts are put in.
const (
	maxChain   = 4
	maxEntries = 5000
)

// merged is a chain of files as one.
type merged struct {
	name      string
	x12       string
	canonical string
	head      place // of x12
	schema    place // of canonical
	parts     map[string]*part
	tables    map[string]*table
	order     []string // names of the tables as they came
	entries   []*entry
	checks    []*check
	zone      string
	dated     string // the field whose day decides which rows of tables hold

	zonePlace, datedPlace place
}

// chain reads a mapping and what it extends, the root first.
func (l *loader) chain(name string) []*file {
	var files []*file
	seen := map[string]bool{}
	from := place{}
	for name != "" {
		if seen[name] {
			l.add(from, "extends", name+" extends itself", "take one extends away")
			return nil
		}
		if len(files) == maxChain {
			l.add(from, "extends", fmt.Sprintf("more than %d files extend one another", maxChain), "merge two of them")
			return nil
		}
		f := l.file(name, from)
		if f == nil {
			return nil
		}
		seen[name] = true
		files = append([]*file{f}, files...)
		name, from = f.extends, f.places["extends"]
	}
	return files
}

// merge lays the files over one another by name, then puts the parts in.
func (l *loader) merge(files []*file) *merged {
	m := &merged{parts: map[string]*part{}, tables: map[string]*table{}}
	for _, f := range files {
		m.name = f.name
		if f.x12 != "" {
			m.x12, m.head = f.x12, f.places["x12"]
		}
		if f.zone != "" {
			m.zone, m.zonePlace = f.zone, f.places["zone"]
		}
		if f.dated != "" {
			m.dated, m.datedPlace = f.dated, f.places["dated"]
		}
		if f.canonical != "" {
			m.canonical, m.schema = f.canonical, f.places["canonical"]
		}
		for _, p := range f.parts {
			l.mergePart(m, p)
		}
		for _, t := range f.tables {
			if have, ok := m.tables[t.name]; ok {
				have.merge(t)
				have.pos = t.pos
				continue
			}
			c := *t
			m.tables[t.name] = &c
			m.order = append(m.order, t.name)
		}
	}
	for _, f := range files {
		l.mergeChecks(m, f)
		for _, e := range f.fields {
			l.lay(m, e, f.name)
		}
	}
	return m
}

// mergePart lays a part over the one of the same name, field by field.
func (l *loader) mergePart(m *merged, p *part) {
	have, ok := m.parts[p.name]
	if !ok {
		m.parts[p.name] = &part{name: p.name, pos: p.pos, entries: append([]*entry{}, p.entries...)}
		return
	}
	inner := &merged{parts: m.parts, entries: have.entries}
	for _, e := range p.entries {
		l.put(inner, e)
	}
	have.entries = inner.entries
}

// lay puts one entry of a file into the merged map and expands its part.
func (l *loader) lay(m *merged, e *entry, from string) {
	if have := m.find(e.path); have != nil && !e.drop && have.pos.file != e.pos.file && same(have, e) {
		p := e.pos
		l.add(p, e.path, "says what "+have.pos.String()+" says", "remove it")
		l.found[len(l.found)-1].Warning = true
	}
	l.place(m, e, nil)
}

// place puts an entry, and expands the part that it names.
func (l *loader) place(m *merged, e *entry, within []string) {
	name := e.as
	if name == "" {
		l.put(m, e)
		if v := e.any(); v != nil && !e.drop {
			name = v.as
		}
	}
	if name != "" {
		l.expand(m, e, name, within)
	}
}

// same says whether two entries say the same.
func same(a, b *entry) bool {
	return a.both() && b.both() && !a.binds() && !a.out.path.group && a.out.text == b.out.text
}

// replacing notes what the entry replaces; the same part put there again is no change.
func (e *entry) replacing(have *entry) *entry {
	if have.pos == e.pos {
		return e
	}
	c := *e
	c.over = append(append([]place{}, have.over...), have.pos)
	return &c
}

func (m *merged) find(path string) *entry {
	for _, e := range m.entries {
		if e.path == path {
			return e
		}
	}
	return nil
}

// put replaces, drops or appends an entry.
func (l *loader) put(m *merged, e *entry) {
	if e.drop {
		l.remove(m, e)
		return
	}
	for i, have := range m.entries {
		if have.path != e.path {
			continue
		}
		if e.bare() && !have.drop { // when alone stands beside what is there
			c := *have
			c.when = e.when
			e = &c
		} else {
			e = e.replacing(have)
		}
		m.entries[i] = e
		return
	}
	if len(m.entries) == maxEntries {
		l.add(e.pos, e.path, fmt.Sprintf("more than %d fields are too many", maxEntries), "a part may hold itself many times over")
	}
	if len(m.entries) <= maxEntries {
		m.entries = slices.Insert(m.entries, m.after(e.path), e)
	}
}

// after is where a new field of a block goes: behind those that are there.
func (m *merged) after(path string) int {
	for i := len(m.entries) - 1; i >= 0; i-- {
		if siblings(m.entries[i].path, path) {
			return i + 1
		}
	}
	return len(m.entries)
}

// siblings says whether two paths have the same parent, so that a new field
// stands with those of its block.
func siblings(a, b string) bool {
	parent := b[:strings.LastIndexByte(b, '.')+1]
	return parent != "" && strings.HasPrefix(a, parent)
}

func (l *loader) remove(m *merged, e *entry) {
	kept := m.entries[:0:0]
	for _, have := range m.entries {
		if have.path != e.path && !strings.HasPrefix(have.path, e.path+".") {
			kept = append(kept, have)
		}
	}
	if len(kept) == len(m.entries) {
		names := make([]string, 0, len(kept))
		for _, have := range kept {
			names = append(names, have.path)
		}
		hint := ""
		if len(names) > 0 {
			hint = suggestion(e.path, names)
		}
		l.add(e.pos, e.path, "nothing to drop", hint)
	}
	m.entries = kept
}

// expand puts a part's entries below the path of the entry that names it. What
// a file says of such a path itself stays.
func (l *loader) expand(m *merged, e *entry, name string, within []string) {
	p, ok := m.parts[name]
	if !ok {
		names := slices.Sorted(maps.Keys(m.parts))
		l.add(e.where(), e.path, "there is no part "+name, suggestion(name, names))
		return
	}
	for _, outer := range within {
		if outer == name {
			l.add(e.where(), e.path, "part "+name+" contains itself", "")
			return
		}
	}
	for _, pe := range p.entries {
		if len(m.entries) > maxEntries {
			return
		}
		c := pe.below(e.path)
		c.part = name
		c.via = append(append([]place{}, e.via...), e.where())
		if have := m.find(c.path); have == nil || have.part != "" {
			l.place(m, c, append(append([]string{}, within...), name))
		}
	}
}

// where is the place of an entry's part.
func (e *entry) where() place {
	if v := e.any(); v != nil {
		return v.pos
	}
	return e.pos
}
