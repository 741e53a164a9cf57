package partners

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"waybill/settings"
)

// change is one call of Options.Changed.
type change struct {
	revision string
	rejected bool
}

// running runs a shelf on dir until the test ends and hands on its changes.
func running(t *testing.T, dir string, every time.Duration) (*Shelf, <-chan change) {
	t.Helper()
	changes := make(chan change, 100)
	o := options()
	o.Every = every
	o.Changed = func(revision string, rejected bool) { changes <- change{revision, rejected} }
	s, found := Open(dir, o)
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	s.settle = 5 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, changes
}

func acmeOf(sender string) string { return profileOf("acme", sender, "OURCO") }

// sends waits until the book in force has acme sending as that.
func sends(t *testing.T, s *Shelf, changes <-chan change, sender string) {
	t.Helper()
	for {
		if p, ok := s.Current().Partner("acme"); ok && p.Them.ID == sender {
			return
		}
		<-changes // the test's own time limit ends a wait for nothing
	}
}

func TestRunTakesChanges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string)
	}{
		{"written in place", func(t *testing.T, dir string) { write(t, dir, "partners/acme.yaml", acmeOf("NEW")) }},
		{"written aside and renamed", func(t *testing.T, dir string) {
			write(t, dir, "partners/.acme.yaml.swp", acmeOf("NEW"))
			rename(t, dir, "partners/.acme.yaml.swp", "partners/acme.yaml")
		}},
		{"a directory swapped for another", func(t *testing.T, dir string) {
			write(t, dir, "next/acme.yaml", acmeOf("NEW"))
			rename(t, dir, "partners", "before")
			rename(t, dir, "next", "partners")
		}},
		{"in pieces, the first of which is no profile", func(t *testing.T, dir string) {
			whole := acmeOf("NEW")
			f, err := os.Create(filepath.Join(dir, "partners/acme.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, piece := range []string{whole[:20], whole[20:60], whole[60:]} {
				if _, err := f.WriteString(piece); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := configDir(t, "partners/acme.yaml", acmeOf("OLD"))
			s, changes := running(t, dir, time.Hour)
			tt.change(t, dir)
			sends(t, s, changes, "NEW")
		})
	}
}

// A directory that appears later is followed too.
func TestRunFollowsNewDirectories(t *testing.T) {
	dir := configDir(t, "partners/acme.yaml", acmeOf("OLD"))
	s, changes := running(t, dir, time.Hour)
	before := s.Current().Revision
	write(t, dir, "certs/new/acme.cer", "not read by anyone")
	first := <-changes
	write(t, dir, "certs/new/acme.cer", "still not")
	for second := range changes {
		if second.revision != first.revision {
			break
		}
	}
	if first.rejected || s.Current().Revision == before {
		t.Errorf("found %+v, still revision %s", first, before)
	}
}

// A mounted config map tells of nothing but the swap of a link.
func TestRunTakesASwappedLink(t *testing.T) {
	dir := configDir(t, "partners/..1/acme.yaml", acmeOf("OLD"), "partners/..2/acme.yaml", acmeOf("NEW"))
	link(t, "..1", filepath.Join(dir, "partners/..data"))
	link(t, "..data/acme.yaml", filepath.Join(dir, "partners/acme.yaml"))
	s, changes := running(t, dir, time.Hour)
	link(t, "..2", filepath.Join(dir, "partners/..tmp"))
	rename(t, dir, "partners/..tmp", "partners/..data")
	sends(t, s, changes, "NEW")
}

// Without any word from the system, looking finds the change.
func TestRunLooks(t *testing.T) {
	outside := configDir(t, "acme.yaml", acmeOf("OLD"))
	dir := configDir(t, "partners/defaults.yaml", "priority: 2\n")
	link(t, filepath.Join(outside, "acme.yaml"), filepath.Join(dir, "partners/acme.yaml"))
	s, changes := running(t, dir, 20*time.Millisecond)
	write(t, outside, "acme.yaml", acmeOf("NEW")) // behind the link: no directory of ours changes
	sends(t, s, changes, "NEW")
}

func TestRunKeepsTheBookInForce(t *testing.T) {
	dir := configDir(t, "partners/acme.yaml", acmeOf("OLD"))
	s, changes := running(t, dir, 10*time.Millisecond)
	old := s.Current()
	write(t, dir, "partners/acme.yaml", "partner: [\n")
	bad := <-changes
	if !bad.rejected || bad.revision == old.Revision {
		t.Errorf("found %+v", bad)
	}
	if s.Current() != old {
		t.Error("a bad version is in force")
	}
	write(t, dir, "partners/acme.yaml", acmeOf("NEW"))
	good := <-changes // not the bad one again: it is tried once, whatever number of looks
	if good.rejected {
		t.Errorf("found %+v", good)
	}
	sends(t, s, changes, "NEW")
	if s.Current().Revision != good.revision {
		t.Errorf("in force is %s, expected %s", s.Current().Revision, good.revision)
	}
}

// A change between Open and Run is not missed.
func TestRunStartsWithALook(t *testing.T) {
	dir := configDir(t, "partners/acme.yaml", acmeOf("OLD"))
	changed := make(chan change, 10)
	o := options()
	o.Changed = func(revision string, rejected bool) { changed <- change{revision, rejected} }
	s, _ := Open(dir, o)
	s.settle = time.Millisecond
	write(t, dir, "partners/acme.yaml", acmeOf("NEW"))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	sends(t, s, changed, "NEW")
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Reload, as SIGHUP asks for it, works beside Run and without a change.
func TestReloadBesideRun(t *testing.T) {
	dir := configDir(t, "partners/acme.yaml", acmeOf("OLD"))
	var attached atomic.Int64
	s, changes := running(t, dir, 5*time.Millisecond)
	s.loading.Lock()
	s.o.Attach = func(*Book) (any, []settings.Problem) { return attached.Add(1), nil }
	s.loading.Unlock()
	before := s.Current()
	if found := s.Reload(); len(found) > 0 {
		t.Fatal(text(found))
	}
	if c := <-changes; c.rejected || c.revision != before.Revision {
		t.Errorf("found %+v", c)
	}
	if now := s.Current(); now == before || now.Revision != before.Revision || now.Attached != int64(1) {
		t.Errorf("found revision %s with %v", now.Revision, now.Attached)
	}
}

func TestTelling(t *testing.T) {
	w := &watch{shelf: &Shelf{dir: "/etc/waybill/"}}
	for name, want := range map[string]bool{
		"/etc/waybill/partners/acme.yaml":      true,
		"/etc/waybill/partners/.acme.yaml.swp": false,
		"/etc/waybill/partners/acme.yaml~":     false,
		"/etc/waybill/partners/#acme.yaml#":    false,
		"/etc/waybill/partners/..data":         true,
		"/etc/waybill/certs":                   true,
		"/etc/waybill/waybill.db-wal":          false,
		"/etc/waybill/waybill.yaml":            false,
	} {
		if got := w.telling(fsnotify.Event{Name: name, Op: fsnotify.Write}); got != want {
			t.Errorf("%s: found %v", name, got)
		}
	}
}
