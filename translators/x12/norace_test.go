//go:build !race

package x12

// raceEnabled says that the race detector is built in.
const raceEnabled = false
