package mappings_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// unheld are messages that no file of a refusal holds, and why.
func unheld() map[string]string {
	return map[string]string{
		"there is no X12 schema to compile against":     "TestCompileWithoutSchema",
		"the schema does not describe ":                 "every schema that is loaded describes its segments",
		" has no code ":                                 "TestCodesOfTheRelease: ours are open lists, a guide's are not",
		" repeats, and is a list as it is":              "TestRepeatedElements: no schema of ours has one",
		" fields are too many":                          "TestTooManyFields",
		" files extend one another":                     "TestChains",
		" rows are too many":                            "a million rows are not written for a test",
		" items of lists are too many for one document": "TestTooManyItems",
	}
}

// messageCalls are the functions that take a message, and at which place.
func messageCalls() map[string]int {
	return map[string]int{"add/4": 2, "fail/3": 2, "fail/2": 1, "wrongType": 0, "report/3": 2}
}

// TestEveryMessageIsHeld looks at the code for what it says, and asks that a
// refused mapping or a fault of testdata holds the words.
func TestEveryMessageIsHeld(t *testing.T) {
	held := heldWords(t)
	exempt := unheld()
	for _, m := range messages(t) {
		fragment := longest(m.text)
		if len(fragment) < 5 || strings.Contains(held, fragment) {
			continue
		}
		known := false
		for part := range exempt {
			known = known || strings.Contains(m.text, strings.TrimSpace(part))
		}
		if !known {
			t.Errorf("%s: no file of testdata holds %q", m.at, fragment)
		}
	}
}

type message struct{ at, text string }

// heldWords are the refusals and faults of testdata, and what tests of tables,
// zones and systems expect.
func heldWords(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"testdata/bad-*.yaml", "testdata/bad/*.txt", "testdata/faults.txt", "dated_test.go", "expression_test.go", "system_test.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			all.Write(read(t, name))
		}
	}
	return strings.ReplaceAll(all.String(), `\"`, `"`)
}

// messages are the words that the code says, with their place.
func messages(t *testing.T) []message {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []message
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e := said(n); e != nil {
				for _, text := range literals(e) {
					all = append(all, message{set.Position(n.Pos()).String(), text})
				}
			}
			return true
		})
	}
	if len(all) < 150 {
		t.Fatalf("found %d messages", len(all))
	}
	return all
}

// said is the expression of a message, if the node is a call that takes one.
func said(n ast.Node) ast.Expr {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, known := messageCalls()[name]
	for n := len(call.Args); !known && n >= 2; n-- {
		at, known = messageCalls()[name+"/"+strconv.Itoa(n)]
	}
	if !known || at >= len(call.Args) {
		return nil
	}
	return call.Args[at]
}

func literals(e ast.Expr) []string {
	var all []string
	ast.Inspect(e, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				all = append(all, text)
			}
		}
		return true
	})
	return all
}

// longest is the longest piece of a message that stays the same.
func longest(text string) string {
	best := ""
	for _, piece := range regexp.MustCompile(`%[0-9.]*[a-z]`).Split(text, -1) {
		if len(piece) > len(best) {
			best = piece
		}
	}
	return best
}
