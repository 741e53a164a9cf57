package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// A page that is no longer that of the code tells readers what was.
func TestPagesAreThoseOfTheCode(t *testing.T) {
	for _, p := range pages() {
		t.Run(filepath.Base(p.file), func(t *testing.T) {
			want, err := p.make(root)
			if err != nil {
				t.Fatal(err)
			}
			committed, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p.file)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(committed)); diff != "" {
				t.Errorf("%s is not that of the code: make generate writes it (-code +file):\n%s", p.file, diff)
			}
		})
	}
}

// write writes what is missing or old, and says so once.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	for _, room := range []string{"gateway", "transports", "adapters", "partners", "mappings"} {
		from, err := filepath.Abs(filepath.Join(root, room))
		if err == nil {
			err = os.Symlink(from, filepath.Join(dir, room))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for _, p := range pages() {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p.file)))
		if err != nil || !strings.HasPrefix(string(text), "# ") || !strings.Contains(string(text), made) {
			t.Errorf("%s: %v, found %.60q", p.file, err, text)
		}
	}
	if err := write(t.TempDir()); err == nil {
		t.Error("pages were made of a directory without code")
	}
}

func TestPagesSayWhatTheCodeSays(t *testing.T) {
	for file, lines := range map[string][]string{
		"docs/reference/waybill-yaml.md": {
			"| `lease` | time | `15s` | how long a silent worker keeps its message |",
			"| `inline` | size | `64KiB` | payloads up to this size stand in the database |",
			"| `as2.in_flight` | number | `64` | exchanges at once |",
			"| `adapters.NAME.url` | text | required | where documents are posted |",
			"| `retry.max` | time | `10m` | the longest wait |",
		},
		"docs/reference/partner-profile.md": {
			"| `priority` | number | `5` | 1 to 9; 1 is looked at first | partner list |",
			"| `x12.delimiters.component` | text | `\">\"` | between components | envelope |",
			"| `as2.require` | list | `[signed, encrypted]` | signed, encrypted |",
			"| `as2.retry.give_up` | time | `24h` | then the message is dead and waits for a person |",
		},
		"docs/reference/shipment.md": {
			"| `units` | list of [HandlingUnit](#handlingunit) | yes | pallets, cartons and what else holds goods; empty where nothing is packed |",
			"| `quantity` | [Quantity](order.md#quantity) |  | how much of it, in the line's unit |",
		},
		"docs/reference/order.md": {
			"| `customerOrderNumber` | text, at most 35 | yes | the buyer's order number, zeros kept (BEG03) |",
			"| `lines` | list of [OrderLine](#orderline) | yes | what is ordered (PO1) |",
			"## OrderLine",
		},
		"docs/reference/http-adapter.md": {
			"| 409 that names our key | accepted |  |",
			"| 5xx | sent again, same key | ERP-FAILED |",
			"| 3xx | **held** for a person | ERP-REDIRECT |",
			"| `Idempotency-Key` | the document's idempotencyKey, such as `order:acme-retail:4500012345::1`; the same on every attempt |",
		},
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if !strings.Contains(string(text), line+"\n") {
				t.Errorf("%s has no line %s", file, line)
			}
		}
	}
}

// Each link within the documents leads to a file that is there.
func TestLinksLeadSomewhere(t *testing.T) {
	n := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range links(string(text)) {
			n++
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, to)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d links found", n)
	}
}

// documents are README.md and every page below docs.
func documents(t testing.TB) []string {
	t.Helper()
	all := []string{filepath.Join(root, "README.md")}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(name string, d os.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// links are the targets of links to files, without what follows a #.
func links(text string) []string {
	var all []string
	for i, part := range strings.Split(text, "](") {
		to, _, ok := strings.Cut(part, ")")
		to, _, _ = strings.Cut(to, "#")
		if i > 0 && ok && to != "" && !strings.Contains(to, "://") && !strings.HasPrefix(to, "mailto:") {
			all = append(all, to)
		}
	}
	return all
}

func TestLinks(t *testing.T) {
	got := links("[a](b.md) and [c](d/e.md#f), [g](#h), [i](https://example.org/x), [j]\n(k)")
	if diff := cmp.Diff([]string{"b.md", "d/e.md"}, got); diff != "" {
		t.Error(diff)
	}
}
