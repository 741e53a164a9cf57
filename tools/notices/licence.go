package main

import (
	"slices"
	"strings"
)

// known are licences by words that stand in each and in no other.
func known() [][]string {
	return [][]string{
		{"Apache-2.0", "apache license", "version 2.0"},
		{"MPL-2.0", "mozilla public license", "2.0"},
		{"BSD-3-Clause", "redistribution and use in source and binary forms", "endorse or promote"},
		{"BSD-2-Clause", "redistribution and use in source and binary forms"},
		{"MIT", "permission is hereby granted, free of charge"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software"},
		{"public domain", "public domain"},
		{"public domain", "disclaims copyright"},
	}
}

// licence names the licences that stand in a text.
func licence(text string) []string {
	plain := strings.ToLower(strings.Join(strings.Fields(text), " "))
	var names []string
	for _, k := range known() {
		all := true
		for _, words := range k[1:] {
			all = all && strings.Contains(plain, words)
		}
		// The three clauses begin with the two.
		if all && !slices.Contains(names, k[0]) && !(k[0] == "BSD-2-Clause" && slices.Contains(names, "BSD-3-Clause")) {
			names = append(names, k[0])
		}
	}
	return names
}

// licences names all licences of a module, those in its notices left out.
func (m *module) licences() string {
	var names []string
	for _, f := range m.files {
		if strings.HasPrefix(strings.ToUpper(f.name), "NOTICE") {
			continue
		}
		for _, name := range licence(f.text) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return "see the text"
	}
	return strings.Join(names, ", ")
}
