package spool_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"waybill/spool"
	"waybill/spool/spooltest"
)

// engine is a database of a test's own, which nodes open.
type engine struct {
	testing.TB
	store, dir string
}

// eachEngine runs a test on both databases.
func eachEngine(t *testing.T, run func(t *testing.T, e engine)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		run(t, engine{t, "sqlite:" + filepath.Join(dir, "spool.db"), filepath.Join(dir, "payloads")})
	})
	t.Run("postgres", func(t *testing.T) { run(t, onPostgres(t)) })
}

func onPostgres(t testing.TB) engine {
	t.Helper()
	return engine{t, postgres(t), t.TempDir()}
}

// open opens the database as one node does.
func (e engine) open(change ...func(*spool.Config)) *spool.Spool {
	e.Helper()
	c := spool.Config{Store: e.store, Dir: e.dir, Node: "node"}
	for _, f := range change {
		f(&c)
	}
	return spooltest.Open(e, c)
}

// raw is the database behind the spool's back.
func (e engine) raw() *sql.DB {
	e.Helper()
	driver, source := "postgres", e.store
	if path, ok := strings.CutPrefix(e.store, "sqlite:"); ok {
		driver, source = "sqlite", path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		e.Fatal(err)
	}
	e.Cleanup(func() { _ = db.Close() })
	return db
}

func (e engine) exec(statements ...string) {
	e.Helper()
	db := e.raw()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			e.Fatal(err)
		}
	}
}

// failpoints records the durable steps, and runs something at one.
type failpoints struct {
	mu    sync.Mutex
	names []string
	at    map[string]func()
}

func (f *failpoints) config(c *spool.Config) { c.Failpoint = f.pass }

func (f *failpoints) pass(name string) {
	f.mu.Lock()
	f.names = append(f.names, name)
	run := f.at[name]
	f.mu.Unlock()
	if run != nil {
		run()
	}
}

func (f *failpoints) set(name string, run func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at == nil {
		f.at = map[string]func(){}
	}
	f.at[name] = run
}

// passed returns the steps since the last call.
func (f *failpoints) passed() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.names
	f.names = nil
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func arrival() spool.Arrival {
	return spool.Arrival{Door: "as2", Partner: "acme", Kind: "transmission"}
}

// bring takes a body under a transport id.
func bring(t testing.TB, s *spool.Spool, id, body string) (spool.Released, error) {
	return s.Take(t.Context(), arrival(), strings.NewReader(body), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{Dedupe: id, Receipt: []byte("receipt"), Children: []spool.Child{{Key: "1", Kind: "interchange", Direction: "in", Stage: "decode", Payload: r}}}
	})
}

func work(worker string) spool.LeaseQuery {
	return spool.LeaseQuery{Stages: []spool.Stage{"decode"}, Limit: 100, Worker: worker}
}

// big is a body that stands in a file.
func big(seed string) string { return strings.Repeat(seed, 2*spool.DefaultInline/len(seed)) }
