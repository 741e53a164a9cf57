//go:build race

package as2

// raceEnabled says that the race detector is built in.
const raceEnabled = true
