package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/translators/x12"
)

// x12Case is a command line with its exit code and a part of what it prints.
type x12Case = commandCase

func x12Cases(t *testing.T, cases []x12Case) {
	t.Helper()
	commandCases(t, "x12", cases)
}

// TestX12Format prints segments a line, without lines, in other delimiters.
func TestX12Format(t *testing.T) {
	cut := x12Broken(t, "IEA*1*000000417~", "")
	x12Cases(t, []x12Case{
		{"lines", []string{"format", x12Order}, 0, "~\nST*850*0001~\nBEG*", ""},
		{"unwrapped", []string{"format", "--unwrap", x12Order}, 0, "~ST*850*0001~BEG*", ""},
		{"delimiters", []string{"format", "--element", "|", "--component", `\x1f`, "--segment", `\n`, x12Order}, 0, "|P|\x1f\nGS|PO|", ""},
		{"in the data", []string{"format", "--element", "-", x12Order}, 1, "", `has the delimiter '-'`},
		{"no whole file", []string{"format", cut}, 1, "SE*22*0001~\n", "the data ends before the IEA"},
		{"two characters", []string{"format", "--segment", "ab", x12Order}, 2, "", "--segment: a delimiter is one character"},
		{"a letter", []string{"format", "--segment", "a", x12Order}, 2, "", "cannot be a delimiter"},
		{"no such file", []string{"format", "nowhere.x12"}, 2, "", "nowhere.x12"},
	})
}

// TestX12Split writes files, and none over another.
func TestX12Split(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parts")
	part := filepath.Join(dir, "000000417-417-850-0001.x12")
	x12Cases(t, []x12Case{
		{"sets", []string{"split", "-d", dir, x12Order}, 0, part + "\n", ""},
		{"again", []string{"split", "-d", dir, x12Order}, 2, "", "file exists"},
		{"interchanges", []string{"split", "--by", "interchange", "-d", dir, x12Order}, 0, filepath.Join(dir, "000000417.x12"), ""},
		{"groups", []string{"split", "--by", "group", x12Order}, 2, "", "--by is set or interchange"},
		{"output", []string{"split", "-o", "xml", x12Order}, 2, "", "-o is text or json"},
		{"not whole", []string{"split", "-d", t.TempDir(), x12Broken(t, "IEA*1*000000417~", "")}, 1, "000000417-417-850-0001.x12", "the data ends before the IEA"},
	})
	want, err := os.ReadFile(x12Order)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(part)
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\n%s", err, got)
	}
}

// TestX12SplitJSON: one object for each file.
func TestX12SplitJSON(t *testing.T) {
	code, stdout, _ := x12Run("split", "-o", "json", "-d", t.TempDir(), x12Order)
	var p x12.Part
	if err := json.Unmarshal([]byte(stdout), &p); err != nil || code != 0 {
		t.Fatal(code, err, stdout)
	}
	p.File = filepath.Base(p.File)
	if want := (x12.Part{File: "000000417-417-850-0001.x12", Interchange: "000000417", Group: "417", Set: "850", Control: "0001", Segments: 26}); p != want {
		t.Errorf("%+v", p)
	}
}

// TestX12Redact masks, says the same twice, and something else under a key.
func TestX12Redact(t *testing.T) {
	x12Cases(t, []x12Case{
		{"masked", []string{"redact", x12Order}, 0, "SE*22*0001~\n", ""},
		{"no X12", []string{"redact", x12Broken(t, "ISA*", "IS*")}, 1, "", "no interchange begins here"},
		{"no such file", []string{"redact", "nowhere.x12"}, 2, "", "nowhere.x12"},
	})
	_, one, _ := x12Run("redact", x12Order)
	_, two, _ := x12Run("redact", x12Order)
	_, other, _ := x12Run("redact", "--key", "k", x12Order)
	if one != two || one == other || strings.Contains(one+other, "ADAMS") {
		t.Errorf("%s\n%s", one, other)
	}
	file := filepath.Join(t.TempDir(), "masked.x12")
	if err := os.WriteFile(file, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := x12Run("check", file); code != 0 {
		t.Error(stdout)
	}
}
