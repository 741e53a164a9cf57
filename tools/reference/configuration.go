package main

import (
	"fmt"
	"go/ast"
	"strings"
)

// section is the keys of one struct on a page.
type section struct {
	title, dir, name string
	prefix           string
	fallback         string // the function that makes the defaults
	intro            string
	words            map[string]string // for keys that the code says nothing of
	acted            []acted           // who acts on a key; without them there is no such column
}

// render writes a section with its table of keys.
func (s section) render(root string) (string, error) {
	r, err := readRoom(root, s.dir)
	if err != nil {
		return "", err
	}
	var fallback *ast.CompositeLit
	if s.fallback != "" {
		if fallback, err = r.literal(s.fallback, s.name); err != nil {
			return "", err
		}
	}
	all, err := r.keys(s.name, s.prefix, fallback)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", s.title, s.intro)
	columns := []string{"key", "value", "default", "meaning"}
	if s.acted != nil {
		columns = append(columns, "acted on by")
	}
	head(&b, columns...)
	used := 0
	for _, k := range all {
		if own, ok := s.words[k.path]; ok {
			used++
			k.words = strings.TrimSpace(own)
		}
		if k.words == "" {
			return "", fmt.Errorf("the key %s has no comment in %s and no words here", k.path, s.dir)
		}
		if k.required {
			k.fallback = "required"
		} else {
			k.fallback = code(k.fallback)
		}
		cells := []string{code(k.path), k.kind, k.fallback, cell(k.words)}
		if s.acted != nil {
			cells = append(cells, by(s.acted, k.path))
		}
		row(&b, cells...)
	}
	if used != len(s.words) {
		return "", fmt.Errorf("%s: words for a key that is not there", s.title)
	}
	return b.String(), nil
}

// render writes a page of sections.
func render(root, title, intro string, sections []section) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n%s\n", title, made, intro)
	for _, s := range sections {
		text, err := s.render(root)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

const notation = "A *time* is written `15s`, `2m`, `24h`; a *size* `64KiB`, `20MB`; a *list* `[a, b]`. A *secret* is a reference and never the secret itself: `secret://env/NAME` or `secret://file/PATH` (a file that nobody else may read). `NAME` stands for a name of yours, `[]` for each entry of a list. An unknown key is an error, with a suggestion."
