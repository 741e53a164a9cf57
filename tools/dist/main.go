// Dist builds Waybill for every platform and packs each binary with its
// licence texts; SHA256SUMS names what came out. The same source and the same
// SOURCE_DATE_EPOCH give the same bytes, wherever and whenever it runs.
//
//	dist -version v1.2.3 -epoch 1767225600 [-platforms linux/amd64,…] -out DIR
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// platforms are those that a release has.
func platforms() string {
	return "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("dist", flag.ContinueOnError)
	flags.SetOutput(stdout)
	version := flags.String("version", "", "the version that the binary tells")
	epoch := flags.Int64("epoch", 0, "the time of all files, in seconds since 1970")
	list := flags.String("platforms", platforms(), "what to build for")
	out := flags.String("out", "dist", "the directory to write to; it is emptied first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *version == "" {
		return fmt.Errorf("-version is missing")
	}
	r := release{version: *version, time: time.Unix(*epoch, 0).UTC(), out: *out}
	return r.build(strings.Split(*list, ","), stdout)
}
