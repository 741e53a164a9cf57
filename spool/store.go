package spool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// dialect is what differs between the databases.
type dialect struct {
	driver   string
	bytes    string // type of a blob
	serial   string // type of the history's sequence
	made     string // counts the table of the schema's version
	lock     string // first statement of a migration
	clock    string // expression for the time of leases, with one parameter
	skip     string // suffix of a query that leases
	bytewise string // collation in which a text and its beginnings stand together
	rows     bool   // insert many rows with one statement
	writers  int    // commits under way at once
	listen   bool   // wake-up hints come from the database
}

func sqlite() dialect {
	return dialect{
		driver: "sqlite", bytes: "BLOB", serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
		made:  `SELECT COUNT(*) FROM sqlite_master WHERE name = 'waybill_schema'`,
		clock: "CAST(? AS BIGINT)", writers: 1, bytewise: "BINARY",
	}
}

// prefixed is the condition that an expectation's key begins so, as a range that an
// index has, and its parameters.
func (d dialect) prefixed(prefix string) (where string, args []any) {
	return `key COLLATE ` + d.bytewise + ` >= ? AND key COLLATE ` + d.bytewise + ` < ?`, []any{prefix, prefix + "\U0010FFFF"}
}

// postgres leases by database time, so that nodes with different clocks agree.
func postgres() dialect {
	return dialect{
		driver: "postgres", bytes: "BYTEA", serial: "BIGSERIAL PRIMARY KEY",
		made:  `SELECT COUNT(*) FROM pg_tables WHERE tablename = 'waybill_schema' AND schemaname = current_schema()`,
		lock:  `SELECT pg_advisory_xact_lock(8214570113)`,
		clock: "(CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) + 0 * CAST(? AS BIGINT))",
		skip:  " FOR UPDATE SKIP LOCKED", rows: true, writers: 4, listen: true, bytewise: `"C"`,
	}
}

type pools struct {
	read, write *sqlx.DB
	dialect     dialect
}

const busyTimeout = 10 * time.Second

// connect opens the database that c.Store names and brings it up to date.
func connect(ctx context.Context, c Config) (pools, error) {
	if path, ok := strings.CutPrefix(c.Store, "sqlite:"); ok {
		return connectSQLite(ctx, path, c)
	}
	if strings.HasPrefix(c.Store, "postgres://") || strings.HasPrefix(c.Store, "postgresql://") {
		return connectPostgres(ctx, c)
	}
	scheme, _, _ := strings.Cut(c.Store, ":")
	return pools{}, &storeError{text: fmt.Sprintf("unknown kind of store %q", scheme), hint: "expected sqlite:PATH or postgres://USER@HOST/DATABASE"}
}

func connectSQLite(ctx context.Context, path string, c Config) (pools, error) {
	if err := prepareFile(path, c.Existing); err != nil {
		return pools{}, err
	}
	synchronous := "FULL"
	if c.Unsafe {
		synchronous = "NORMAL"
	}
	write, err := openSQLite(path, synchronous, "WAL")
	if err != nil {
		return pools{}, err
	}
	write.SetMaxOpenConns(1)
	if err := upToDate(ctx, write, sqlite(), c); err != nil {
		return pools{}, errors.Join(err, write.Close())
	}
	if err := assertSynchronous(ctx, write, c.Unsafe); err != nil {
		return pools{}, errors.Join(err, write.Close())
	}
	read, err := openSQLite(path, synchronous, "WAL")
	if err != nil {
		return pools{}, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return pools{read, write, sqlite()}, nil
}

func openSQLite(path, synchronous, journal string) (*sqlx.DB, error) {
	return sqlx.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=immediate"+
		"&_pragma=busy_timeout("+fmt.Sprint(busyTimeout.Milliseconds())+")&_pragma=journal_mode("+journal+")&_pragma=wal_autocheckpoint(4000)&_pragma=synchronous("+synchronous+")")
}

// prepareFile makes the directory and the file of a database, for nobody else's
// eyes; an existing one is only looked for.
func prepareFile(path string, existing bool) error {
	if existing {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if errors.Is(err, os.ErrNotExist) {
			return errNoStore(path)
		}
		if err != nil {
			return err
		}
		return f.Close()
	}
	if err := makeDirs(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func errNoStore(where string) error {
	return &storeError{text: "there is no spool in " + where, hint: "waybill serve makes it at its first start"}
}

// assertSynchronous reads back that a commit means synced.
func assertSynchronous(ctx context.Context, db *sqlx.DB, unsafe bool) error {
	var level int
	var journal string
	if err := db.GetContext(ctx, &level, `PRAGMA synchronous`); err != nil {
		return err
	}
	if err := db.GetContext(ctx, &journal, `PRAGMA journal_mode`); err != nil {
		return err
	}
	if journal != "wal" || level < 2 && !unsafe {
		return &storeError{text: fmt.Sprintf("SQLite runs with synchronous=%d, journal_mode=%s; expected 2 (FULL) and wal", level, journal),
			hint: "put the database on a local file system that can sync"}
	}
	return nil
}

func connectPostgres(ctx context.Context, c Config) (pools, error) {
	u, err := url.Parse(c.Store)
	if err != nil {
		return pools{}, &storeError{text: "the postgres:// address cannot be read", hint: "expected postgres://USER@HOST/DATABASE?sslmode=…"}
	}
	q := u.Query()
	if q.Get("sslmode") == "" {
		q.Set("sslmode", "require")
	}
	q.Set("binary_parameters", "yes") // one round trip for a statement instead of two
	u.RawQuery = q.Encode()
	db, err := sqlx.Open("postgres", u.String())
	if err != nil {
		return pools{}, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	if err := assertPostgres(ctx, db); err != nil {
		return pools{}, errors.Join(err, db.Close())
	}
	if err := upToDate(ctx, db, postgres(), c); err != nil {
		return pools{}, errors.Join(err, db.Close())
	}
	write, err := sqlx.Open("postgres", u.String())
	if err != nil {
		return pools{}, errors.Join(err, db.Close())
	}
	write.SetMaxOpenConns(postgres().writers)
	write.SetMaxIdleConns(postgres().writers)
	return pools{db, write, postgres()}, nil
}

// assertPostgres reads back that a commit means synced.
func assertPostgres(ctx context.Context, db *sqlx.DB) error {
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := db.GetContext(ctx, &value, `SELECT current_setting($1)`, name); err != nil {
			return err
		}
		if value == "off" || name == "synchronous_commit" && value != "on" && !strings.HasPrefix(value, "remote_") {
			return &storeError{text: fmt.Sprintf("PostgreSQL runs with %s=%s", name, value), hint: "set it to on: a commit must mean synced"}
		}
	}
	return nil
}

// redact takes the password of a store's address out of an error's words.
func redact(err error, store string) string {
	text := err.Error()
	if u, parse := url.Parse(store); parse == nil && u.User != nil {
		if password, ok := u.User.Password(); ok && password != "" {
			text = strings.ReplaceAll(text, password, "***")
		}
	}
	return text
}

// lostRace tells that PostgreSQL ended a transaction for the sake of another, and
// that it may go well the next time: serialization failure, deadlock, unique
// violation.
func lostRace(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

// classify says of a database or file error whether it may pass. Unless it is
// known to stay, it may: the operator mends the disk or the server, and the
// spool goes on.
func classify(doing string, err error) error {
	var known *storeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, sql.ErrTxDone):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &storeError{text: doing + ": " + err.Error(), hint: "look at the database and its disk; it is tried again", temporary: true, err: err}
}
