//go:build !faults

package main

// failpoint is no hook at all outside builds for crash tests.
func failpoint() func(string) { return nil }

// unsafe is never set outside builds for crash tests.
func unsafe() bool { return false }
