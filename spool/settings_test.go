package spool_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/spool"
	"waybill/spool/spooltest"
)

// refused says that an error is for good, and names what to do.
func refused(t testing.TB, what string, err error) {
	t.Helper()
	var e interface {
		Temporary() bool
		Hint() string
	}
	if !errors.As(err, &e) || e.Temporary() || e.Hint() == "" {
		t.Errorf("%s: error %v, expected one for good, with a hint", what, err)
	}
}

// passing says that an error may pass.
func passing(t testing.TB, what string, err error) {
	t.Helper()
	var e interface{ Temporary() bool }
	if !errors.As(err, &e) || !e.Temporary() {
		t.Errorf("%s: error %v, expected one that may pass", what, err)
	}
}

// a commit means synced, or the spool does not open.
func TestR1Settings(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		s := spooltest.OpenSQLite(t, nil)
		for name, want := range map[string]string{"synchronous": "2", "journal_mode": "wal"} {
			if got, err := spool.Pragma(s, name); err != nil || got != want {
				t.Errorf("%s is %s, expected %s; error %v", name, got, want, err)
			}
		}
		for _, c := range [][2]string{{"NORMAL", "WAL"}, {"OFF", "WAL"}, {"FULL", "DELETE"}, {"FULL", "MEMORY"}} {
			refused(t, c[0]+" "+c[1], spool.SQLiteRefused(filepath.Join(t.TempDir(), "x.db"), c[0], c[1]))
		}
		if err := spool.SQLiteRefused(filepath.Join(t.TempDir(), "x.db"), "FULL", "WAL"); err != nil {
			t.Error(err)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		e := onPostgres(t)
		e.open()
		name := e.store[strings.LastIndex(e.store, "/")+1 : strings.Index(e.store, "?")]
		e.exec("ALTER DATABASE " + name + " SET synchronous_commit = off")
		_, err := spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir})
		refused(t, "synchronous_commit=off", err)
		e.exec("ALTER DATABASE " + name + " RESET synchronous_commit")
		for _, setting := range []string{"fsync", "full_page_writes"} {
			e.exec("ALTER SYSTEM SET "+setting+" = off", "SELECT pg_reload_conf()")
			_, err := e.openWhen(setting, "off")
			refused(t, setting+"=off", err)
			e.exec("ALTER SYSTEM RESET "+setting, "SELECT pg_reload_conf()")
			s, err := e.openWhen(setting, "on")
			must(t, err)
			must(t, s.Close())
		}
	})
}

// openWhen opens the spool when the server has read its settings again.
func (e engine) openWhen(setting, value string) (*spool.Spool, error) {
	e.Helper()
	db := e.raw()
	for got := ""; got != value; time.Sleep(time.Millisecond) {
		must(e, db.QueryRow("SELECT current_setting($1)", setting).Scan(&got))
	}
	return spool.Open(e.Context(), spool.Config{Store: e.store, Dir: e.dir})
}

func TestOpenRefuses(t *testing.T) {
	for name, store := range map[string]string{
		"an unknown kind": "mysql://localhost/x", "nothing": "", "an address that cannot be read": "postgres://u:planted@host:port/x",
	} {
		_, err := spool.Open(t.Context(), spool.Config{Store: store, Dir: t.TempDir()})
		refused(t, name, err)
		if err != nil && strings.Contains(err.Error(), "planted") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

// the spool opens when the database is back, and says until then that it may pass.
func TestR9StartWhileDown(t *testing.T) {
	server := spooltest.StartPostgres(t)
	e := engine{t, server.Database(t), t.TempDir()}
	s := e.open()
	if _, err := bring(t, s, "1", "before"); err != nil {
		t.Fatal(err)
	}
	must(t, server.Stop("immediate"))
	_, err := spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir})
	passing(t, "opening while the database is down", err)
	_, err = bring(t, s, "2", "while down")
	passing(t, "taking while the database is down", err)
	passing(t, "ping", s.Ping(t.Context()))

	server.Start(t)
	for _, node := range []*spool.Spool{s, e.open()} {
		must(t, node.Ping(t.Context()))
		for range 10 { // connections of the time before are found dead one by one
			if _, err = bring(t, node, "2", "while down"); err == nil {
				break
			}
		}
		must(t, err)
	}
	if again, err := bring(t, s, "1", "before"); err != nil || !again.Duplicate {
		t.Errorf("what was taken before is not there: %+v, %v", again, err)
	}
}

// A spool closes although its database never answers again.
func TestCloseWhileDown(t *testing.T) {
	server := spooltest.StartPostgres(t)
	s, err := spool.Open(t.Context(), spool.Config{Store: server.Database(t), Dir: t.TempDir()})
	must(t, err)
	must(t, server.Stop("immediate"))
	must(t, s.Close())
}

// many that start at once make the tables once.
func TestR10ConcurrentOpen(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		const nodes = 6
		var opening errgroup.Group
		for range nodes {
			opening.Go(func() error {
				s, err := spool.Open(context.Background(), spool.Config{Store: e.store, Dir: e.dir})
				if err != nil {
					return err
				}
				return s.Close()
			})
		}
		must(t, opening.Wait())
		var rows, version int
		must(t, e.raw().QueryRow(`SELECT COUNT(*), MAX(version) FROM waybill_schema`).Scan(&rows, &version))
		if rows != version {
			t.Errorf("%d migrations to version %d", rows, version)
		}
		e.exec(`INSERT INTO waybill_schema (version) VALUES (99)`)
		_, err := spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir})
		refused(t, "a database of a later version", err)
		_, err = spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir, Existing: true})
		refused(t, "a database of a later version", err)
	})
}

// A command beside a running gateway makes nothing.
func TestOpenExisting(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		_, err := spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir, Existing: true})
		refused(t, "a spool that is not there", err)
		if path, ok := strings.CutPrefix(e.store, "sqlite:"); ok {
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a command made the database: %v", err)
			}
		}
		gateway := e.open()
		r, err := bring(t, gateway, "1", "x")
		must(t, err)
		command := e.open(func(c *spool.Config) { c.Existing, c.Node = true, "ann" })
		child, err := command.List(t.Context(), spool.Filter{Parent: r.ID})
		must(t, err)
		must(t, command.Hold(t.Context(), child[0].ID, "ann", "a look"))
		if m, err := gateway.Get(t.Context(), child[0].ID); err != nil || m.Status != spool.Held {
			t.Errorf("the gateway sees %s, %v", m.Status, err)
		}
	})
}
