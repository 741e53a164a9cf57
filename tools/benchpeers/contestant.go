package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// contestant is one reader and how it did.
type contestant struct {
	name, does string
	wanted     float64  // of the floor; 0: nothing is wanted of it
	command    []string // the file comes behind it
	rounds     int      // that it takes part in; 0: all
	best       result
}

// result is one reading of the file.
type result struct {
	seconds, processor float64
	orders             int
	memory             int64 // most that the process held, kB
}

// measure has the contestant read the file once, and keeps the best.
func (c *contestant) measure(core, file string) error {
	args := append([]string{}, c.command...)
	if _, err := exec.LookPath("taskset"); err == nil {
		args = append([]string{"taskset", "-c", core}, args...)
	}
	cmd := exec.Command(args[0], append(args[1:], file)...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", c.name, err, strings.TrimSpace(wrong.String()))
	}
	for line := range strings.Lines(string(out)) {
		r, err := readResult(line)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			r.memory = usage.Maxrss
		}
		if c.best.orders == 0 || r.processor < c.best.processor {
			c.best = r
		}
	}
	return nil
}

// readResult reads a line of seconds, seconds of processor and orders.
func readResult(line string) (result, error) {
	var r result
	if _, err := fmt.Sscan(line, &r.seconds, &r.processor, &r.orders); err != nil || r.processor <= 0 || r.orders <= 0 {
		return r, fmt.Errorf("found %q, expected seconds, seconds and orders", strings.TrimSpace(line))
	}
	return r, nil
}

// ours is a contestant of this program.
func ours(as string) (contestant, error) {
	self, err := os.Executable()
	return contestant{name: as, command: []string{self, "-as", as}}, err
}
