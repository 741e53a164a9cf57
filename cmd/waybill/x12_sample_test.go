package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestX12Sample prints a document that check finds nothing wrong with.
func TestX12Sample(t *testing.T) {
	x12Cases(t, []x12Case{
		{"order", []string{"sample", "850"}, 0, "CTT*3~\n", ""},
		{"no such set", []string{"sample", "851"}, 2, "", `set "851" is not known`},
		{"no such version", []string{"sample", "850", "--version", "003010"}, 2, "", `version "003010" is not known`},
		{"no lines", []string{"sample", "850", "--lines", "0"}, 2, "", "--lines is a number from 1 to 9999"},
		{"too many lines", []string{"sample", "850", "--lines", "10000"}, 2, "", "--lines is a number from 1 to 9999"},
		{"no set", []string{"sample"}, 2, "", "name a set, such as 850"},
	})
	for _, set := range []string{"850", "856", "943", "945", "999"} {
		code, stdout, stderr := x12Run("sample", set, "--version", "005010", "--lines", "9999")
		if code != 0 {
			t.Fatal(set, stderr)
		}
		file := filepath.Join(t.TempDir(), "sample.x12")
		if err := os.WriteFile(file, []byte(stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, stdout, _ := x12Run("check", file); code != 0 || !strings.Contains(stdout, "no problem, 0 warning(s)") {
			t.Error(set, stdout)
		}
	}
}

// TestX12SampleMany writes a file of many documents, the same each time.
func TestX12SampleMany(t *testing.T) {
	file := filepath.Join(t.TempDir(), "day.x12")
	nowhere := filepath.Join(t.TempDir(), "no", "such", "place.x12")
	x12Cases(t, []x12Case{
		{"many", []string{"sample", "850", "--orders", "45", "--lines", "14", "-o", file}, 0, "", ""},
		{"checked", []string{"check", file}, 0, "no problem, 0 warning(s)", ""},
		{"standard output", []string{"sample", "945", "--orders", "2"}, 0, "~GE*2*1~IEA*1*000000001~", ""},
		{"one into a file", []string{"sample", "850", "-o", filepath.Join(t.TempDir(), "one.x12")}, 0, "", ""},
		{"none", []string{"sample", "850", "--orders", "0"}, 2, "", "--orders is a number from 1"},
		{"no such set", []string{"sample", "851", "--orders", "2"}, 2, "", `set "851" is not known`},
		{"nowhere", []string{"sample", "850", "--orders", "2", "-o", nowhere}, 2, "", "place.x12"},
	})
	if text, err := os.ReadFile(file); err != nil || strings.Count(string(text), "~ST*850*") != 45 || strings.Count(string(text), "ISA*") != 3 {
		t.Error(err, len(text))
	}
}

// TestX12SampleProgress shows nothing where nobody looks.
func TestX12SampleProgress(t *testing.T) {
	if sampleProgress(&strings.Builder{}, 10, &strings.Builder{}) != nil {
		t.Error("progress, and no terminal")
	}
}
