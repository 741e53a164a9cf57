// Package waybill_test holds the project against its own rules: which room may
// import which, what no file may contain, and that each error code has its page.
package waybill_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "waybill/"

// listed is what go list tells about a package.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	CgoFiles                           []string
}

// packages lists all packages of ours, with the files of every build tag.
func packages(t testing.TB) []listed {
	t.Helper()
	list := exec.Command("go", "list", "-tags", "interop,faults", "-json=ImportPath,Imports,TestImports,XTestImports,CgoFiles", "./...")
	list.Env = append(os.Environ(), "CGO_ENABLED=1") // so that a file with cgo is seen
	var words bytes.Buffer
	list.Stderr = &words
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, &words)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// ours are the rooms among imports, but the package's own.
func ours(p listed, imports ...string) []string {
	var rooms []string
	for _, i := range imports {
		if room, ok := strings.CutPrefix(i, module); ok && i != p.ImportPath {
			rooms = append(rooms, room)
		}
	}
	slices.Sort(rooms)
	return slices.Compact(rooms)
}

// edges are the edges of all packages as testdata/edges.txt has them: one line for
// a room's code, and one for what its tests need beyond that.
func edges(all []listed) []string {
	var lines []string
	for _, p := range all {
		room, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok { // the root, which has tests only
			continue
		}
		code := ours(p, p.Imports...)
		lines = append(lines, strings.TrimRight(room+": "+strings.Join(code, " "), " "))
		more := slices.DeleteFunc(ours(p, append(p.TestImports, p.XTestImports...)...), func(r string) bool { return slices.Contains(code, r) })
		if len(more) > 0 {
			lines = append(lines, room+" (tests): "+strings.Join(more, " "))
		}
	}
	return lines
}

// A new edge is a decision: write it into testdata/edges.txt with the change
// that needs it, and say why.
func TestEdges(t *testing.T) {
	committed, err := os.ReadFile("testdata/edges.txt")
	if err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for line := range strings.Lines(string(committed)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			allowed = append(allowed, line)
		}
	}
	found := edges(packages(t))
	for _, line := range found {
		if !slices.Contains(allowed, line) {
			t.Errorf("not in testdata/edges.txt: %s", line)
		}
	}
	for _, line := range allowed {
		if !slices.Contains(found, line) {
			t.Errorf("in testdata/edges.txt, but not so in the code: %s", line)
		}
	}
}

func TestEdgesOfASample(t *testing.T) {
	got := edges([]listed{
		{ImportPath: "waybill", XTestImports: []string{"waybill/spool"}},
		{ImportPath: "waybill/spool", Imports: []string{"io"}, TestImports: []string{"io", "waybill/spool/spooltest"}, XTestImports: []string{"waybill/spool"}},
		{ImportPath: "waybill/stages", Imports: []string{"waybill/spool", "waybill/partners"}, TestImports: []string{"waybill/spool"}},
	})
	want := []string{"spool:", "spool (tests): spool/spooltest", "stages: partners spool"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// One binary without cgo: no package of ours has a file that needs it.
func TestNoCgo(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s needs cgo for %v", p.ImportPath, p.CgoFiles)
		}
	}
}

// Each module that we import ourselves stands in decision 0003 with its reason.
func TestDependenciesHaveAReason(t *testing.T) {
	page, err := os.ReadFile("docs/decisions/0003-dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`[a-z0-9.-]+(/[A-Za-z0-9._-]+)+`).FindAllString(string(page), -1)
	missing := map[string]bool{}
	for _, p := range packages(t) {
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			domain, _, _ := strings.Cut(i, "/")
			path := strings.TrimPrefix(i, "github.com/")
			if strings.Contains(domain, ".") && !slices.ContainsFunc(named, func(n string) bool { return path == n || strings.HasPrefix(path, n+"/") }) {
				missing[i] = true
			}
		}
	}
	for i := range missing {
		t.Errorf("docs/decisions/0003-dependencies.md gives no reason for %s", i)
	}
}
