package partners

import (
	"context"
	"path/filepath"
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
			if telling(e) {
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

// telling leaves out what editors write beside the file. A name that begins
// with two dots is the link that a mounted config map swaps.
func telling(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	return e.Op != fsnotify.Chmod && (!ignored(name) || strings.HasPrefix(name, ".."))
}

// look reloads when the files are not those tried last and the same as at the
// last look; when they are not, it looks again soon.
func (w *watch) look() {
	t, _ := readTree(w.shelf.dir)
	w.follow(t.directories)
	switch {
	case t.revision == w.shelf.lastTried():
	case t.revision != w.seen:
		w.quiet.Reset(w.shelf.settle)
	default:
		w.shelf.Reload()
	}
	w.seen = t.revision
}

// follow watches the directories; those watched already stay.
func (w *watch) follow(directories []string) {
	if w.watcher == nil {
		return
	}
	for _, d := range append([]string{"."}, directories...) {
		if err := w.watcher.Add(filepath.Join(w.shelf.dir, filepath.FromSlash(d))); err != nil {
			w.shelf.o.Log.Warn("a directory is not watched", "directory", d, "err", err)
		}
	}
}

// lastTried is the revision read last, whatever came of it.
func (s *Shelf) lastTried() string {
	s.loading.Lock()
	defer s.loading.Unlock()
	return s.tried
}
