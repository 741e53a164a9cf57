//go:build faults

package main

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// failpoint ends the process, as a crash would, at the point and the visit that
// WAYBILL_CRASH_AT names: "name" or "name:3" for the third time.
func failpoint() func(string) {
	name, nth, _ := strings.Cut(os.Getenv("WAYBILL_CRASH_AT"), ":")
	if name == "" {
		return nil
	}
	at, err := strconv.ParseInt(nth, 10, 64)
	if err != nil {
		at = 1
	}
	var visits atomic.Int64
	return func(point string) {
		if point == name && visits.Add(1) == at {
			os.Exit(137)
		}
	}
}

// unsafe takes the sync out of commits: the negative control of the power test.
func unsafe() bool { return os.Getenv("WAYBILL_UNSAFE") != "" }
