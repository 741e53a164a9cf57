package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The committed file must name the modules of today's binary, each at its version.
func TestNoticesAreThoseOfTheBinary(t *testing.T) {
	committed, err := os.ReadFile("../../THIRD_PARTY_NOTICES.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := notices("../../cmd/waybill")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table(want), table(string(committed))); diff != "" {
		t.Errorf("THIRD_PARTY_NOTICES.md is not that of the binary: make notices writes it (-binary +file):\n%s", diff)
	}
}

// table takes the lines of the table of modules.
func table(text string) []string {
	var rows []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ") {
			rows = append(rows, strings.TrimSpace(line))
		}
	}
	return rows
}

func TestModulesAreListedForEveryPlatform(t *testing.T) {
	list, err := modules("../../cmd/waybill")
	if err != nil {
		t.Fatal(err)
	}
	if list[0].path != "Go" {
		t.Errorf("Go itself is not first: %s", list[0].path)
	}
	found := map[string]bool{}
	for i, m := range list {
		found[m.path] = true
		if m.path == "waybill" || m.version == "" || m.dir == "" || i > 1 && m.path <= list[i-1].path {
			t.Errorf("module %d: %+v", i, m)
		}
	}
	// The first is part of every binary, the second of the one for Windows only.
	for _, want := range []string{"modernc.org/sqlite", "github.com/inconshreveable/mousetrap"} {
		if !found[want] {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestModulesOfNoPackage(t *testing.T) {
	if _, err := modules("../../nowhere"); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("got %v", err)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"LICENSE.txt": "\r\nMIT \r\nwords\r\n\r\n", "NOTICE": "thanks", "notice.go": "package x", "README": "no"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := module{path: "example.org/m", dir: dir}
	if err := m.read(); err != nil {
		t.Fatal(err)
	}
	want := []file{{"LICENSE.txt", "MIT\nwords\n"}, {"NOTICE", "thanks\n"}}
	if diff := cmp.Diff(want, m.files, cmp.AllowUnexported(file{})); diff != "" {
		t.Error(diff)
	}
	bare := module{path: "example.org/bare", dir: t.TempDir()}
	if err := bare.read(); err == nil || !strings.Contains(err.Error(), "example.org/bare has no licence file") {
		t.Errorf("got %v", err)
	}
	gone := module{path: "example.org/gone", dir: filepath.Join(dir, "gone")}
	if err := gone.read(); err == nil {
		t.Error("a directory that is not there was read")
	}
}

func TestLicences(t *testing.T) {
	const two, three = "Redistribution and use in source and\nbinary forms", " … to endorse or promote products"
	for text, want := range map[string]string{
		"Apache License\n  Version 2.0, January 2004": "Apache-2.0",
		two + three: "BSD-3-Clause",
		two:         "BSD-2-Clause",
		"Permission is hereby granted, free of charge, to any person":                      "MIT",
		"Permission to use, copy, modify, and/or distribute this software for any purpose": "ISC",
		"The author disclaims copyright to this source code":                               "public domain",
		"Mozilla Public License Version 2.0":                                               "MPL-2.0",
		"All rights reserved":                                                              "see the text",
		"the Apache License, Version 2.0; Permission is hereby granted, free of charge":    "Apache-2.0, MIT",
	} {
		m := module{files: []file{{"LICENSE", text}, {"LICENSE-2", text}, {"NOTICE", "public domain"}}}
		if got := m.licences(); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestRender(t *testing.T) {
	mit, apache := "Permission is hereby granted, free of charge\n", "Apache License Version 2.0\n```\nfenced\n```\n"
	got := render([]module{
		{path: "a", version: "v1", files: []file{{"LICENSE", mit}}},
		{path: "b", version: "v2", files: []file{{"LICENSE", mit}, {"LICENSE-2", apache}, {"NOTICE", "all rights reserved\n"}}},
	})
	for _, want := range []string{
		"| a | v1 | MIT |\n| b | v2 | MIT, Apache-2.0 |\n",
		"\n## a (LICENSE), b (LICENSE)\n\n```text\n" + mit + "```\n",
		"\n## b (LICENSE-2)\n\n````text\n" + apache + "````\n",
		"\n## b (NOTICE)\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Count(got, mit) != 1 {
		t.Errorf("a shared text stands more than once:\n%s", got)
	}
}
