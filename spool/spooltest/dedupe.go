package spooltest

import (
	"strings"
	"sync"

	"waybill/spool"
)

func dedupe() []test {
	return []test{
		{"the same again is a duplicate with the first receipt", duplicate},
		{"the same key with other content is held", conflicting},
		{"a retry after a failure is no duplicate", retryAfterFailure},
		{"the same at once, many times, is one", duplicatesAtOnce},
	}
}

// transmit takes body under a transport id.
func (t *suite) transmit(id, body, receipt string) (spool.Released, error) {
	return t.s.Take(t.Context(), door(), strings.NewReader(body), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{Dedupe: id, Receipt: []byte(receipt), Children: []spool.Child{{Key: "1", Kind: "interchange", Direction: "in", Stage: "decode", Payload: r}}}
	})
}

func duplicate(t *suite) {
	first, err := t.transmit("as2:acme:<1>", "order", "mdn one")
	t.must(err)
	again, err := t.transmit("as2:acme:<1>", "order", "mdn two")
	t.must(err)
	if !again.Duplicate || again.Original != first.ID || string(again.Receipt) != "mdn one" {
		t.Errorf("released %+v", again)
	}
	m := t.status(again.ID, spool.Done)
	if t.body(m.Payload) != "order" || !strings.Contains(t.history(m.ID)[1].Note, "duplicate-of "+first.ID) {
		t.Errorf("history %+v", t.history(m.ID))
	}
	if n := len(t.lease(t.query(10))); n != 1 {
		t.Errorf("%d messages to work on, expected 1", n)
	}
	t.clean()
}

func conflicting(t *suite) {
	first, err := t.transmit("as2:acme:<1>", "order", "mdn one")
	t.must(err)
	other, err := t.transmit("as2:acme:<1>", "another order", "mdn two")
	t.must(err)
	if other.Duplicate || !other.Held || other.Original != first.ID {
		t.Errorf("released %+v", other)
	}
	m := t.status(other.ID, spool.Held)
	if m.Code != "TRN-DUP" || m.Hint == "" || t.body(m.Payload) != "another order" {
		t.Errorf("message %+v", m)
	}
	if n := len(t.lease(t.query(10))); n != 1 {
		t.Errorf("%d messages to work on, expected 1", n)
	}
	t.clean()
}

func retryAfterFailure(t *suite) {
	m := t.accept("order")
	_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Dedupe: "as2:acme:<1>", Code: "AS2-DECRYPT", Error: "decryption failed"})
	t.must(err)
	again, err := t.transmit("as2:acme:<1>", "order", "mdn")
	t.must(err)
	if again.Duplicate || again.Held {
		t.Errorf("released %+v", again)
	}
}

func duplicatesAtOnce(t *suite) {
	const copies = 40
	var wait sync.WaitGroup
	results := make([]spool.Released, copies)
	errs := make([]error, copies)
	for i := range copies {
		wait.Go(func() { results[i], errs[i] = t.transmit("as2:acme:<1>", "order", "mdn") })
	}
	wait.Wait()
	fresh := 0
	for i, r := range results {
		t.must(errs[i])
		if !r.Duplicate {
			fresh++
		}
		if string(r.Receipt) != "mdn" || r.Held {
			t.Errorf("released %+v", r)
		}
	}
	if n := len(t.lease(t.query(copies))); fresh != 1 || n != 1 {
		t.Errorf("%d were taken as new and %d wait, expected 1", fresh, n)
	}
	t.clean()
}
