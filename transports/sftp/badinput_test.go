package sftp

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBadInputIsTested: every kind of bad input in the table has a test, the tests
// that it names exist, and what is said stands in one of them.
func TestBadInputIsTested(t *testing.T) {
	data, err := os.ReadFile("testdata/bad-input.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| What") {
			continue
		}
		rows++
		said, spoken := strings.TrimSpace(cells[2]), false
		for name := range strings.SplitSeq(cells[3], ",") {
			text, err := textOf(strings.TrimSpace(name))
			if err != nil {
				t.Errorf("%s: %v", cells[1], err)
			}
			spoken = spoken || strings.Contains(text, said)
		}
		if said == "" || !spoken {
			t.Errorf("%s: %q stands in none of its tests", cells[1], said)
		}
	}
	if rows != 34 {
		t.Errorf("the table has %d rows, expected 34", rows)
	}
}

// textOf is the source of "TestName" of this package, or "package TestName".
func textOf(name string) (string, error) {
	dir := "."
	if room, test, ok := strings.Cut(name, " "); ok {
		dir, name = filepath.Join("..", "..", room), test
	}
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return "", err
	}
	function := regexp.MustCompile(`(?ms)^func ` + regexp.QuoteMeta(name) + `\(\w+ \*testing\.[TF]\) \{.*?^\}`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if found := function.Find(data); found != nil {
			return string(found), nil
		}
	}
	return "", fmt.Errorf("%s: there is no such test", name)
}
