package stages_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/spool"
	"waybill/stages"
)

// bought is an order with a purpose (BEG01), a number and a quantity, in an
// interchange of its own.
func bought(control int, purpose, po string, quantity int) []byte {
	text := string(numbered(fmt.Sprintf("%09d", control)))
	text = strings.Replace(text, "BEG*00*SA*4500012345*", "BEG*"+purpose+"*SA*"+po+"*", 1)
	text = strings.Replace(text, "PO1*1*800*", fmt.Sprintf("PO1*1*%d*", quantity), 1)
	return []byte(text)
}

// TestRevisions has every case of a business key that comes again: what comes, one
// after another, and what becomes of each.
func TestRevisions(t *testing.T) {
	type step struct {
		purpose, po string
		quantity    int
		want        string // key of what is delivered, "duplicate", "kept" or the code of what is held
	}
	for name, steps := range map[string][]step{
		"two orders": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"00", "B", 1, "order:acme-retail:B::1"},
		},
		"the same again": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"00", "A", 1, "duplicate"}, {"00", "A", 1, "duplicate"},
		},
		"changed without saying so": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"00", "A", 2, "MAP-CHANGED"}, {"00", "A", 1, "duplicate"},
		},
		"a replacement": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"05", "A", 2, "order:acme-retail:A::2"}, {"05", "A", 3, "order:acme-retail:A::3"},
		},
		"a replacement again": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"05", "A", 2, "order:acme-retail:A::2"}, {"05", "A", 2, "duplicate"},
		},
		"a replacement of nothing": {
			{"05", "A", 1, "order:acme-retail:A::1"}, {"05", "A", 2, "order:acme-retail:A::2"},
		},
		"the partner says itself that it is a duplicate": {
			{"00", "A", 1, "order:acme-retail:A::1"}, {"07", "A", 1, "kept"}, {"07", "B", 1, "kept"},
		},
		"for information": {
			{"22", "A", 1, "kept"}, {"00", "A", 1, "order:acme-retail:A::1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			for i, s := range steps {
				o := mapped(t, r, fmt.Sprintf("M%d", i+1), bought(i+1, s.purpose, s.po, s.quantity))
				if got := became(t, o); got != s.want {
					t.Errorf("step %d (%s %s × %d): found %s, expected %s", i+1, s.purpose, s.po, s.quantity, got, s.want)
				}
				if label(o.Labels, "po") != s.po {
					t.Errorf("step %d: labels %v, expected to be found by its number", i+1, o.Labels)
				}
			}
		})
	}
}

func became(t testing.TB, o spool.Outcome) string {
	t.Helper()
	switch {
	case o.Status == spool.Held:
		if o.Hint == "" || !strings.Contains(o.Error, "came before as M1") {
			t.Errorf("held with %q, hint %q", o.Error, o.Hint)
		}
		return o.Code
	case strings.Contains(o.Note, "duplicate-of M"):
		return "duplicate"
	case strings.Contains(o.Note, "kept, not delivered"):
		return "kept"
	case len(o.Emit) == 1 && len(o.Claims) == 1:
		return document(t, o).IdempotencyKey
	}
	return fmt.Sprintf("%+v", o)
}

// The revision stands in the body, and the hash is of the body without it: a
// replacement with the content of the original would otherwise never be seen.
func TestRevisionStandsInTheBody(t *testing.T) {
	r := newRig(t)
	mapped(t, r, "M1", bought(1, "00", "A", 1))
	doc := document(t, mapped(t, r, "M2", bought(2, "05", "A", 2)))
	if !strings.Contains(string(doc.Body), `"revision":2`) {
		t.Errorf("the body is %s", doc.Body)
	}
	if found := r.checker.Check(doc.Kind, doc.Body); len(found) > 0 {
		t.Errorf("the body is not as the model wants it: %v", found)
	}
}

// A step that ran and lost its answer makes exactly the same again.
func TestMapIsTheSameOnEveryRerun(t *testing.T) {
	r := newRig(t)
	mapped(t, r, "M1", bought(1, "00", "A", 1))
	m := r.sets(t, "M2", bought(2, "05", "A", 2))[0]
	first := r.run(t, r.mapping(), m)
	r.finish(m, first)
	if diff := cmp.Diff(first, r.run(t, r.mapping(), m)); diff != "" {
		t.Errorf("the second run differs: %s", diff)
	}
}

// TestOneKeyForOneContent: in whatever order originals and replacements of a few
// orders come, no key is delivered twice, the revisions of an order have no gap,
// and an original never replaces anything.
func TestOneKeyForOneContent(t *testing.T) {
	id := 0
	r := newRig(t)
	rapid.Check(t, func(rt *rapid.T) {
		r.memory = newMemory()
		delivered, last := map[string]bool{}, map[string]int{}
		for range rapid.IntRange(1, 8).Draw(rt, "messages") {
			id++
			purpose := rapid.SampledFrom([]string{"00", "05", "07"}).Draw(rt, "purpose")
			po := rapid.SampledFrom([]string{"A", "B"}).Draw(rt, "po")
			o := mapped(t, r, fmt.Sprintf("M%d", id), bought(id, purpose, po, rapid.IntRange(1, 3).Draw(rt, "quantity")))
			if len(o.Emit) == 0 {
				continue
			}
			key := document(t, o).IdempotencyKey
			last[po]++
			if want := fmt.Sprintf("order:acme-retail:%s::%d", po, last[po]); key != want || delivered[key] {
				rt.Fatalf("found %s, expected %s for the first time", key, want)
			}
			if purpose == "07" || purpose == "00" && last[po] > 1 {
				rt.Fatalf("an order with the purpose %s was delivered as %s", purpose, key)
			}
			delivered[key] = true
		}
	})
}

func TestRevisionPassesFailuresOn(t *testing.T) {
	r := newRig(t)
	m := r.sets(t, "M1", order())[0]
	down := errors.New("the database is down")
	_, err := r.mapping().Run(t.Context(), stages.Work{Messages: []spool.Message{m}, Book: r.book, Now: now(), Store: forgetful{r.leased(m), down}})
	if !errors.Is(err, down) {
		t.Errorf("found %v, expected the store's error", err)
	}
}
