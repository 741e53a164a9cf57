package spool_test

import (
	"flag"
	"os"
	"testing"

	"waybill/spool"
)

var update = flag.Bool("update", false, "write docs/spool-states.md anew")

// The picture in docs/ is the table in the code.
func TestStatesDoc(t *testing.T) {
	const path = "../docs/spool-states.md"
	if *update {
		must(t, os.WriteFile(path, []byte(spool.StatesDoc()), 0o644))
	}
	got, err := os.ReadFile(path)
	must(t, err)
	if string(got) != spool.StatesDoc() {
		t.Errorf("%s is not what spool/states.go says: go test ./spool -run TestStatesDoc -update", path)
	}
}

func TestTerminal(t *testing.T) {
	after := map[spool.Status]bool{}
	for _, tr := range spool.Transitions() {
		if tr.From != spool.Done { // an answer may find it out to have come to nothing
			after[tr.From] = true
		}
	}
	for _, tr := range spool.Transitions() {
		if tr.To.Terminal() == after[tr.To] {
			t.Errorf("%s: terminal %v, and something follows %v", tr.To, tr.To.Terminal(), after[tr.To])
		}
	}
}
