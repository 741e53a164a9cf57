package adaptertest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"waybill/adapters"
)

// System is a target with the system behind it, whatever they speak with one another.
type System struct {
	Target adapters.Target
	// Taken are the keys of the documents that the system has, each once.
	Taken func(t testing.TB) []string
	// Down makes the system unreachable for a while, or lets it work again.
	Down func(t testing.TB, down bool)
}

// RunSystem runs what must hold for every target: one document for a key, nothing
// said to be there that is not, and failures that say who must act.
func RunSystem(t *testing.T, open func(t *testing.T) System) {
	for name, test := range map[string]func(*testing.T, System){
		"accepted once":       onceAccepted,
		"same key again":      sameKeyAgain,
		"down":                downForAWhile,
		"cancelled before":    cancelledBefore,
		"keys apart, at once": keysAtOnce,
		"without a key":       withoutKey,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func (s System) has(t *testing.T, keys ...string) {
	t.Helper()
	got := s.Taken(t)
	slices.Sort(got)
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		t.Errorf("the system has %q, want %q", got, keys)
	}
}

func onceAccepted(t *testing.T, s System) {
	doc := Document("1")
	if _, err := attempt(t, s.Target, doc); err != nil {
		t.Fatal(err)
	}
	s.has(t, doc.IdempotencyKey)
}

func sameKeyAgain(t *testing.T, s System) {
	doc := Document("1")
	var refs []string
	for range 3 {
		ref, err := attempt(t, s.Target, doc)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	if refs[0] != refs[1] || refs[1] != refs[2] {
		t.Errorf("three references for one key: %q", refs)
	}
	s.has(t, doc.IdempotencyKey)
}

func downForAWhile(t *testing.T, s System) {
	doc := Document("1")
	s.Down(t, true)
	if _, err := attempt(t, s.Target, doc); classed(t, err) != temporary {
		t.Errorf("while it is down: %v", err)
	}
	s.Down(t, false)
	s.has(t)
	if _, err := attempt(t, s.Target, doc); err != nil {
		t.Fatal(err)
	}
	s.has(t, doc.IdempotencyKey)
}

func cancelledBefore(t *testing.T, s System) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Target.Deliver(ctx, Document("1")); err == nil {
		t.Error("an attempt whose context had ended succeeded")
	}
	s.has(t)
}

func keysAtOnce(t *testing.T, s System) {
	const n = 20
	var keys []string
	errs := make(chan error, n)
	for i := range n {
		doc := Document(fmt.Sprint(i))
		keys = append(keys, doc.IdempotencyKey)
		go func() {
			_, _, err := s.Target.Deliver(context.WithoutCancel(t.Context()), doc)
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	s.has(t, keys...)
}

// A document that cannot be told from its repetition is never handed over.
func withoutKey(t *testing.T, s System) {
	doc := Document("1")
	doc.IdempotencyKey = ""
	if _, err := attempt(t, s.Target, doc); classed(t, err) != permanent {
		t.Errorf("without a key: %v", err)
	}
	s.has(t)
}
