package main

import (
	"fmt"
	"strings"
)

// render writes the table of modules and, once each, the texts.
func render(list []module) string {
	var b strings.Builder
	b.WriteString(`# Third-party notices

Waybill itself is under the Apache License 2.0 (LICENSE). Its binary contains the
modules below, on one platform or another, each under its own licence. This file
is written by ` + "`make notices`" + `; a test compares it with the modules of the binary.

| module | version | licence |
|---|---|---|
`)
	for _, m := range list {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, m.version, m.licences())
	}
	b.WriteString("\n# Texts\n")
	for _, t := range texts(list) {
		fence := "```"
		for strings.Contains(t.text, fence) {
			fence += "`"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%stext\n%s%s\n", strings.Join(t.owners, ", "), fence, t.text, fence)
	}
	return b.String()
}

// owned is a licence text with the modules that share it, word for word.
type owned struct {
	owners []string
	text   string
}

func texts(list []module) []owned {
	var all []owned
	at := map[string]int{}
	for _, m := range list {
		for _, f := range m.files {
			owner := fmt.Sprintf("%s (%s)", m.path, f.name)
			i, known := at[f.text]
			if !known {
				i = len(all)
				at[f.text] = i
				all = append(all, owned{text: f.text})
			}
			all[i].owners = append(all[i].owners, owner)
		}
	}
	return all
}
