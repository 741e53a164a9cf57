package spooltest

import (
	"fmt"
	"sync"

	"waybill/spool"
)

func numbers() []test {
	return []test{
		{"the same message gets the same number", sameNumber},
		{"messages that share one are given it again", sharedNumber},
		{"many at once get each their own, without gaps", manyNumbers},
	}
}

func (t *suite) number(scope, message string) int64 {
	t.Helper()
	n, err := t.s.Number(t.Context(), scope, 1, message)
	t.must(err)
	return n
}

func sameNumber(t *suite) {
	a, b := t.take("a"), t.take("b")
	got := []int64{t.number("isa:us:them", a.ID), t.number("isa:us:them", b.ID), t.number("isa:us:them", a.ID), t.number("isa:us:other", a.ID)}
	if fmt.Sprint(got) != "[1 2 1 1]" {
		t.Errorf("numbers %v, expected 1, 2, 1, 1", got)
	}
	if t.verbs(a.ID) != "made, numbered, numbered" || t.verbs(b.ID) != "made, numbered" {
		t.Errorf("history %s; %s", t.verbs(a.ID), t.verbs(b.ID))
	}
}

// A batch that is taken again with more members keeps the number of its first run.
func sharedNumber(t *suite) {
	a, b, c := t.take("a"), t.take("b"), t.take("c")
	first, err := t.s.Number(t.Context(), "isa", 1, b.ID, c.ID)
	t.must(err)
	again, err := t.s.Number(t.Context(), "isa", 1, a.ID, c.ID, b.ID)
	t.must(err)
	if first != 1 || again != 1 || t.number("isa", a.ID) != 2 {
		t.Errorf("numbers %d and %d, expected 1 twice, then 2", first, again)
	}
}

func manyNumbers(t *suite) {
	const messages = 50
	ms := make([]spool.Message, messages)
	for i := range ms {
		ms[i] = t.take(fmt.Sprint(i))
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	got := map[int64]bool{}
	for _, m := range ms {
		wait.Go(func() {
			n, err := t.s.Number(t.Context(), "isa", 1, m.ID)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			got[n] = true
			mu.Unlock()
		})
	}
	wait.Wait()
	for n := range int64(messages) {
		if !got[n+1] {
			t.Errorf("number %d is missing", n+1)
		}
	}
}
