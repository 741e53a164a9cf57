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
		{"no set", []string{"sample"}, 2, "", "sample --help"},
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
