// Package spooltest holds the conformance suite that every engine of the spool
// passes, and opens spools for tests: on SQLite in a temporary directory, on a
// real PostgreSQL that is started for the test.
package spooltest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"waybill/spool"
)

// OpenSQLite opens a spool on SQLite that lives as long as the test.
func OpenSQLite(t testing.TB, now func() time.Time) *spool.Spool {
	t.Helper()
	dir := t.TempDir()
	return Open(t, spool.Config{Store: "sqlite:" + filepath.Join(dir, "spool.db"), Dir: filepath.Join(dir, "payloads"), Now: now})
}

// OpenPostgres opens a spool on a database of its own in a real PostgreSQL.
func OpenPostgres(t testing.TB, now func() time.Time) *spool.Spool {
	t.Helper()
	return Open(t, spool.Config{Store: Postgres(t), Dir: t.TempDir(), Now: now})
}

// Open opens a spool that is closed with the test.
func Open(t testing.TB, c spool.Config) *spool.Spool {
	t.Helper()
	s, err := spool.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the spool: %v", err)
		}
	})
	return s
}

// leftOut skips a test that needs what the machine lacks; under CI=true that is
// a failure.
func leftOut(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("left out: " + what)
	}
	t.Skip("left out: " + what)
}
