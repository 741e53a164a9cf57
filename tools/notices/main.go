// Notices writes THIRD_PARTY_NOTICES.md: every module that is part of the
// binary on one of the platforms it is built for, with its licence in full.
//
//	notices -out THIRD_PARTY_NOTICES.md
package main

import (
	"flag"
	"fmt"
	"os"
)

// program is the package whose modules are listed.
const program = "./cmd/waybill"

func main() {
	out := flag.String("out", "THIRD_PARTY_NOTICES.md", "the file to write")
	flag.Parse()
	text, err := notices(program)
	if err == nil {
		err = os.WriteFile(*out, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// notices is the whole file.
func notices(pkg string) (string, error) {
	list, err := modules(pkg)
	if err != nil {
		return "", err
	}
	for i := range list {
		if err := list[i].read(); err != nil {
			return "", err
		}
	}
	return render(list), nil
}
