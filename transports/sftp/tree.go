package sftp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// maxPending is how many uploads that are no messages yet a partner may leave here.
const maxPending = 1000

// tree is a partner's directories on our disk. Every access goes through an
// os.Root, so that nothing in it, not even a symbolic link, leads out of it.
type tree struct{ *os.Root }

// openTree opens a partner's tree and makes what is missing of it.
func openTree(dir, partner string) (*tree, error) {
	if err := checkName(partner); err != nil {
		return nil, err
	}
	at := filepath.Join(dir, partner)
	if err := os.MkdirAll(at, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of %s: %w", partner, err)
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return nil, fmt.Errorf("open the directory of %s: %w", partner, err)
	}
	for _, name := range []string{inboundDir, outboundDir, archiveDir, stagingDir, waitingDir} {
		if err := root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, errors.Join(err, root.Close())
		}
	}
	return &tree{root}, nil
}

// regular opens a file that is a plain one: no link, no device, no directory.
func (t *tree) regular(p place, flag int) (*os.File, error) {
	known, err := t.Lstat(p.real())
	switch {
	case err == nil && !known.Mode().IsRegular():
		return nil, refused("%q is no plain file", p.name)
	case err != nil && (flag&os.O_CREATE == 0 || !errors.Is(err, fs.ErrNotExist)):
		return nil, err
	}
	f, err := t.OpenFile(p.real(), flag, 0o600)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && (!opened.Mode().IsRegular() || known != nil && !os.SameFile(known, opened)) {
		err = refused("%q was exchanged while it was opened", p.name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// list reads a directory.
func (t *tree) list(dir string) ([]fs.DirEntry, error) {
	f, err := t.Open(dir)
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	return entries, errors.Join(err, f.Close())
}

// pending is how much the partner has here under temporary names.
func (t *tree) pending() (files int, bytes int64, err error) {
	entries, err := t.list(inboundDir)
	for _, e := range entries {
		if i, failed := e.Info(); failed == nil {
			files, bytes = files+1, bytes+i.Size()
		}
	}
	return files, bytes, err
}

// syncDir makes the names in a directory durable.
func (t *tree) syncDir(dir string) error {
	f, err := t.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// free is a name in a directory that no file has: name, or name with the time.
func (t *tree) free(dir, name string, now time.Time) string {
	if _, err := t.Lstat(path.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
		return name
	}
	return name + "." + now.UTC().Format("20060102T150405.000000000")
}

// partner is what the sessions of one partner share.
type partner struct {
	sessions int // guarded by the server's lock

	mu      sync.Mutex
	writing map[string]bool // names that somebody writes
	recent  []time.Time     // uploads of the last minute
	usage   usage
	coming  int64             // bytes of the uploads that are open
	read    map[string]*spans // by file what was read of it
}

// usage is what the partner has here that is no message yet, as it was counted.
type usage struct {
	at    time.Time // zero when something was changed since
	files int
	bytes int64
}

// usageFor is how long a count holds when we changed nothing.
const usageFor = time.Second

// pending is the tree's, counted anew when something was changed, and what is
// being uploaded.
func (p *partner) pending(t *tree, now time.Time) (files int, bytes int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := now.Sub(p.usage.at); p.usage.at.IsZero() || age < 0 || age > usageFor {
		files, bytes, err := t.pending()
		if err != nil {
			return 0, 0, err
		}
		p.usage = usage{now, files, bytes}
	}
	return p.usage.files + len(p.writing) - 1, p.usage.bytes + p.coming, nil
}

// grow counts bytes that come, or are settled.
func (p *partner) grow(by int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming += by
}

// changed says that the count of what is pending does not hold any more.
func (p *partner) changed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.usage = usage{}
}

// partner is the partner's shared state; the server's lock is held.
func (s *server) partner(name string) *partner {
	p := s.of[name]
	if p == nil {
		p = &partner{writing: map[string]bool{}, read: map[string]*spans{}}
		s.of[name] = p
	}
	return p
}

// claim takes a name for one writer, within the partner's rate.
func (p *partner) claim(name string, perMinute int, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.writing[name] {
		return failed("%q is being written by another session; wait, or take another name", name)
	}
	if perMinute > 0 {
		p.recent = slices.DeleteFunc(p.recent, func(at time.Time) bool { // the clock may have been set back
			age := now.Sub(at)
			return age >= time.Minute || age < 0
		})
		if len(p.recent) >= perMinute {
			return failed("more than %d uploads in a minute; wait and send %q again", perMinute, name)
		}
		p.recent = append(p.recent, now)
	}
	p.writing[name] = true
	return nil
}

func (p *partner) unclaim(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.writing, name)
}

// info is what the partner sees of a file.
type info struct {
	name string
	size int64
	mode fs.FileMode
	time time.Time
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.time }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }
