package partners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"waybill/settings"
)

// FuzzProfile reads any defaults and any profile. Whatever they are: no panic,
// a place for each problem, and a profile without problems can be used.
func FuzzProfile(f *testing.F) {
	f.Add("", acme)
	f.Add("status: testing\nas2: { us: OURCO }\n", acme+"as2: { them: ACME }\n")
	names, err := filepath.Glob("testdata/bad-*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seed := map[string]string{}
		for _, file := range a.Files {
			seed[file.Name] = string(file.Data)
		}
		f.Add(seed[defaultsPath], seed["partners/acme.yaml"])
	}
	f.Fuzz(func(t *testing.T, defaults, profile string) {
		o := options()
		o.Now = time.Now
		book, found := load("", tree{files: map[string][]byte{defaultsPath: []byte(defaults), "partners/acme.yaml": []byte(profile)}}, o)
		for _, p := range found {
			if p.File == "" || p.Text == "" || p.Line < 0 {
				t.Errorf("a problem without a place: %#v", p)
			}
			if strings.HasPrefix(p.File, os.TempDir()) {
				t.Errorf("a problem of this machine: %s", p)
			}
		}
		if settings.Fatal(found) {
			return
		}
		p, ok := book.Partner("acme")
		if !ok {
			t.Fatal("no problem and no profile")
		}
		again, err := book.ByEnvelope(p.Them.Qualifier, p.Them.ID, p.Us.Qualifier, p.Us.ID)
		if err != nil || again != p {
			t.Errorf("found %v, %v", again, err)
		}
		d := p.Delimiters()
		if d.Element == 0 || d.Component == 0 || d.Segment == 0 || d.Element == d.Segment || d.Repetition == d.Component {
			t.Errorf("delimiters %+v", d)
		}
	})
}

// Whatever is written as a deadline is read or refused, and what is read is the
// same when it is written again.
func FuzzParseDue(f *testing.F) {
	for _, s := range []string{"4h", "2d", "1d12h", "24h after shipment", "2h before delivery", "before delivery", "soon", "0d", "999d", "1d-2h", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDue(s)
		if err != nil {
			return
		}
		if d.IsZero() || d.Span.Days < 0 || d.Span.Time < 0 {
			t.Fatalf("%q is read as %+v", s, d)
		}
		if d.Span.IsZero() {
			return
		}
		again, err := ParseSpan(d.Span.String())
		if err != nil || again != d.Span {
			t.Fatalf("%q is %s, which is read as %v, %v", s, d.Span, again, err)
		}
	})
}
