package sim

import (
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines opens a journal and returns what stood in it.
func lines(t testing.TB, name string) (*journal, []string) {
	t.Helper()
	var list []string
	j, err := openJournal(name, func(line []byte) error {
		list = append(list, string(line))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.close() })
	return j, list
}

func TestJournalKeepsEveryLine(t *testing.T) {
	name := filepath.Join(t.TempDir(), "j")
	j, list := lines(t, name)
	if len(list) != 0 {
		t.Fatalf("a new journal holds %v", list)
	}
	var writers sync.WaitGroup
	for _, letter := range []string{"a", "b", "c", "d"} {
		writers.Go(func() {
			for range 5 {
				if err := j.append(letter); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	_, list = lines(t, name)
	sort.Strings(list)
	if got, want := strings.Join(list, ""), strings.Repeat(`"a"`, 5)+strings.Repeat(`"b"`, 5)+strings.Repeat(`"c"`, 5)+strings.Repeat(`"d"`, 5); got != want {
		t.Errorf("got %s", got)
	}
}

// A torn last line is cut off wherever it is torn; a whole one never is.
func TestJournalTorn(t *testing.T) {
	const whole = "\"one\"\n\"two\"\n"
	for cut := range len(whole) + 1 {
		name := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(name, []byte(whole[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		j, list := lines(t, name)
		if want := strings.Count(whole[:cut], "\n"); len(list) != want {
			t.Errorf("cut at %d: %v", cut, list)
		}
		if err := j.append("three"); err != nil {
			t.Fatal(err)
		}
		_, again := lines(t, name)
		if diff := cmp.Diff(append(list, `"three"`), again); diff != "" {
			t.Errorf("cut at %d: %s", cut, diff)
		}
	}
}

func TestJournalFails(t *testing.T) {
	name := filepath.Join(t.TempDir(), "j")
	j, _ := lines(t, name)
	if err := j.append(make(chan int)); err == nil {
		t.Error("a channel was written as JSON")
	}
	if err := j.append("x"); err != nil {
		t.Fatal(err)
	}
	want := errors.New("not mine")
	if _, err := openJournal(name, func([]byte) error { return want }); !errors.Is(err, want) || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v", err)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	if err := j.append("y"); err == nil {
		t.Error("a closed journal took a line")
	}
	if _, err := openJournal(t.TempDir(), nil); err == nil {
		t.Error("a directory was opened as a journal")
	}
	var none *journal
	if err := errors.Join(none.append("x"), none.close()); err != nil {
		t.Error(err)
	}
}
