package partners

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"waybill/settings"
)

// crew writes n partners that all send to the same identity of ours.
func crew(t testing.TB, dir string, n int, us string) {
	t.Helper()
	for i := range n {
		name := fmt.Sprintf("p%d", i)
		write(t, dir, "partners/"+name+".yaml", profileOf(name, fmt.Sprintf("SENDER%d", i), us))
	}
}

// whole says what is wrong with a book that must have n partners with one
// identity of ours, and the same attached.
func whole(b *Book, n int) error {
	all := b.Partners()
	if len(all) != n {
		return fmt.Errorf("%d partners", len(all))
	}
	us := all[0].Us.ID
	for _, p := range all {
		if p.Us.ID != us {
			return fmt.Errorf("%s has %s, %s has %s", p.Name(), p.Us.ID, all[0].Name(), us)
		}
		if found, err := b.ByEnvelope("ZZ", p.Them.ID, "ZZ", us); err != nil || found != p {
			return fmt.Errorf("by envelope: %v, %v", found, err)
		}
		if found, ok := b.Partner(p.Name()); !ok || found != p {
			return fmt.Errorf("by name: %v", found)
		}
	}
	if b.Attached != us+" "+b.Revision {
		return fmt.Errorf("attached %v to %s of %s", b.Attached, b.Revision, us)
	}
	return nil
}

// attachUs attaches what the first partner and the revision are.
func attachUs(b *Book) (any, []settings.Problem) {
	return b.Partners()[0].Us.ID + " " + b.Revision, nil
}

// While one version after the other comes into force, good ones and bad ones,
// every reader sees one whole book.
func TestReloadIsAtomic(t *testing.T) {
	const partners, versions, readers = 20, 25, 4
	dir := t.TempDir()
	crew(t, dir, partners, "US0")
	o := options()
	o.Attach = attachUs
	s, found := Open(dir, o)
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	done := make(chan struct{})
	var reading sync.WaitGroup
	for range readers {
		reading.Go(func() {
			for {
				if err := whole(s.Current(), partners); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for v := 1; v <= versions; v++ {
		crew(t, dir, partners, fmt.Sprintf("US%d", v))
		bad := v%3 == 0
		if bad {
			write(t, dir, "partners/p7.yaml", "partner: p7\n")
		}
		before := s.Current()
		found := s.Reload()
		if bad != settings.Fatal(found) || bad != (s.Current() == before) {
			t.Errorf("version %d: %s", v, text(found))
		}
	}
	close(done)
	reading.Wait()
	if us := s.Current().Partners()[0].Us.ID; us != "US25" {
		t.Errorf("in force is %s", us)
	}
}

func TestReloadTogether(t *testing.T) {
	dir := t.TempDir()
	crew(t, dir, 3, "US")
	o := options()
	o.Attach = attachUs
	s, _ := Open(dir, o)
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			if found := s.Reload(); len(found) > 0 {
				t.Error(text(found))
			}
			if err := whole(s.Current(), 3); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}

func TestReloadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   string
	}{
		{"a bad profile", func(t *testing.T, dir string) { write(t, dir, "partners/p1.yaml", "partner: p1\n") }, "partners/p1.yaml:1:1: status: is missing"},
		{"a bad default", func(t *testing.T, dir string) { write(t, dir, "partners/defaults.yaml", "stauts: draft\n") }, "did you mean status?"},
		{"no partners directory", func(t *testing.T, dir string) { rename(t, dir, "partners", "gone") }, "partners: there is no such directory"},
		{"what Attach refuses", func(t *testing.T, dir string) { write(t, dir, "certs/refuse", "x") }, "p0: refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			crew(t, dir, 2, "US")
			var log bytes.Buffer
			var changes []change
			o := options()
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
			o.Changed = func(revision string, rejected bool) { changes = append(changes, change{revision, rejected}) }
			o.Attach = func(b *Book) (any, []settings.Problem) {
				if _, found := b.Certificates("certs/refuse"); strings.Contains(text(found), "there is no such file") {
					return nil, nil
				}
				return nil, []settings.Problem{{Key: "p0", File: "partners/p0.yaml", Text: "refused"}}
			}
			s, found := Open(dir, o)
			if len(found) > 0 {
				t.Fatal(text(found))
			}
			before := s.Current()
			tt.change(t, dir)
			found = s.Reload()
			if !strings.Contains(text(found), tt.want) {
				t.Errorf("found %q, expected %q", text(found), tt.want)
			}
			if s.Current() != before {
				t.Error("the bad version is in force")
			}
			if len(changes) != 1 || !changes[0].rejected || changes[0].revision == before.Revision {
				t.Errorf("told %+v", changes)
			}
			if !strings.Contains(log.String(), "configuration rejected") || !strings.Contains(log.String(), found[0].Text) {
				t.Errorf("logged %s", log.String())
			}
		})
	}
}

func TestReloadTellsOfWarnings(t *testing.T) {
	dir := t.TempDir()
	crew(t, dir, 1, "US")
	o := options()
	o.Attach = func(*Book) (any, []settings.Problem) {
		return nil, []settings.Problem{{File: "certs/a.cer", Text: "expires soon", Warning: true}}
	}
	s, found := Open(dir, o)
	if s == nil || len(found) != 1 {
		t.Fatalf("a warning refused the book: %s", text(found))
	}
	before := s.Current()
	if found := s.Reload(); len(found) != 1 || s.Current() == before {
		t.Errorf("found %s", text(found))
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	crew(b, dir, 1000, "US")
	b.ResetTimer()
	for b.Loop() {
		if _, found := Open(dir, options()); len(found) > 0 {
			b.Fatal(text(found))
		}
	}
}
