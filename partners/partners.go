// Package partners knows on which terms we trade with whom: the profiles under
// partners/, the mappings and certificates that they name, and the Book made of
// them. A Book is immutable and whole; the Shelf holds the one in force and
// puts a new one in its place when the files change, or leaves it there when
// the new one is bad.
package partners

import (
	"slices"
	"time"
)

// Book is all profiles of one revision of the files. It never changes: whoever
// works with one keeps it from start to end.
type Book struct {
	Revision string // names the content of every file that made it
	Attached any    // what Options.Attach made of it

	dir       string
	made      time.Time
	certs     map[string][]byte // path in the config directory → content
	profiles  []*Profile        // by name
	byName    map[string]*Profile
	byPair    map[pair]*Profile
	calendars map[string]*Calendar
}

// Partner finds a profile by its name.
func (b *Book) Partner(name string) (*Profile, bool) {
	p, ok := b.byName[name]
	return p, ok
}

// Partners are all profiles, by name. The slice is the caller's.
func (b *Book) Partners() []*Profile { return append([]*Profile(nil), b.profiles...) }

// Calendar finds a calendar by its name.
func (b *Book) Calendar(name string) (*Calendar, bool) {
	c, ok := b.calendars[name]
	return c, ok
}

// calendarNames are the names of all calendars, in order.
func (b *Book) calendarNames() []string { return sortedKeys(b.calendars) }

// sortedKeys are the names in a map, in order.
func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
