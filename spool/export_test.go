package spool

import (
	"context"
	"strings"
)

// Queued is how many writes wait for a commit.
func Queued(s *Spool) int { return len(s.writer.requests) }

// Writers is how many commits of a store may be under way at once.
func Writers(store string) int {
	if strings.HasPrefix(store, "postgres") {
		return postgres().writers
	}
	return sqlite().writers
}

// Prefixed is a store's condition that a key begins so.
func Prefixed(store string) string {
	d := sqlite()
	if strings.HasPrefix(store, "postgres") {
		d = postgres()
	}
	where, _ := d.prefixed("")
	return where
}

// Break is a failed sync.
func Break(s *Spool, err error) error { return s.breakDown(err) }

// Pragma reads a setting of the connection that writes.
func Pragma(s *Spool, name string) (value string, err error) {
	return value, s.writer.db.GetContext(context.Background(), &value, "PRAGMA "+name)
}

// SQLiteRefused opens a database with settings of the test's choice and returns
// what is said of them.
func SQLiteRefused(path, synchronous, journal string) error {
	db, err := openSQLite(path, synchronous, journal)
	if err != nil {
		return err
	}
	defer db.Close()
	return assertSynchronous(context.Background(), db, false)
}

const (
	// NumberLimit is the highest control number.
	NumberLimit = numberLimit
	// OrderBlocked is the part of the lease that looks at the order of a key.
	OrderBlocked = orderBlocked
)
