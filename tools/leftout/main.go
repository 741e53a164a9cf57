// Leftout runs go test, prints failures in full and every other package on one
// line, and ends with what was left out on this machine and why. Where the
// environment says CI=true, anything left out is a failure.
//
//	leftout [-bring TEXT] [go test flags and packages]
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv("CI") == "true", os.Stdout, os.Stderr))
}

// run is the program: go test with args, its events into a summary, an exit code.
func run(args []string, ci bool, stdout, stderr io.Writer) int {
	bring := ""
	if len(args) > 1 && args[0] == "-bring" {
		bring, args = args[1], args[2:]
	}
	test := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	test.Stderr = stderr
	events, err := test.StdoutPipe()
	if err == nil {
		err = test.Start()
	}
	if err != nil {
		fmt.Fprintln(stderr, "leftout: start go test:", err)
		return 1
	}
	s := newSummary(stdout)
	read := s.read(events)
	ended := test.Wait()
	if read != nil {
		fmt.Fprintln(stderr, "leftout:", read)
	}
	good := s.close(bring, ci)
	if ended != nil && good { // go test failed without an event that says why
		fmt.Fprintln(stderr, "leftout: go test:", ended)
	}
	if ended != nil || read != nil || !good {
		return 1
	}
	return 0
}
