package waybill_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// coded matches an error code; begun matches the beginning of one that is put
// together, which nobody could search for.
func coded() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9]{2,5}-[A-Z][A-Z0-9-]*$`) }
func begun() *regexp.Regexp {
	return regexp.MustCompile(`^(ACK|AS2|ENV|ERP|FOLDER|GUIDE|MAIL|MAP|ROUTE|SFTP|SYN|SYS|TRN)-(%.*)?$`)
}

// codes are the error codes that stand in a file of the program.
func (s source) codes() (whole, parts []string) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		l, ok := n.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(l.Value)
		switch {
		case err != nil:
		case coded().MatchString(text):
			whole = append(whole, text)
		case begun().MatchString(text):
			parts = append(parts, s.at(l))
		}
		return true
	})
	return whole, parts
}

// entry is one code's part of a page.
type entry struct{ page, code, text string }

// entries reads docs/runbook: a page for each family, a heading for each code.
func entries(t testing.TB) []entry {
	t.Helper()
	pages, err := filepath.Glob("docs/runbook/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, p := range pages {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, split(filepath.Base(p), string(text))...)
	}
	return all
}

func split(page, text string) []entry {
	var all []entry
	for i, part := range strings.Split("\n"+text, "\n## ") {
		code, body, _ := strings.Cut(part, "\n")
		if i > 0 && coded().MatchString(code) {
			all = append(all, entry{page, code, body})
		}
	}
	return all
}

// lacks names what an entry does not say.
func (e entry) lacks() []string {
	var missing []string
	for _, part := range []string{"- **Means:** ", "- **Kept:** ", "- **Told:** ", "- **Acts:** ", "- **Do:** "} {
		if strings.Count(e.text, "\n"+part) != 1 {
			missing = append(missing, strings.Trim(part, "-* "))
		}
	}
	if !strings.Contains(e.text, "`waybill ") {
		missing = append(missing, "a command to run")
	}
	if family, _, _ := strings.Cut(e.code, "-"); e.page != family+".md" {
		missing = append(missing, "its place on "+family+".md")
	}
	return missing
}

func TestRunbookHasEveryCode(t *testing.T) {
	known := map[string]int{}
	for _, e := range entries(t) {
		known[e.code]++
		if missing := e.lacks(); len(missing) > 0 {
			t.Errorf("%s: %s lacks %s", e.page, e.code, strings.Join(missing, ", "))
		}
	}
	var used []string
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		whole, parts := s.codes()
		for _, at := range parts {
			t.Errorf("%s: an error code is put together: write it out, so that it can be found", at)
		}
		for _, code := range whole {
			if known[code] == 0 {
				t.Errorf("%s: %s has no entry in docs/runbook", s.path, code)
			}
		}
		used = append(used, whole...)
	}
	for code, n := range known {
		if n > 1 {
			t.Errorf("docs/runbook has %s %d times", code, n)
		}
		if !slices.Contains(used, code) {
			t.Errorf("docs/runbook: %s does not stand in the code", code)
		}
	}
}

func TestRunbookIndexNamesEveryPage(t *testing.T) {
	index, err := os.ReadFile("docs/runbook/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries(t) {
		if link := "(" + e.page + ")"; !strings.Contains(string(index), link) {
			t.Errorf("docs/runbook/README.md has no link to %s", e.page)
		}
	}
}

func TestEntries(t *testing.T) {
	got := split("AS2.md", "# AS2\n\n## AS2-A\n\n- **Means:** a\n- **Kept:** b\n- **Told:** c\n- **Acts:** d\n- **Do:** `waybill check`\n\n## Notes\n\nx\n\n## ENV-B\n\n- **Means:** a\n- **Do:** nothing\n")
	if len(got) != 2 || got[0].code != "AS2-A" || got[1].code != "ENV-B" {
		t.Fatalf("found %+v", got)
	}
	if diff := cmp.Diff([]string(nil), got[0].lacks()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Kept:", "Told:", "Acts:", "a command to run", "its place on ENV.md"}, got[1].lacks()); diff != "" {
		t.Error(diff)
	}
}

func TestCodes(t *testing.T) {
	for text, want := range map[string][2]bool{ // whole, begun
		"AS2-DECRYPT": {true, false}, "ENV-DUP": {true, false}, "AS2-MDN-TIMEOUT": {true, false},
		"ENV-": {false, true}, "ENV-%s": {false, true},
		"AS2-From": {}, "SHA-256": {}, "UTF-8": {}, "": {}, "a AS2-DECRYPT": {},
	} {
		if got := [2]bool{coded().MatchString(text), begun().MatchString(text)}; got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
