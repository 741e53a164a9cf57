// Package spool is the durable record and the queue in one: a message is the
// job. Bytes are stored before anybody is told that they arrived; a step's whole
// effect is applied in one transaction; what happened is in an append-only
// history. It runs on SQLite and on PostgreSQL and knows nothing of what the
// messages mean.
//
// It keeps these rules, which code and tests name by their numbers:
//
//   - a commit means synced, or the spool does not open.
//   - many callers share a commit; each learns what became of its own part.
//   - what a dead worker or receiver had is freed by whoever reaps.
//   - leases go by one clock, the database's where nodes share it.
//   - who lost a lease changes nothing.
//   - a payload's file, then its directory, then the row that names it.
//   - only an accepted arrival takes the dedupe key.
//   - the caller may answer only after the commit.
//   - a database that is down and a disk that is full are errors that may pass.
//   - many that start at once make the tables once.
//   - a write that fails is an error of its call.
package spool

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/oklog/ulid/v2"
)

// Config of a Spool. Store and Dir are required.
type Config struct {
	Store  string // "sqlite:PATH" or "postgres://…"
	Dir    string // payload files
	Inline int64  // payloads up to this size stand in the database; default 64 KiB
	Now    func() time.Time
	Log    *slog.Logger
	Node   string // who works, for the history
	// Failpoint is called after each durable step with its name, so that a crash
	// test can end the process there.
	Failpoint func(name string)
	// Existing opens a store only as it is: a command beside a running gateway
	// makes no tables and no directories, and brings nothing up to date.
	Existing bool
	// Unsafe lets SQLite answer before its log is synced. It exists so that the
	// power-loss test can show that it would notice; nothing else may set it.
	Unsafe bool
}

// DefaultInline is the size up to which a payload stands in the database.
const DefaultInline = 64 << 10

// Spool is an open store. Its methods may be called from many goroutines.
type Spool struct {
	c       Config
	db      *sqlx.DB // reading
	d       dialect
	writer  *writer
	wake    chan struct{}
	others  chan struct{} // other nodes have to be told
	life    context.Context
	stop    context.CancelFunc
	running sync.WaitGroup

	mu      sync.Mutex
	entropy io.Reader
	drafts  map[string][]*BodyWriter // open drafts by message, until Release
	synced  map[string]bool          // payload directories whose own entry is on disk
	checked map[string]fileState     // payload files compared with their hash lately
	broken  error                    // a sync failed: what is on disk is unknown
}

// Open opens the store, brings its tables up to date and checks that it keeps
// what it commits. An error with Temporary() true may pass: the database
// is down, or the disk is full.
func Open(ctx context.Context, c Config) (*Spool, error) {
	if c.Inline <= 0 {
		c.Inline = DefaultInline
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Failpoint == nil {
		c.Failpoint = func(string) {}
	}
	if !c.Existing {
		if err := makeDirs(filepath.Join(c.Dir, draftDir)); err != nil {
			return nil, classify("opening the payload directory", err)
		}
	}
	pools, err := connect(ctx, c)
	if err != nil {
		return nil, classify("opening the store", err)
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Spool{
		c: c, db: pools.read, d: pools.dialect, wake: make(chan struct{}, 1), others: make(chan struct{}, 1), life: life, stop: stop,
		entropy: ulid.Monotonic(rand.Reader, 0), drafts: map[string][]*BodyWriter{}, synced: map[string]bool{}, checked: map[string]fileState{},
	}
	if s.writer, err = newWriter(ctx, s, pools.write); err != nil {
		stop()
		return nil, errors.Join(classify("opening the store", err), pools.write.Close(), pools.read.Close())
	}
	s.running.Go(func() { s.writer.run(life) })
	if s.d.listen {
		s.running.Go(func() { s.tell(life) })
	}
	if s.d.listen && !c.Existing {
		s.running.Go(func() { s.listen(life) })
	}
	return s, nil
}

// Close ends the spool's own goroutines and closes the database. A commit that is
// under way is finished, later calls fail.
func (s *Spool) Close() error {
	s.stop()
	s.running.Wait()
	return errors.Join(s.writer.db.Close(), s.db.Close())
}

// Ping says whether the store takes messages now.
func (s *Spool) Ping(ctx context.Context) error {
	s.mu.Lock()
	broken := s.broken
	s.mu.Unlock()
	if broken != nil {
		return broken
	}
	if err := s.probe(); err != nil {
		return err
	}
	return classify("asking the store", s.db.PingContext(ctx))
}

// probe writes a draft and removes it: the payload directory is there, and has room.
func (s *Spool) probe() error {
	f, err := os.CreateTemp(filepath.Join(s.c.Dir, draftDir), draftPrefix+"*")
	if err != nil {
		return classify("looking at the payload directory", err)
	}
	_, err = f.Write(make([]byte, 4<<10))
	return classify("looking at the payload directory", errors.Join(err, f.Close(), os.Remove(f.Name())))
}

// Wake signals, as a hint, that something may have become ready.
func (s *Spool) Wake() <-chan struct{} { return s.wake }

func (s *Spool) hint() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// now is the injected clock in milliseconds, UTC.
func (s *Spool) now() int64 { return s.c.Now().UnixMilli() }

// newID makes a time-ordered message id.
func (s *Spool) newID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := ulid.New(uint64(s.now()), s.entropy)
	if err != nil { // the monotonic part is used up within one millisecond
		id = ulid.MustNew(uint64(s.now()), rand.Reader)
	}
	return id.String()
}

// breakDown makes the spool refuse every further write: after a failed sync
// nobody knows what is on disk, and another sync would lie.
func (s *Spool) breakDown(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = &storeError{text: "a sync to disk failed, nothing more is taken until a restart: " + err.Error(),
			hint: "look at the disk, then restart", temporary: true}
		s.c.Log.Error("sync failed", "err", err)
	}
	return s.broken
}

// Broken says why the spool has stopped taking writes; nil while it takes them.
func (s *Spool) Broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}
