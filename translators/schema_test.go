package translators

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestDerived: what is worked out from a schema is worked out once, whoever asks,
// also where it is nothing.
func TestDerived(t *testing.T) {
	var s, other Schema
	var made atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got := s.Derived(func() any { return made.Add(1) }); got != int32(1) {
				t.Error(got)
			}
		})
	}
	wait.Wait()
	if got := other.Derived(func() any { return nil }); got != nil || other.Derived(func() any { return 1 }) != nil || made.Load() != 1 {
		t.Error(got, made.Load())
	}
}
