// Command benchpeers reads one generated file of purchase orders with a streaming
// floor, with our reader as far as envelopes, validation and canonical JSON, and
// with StAEDI, each in a process of its own on one core, in one run, and prints a
// table of speeds, memory and ratios.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"waybill/translators/x12"
)

func main() {
	var p plan
	as := flag.String("as", "", "be one contestant and read `FILE`; the program starts itself so")
	flag.IntVar(&p.orders, "orders", 46_500, "orders in the file; 46500 of 14 lines are 100 MB")
	flag.IntVar(&p.rounds, "rounds", 5, "times that each contestant reads the file; the best counts")
	flag.IntVar(&p.large, "large", 465_000, "orders in the file of which only the memory of a check is measured; 0: none")
	flag.StringVar(&p.jar, "staedi", ".deps/staedi/staedi.jar", "StAEDI's `jar`; make deps brings it")
	flag.StringVar(&p.core, "core", "1", "core that all run on, one after another")
	flag.Parse()
	var err error
	if *as != "" {
		err = contest(os.Stdout, *as, flag.Arg(0))
	} else {
		err = p.run(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchpeers:", err)
		os.Exit(1)
	}
}

// plan is what is measured.
type plan struct {
	orders, rounds, large int
	jar, core             string
}

// run makes the files, lets everybody read them and prints the table.
func (p plan) run(w io.Writer) error {
	dir, err := os.MkdirTemp("", "benchpeers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "orders.x12")
	size, err := generate(file, p.orders)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d orders of 14 lines, %.1f MB; core %s; best of %d\n\n", p.orders, float64(size)/1e6, p.core, p.rounds)
	all, err := p.contestants(w, dir)
	if err != nil {
		return err
	}
	for round := range p.rounds {
		for i := range all {
			if c := &all[i]; round < c.rounds || c.rounds == 0 {
				if err := c.measure(p.core, file); err != nil {
					return err
				}
			}
		}
	}
	if err := write(w, all, size, p.orders); err != nil || p.large == 0 {
		return err
	}
	return p.memory(w, dir)
}

// memory checks a large file that is deleted afterwards.
func (p plan) memory(w io.Writer, dir string) error {
	file := filepath.Join(dir, "large.x12")
	size, err := generate(file, p.large)
	if err != nil {
		return err
	}
	c, err := ours("check")
	if err != nil {
		return err
	}
	if err := c.measure(p.core, file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\na check of %d orders, %.1f MB: %.0f MB/s, peak memory %.1f MB (wanted: under 64)\n",
		p.large, float64(size)/1e6, float64(size)/1e6/c.best.processor, float64(c.best.memory)/1e3)
	return err
}

// generate writes the file, the same each time.
func generate(file string, orders int) (size int64, err error) {
	library, err := x12.Load()
	if err != nil {
		return 0, err
	}
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	o := x12.SampleOptions{Set: "850", Version: "004010", Lines: 14, Documents: orders, At: time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)}
	if err := x12.New(library).SampleMany(out, o); err != nil {
		return 0, err
	}
	if err := out.Flush(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Close()
}
