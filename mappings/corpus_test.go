package mappings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// corpus is the folder of sample interchanges that is not part of the project.
func corpus(t testing.TB) string {
	t.Helper()
	shared := os.Getenv("WAYBILL_SHARED")
	if shared == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("left out: the sample interchanges; set WAYBILL_SHARED")
		}
		t.Skip("left out: the sample interchanges; set WAYBILL_SHARED")
	}
	dir := filepath.Join(shared, "x12", "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// cleanOrders are the files with an 850 that the corpus index calls clean.
func cleanOrders(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(string(read(t, filepath.Join(dir, "INDEX.md")))) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "/"), "|")
		if len(cells) > 10 && strings.Contains(cells[2], "850") && strings.TrimSpace(cells[10]) == "yes" {
			names = append(names, strings.TrimSpace(cells[1]))
		}
	}
	sort.Strings(names)
	if len(names) == 0 {
		t.Fatal("the index names no clean 850")
	}
	return names
}

// orders decodes a file and hands its 850s with their mapping to each.
func orders(t testing.TB, l *x12.Library, maps map[string]*mappings.Map, data []byte, each func(*mappings.Map, *translators.Set)) error {
	t.Helper()
	_, err := x12.New(l).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		if s.ID == "850" && s.Schema != nil && maps[s.Schema.Release] != nil {
			each(maps[s.Schema.Release], s)
		}
		return nil
	})
	return err
}

func orderMaps(t testing.TB, l *x12.Library) map[string]*mappings.Map {
	t.Helper()
	return map[string]*mappings.Map{
		"004010": compile(t, mappings.Base(), "base/850", "004010"),
		"005010": compile(t, mappings.Base(), "base/850-005010", "005010"),
	}
}

// TestCorpusOrders reads every clean 850, writes it and reads it again: what the
// document said stays the same. Sums that the sender got wrong are counted anew.
func TestCorpusOrders(t *testing.T) {
	dir, l := corpus(t), library(t)
	maps := orderMaps(t, l)
	seen, refused, unmapped := 0, 0, map[string]int{}
	for _, name := range cleanOrders(t, dir) {
		t.Run(name, func(t *testing.T) {
			err := orders(t, l, maps, read(t, filepath.Join(dir, name)), func(m *mappings.Map, s *translators.Set) {
				seen++
				first, err := m.In(s)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range first.Problems {
					t.Log(p.Error())
				}
				for _, u := range first.Unmapped {
					unmapped[shape(u.Path)]++
				}
				if _, problems, err := m.Out(first.Body); err == nil && len(problems) > 0 && len(s.Problems) > 0 {
					refused++
					t.Logf("not written: it came with %q, and %s", s.Problems[0].Text, problems[0].Error())
					return
				}
				stable(t, m, first)
			})
			if err != nil {
				t.Log(err)
			}
		})
	}
	var lines []string
	for path, n := range unmapped {
		lines = append(lines, fmt.Sprintf("%4d %s", n, path))
	}
	sort.Strings(lines)
	t.Logf("%d documents; not mapped:\n%s", seen, strings.Join(lines, "\n"))
	if seen < 30 || refused > 1 {
		t.Errorf("read %d documents and could not write %d, expected 30 or more and at most one", seen, refused)
	}
}

// shape is a path without its indices.
func shape(path string) string {
	var b strings.Builder
	for _, piece := range strings.Split(path, "[") {
		_, rest, found := strings.Cut(piece, "]")
		if !found {
			rest = piece
		}
		b.WriteString(rest)
	}
	return b.String()
}

// stable writes a result and reads it again.
func stable(t testing.TB, m *mappings.Map, first mappings.Result) {
	t.Helper()
	set, problems, err := m.Out(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Log("out: ", p.Error())
	}
	second, err := m.In(set)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutTotals(t, first.Body), withoutTotals(t, second.Body)); diff != "" {
		t.Errorf("in, out, in (-first +second):\n%s", diff)
	}
	if len(second.Unmapped) > 0 {
		t.Errorf("what was written is not all read: %v", second.Unmapped)
	}
}

func withoutTotals(t testing.TB, body json.RawMessage) any {
	t.Helper()
	v := value(t, body).(map[string]any)
	if totals, ok := v["totals"].(map[string]any); ok {
		delete(totals, "lines")
		delete(totals, "quantityHash")
	}
	return v
}
