package partners

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
)

func start(t testing.TB) Start {
	t.Helper()
	certificate, _ := certificatePEM(t, newIdentity(t, "BOLT", 1, when()))
	return Start{
		Name: "bolt-stores", Title: `Bolt "24h" Stores: #1`, Template: "retailer-as2", Them: Party{Qualifier: "12", ID: "5550104477"},
		Us: Party{Qualifier: "ZZ", ID: "OURCO"}, AS2: "BOLT AS2", OurAS2: "OURCO_AS2", URL: "https://as2.bolt.example/receive?a=1#b",
		Version: "004010VICS", Documents: []string{"850", "850"}, To: []string{"erp"}, Certificate: []byte(certificate),
	}
}

// bookOf makes a Book of new files, beside what is there.
func bookOf(t testing.TB, files []StartFile, defaults string) *Book {
	t.Helper()
	all := map[string][]byte{defaultsPath: []byte(defaults)}
	for _, f := range files {
		all[f.Path] = f.Data
	}
	book, found := loadFiles(all)
	if len(found) > 0 {
		t.Fatalf("found %s", text(found))
	}
	return book
}

func TestStartMakesAProfile(t *testing.T) {
	s := start(t)
	files, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff([]string{"certs/bolt-stores.cer", "mappings/bolt-stores-850.yaml", "partners/bolt-stores.yaml"}, paths); diff != "" {
		t.Error(diff)
	}
	p, ok := bookOf(t, files, "").Partner("bolt-stores")
	if !ok || p.Title != s.Title || p.Them.ID != s.Them.ID || p.Us.ID != "OURCO" || p.Status() != Testing {
		t.Fatalf("found %+v", p)
	}
	a, ok := p.Agreement("850", inbound)
	if !ok || a.Mapping() != "bolt-stores-850" || a.To[0] != "erp" {
		t.Errorf("found %+v", a)
	}
	if m, err := a.Map("004010VICS"); err != nil || m.Canonical() != "order" {
		t.Errorf("the mapping cannot be used: %v", err)
	}
}

// What defaults.yaml says in the same words is not said again.
func TestStartLeavesOutWhatDefaultsSay(t *testing.T) {
	const defaults = "x12:\n  us: { qualifier: ZZ, id: OURCO }\n  version: 004010VICS\nas2:\n  us: OURCO_AS2\n"
	dir := folderOf(t, map[string]string{defaultsPath: defaults})
	s := start(t)
	s.DefaultsSay, _ = ReadHabits(dir)
	files, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	profile := string(files[2].Data)
	for _, again := range []string{"OURCO", "004010VICS"} {
		if strings.Contains(profile, again) {
			t.Errorf("it says %s again:\n%s", again, profile)
		}
	}
	if p, _ := bookOf(t, files, defaults).Partner(s.Name); p.Us.ID != "OURCO" {
		t.Errorf("found us %+v", p.Us)
	}
}

func TestStartTakesTheBaseOfTheRelease(t *testing.T) {
	for version, want := range map[string]string{"004010": "extends: base/850\n", "005010": "extends: base/850-005010\n", "": "extends: base/850\n"} {
		s := start(t)
		s.Version = version
		files, err := s.Files()
		if err != nil || !strings.Contains(string(files[1].Data), want) {
			t.Errorf("%s: expected %q, found %v", version, want, err)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	for want, change := range map[string]func(*Start){
		`"Bolt" cannot be a partner's name`:                                   func(s *Start) { s.Name = "Bolt" },
		`"../x" cannot be a partner's name`:                                   func(s *Start) { s.Name = "../x" },
		`"defaults" cannot be a partner's name`:                               func(s *Start) { s.Name = "defaults" },
		`there is no template "bank"; there are: retailer-as2, supplier-sftp`: func(s *Start) { s.Template = "bank" },
		`retailer-as2 has no document "940"; it has 850, 855`:                 func(s *Start) { s.Documents = []string{"940"} },
		"a partner without documents":                                         func(s *Start) { s.Documents = []string{} },
		"read the partner's certificate: ":                                    func(s *Start) { s.Certificate = []byte("Dear colleague") },
	} {
		s := start(t)
		change(&s)
		if files, err := s.Files(); files != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v, expected %q", err, want)
		}
	}
}

// Every template that is named is there, and makes a profile.
func TestTemplates(t *testing.T) {
	for _, kind := range Templates() {
		s := start(t)
		s.Template, s.Documents, s.Host, s.User, s.Mail = kind.Name, nil, "sftp.bolt.example:2222", "ourco", "edi@bolt.example"
		files, err := s.Files()
		if err != nil {
			if usual, _ := kind.choose(nil, s.Version); len(usual) > 0 || !strings.Contains(err.Error(), "there is no base map yet") {
				t.Errorf("%s: %v", kind.Name, err)
			}
			continue
		}
		profile := files[len(files)-1].Data
		p := lenient(t, files).byName[s.Name]
		if _, _, ok := p.Block(kind.Transport); !ok || len(p.Agreements()) != len(files)-1-len(certs(files)) {
			t.Errorf("%s: found %d agreements in\n%s", kind.Name, len(p.Agreements()), profile)
		}
		// What stands behind a # can be used as it is, where there is a base map.
		for _, d := range kind.Documents {
			if _, err := baseFor(d.Set, s.Version); err == nil {
				shown := regexp.MustCompile(`(?m)^( *)# ("` + d.Set + `": .*|(?:acknowledge|expect): .*|  functional: .*)$`)
				files[len(files)-1].Data = shown.ReplaceAll(files[len(files)-1].Data, []byte("$1$2"))
			}
		}
		lenient(t, files)
	}
}

// certs are the certificates among files.
func certs(files []StartFile) []StartFile {
	return slices.DeleteFunc(slices.Clone(files), func(f StartFile) bool { return !strings.HasPrefix(f.Path, "certs/") })
}

// lenient makes a Book of files that may be warned of.
func lenient(t testing.TB, files []StartFile) *Book {
	t.Helper()
	all := map[string][]byte{}
	for _, f := range files {
		all[f.Path] = f.Data
	}
	book, found := loadFiles(all)
	if settings.Fatal(found) {
		t.Fatalf("found %s", text(found))
	}
	return book
}

func TestWriteNewIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	files := []StartFile{{"certs/a.cer", []byte("1")}, {"partners/a.yaml", []byte("2")}}
	if err := WriteNew(dir, files); err != nil {
		t.Fatal(err)
	}
	var taken *Taken
	if err := WriteNew(dir, []StartFile{{"mappings/b.yaml", nil}, {"partners/a.yaml", []byte("3")}}); !errors.As(err, &taken) || taken.File != "partners/a.yaml" {
		t.Errorf("found %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "partners", "a.yaml")); string(data) != "2" || err != nil {
		t.Errorf("what was there is %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "mappings", "b.yaml")); err == nil {
		t.Error("the first file stays behind")
	}
	if err := RemoveNew(dir, files); err != nil {
		t.Error(err)
	}
	if err := RemoveNew(dir, files); err == nil {
		t.Error("what is not there was removed")
	}
}
