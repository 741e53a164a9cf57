package spool_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"waybill/spool"
	"waybill/spool/spooltest"
)

// server is the one PostgreSQL of this package's tests, started by the first
// that asks.
var server struct {
	sync.Mutex
	asked bool
	*spooltest.Server
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if server.Server != nil {
		if err := server.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// postgres is a fresh database.
func postgres(t testing.TB) string {
	t.Helper()
	server.Lock()
	defer server.Unlock()
	if !server.asked {
		server.Server, server.err = spooltest.NewServer()
		server.asked = true
	}
	spooltest.LeftOut(t, server.err)
	return server.Database(t)
}

func TestSQLite(t *testing.T) { spooltest.Run(t, spooltest.OpenSQLite) }

func TestPostgres(t *testing.T) {
	spooltest.Run(t, func(t testing.TB, now func() time.Time) *spool.Spool {
		t.Helper()
		return spooltest.Open(t, spool.Config{Store: postgres(t), Dir: t.TempDir(), Now: now})
	})
}
