package waybill_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// source is one hand-written Go file.
type source struct {
	path string
	set  *token.FileSet
	file *ast.File
}

// sources parses all Go files of the project.
func sources(t testing.TB) []source {
	t.Helper()
	var all []source
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && foreign(d.Name()):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil && !ast.IsGenerated(file) {
			all = append(all, source{filepath.ToSlash(name), set, file})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// foreign says that a directory holds nothing that was written by hand.
func foreign(dir string) bool {
	return dir[0] == '.' || dir[0] == '_' || slices.Contains([]string{"testdata", "bin", "dist"}, dir)
}

// test says that a file is no part of the program: a test, or a suite such as
// spool/spooltest that several tests share.
func (s source) test() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(path.Dir(s.path), "test")
}

// at is the place of a node, as an editor takes it.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.Position(n.Pos()).Line)
}

func (s source) lines(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

// The longest that a file and a function may be.
const (
	longestFile     = 500
	longestFunction = 80
)

// findings are the house rules that a file breaks (CONTRIBUTING.md).
func (s source) findings() []string {
	var found []string
	if n := s.set.Position(s.file.FileEnd).Line; n > longestFile {
		found = append(found, fmt.Sprintf("%s: %d lines: split it by ideas", s.path, n))
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			found = append(found, s.function(d)...)
		case *ast.GenDecl:
			found = append(found, s.declaration(d)...)
		}
	}
	return found
}

func (s source) function(f *ast.FuncDecl) []string {
	var found []string
	if n := s.lines(f); n > longestFunction && !s.test() { // tables may be long
		found = append(found, fmt.Sprintf("%s: %s has %d lines: what are its parts?", s.at(f), f.Name.Name, n))
	}
	if f.Recv == nil && f.Name.Name == "init" {
		found = append(found, s.at(f)+": init: wire it where the program is built")
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || s.test() {
			return true
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" {
			found = append(found, s.at(n)+": panic: return an error")
		}
		return true
	})
	return found
}

func (s source) declaration(d *ast.GenDecl) []string {
	var found []string
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ImportSpec:
			if spec.Name != nil && spec.Name.Name == "_" && !slices.Contains(sideEffects(), spec.Path.Value) {
				found = append(found, s.at(spec)+": blank import of "+spec.Path.Value)
			}
		case *ast.ValueSpec:
			if d.Tok == token.VAR && !s.test() && !constant(d, spec) && !stamped(s, spec) {
				found = append(found, fmt.Sprintf("%s: package variable %s: make it a function or a field", s.at(spec), spec.Names[0].Name))
			}
		}
	}
	return found
}

// sideEffects are the packages that are imported for what their init does: the
// database drivers and the hashes, which the standard library knows no other way
// to find, the time zones, which not every machine has, and embed.
func sideEffects() []string {
	return []string{`"embed"`, `"github.com/lib/pq"`, `"modernc.org/sqlite"`, `"crypto/sha1"`, `"crypto/sha256"`, `"crypto/sha512"`, `"time/tzdata"`}
}

// constant says that a package variable never changes: an error value, a
// compile-time assertion, an embedded file.
func constant(d *ast.GenDecl, v *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{d.Doc, v.Doc} {
		if doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
			return true
		}
	}
	if v.Names[0].Name == "_" {
		return true
	}
	for _, value := range v.Values {
		call, ok := value.(*ast.CallExpr)
		if !ok || name(call.Fun) != "errors.New" {
			return false
		}
	}
	return len(v.Values) > 0
}

// name is the name of a function of another package, as it is written.
func name(fun ast.Expr) string {
	if f, ok := fun.(*ast.SelectorExpr); ok {
		if pkg, ok := f.X.(*ast.Ident); ok {
			return pkg.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// stamped is the one variable that the linker fills.
func stamped(s source, v *ast.ValueSpec) bool {
	return s.path == "cmd/waybill/version.go" && v.Names[0].Name == "version"
}

func TestHouseRules(t *testing.T) {
	all := sources(t)
	if len(all) < 50 {
		t.Fatalf("only %d files found: is this the root?", len(all))
	}
	for _, s := range all {
		for _, f := range s.findings() {
			t.Error(f)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		dir := path.Dir(s.path)
		if !strings.HasSuffix(s.path, "_test.go") {
			documented[dir] = documented[dir] || s.file.Doc != nil
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment", dir)
		}
	}
}

func TestFindings(t *testing.T) {
	const head = "package sample\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":             {head + "var ErrA = errors.New(\"a\")\nvar _ io.Reader = (*x)(nil)\n//go:embed a\nvar files embed.FS\nvar (\n//go:embed b\nb string\n)\n", nil},
		"init":                {head + "func init() {}\n", []string{"x.go:2: init: wire it where the program is built"}},
		"a method named init": {head + "func (a A) init() {}\n", nil},
		"variable":            {head + "var table = map[string]int{}\n", []string{"x.go:2: package variable table: make it a function or a field"}},
		"variable of a call":  {head + "var table = load()\n", []string{"x.go:2: package variable table: make it a function or a field"}},
		"variable of nothing": {head + "var n int\n", []string{"x.go:2: package variable n: make it a function or a field"}},
		"panic":               {head + "func f() {\n\tpanic(1)\n}\n", []string{"x.go:3: panic: return an error"}},
		"blank import":        {head + "import _ \"net/http/pprof\"\n", []string{`x.go:2: blank import of "net/http/pprof"`}},
		"driver":              {head + "import _ \"modernc.org/sqlite\"\n", nil},
		"long function":       {head + "func f() {" + strings.Repeat("\n", 80) + "}\n", []string{"x.go:2: f has 81 lines: what are its parts?"}},
		"long file":           {head + strings.Repeat("\n", 500), []string{"x.go: 501 lines: split it by ideas"}},
	} {
		t.Run(name, func(t *testing.T) {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, "x.go", c.text, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, source{"x.go", set, file}.findings()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
