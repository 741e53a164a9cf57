package sim

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLedger(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ledger.jsonl")
	l, err := OpenLedger(name)
	if err != nil {
		t.Fatal(err)
	}
	good := Sent{MessageID: "1@a", Disposition: "processed", MICMatches: true, Signed: true, MDN: []byte("x")}
	for _, err := range []error{
		l.Sending("acme", "1@a", "000000001", "PO1"), l.Acked("acme", good, "000000001", "PO1"),
		l.Sending("acme", "2@a", "000000002", "PO2"), l.Acked("acme", Sent{MessageID: "2@a", Disposition: "processed", Signed: true}, "000000002", "PO2"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := l.Entries()
	if len(want) != 4 || want[0].Acked || !want[1].Acked || !want[1].Vouched || want[3].Vouched || want[1].MDN == want[3].MDN || want[1].At.IsZero() {
		t.Errorf("got %+v", want)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := appendTo(name, `{"partner":"torn`); err != nil {
		t.Fatal(err)
	}
	if l, err = OpenLedger(name); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, l.Entries()); diff != "" {
		t.Error(diff)
	}
	if err := l.Sending("acme", "3@a", "000000003", "PO3"); err != nil || len(l.Entries()) != 5 {
		t.Errorf("after a torn line: %v, %d entries", err, len(l.Entries()))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Sending("acme", "4@a", "000000004", "PO4"); err == nil {
		t.Error("a closed ledger took an entry")
	}
	if n := len(l.Entries()); n != 5 {
		t.Errorf("%d entries: what is not on the disk is in the list", n)
	}
}

func TestLedgerRefusesNonsense(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ledger.jsonl")
	if err := os.WriteFile(name, []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLedger(name); err == nil {
		t.Error("nonsense was read")
	}
}

func TestLedgerInMemory(t *testing.T) {
	l, err := OpenLedger("")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Sending("acme", "1@a", "000000001", "PO1"); err != nil || len(l.Entries()) != 1 || l.Close() != nil {
		t.Errorf("%v, %d entries", err, len(l.Entries()))
	}
}

func BenchmarkLedger(b *testing.B) {
	l, err := OpenLedger(filepath.Join(b.TempDir(), "ledger.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := l.Sending("acme", "1@a", "000000001", "PO1"); err != nil {
			b.Fatal(err)
		}
	}
}
