package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is one module of the binary, or Go itself.
type module struct {
	path, version, dir string
	files              []file
}

// file is a text that must go along with the module.
type file struct{ name, text string }

// platforms are those of make dist; a module may be part of the binary on one only.
func platforms() []string { return []string{"linux", "darwin", "windows"} }

// modules lists what pkg is built from, sorted by path, Go itself first.
func modules(pkg string) ([]module, error) {
	found := map[string]module{}
	for _, goos := range platforms() {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", pkg)
		list.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
		var words bytes.Buffer
		list.Stderr = &words
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w: %s", goos, err, words.String())
		}
		for line := range strings.Lines(string(out)) {
			if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
				found[f[0]] = module{path: f[0], version: f[1], dir: f[2]}
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	list := []module{{path: "Go", version: "standard library and runtime", dir: strings.TrimSpace(string(root))}}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[path])
	}
	return list, nil
}

// read loads the licence files of a module. One without any is an error: it
// could not be passed on.
func (m *module) read() error {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return fmt.Errorf("licence of %s: %w", m.path, err)
	}
	legal := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([-.].*)?$`)
	for _, e := range entries {
		if e.IsDir() || !legal.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, e.Name()))
		if err != nil {
			return fmt.Errorf("licence of %s: %w", m.path, err)
		}
		m.files = append(m.files, file{e.Name(), tidy(string(text))})
	}
	if len(m.files) == 0 {
		return fmt.Errorf("%s has no licence file in %s", m.path, m.dir)
	}
	return nil
}

// tidy makes line ends and trailing space the same everywhere.
func tidy(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
	}
	return strings.Trim(b.String(), "\n") + "\n"
}
