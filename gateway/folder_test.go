package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
)

// van is a directory where a VAN's client drops and picks up.
func van(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// byFolder lets acme's documents come and go through a directory.
func byFolder(dir, more string) []string {
	block := fmt.Sprintf("\nfolder:\n  in: { dir: %s/in, pattern: \"*.edi\", stable_for: 20ms%s }\n  out: { dir: %s/out, name: \"{document}_{control}.edi\", done: .ok }\n  every: 1s\nacknowledge: { via: folder }\n\ndocuments:", dir, more, dir)
	return append(base(), "partners/acme-retail.yaml", "\ndocuments:", block)
}

// files are the names in dir, without those that a file has while it is written.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	return out
}

func drop(t *testing.T, content []byte, at ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(at...), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// An 850 in a partner's directory is one order of the ERP's, the file is archived,
// and our 997 stands in the other directory with its marker.
func TestOrderFromAFolder(t *testing.T) {
	dir := van(t)
	for i, name := range []string{"b.edi", "a.edi", "notes.txt", "c.edi.tmp"} {
		drop(t, sim.Order850(sim.Spec{Control: i + 1}), dir, "in", name)
	}
	r := begin(t, setup{edits: byFolder(dir, "")})
	until(t, "both 997s are there", func() bool { return len(files(t, filepath.Join(dir, "out"))) == 4 })
	want := []string{"997_000000001.edi", "997_000000001.edi.ok", "997_000000002.edi", "997_000000002.edi.ok"}
	if diff := cmp.Diff(want, files(t, filepath.Join(dir, "out"))); diff != "" {
		t.Error(diff)
	}
	r.calm(t)
	if n := len(r.erp.Journal()); n != 2 {
		t.Errorf("the ERP has %d orders, expected 2", n)
	}
	until(t, "the files are archived", func() bool { return len(files(t, filepath.Join(dir, "in", "archive"))) == 2 })
	if diff := cmp.Diff([]string{"archive", "c.edi.tmp", "notes.txt"}, files(t, filepath.Join(dir, "in"))); diff != "" {
		t.Error(diff)
	}
	// The same file again is recorded, and nothing else.
	drop(t, sim.Order850(sim.Spec{Control: 1}), dir, "in", "again.edi")
	until(t, "it is archived", func() bool { return len(files(t, filepath.Join(dir, "in", "archive"))) == 3 })
	r.calm(t)
	if n := len(r.erp.Journal()); n != 2 || len(files(t, filepath.Join(dir, "out"))) != 4 {
		t.Errorf("the ERP has %d orders, expected 2", n)
	}
	if len(r.log.lines(t, "msg", "duplicate")) != 1 {
		t.Error("the duplicate is not logged")
	}
}

// One node looks into a directory at a time.
func TestOneNodeLooks(t *testing.T) {
	dir := van(t)
	r := begin(t, setup{edits: byFolder(dir, ", after: delete")})
	until(t, "the lock is free", func() bool {
		ok, err := r.Spool().Lock(t.Context(), "folder:acme-retail", "another", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	})
	drop(t, sim.Order850(sim.Spec{Control: 1}), dir, "in", "a.edi")
	time.Sleep(1500 * time.Millisecond) // it looks each second
	if n := len(r.erp.Journal()); n != 0 {
		t.Errorf("a node without the lock took %d orders", n)
	}
	if err := r.Spool().Unlock(t.Context(), "folder:acme-retail", "another"); err != nil {
		t.Fatal(err)
	}
	until(t, "the order is taken", func() bool { return len(r.erp.Journal()) == 1 })
	until(t, "the file is gone", func() bool { return len(files(t, filepath.Join(dir, "in"))) == 0 })
}

// A directory that goes away is a message that waits, and comes back with it.
func TestFolderGoesAway(t *testing.T) {
	dir := van(t)
	out := filepath.Join(dir, "out")
	r := begin(t, setup{edits: byFolder(dir, "")})
	if err := os.Rename(out, out+".unmounted"); err != nil {
		t.Fatal(err)
	}
	drop(t, sim.Order850(sim.Spec{Control: 1}), dir, "in", "a.edi")
	until(t, "the 997 waits", func() bool { return len(r.log.lines(t, "code", "FOLDER-WRITE")) > 0 })
	if err := os.Rename(out+".unmounted", out); err != nil {
		t.Fatal(err)
	}
	until(t, "the 997 is there", func() bool { return len(files(t, out)) == 2 })
}

func TestFolderProfile(t *testing.T) {
	dir := van(t)
	tree := exampleTree(t)
	edit(t, tree, "partners/acme-retail.yaml", "\ndocuments:", byFolder(dir, "")[5])
	steps, _, err := Reach(t.Context(), tree, "acme-retail", time.Now)
	want := []string{"folder listing " + dir + "/in: ok", "folder probe in " + dir + "/out: ok"}
	if diff := cmp.Diff(want, states(steps)[len(steps)-2:]); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got := files(t, filepath.Join(dir, "out")); len(got) != 0 {
		t.Errorf("the probe left %q", got)
	}
	if err := os.Remove(filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	steps, problems, err := Reach(t.Context(), tree, "acme-retail", time.Now)
	last := steps[len(steps)-1]
	if err != nil || last.State != StepFailed || last.Hint == "" || len(problems) != 1 || !problems[0].Warning || problems[0].Key != "folder.out.dir" {
		t.Errorf("found %+v, %v, %v", last, problems, err)
	}
	for name, c := range map[string]struct{ old, with, want string }{
		"unknown key":    {"every: 1s\nack", "evry: 1s\nack", "evry"},
		"one for both":   {dir + "/out", dir + "/in", "out.dir"},
		"leads nowhere":  {"dir: " + dir, "pattern: x, done: x, #", ""},
		"no such name":   {"{document}_{control}", "{document}_{date}", "out.name"},
		"not by any way": {"via: folder", "via: pigeon", "via"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := exampleTree(t)
			edit(t, tree, "partners/acme-retail.yaml", "\ndocuments:", strings.Replace(byFolder(dir, "")[5], c.old, c.with, 2))
			found := Check(tree)
			if len(found) == 0 || !strings.Contains(fmt.Sprint(found), c.want) {
				t.Errorf("found %v", found)
			}
		})
	}
}

// A directory belongs to one partner.
func TestFolderOfTwoPartners(t *testing.T) {
	dir := van(t)
	tree := exampleTree(t)
	edit(t, tree, "partners/acme-retail.yaml", "\ndocuments:", byFolder(dir, "")[5])
	text, err := os.ReadFile(filepath.Join(tree, "partners", "acme-retail.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	second := strings.NewReplacer("acme-retail", "bolt", "ACME", "BOLT", "certs/bolt.cer", "certs/acme-retail.cer").Replace(string(text))
	drop(t, []byte(second), tree, "partners", "bolt.yaml")
	if found := fmt.Sprint(Check(tree)); !strings.Contains(found, "is where the files of partner acme-retail come from") {
		t.Errorf("found %s", found)
	}
}
