package spool_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/spool"
)

// queue waits until n writes wait for a commit.
func queue(s *spool.Spool, n int) {
	for spool.Queued(s) < n {
		time.Sleep(time.Millisecond)
	}
}

// stopped opens a spool whose writers all stand in a commit until release.
func stopped(t *testing.T, e engine, writers int) (s *spool.Spool, f *failpoints, first *errgroup.Group, release func()) {
	t.Helper()
	f = &failpoints{}
	s = e.open(f.config)
	arrived, open := make(chan struct{}, writers), make(chan struct{})
	f.set("db-written", func() {
		select {
		case arrived <- struct{}{}:
		default:
		}
		<-open
	})
	first = &errgroup.Group{}
	for i := range writers {
		first.Go(func() error { _, err := bring(t, s, fmt.Sprint("first", i), fmt.Sprint("first", i)); return err })
		for len(arrived) <= i {
			time.Sleep(time.Millisecond)
		}
	}
	return s, f, first, sync.OnceFunc(func() { close(open) })
}

// many callers share a commit.
func TestR2GroupCommit(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		const callers = 60
		n := spool.Writers(e.store)
		s, f, first, release := stopped(t, e, n)
		var calls errgroup.Group
		for i := range callers {
			calls.Go(func() error { _, err := bring(t, s, fmt.Sprint(i), fmt.Sprint("body", i)); return err })
		}
		queue(s, callers)
		f.passed()
		release()
		must(t, errors.Join(first.Wait(), calls.Wait()))
		commits := 0
		for _, name := range f.passed() {
			if name == "db-committed" {
				commits++
			}
		}
		if commits > callers/3 {
			t.Errorf("%d commits for %d callers", commits, callers)
		}
	})
}

// file, directory, row.
func TestR6Order(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		f := &failpoints{}
		s := e.open(f.config)
		_, err := s.Accept(t.Context(), arrival(), strings.NewReader(big("x")))
		must(t, err)
		got := slices.Compact(f.passed())
		want := []string{"payload-written", "payload-synced", "payload-renamed", "payload-dir-synced", "db-written", "db-committed", "accepted"}
		if !slices.Equal(got, want) {
			t.Errorf("steps %v, expected %v", got, want)
		}
	})
}

// the caller may answer only after the commit.
func TestR8AnswerAfterCommit(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		f := &failpoints{}
		s := e.open(f.config)
		m, err := s.Accept(t.Context(), arrival(), strings.NewReader("x"))
		must(t, err)
		for name, call := range map[string]func() error{
			"accept":  func() error { _, err := s.Accept(t.Context(), arrival(), strings.NewReader("y")); return err },
			"take":    func() error { _, err := bring(t, s, "1", "z"); return err },
			"release": func() error { _, err := s.Release(t.Context(), m.ID, spool.Verdict{}); return err },
		} {
			f.passed()
			must(t, call())
			f.pass("returned")
			steps := f.passed()
			if c, r := slices.Index(steps, "db-committed"), slices.Index(steps, "returned"); c < 0 || c > r {
				t.Errorf("%s: steps %v", name, steps)
			}
		}
	})
}

// a commit that fails is an error of every call, and nothing has changed.
func TestR8FailedCommit(t *testing.T) {
	e := onPostgres(t)
	f := &failpoints{}
	s := e.open(f.config)
	db := e.raw()
	f.set("db-written", func() {
		if _, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`); err != nil {
			t.Error(err)
		}
	})
	_, err := bring(t, s, "1", "order")
	passing(t, "a commit whose connection was ended", err)
	f.set("db-written", nil)
	again, err := bring(t, s, "1", "order")
	must(t, err)
	if again.Duplicate {
		t.Error("a commit that failed has left its key")
	}
}

// A caller that gives up before its turn changes nothing; the others of its batch
// go on.
func TestCanceledInQueue(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s, _, first, release := stopped(t, e, spool.Writers(e.store))
		ctx, cancel := context.WithCancel(t.Context())
		var leaving, staying errgroup.Group
		leaving.Go(func() error { _, err := s.Accept(ctx, arrival(), strings.NewReader("leaves")); return err })
		staying.Go(func() error { _, err := bring(t, s, "1", "stays"); return err })
		queue(s, 2)
		cancel()
		release()
		if err := leaving.Wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, expected %v", err, context.Canceled)
		}
		must(t, errors.Join(first.Wait(), staying.Wait()))
		found, err := s.List(t.Context(), spool.Filter{Status: "arrived"})
		if err != nil || len(found) != 0 {
			t.Errorf("found %v, error %v", found, err)
		}
	})
}

// After a failed sync nothing is written, not even what waited already.
func TestBrokenSync(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s, f, first, release := stopped(t, e, spool.Writers(e.store))
		var waiting errgroup.Group
		waiting.Go(func() error { _, err := bring(t, s, "1", "waits"); return err })
		queue(s, 1)
		cause := spool.Break(s, errors.New("input/output error"))
		release()
		must(t, first.Wait()) // these were written already
		passing(t, "what waited", waiting.Wait())
		f.passed()
		_, err := bring(t, s, "2", big("later"))
		passing(t, "what comes later", err)
		if slices.Contains(f.passed(), "db-written") {
			t.Error("something was written after a failed sync")
		}
		if err := s.Ping(t.Context()); !errors.Is(err, cause) || !errors.Is(s.Broken(), cause) {
			t.Errorf("ping says %v", err)
		}
		if found, err := s.List(t.Context(), spool.Filter{Kind: "interchange"}); err != nil || len(found) != spool.Writers(e.store) {
			t.Errorf("found %v, error %v", found, err)
		}
	})
}

// Every call returns when the spool closes.
func TestCloseUnderLoad(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s, err := spool.Open(t.Context(), spool.Config{Store: e.store, Dir: e.dir})
		must(t, err)
		taken := make([]int, 8)
		var calls errgroup.Group
		for i := range taken {
			calls.Go(func() error {
				for {
					if _, err := bring(t, s, fmt.Sprint(i, " ", taken[i]), fmt.Sprint(i, taken[i])); err != nil {
						return nil
					}
					taken[i]++
				}
			})
		}
		for _, err := bring(t, s, "last", "last"); err != nil; {
			t.Fatal(err)
		}
		must(t, s.Close())
		must(t, calls.Wait())
		again := e.open()
		for i, n := range taken {
			for k := range n {
				if r, err := bring(t, again, fmt.Sprint(i, " ", k), fmt.Sprint(i, k)); err != nil || !r.Duplicate {
					t.Fatalf("what was taken is not there: %+v, %v", r, err)
				}
			}
		}
	})
}
