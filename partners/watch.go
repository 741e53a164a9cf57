package partners

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Run reloads when the files change, until ctx ends. It waits until they are
// quiet and read the same twice, so that a version that is half written is not
// taken for one that is meant. Where the system tells of no change, as with
// some mounted directories, it finds out by looking every Options.Every.
func (s *Shelf) Run(ctx context.Context) error {
	w := watch{shelf: s}
	if watcher, err := fsnotify.NewWatcher(); err != nil {
		s.o.Log.Warn("changes of the configuration are found by looking only", "every", s.o.Every, "err", err)
	} else {
		defer watcher.Close()
		w.watcher, w.events, w.errors = watcher, watcher.Events, watcher.Errors
	}
	w.quiet = time.NewTimer(0) // a change between Open and Run is found at once
	defer w.quiet.Stop()
	every := time.NewTicker(s.o.Every)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.events:
			if w.telling(e) {
				w.quiet.Reset(s.settle)
			}
		case err := <-w.errors: // such as too many events at once
			s.o.Log.Warn("watching the configuration", "err", err)
			w.quiet.Reset(s.settle)
		case <-w.quiet.C:
			w.look()
		case <-every.C:
			w.look()
		}
	}
}

// watch is one Run.
type watch struct {
	shelf   *Shelf
	watcher *fsnotify.Watcher // nil where the system has none
	events  chan fsnotify.Event
	errors  chan error
	quiet   *time.Timer
	seen    string // the revision at the last look
}

// telling leaves out what editors write beside the file, and what lies in the
// config directory itself beside the directories that make a Book. A name that
// begins with two dots is the link that a mounted config map swaps.
func (w *watch) telling(e fsnotify.Event) bool {
	dir, name := filepath.Split(e.Name)
	if filepath.Clean(dir) == filepath.Clean(w.shelf.dir) {
		return slices.Contains(directories(), name)
	}
	return !ignored(name) || strings.HasPrefix(name, "..")
}

// look reloads when the files are not those tried last and the same as at the
// last look; when they are not, it looks again soon.
func (w *watch) look() {
	s := w.shelf
	t, found := readTree(s.dir)
	missed := w.follow(t.directories)
	s.loading.Lock()
	defer s.loading.Unlock()
	again := missed
	if t.revision != s.tried {
		if t.revision == w.seen {
			s.replace(t, found)
		} else {
			again = true
		}
	}
	w.seen = t.revision
	if again {
		w.quiet.Reset(s.settle)
	}
}

// follow watches the directories, those watched already as well, since a link
// may lead elsewhere by now. It says whether one is new: what happened in it
// between reading and now was not told.
func (w *watch) follow(directories []string) (missed bool) {
	if w.watcher == nil {
		return false
	}
	known := w.watcher.WatchList()
	for _, d := range append([]string{"."}, directories...) {
		name := filepath.Join(w.shelf.dir, filepath.FromSlash(d))
		if err := w.watcher.Add(name); err != nil {
			w.shelf.o.Log.Warn("a directory is not watched", "directory", d, "err", err)
			continue
		}
		missed = missed || !slices.Contains(known, name)
	}
	return missed
}
