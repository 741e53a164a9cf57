package spooltest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func locks() []test {
	return []test{
		{"a lock has one holder, who keeps it", oneHolder},
		{"a lock that is given back or runs out is anybody's", freedLock},
		{"of many at once one has the lock", manyLocks},
	}
}

func (t *suite) lock(name, holder string, until time.Duration) bool {
	t.Helper()
	ok, err := t.s.Lock(t.Context(), name, holder, until)
	t.must(err)
	return ok
}

func oneHolder(t *suite) {
	got := []bool{t.lock("x", "a", time.Minute), t.lock("x", "b", time.Minute), t.lock("x", "a", time.Minute), t.lock("y", "b", time.Minute)}
	if fmt.Sprint(got) != "[true false true true]" {
		t.Errorf("found %v", got)
	}
}

func freedLock(t *suite) {
	t.lock("x", "a", time.Minute)
	t.must(t.s.Unlock(t.Context(), "x", "b"))
	if t.lock("x", "b", time.Minute) {
		t.Error("b gave back what a holds")
	}
	t.must(t.s.Unlock(t.Context(), "x", "a"))
	if !t.lock("x", "b", -time.Second) || !t.lock("x", "c", time.Minute) || t.lock("x", "b", time.Minute) {
		t.Error("a lock that was given back or ran out was kept, or taken from its next holder")
	}
}

func manyLocks(t *suite) {
	var have atomic.Int64
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			if ok, err := t.s.Lock(t.Context(), "x", fmt.Sprint(i), time.Minute); err == nil && ok {
				have.Add(1)
			}
		})
	}
	wait.Wait()
	if have.Load() != 1 {
		t.Errorf("%d have it", have.Load())
	}
}
