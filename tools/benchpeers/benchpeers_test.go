package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func orders(t testing.TB, n int) (file string, size int64) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "orders.x12")
	size, err := generate(file, n)
	if err != nil {
		t.Fatal(err)
	}
	return file, size
}

// TestGenerate: the same file each time, of the size that 100 MB are made of.
func TestGenerate(t *testing.T) {
	one, size := orders(t, 100)
	two, _ := orders(t, 100)
	a, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(two)
	if err != nil || !bytes.Equal(a, b) {
		t.Error("made again, it is another file", err)
	}
	if size < 210_000 || size > 225_000 {
		t.Errorf("%d bytes", size)
	}
	if _, err := generate(filepath.Join(t.TempDir(), "no", "place"), 1); err == nil {
		t.Error("no such folder")
	}
}

// TestContest: each of ours sees every order.
func TestContest(t *testing.T) {
	file, _ := orders(t, 45)
	for _, as := range []string{"floor", "envelopes", "check", "report", "json"} {
		var out strings.Builder
		if err := contest(&out, as, file); err != nil {
			t.Fatal(as, err)
		}
		if r, err := readResult(out.String()); err != nil || r.orders != 45 {
			t.Errorf("%s: %+v, %v", as, r, err)
		}
	}
	if err := contest(&strings.Builder{}, "nobody", file); err == nil || !strings.Contains(err.Error(), `no contestant "nobody"`) {
		t.Error(err)
	}
	if err := contest(&strings.Builder{}, "floor", file+"x"); err == nil {
		t.Error("a file that is not there")
	}
}

// TestContestNotices: a file that is not whole is not read as if it were.
func TestContestNotices(t *testing.T) {
	file, size := orders(t, 45)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("*UP*"), []byte("*?!*")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := contest(&out, "check", file); err != nil {
		t.Fatal(err)
	}
	if _, err := readResult(out.String()); err == nil {
		t.Errorf("orders that are wrong were counted: %s", out.String())
	}
	if err := contest(&out, "json", file); err == nil {
		t.Error("orders that are wrong were mapped")
	}
	all := []contestant{{name: "floor", best: result{1, 1, 45, 1}}, {name: "check", best: result{1, 1, 44, 1}}}
	if err := write(&out, all, size, 45); err == nil || !strings.Contains(err.Error(), "check saw 44 orders of 45") {
		t.Error(err)
	}
}

// TestReadResult takes three numbers, and no others.
func TestReadResult(t *testing.T) {
	if r, err := readResult("1.5 1.25 46500\n"); err != nil || r != (result{seconds: 1.5, processor: 1.25, orders: 46500}) {
		t.Errorf("%+v, %v", r, err)
	}
	for _, bad := range []string{"", "1.5 1.25", "1.5 1.25 0", "1.5 0 3", "a b c"} {
		if _, err := readResult(bad); err == nil {
			t.Errorf("%q", bad)
		}
	}
}

// TestWrite: ratios are of the processor's time.
func TestWrite(t *testing.T) {
	all := []contestant{
		{name: "floor", best: result{2, 1, 10, 2000}},
		{name: "check", wanted: 0.2, best: result{4, 4, 10, 25_000}, does: "all"},
		{name: "StAEDI, 850", best: result{60, 50, 10, 200_000}},
	}
	var out strings.Builder
	if err := write(&out, all, 100e6, 10); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"floor        100.0  1.000                  50.0", "check        25.0   0.250         >= 0.20  12.5          25       all", "StAEDI, 850  2.0    0.020                  1.0           200"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestContestants: without StAEDI there are ours, and it is said who is missing.
func TestContestants(t *testing.T) {
	var out strings.Builder
	all, err := plan{jar: "nowhere.jar"}.contestants(&out, t.TempDir())
	if err != nil || len(all) != 5 || !strings.Contains(out.String(), "StAEDI is left out") || !strings.Contains(out.String(), "make deps") {
		t.Error(len(all), err, out.String())
	}
}

// TestMeasure keeps the best of what a process prints, and says why one failed.
func TestMeasure(t *testing.T) {
	c := contestant{name: "a", command: []string{"sh", "-c", "echo 3 2 7; echo 2 1 7; echo 4 3 7"}}
	if err := c.measure("0", "file"); err != nil || c.best.processor != 1 || c.best.memory == 0 {
		t.Error(c.best, err)
	}
	c.command = []string{"sh", "-c", "echo it is broken >&2; exit 1"}
	if err := c.measure("0", "file"); err == nil || !strings.Contains(err.Error(), "it is broken") {
		t.Error(err)
	}
	c.command = []string{"echo", "nothing"}
	if err := c.measure("0", "file"); err == nil {
		t.Error("what it prints is no result")
	}
}
