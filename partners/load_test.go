package partners

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/settings"
)

// loadFiles makes a book of files that are in memory only.
func loadFiles(files map[string][]byte) (*Book, []settings.Problem) {
	o := options()
	o.Now = time.Now
	return load("", tree{files: files}, o)
}

func TestTooManyPartners(t *testing.T) {
	files := map[string][]byte{}
	for i := range maxPartners + 1 {
		files[fmt.Sprintf("partners/p%05d.yaml", i)] = []byte("[]")
	}
	book, found := loadFiles(files)
	if len(book.profiles) > maxPartners {
		t.Errorf("%d profiles were read", len(book.profiles))
	}
	if len(found) == 0 || found[0].String() != "partners: there are 10001 profiles, more than 10000" {
		t.Errorf("found %d problems, first %v", len(found), found[0])
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"partners/acme.yaml":                            "",
		"partners/acme-retail_2.yaml":                   "",
		"partners/7eleven.yaml":                         "",
		"partners/notes.md":                             "",
		"mappings/Any Name.yaml":                        "",
		"certs/x.yaml":                                  "",
		"partners/acme.yml":                             "partners/acme.yml: is not read; name it acme.yaml",
		"partners/defaults.yml":                         "partners/defaults.yml: is not read; name it defaults.yaml",
		"partners/ACME.yaml":                            `partners/ACME.yaml: "ACME" cannot be a partner's name`,
		"partners/-acme.yaml":                           `partners/-acme.yaml: "-acme" cannot be a partner's name`,
		"partners/acmé.yaml":                            `partners/acmé.yaml: "acmé" cannot be a partner's name`,
		"partners/" + strings.Repeat("a", 64) + ".yaml": "cannot be a partner's name",
		"partners/eu/acme.yaml":                         "partners/eu/acme.yaml: is not read; profiles stand in partners/ itself",
		"partners/archive/defaults.yaml":                "partners/archive/defaults.yaml: is not read; profiles stand in partners/ itself",
	} {
		l := loader{tree: tree{files: map[string][]byte{name: nil}}}
		names := l.names()
		if got := text(l.found); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: found %q, expected %q", name, got, want)
		}
		if isProfile := strings.HasPrefix(name, "partners/") && want == "" && strings.HasSuffix(name, ".yaml"); isProfile != (len(names) == 1) {
			t.Errorf("%s: found the names %v", name, names)
		}
	}
}

func TestOrdered(t *testing.T) {
	p := func(file string, line, column int, key string) settings.Problem {
		return settings.Problem{File: file, Line: line, Column: column, Key: key}
	}
	got := ordered(restore([]settings.Problem{
		p("partners/b.yaml", 2, 1, "x"), p("partners/b.yaml", -7, 3, "y"), p("partners/a.yaml", 9, 9, "z"),
		p("partners/a.yaml", 9, 2, "w"), p("partners/c.yaml", -7, 3, "y"), p("partners/b.yaml", 0, 0, ""), p("partners/b.yaml", 2, 1, "x"),
	}))
	want := []settings.Problem{
		p("partners/a.yaml", 9, 2, "w"), p("partners/a.yaml", 9, 9, "z"), p("partners/b.yaml", 0, 0, ""), p("partners/b.yaml", 2, 1, "x"),
		p(defaultsPath, 7, 3, "y"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCovered(t *testing.T) {
	known := []settings.Problem{{Key: "x12.them"}, {Key: "status"}, {Key: ""}}
	for key, want := range map[string]bool{
		"x12.them": true, "x12.them.id": true, "x12": false, "x12.themes": false, "status": true, "": false, "partner": false,
	} {
		if got := covered(key, known); got != want {
			t.Errorf("%q: found %v", key, got)
		}
	}
}

func TestNearOf(t *testing.T) {
	many := strings.Fields("a1111111 b2222222 c3333333 d4444444 e5555555 f6666666 g7777777 h8888888 i9999999")
	for _, tt := range []struct {
		word  string
		known []string
		want  string
	}{
		{"epr", []string{"erp", "wms"}, "did you mean erp?"},
		{"ledger", []string{"erp", "wms"}, "there are: erp, wms"},
		{"erp", nil, "none"},
		{"xyzxyz", many, "there are 9: a1111111, b2222222, c3333333, d4444444, e5555555, f6666666, g7777777, h8888888 …"},
	} {
		if got := nearOf(tt.word, tt.known, "none"); got != tt.want {
			t.Errorf("%s: found %q, expected %q", tt.word, got, tt.want)
		}
	}
}
