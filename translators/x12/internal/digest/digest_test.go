package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommitted: the schema files in the repository are what the digest and the names give.
func TestCommitted(t *testing.T) {
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("WAYBILL_SHARED is not set")
		}
		t.Skip("left out: set WAYBILL_SHARED to the directory that holds x12/digest")
	}
	to := t.TempDir()
	if err := run(filepath.Join(root, "x12", "digest"), to, "names.yaml"); err != nil {
		t.Fatal(err)
	}
	for version, sets := range carried() {
		for _, name := range append([]string{"segments", "codes"}, sets...) {
			file := filepath.Join(version, name+".yaml")
			want, err := os.ReadFile(filepath.Join(to, file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join("..", "..", "schemas", file))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s is not what internal/digest writes: run it", file)
			}
		}
	}
}

const small = `
set: "9"
functional_group: NN
structure:
  - {seg: ST, usage: M, max: 1, area: heading}
  - {seg: TD5, usage: O, max: ">1", area: heading}
  - loop: HL
    usage: M
    repeat: 200
    area: detail
    segments:
      - {seg: HL, usage: M, max: 1}
  - {seg: SE, usage: M, max: 1, area: summary}
segments:
  ST: {elements: [{pos: 1, id: "1", type: ID, min: 1, max: 2, usage: M}]}
  TD5: {syntax: [P0102], elements: [{pos: 1, id: "1", type: ID, min: 1, max: 2, usage: O}, {pos: 2, id: C1, type: composite, usage: O, repeat: 10}]}
  HL: {elements: [{pos: 1, id: "2", type: N0, min: 1, max: 2, usage: M}]}
  SE: {elements: [{pos: 1, id: "2", type: N0, min: 1, max: 2, usage: M}]}
composites:
  C1: {components: [{pos: 1, id: "2", type: N0, min: 1, max: 2, usage: M}]}
`

const smallNames = `
sets: {"9": Nine}
segments: {ST: Header, TD5: Carrier, HL: Level, SE: Trailer, C1: Both}
elements: {"1": One, "2": Two}
`

const smallCodes = `
"1": {values: ["A", "10", "9"], meanings: {"10": "ten", "9": "nine"}}
"2": {meanings: {"A": "open list"}}
"3": {values: ["not used"]}
`

// folder writes a digest of one small set.
func folder(t *testing.T, set string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"9-1.yaml": set, "codes-1.yaml": smallCodes, "names.yaml": smallNames} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func smallTable(t *testing.T, dir string) nameTable {
	t.Helper()
	var names nameTable
	if err := read(filepath.Join(dir, "names.yaml"), &names); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestConvert compares the files of a small set with what they must say.
func TestConvert(t *testing.T) {
	from, to := folder(t, small), t.TempDir()
	if err := convert(from, to, "1", []string{"9"}, smallTable(t, from)); err != nil {
		t.Fatal(err)
	}
	const note = "# Written by internal/digest; do not edit.\n"
	for name, want := range map[string]string{
		"9.yaml": "set: \"9\"\nname: \"Nine\"\nfunctional: NN\nheading:\n  - ST M 1\n  - TD5 O *\ndetail:\n  - loop: HL M 200\n    items:\n      - HL M 1\nsummary:\n  - SE M 1\n",
		"segments.yaml": "segments:\n  \"HL\": {name: \"Level\", key: 3, elements: [M2]}\n  \"SE\": {name: \"Trailer\", elements: [M2]}\n" +
			"  \"ST\": {name: \"Header\", elements: [M1]}\n  \"TD5\": {name: \"Carrier\", key: 2, elements: [O1, OC1/10], notes: [P0102]}\n" +
			"composites:\n  \"C1\": {name: \"Both\", elements: [M2]}\n" +
			"elements:\n  \"1\": {name: \"One\", type: ID, min: 1, max: 2}\n  \"2\": {name: \"Two\", type: N0, min: 1, max: 2}\n",
		"codes.yaml": "\"1\":\n  codes: \"A 10 9\"\n  words:\n    \"9\": \"nine\"\n    \"10\": \"ten\"\n\"2\":\n  words:\n    \"A\": \"open list\"\n",
	} {
		got, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(note+want, string(got)); diff != "" {
			t.Error(name, diff)
		}
	}
}

// TestConvertProblems: what has no name, or is said twice and differently, stops the release.
func TestConvertProblems(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"segment without a name", "  HL: {", "  XX: {", "XX has no name"},
		{"element without a name", `id: "1", type: ID, min: 1, max: 2, usage: M`, `id: "7", type: ID, min: 1, max: 2, usage: M`, "7 has no name"},
		{"two lengths", `type: ID, min: 1, max: 2, usage: M`, `type: ID, min: 1, max: 3, usage: M`, "1 differs between sets"},
		{"a gap", "{pos: 2, id: C1", "{pos: 3, id: C1", "TD5: element 3 stands at 2"},
		{"no YAML", "set:", "\tset:", "9-1.yaml: yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := folder(t, strings.Replace(small, c.from, c.to, 1))
			err := convert(from, t.TempDir(), "1", []string{"9"}, smallTable(t, from))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Error(err)
			}
		})
	}
	if err := run(t.TempDir(), t.TempDir(), "names.yaml"); err == nil {
		t.Error("a digest that is not there was read")
	}
	if err := run(t.TempDir(), t.TempDir(), "nowhere.yaml"); err == nil {
		t.Error("names that are not there were read")
	}
}
