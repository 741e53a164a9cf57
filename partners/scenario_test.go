package partners

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"
)

// update rewrites what the files under testdata expect.
var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// TestBad holds one file for each way to be wrong: the config directory, and
// every problem that must be found in it, in the words a person reads.
func TestBad(t *testing.T) {
	each(t, "testdata/bad-*.txtar", 40, func(t *testing.T, dir string) string {
		s, found := Open(dir, options())
		if s != nil {
			t.Errorf("it was accepted")
		}
		return text(found) + "\n"
	})
}

// TestGood holds config directories that are accepted, and what is in force then.
func TestGood(t *testing.T) {
	each(t, "testdata/good-*.txtar", 5, func(t *testing.T, dir string) string {
		s, found := Open(dir, options())
		if s == nil {
			t.Fatalf("it was refused: %s", text(found))
		}
		var out strings.Builder
		for _, p := range found {
			fmt.Fprintln(&out, p)
		}
		for _, p := range s.Current().Partners() {
			describe(t, &out, p)
		}
		return out.String()
	})
}

// describe writes what a profile comes to.
func describe(t *testing.T, w io.Writer, p *Profile) {
	t.Helper()
	fmt.Fprintf(w, "%s: %s, %s, priority %d, %d contact(s)\n", p.Name(), p.Title, p.Status(), p.Priority, len(p.Contacts))
	fmt.Fprintf(w, "  they are %s group %s, we are %s group %s\n", p.them(), p.Them.Group, p.us(), p.Us.Group)
	fmt.Fprintf(w, "  test data: %q\n", p.UsageStop("T"))
	fmt.Fprintf(w, "  acknowledgements: %+v\n", p.AckPolicy())
	d := p.Delimiters()
	fmt.Fprintf(w, "  delimiters: %q %q %q %q %q\n", d.Element, d.Component, d.Segment, d.Repetition, d.LineEnd)
	describeTerms(w, p)
	for _, set := range []string{"850", "855", "997"} {
		for _, direction := range []string{"in", "out"} {
			a, ok := p.Agreement(set, direction)
			if !ok {
				continue
			}
			m, err := a.Map("004010")
			if err != nil {
				t.Error(err)
				continue
			}
			fmt.Fprintf(w, "  %s %s: as %s, to %v, via %q, mapping %s\n", a.Document, a.Direction, a.Role, a.To, a.Via, m.Name())
		}
	}
	if node, file, ok := p.Block("as2"); ok {
		block, err := yaml.Marshal(node)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "  as2 of %s:\n    %s\n", file, strings.ReplaceAll(strings.TrimSpace(string(block)), "\n", "\n    "))
	}
}

// describeTerms writes what the keys about time, numbers and answers come to,
// where they say more than nothing.
func describeTerms(w io.Writer, p *Profile) {
	if p.Limits == (Limits{}) {
		return
	}
	fmt.Fprintf(w, "  group %s, also %v, other release %s, usage %s, duplicate %+v\n", p.Group, p.Also, p.OtherRelease, p.UsageMismatch, p.Duplicate)
	fmt.Fprintf(w, "  out: %+v\n  acknowledgements by %s, %+v\n", p.Outbound, p.AckVia, p.AckBatch)
	fmt.Fprintf(w, "  limits %+v, retention %v\n", p.Limits, p.Retention)
	for _, a := range p.Agreements() {
		fmt.Fprintf(w, "  %s %s %s: priority %d, order kept %v, %+v by %v, %+v, due %+v\n", a.Document, a.Direction, a.Version, a.Priority, a.KeepOrder, a.Batch, a.GroupBy, a.Duplicate, a.Due)
	}
	tuesday := time.Date(2026, 11, 24, 21, 0, 0, 0, time.UTC) // 16:00 in New York, two days before Thanksgiving
	e := p.Expect()
	for _, o := range append([]Owed{e.Functional, e.Receipt}, e.Documents...) {
		fmt.Fprintf(w, "  owed %q for %v by %s, overdue %v, rejected %v\n", o.Document, o.For, o.By(tuesday).Format(time.RFC3339), o.Overdue, o.Rejected)
	}
	for _, s := range p.Silence() {
		fmt.Fprintf(w, "  silent with %s since %s\n", s.Document, s.Since(tuesday).Format(time.RFC3339))
	}
}

// each writes the files of every archive that matches into a directory of its
// own and compares what run makes of it with the file "expected".
func each(t *testing.T, pattern string, least int, run func(t *testing.T, dir string) string) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) < least {
		t.Fatalf("found %d files, expected at least %d; %v", len(names), least, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			if a.Files[last].Name != "expected" {
				t.Fatalf("the last file is %s", a.Files[last].Name)
			}
			dir := t.TempDir()
			for _, f := range a.Files[:last] {
				write(t, dir, f.Name, string(f.Data))
			}
			got := run(t, dir)
			if strings.Contains(got, dir) {
				t.Error("a problem names the directory of this machine")
			}
			if diff := cmp.Diff(string(a.Files[last].Data), got); diff != "" && !*update {
				t.Error(diff)
			}
			a.Files[last].Data = []byte(got)
			if *update {
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
