package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample makes a project with one room.
func sample(t testing.TB, code string) (dir string, r *room) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "shop"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"shop.go": code, "shop_test.go": "package shop\n\ntype T struct{ A int `yaml:\"a\"` }\n"} {
		if err := os.WriteFile(filepath.Join(dir, "shop", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := readRoom(dir, "shop")
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

const shop = `// Package shop sells.
package shop

const most = 3 << 20

type Config struct {
	Name   string            ` + "`yaml:\"name\" required:\"true\"`" + ` // of the shop
	// where it is
	Place  Place             ` + "`yaml:\"place\"`" + `
	Days   []string          ` + "`yaml:\"days\"`" + ` // when it is open
	Doors  []Door            ` + "`yaml:\"doors\"`" + `
	Tills  map[string]Door   ` + "`yaml:\"tills\"`" + `
	Wait   time.Duration     ` + "`yaml:\"wait\"`" + ` // at a till
	Room   settings.Size     ` + "`yaml:\"room\"`" + ` // in the back
	Again  Retry             ` + "`yaml:\"again\"`" + `
	Host   string            ` + "`yaml:\"host\"`" + ` // this machine
	Inner  int               ` + "`yaml:\"-\"`" + `
	plain  int
}

type Place struct { Town, X string
 Zip string ` + "`yaml:\"zip\"`" + ` // code
}
type Door struct { Wide bool ` + "`yaml:\"wide\"`" + ` } // no comment on the field
type Retry struct { First time.Duration ` + "`yaml:\"first\"`" + ` } // of a try

func Default() Config {
	host := name()
	return Config{Name: "Corner", Days: []string{"mo", "tu"}, Wait: 90 * time.Second, Room: settings.Size(most), Again: retry(), Host: host,
		Place: Place{"Ulm", "x", "89073"}}
}

func retry() Retry { return Retry{First: (1 + 1) * time.Minute} }
`

func TestKeys(t *testing.T) {
	_, r := sample(t, shop)
	lit, err := r.literal("Default", "Config")
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.keys("Config", "shop.", lit)
	if err != nil {
		t.Fatal(err)
	}
	want := []key{
		{"shop.name", "text", "Corner", "of the shop", true},
		{"shop.place.zip", "text", "89073", "code", false},
		{"shop.days", "list", "[mo, tu]", "when it is open", false},
		{"shop.doors[].wide", "true or false", "", "", false},
		{"shop.tills.NAME.wide", "true or false", "", "", false},
		{"shop.wait", "time", "1m30s", "at a till", false},
		{"shop.room", "size", "3MiB", "in the back", false},
		{"shop.again.first", "time", "2m", "", false},
		{"shop.host", "text", "", "this machine", false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(key{})); diff != "" {
		t.Error(diff)
	}
	if r.doc != "Package shop sells.\n" || r.structs["T"] != nil {
		t.Errorf("found doc %q and the structs of tests: %t", r.doc, r.structs["T"] != nil)
	}
}

func TestWhatIsNotThereIsNamed(t *testing.T) {
	_, r := sample(t, shop)
	_, noFunction := r.literal("Other", "Config")
	_, noLiteral := r.literal("name2", "Config")
	_, wrongLiteral := r.literal("retry", "Config")
	_, noStruct := r.keys("Other", "", nil)
	_, noRoom := readRoom(t.TempDir(), "shop")
	for want, err := range map[string]error{
		"shop has no function Other": noFunction, "shop has no function name2": noLiteral, "shop: retry writes no Config": wrongLiteral,
		"shop has no struct Other": noStruct, "no such file": noRoom,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v, expected %q", err, want)
		}
	}
}

func TestSections(t *testing.T) {
	dir, _ := sample(t, shop)
	whole := map[string]string{"doors[].wide": "w", "tills.NAME.wide": "w", "again.first": "w"}
	for name, c := range map[string]struct {
		words map[string]string
		err   string
	}{
		"whole":           {whole, ""},
		"a key unsaid":    {nil, "the key doors[].wide has no comment"},
		"a word too many": {map[string]string{"doors[].wide": "w", "tills.NAME.wide": "w", "again.first": "w", "gone": "w"}, "words for a key that is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := section{title: "Shop", dir: "shop", name: "Config", fallback: "Default", words: c.words}.render(dir)
			if c.err == "" {
				if err != nil || !strings.Contains(text, "| `name` | text | required | of the shop |\n") {
					t.Errorf("%v: %s", err, text)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("found %v, expected %q", err, c.err)
			}
		})
	}
}

func TestSpansAndSizes(t *testing.T) {
	for d, want := range map[time.Duration]string{
		15 * time.Second: "15s", 2 * time.Minute: "2m", 24 * time.Hour: "24h", 90 * time.Minute: "1h30m", time.Hour + time.Second: "1h0m1s", 20 * time.Millisecond: "20ms",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: found %q, expected %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 1: "1", 1 << 10: "1KiB", 64 << 10: "64KiB", 2 << 30: "2GiB", 20e6: "20MB", 1500: "1500"} {
		if got := size(n); got != want {
			t.Errorf("%d: found %q, expected %q", n, got, want)
		}
	}
}

func TestWhatCannotBeWorkedOut(t *testing.T) {
	_, r := sample(t, "package shop\n\nvar x = f(1, 2)\n\nfunc f() any { return T{A: -1} }\n\ntype T struct{ A int `yaml:\"a\"` }\n")
	lit, err := r.literal("f", "T")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.value(lit.Elts[0].(*ast.KeyValueExpr).Value, "int"); err == nil {
		t.Error("a sign was worked out; how?")
	}
}
