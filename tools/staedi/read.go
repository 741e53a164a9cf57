package staedi

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"waybill/translators"
)

// Reader is StAEDI with a driver: Jar is the library, Driver a Java source that
// reads a file of documents and prints what StAEDI says of each.
type Reader struct{ Jar, Driver string }

// Document is an interchange to be read, with the schema of each of its sets.
type Document struct {
	Text string
	Sets []*translators.Schema
}

// Read has all documents read in one run, in the directory dir, and returns the
// driver's lines for each: none says that StAEDI has nothing against it.
func (r Reader) Read(dir string, documents []Document) ([][]string, error) {
	var all bytes.Buffer
	for i, d := range documents {
		names := make([]string, len(d.Sets))
		for n, s := range d.Sets {
			names[n] = s.Set + "-" + s.Release
			if err := os.WriteFile(filepath.Join(dir, names[n]+".xml"), []byte(Schema(s)), 0o600); err != nil {
				return nil, err
			}
		}
		if len(names) == 0 {
			names = []string{"-"}
		}
		fmt.Fprintf(&all, "%d\t%s\t%d\n%s", i, strings.Join(names, ","), len(d.Text), d.Text)
	}
	file := filepath.Join(dir, "documents")
	if err := os.WriteFile(file, all.Bytes(), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("java", "-cp", r.Jar, "-XX:+UseSerialGC", r.Driver, dir, file)
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("running StAEDI: %w: %.2000s", err, words.String())
	}
	return parted(string(out), len(documents))
}

// parted gives each document its lines; each begins with a line of its number.
func parted(out string, documents int) ([][]string, error) {
	said := make([][]string, documents)
	n := -1
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "= ") {
			n++
			continue
		}
		if n < 0 || n >= documents {
			return nil, fmt.Errorf("running StAEDI: it says %q of no document", line)
		}
		said[n] = append(said[n], line)
	}
	if n+1 != documents {
		return nil, fmt.Errorf("running StAEDI: it read %d documents of %d", n+1, documents)
	}
	return said, nil
}
