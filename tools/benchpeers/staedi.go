package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"waybill/tools/staedi"
	"waybill/translators/x12"
)

//go:embed Bench.java
var staediBench []byte

// contestants are all that can take part; who cannot is said.
func (p plan) contestants(w io.Writer, dir string) ([]contestant, error) {
	var all []contestant
	for _, c := range []contestant{
		{name: "floor", does: "finds both separators (bufio.Scanner, bytes.IndexByte)"},
		{name: "envelopes", does: "segments, elements, envelopes with counts and control numbers", wanted: 0.5},
		{name: "check", does: "every segment, element, code and note of the 850, and its tree", wanted: 0.2},
		{name: "report", does: "the same, with texts that may be kept and a line for each set"},
		{name: "json", does: "the same, down to canonical JSON of each order", wanted: 0.06},
	} {
		own, err := ours(c.name)
		if err != nil {
			return nil, err
		}
		c.command = own.command
		all = append(all, c)
	}
	if _, err := os.Stat(p.jar); err != nil {
		fmt.Fprintf(w, "StAEDI is left out: %v; make deps brings it\n\n", err)
		return all, nil
	}
	if _, err := exec.LookPath("java"); err != nil {
		fmt.Fprintf(w, "StAEDI is left out: %v; make deps brings it\n\n", err)
		return all, nil
	}
	source, schema := filepath.Join(dir, "Bench.java"), filepath.Join(dir, "850.xml")
	if err := os.WriteFile(source, staediBench, 0o600); err != nil {
		return nil, err
	}
	if err := writeStaediSchema(schema); err != nil {
		return nil, err
	}
	java := []string{"java", "-XX:+UseSerialGC", "-cp", p.jar, source}
	return append(all,
		contestant{name: "StAEDI, envelopes", does: "events, envelopes with counts and control numbers; three passes, the best", command: append(java, "-", "3"), rounds: 1},
		contestant{name: "StAEDI, 850", does: "the same, and our schema of the 850 in its own form; one pass", command: append(java, schema, "1"), rounds: 1},
	), nil
}

func writeStaediSchema(file string) error {
	library, err := x12.Load()
	if err != nil {
		return err
	}
	s, err := library.Schema("850", "004010")
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(staedi.Schema(s)), 0o600)
}
