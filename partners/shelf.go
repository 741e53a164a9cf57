package partners

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"waybill/settings"
	"waybill/translators"
)

// Options of a Shelf; Schemas and Canonical must be given.
type Options struct {
	Schemas func(set, version string) (*translators.Schema, error)
	Nearest func(set, version string) (*translators.Schema, error) // for other_release: nearest; may be nil
	// Guides compiles a partner's guide out of a folder; dir is what stands before
	// the names of its files in problems. Without it no profile can name a guide.
	Guides    func(fsys fs.FS, dir, name string) (*translators.Schema, []settings.Problem)
	Canonical func(kind string) (json.RawMessage, error)
	Targets   []string // the adapters that a document can go to
	Routed    bool     // there are rules for documents whose profile names no adapter
	// Attach makes what belongs to a Book but is another room's, such as the
	// transports' terms. Its problems refuse the Book as those of a profile do.
	Attach  func(*Book) (any, []settings.Problem)
	Log     *slog.Logger
	Changed func(revision string, rejected bool) // after each reload, whatever came of it
	Every   time.Duration                        // between two looks at the files, where the system tells of no change; 0 is 30s
	Now     func() time.Time
}

// Shelf holds the Book in force.
type Shelf struct {
	dir  string
	o    Options
	book atomic.Pointer[Book]

	settle  time.Duration // how long the files must be quiet before they are read
	loading sync.Mutex
	tried   string // the revision last read, whatever came of it
}

// Open reads the profiles, mappings and certificates in the config directory
// dir. The Shelf is nil when a problem is more than a warning.
func Open(dir string, o Options) (*Shelf, []settings.Problem) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Changed == nil {
		o.Changed = func(string, bool) {}
	}
	if o.Every == 0 {
		o.Every = 30 * time.Second
	}
	s := &Shelf{dir: dir, o: o, settle: 200 * time.Millisecond}
	book, found := s.load(readTree(dir))
	if settings.Fatal(found) {
		return nil, found
	}
	s.book.Store(book)
	return s, found
}

// Current is the Book in force.
func (s *Shelf) Current() *Book { return s.book.Load() }

// load makes a Book of a tree that was read with these problems.
func (s *Shelf) load(t tree, found []settings.Problem) (*Book, []settings.Problem) {
	s.tried = t.revision
	book, more := load(s.dir, t, s.o)
	return book, append(found, more...)
}

// Reload reads everything again and puts it in force as a whole. With a problem
// that is more than a warning the Book in force stays, and the problems say why.
func (s *Shelf) Reload() []settings.Problem {
	s.loading.Lock()
	defer s.loading.Unlock()
	return s.replace(readTree(s.dir))
}

// replace puts the Book of a tree in force, unless it is bad. The caller holds loading.
func (s *Shelf) replace(t tree, found []settings.Problem) []settings.Problem {
	book, found := s.load(t, found)
	rejected := settings.Fatal(found)
	for _, p := range found {
		s.o.Log.Warn("configuration", "revision", book.Revision, "problem", p.String())
	}
	if rejected {
		s.o.Log.Error("configuration rejected, the one in force stays", "revision", book.Revision, "in_force", s.Current().Revision)
	} else {
		s.book.Store(book)
		s.o.Log.Info("configuration in force", "revision", book.Revision, "partners", len(book.profiles))
	}
	s.o.Changed(book.Revision, rejected)
	return found
}
