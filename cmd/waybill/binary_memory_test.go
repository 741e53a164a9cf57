//go:build linux

package main

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"
)

// TestX12CheckMemory: 100 MB of orders, made as they are read, are checked in less
// than 64 MB. make bench-peers measures 1 GB.
func TestX12CheckMemory(t *testing.T) {
	path := buildBinary(t)
	sample := exec.Command(path, "x12", "sample", "850", "--orders", "46500", "--lines", "14")
	check := exec.Command(path, "x12", "check", "-")
	var said, wrong bytes.Buffer
	var err error
	if check.Stdin, err = sample.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	check.Stdout, check.Stderr, sample.Stderr = &said, &wrong, &wrong
	if err := sample.Start(); err != nil {
		t.Fatal(err)
	}
	checkErr := check.Run()
	if err := sample.Wait(); err != nil || checkErr != nil || said.String() != "no problem, 0 warning(s) in 1 file(s)\n" {
		t.Fatalf("%v, %v\n%s%s", err, checkErr, &said, &wrong)
	}
	usage, ok := check.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not say what the process took")
	}
	t.Logf("peak memory: %d kB", usage.Maxrss)
	if usage.Maxrss > 64<<10 {
		t.Errorf("%d kB, expected less than 64 MB", usage.Maxrss)
	}
}
