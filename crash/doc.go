// Package crash holds the tests that take the gateway away while it works: the
// real binary is killed, cut from power, left without disk or database, and at
// the end nothing may be lost and nothing doubled. They take minutes and are run
// by make crash.
package crash
