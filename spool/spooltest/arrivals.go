package spooltest

import (
	"errors"
	"io"
	"strings"

	"github.com/google/go-cmp/cmp"

	"waybill/spool"
)

func arrivals() []test {
	return []test{
		{"what was accepted is there, as it came", acceptedIsThere},
		{"bytes that broke off are kept and refused", brokenOff},
		{"the record of broken bytes needs no living caller", brokenOffCanceled},
		{"a refused release keeps the bytes and takes no key", refusedRelease},
		{"a release makes children, receipt and labels at once", released},
		{"an arrival can be released once", releasedOnce},
		{"a given up arrival is refused and cannot be released", givenUp},
		{"text that is no UTF-8 is stored escaped", strangeText},
		{"two children with one key are refused", sameKeyTwice},
	}
}

func acceptedIsThere(t *suite) {
	for _, body := range []string{"", "ISA*00*", large("0123456789")} {
		m := t.accept(body)
		got := t.status(m.ID, spool.Arrived)
		if t.body(got.Payload) != body {
			t.Errorf("%d bytes came back otherwise", len(body))
		}
		if got.Correlation != got.ID || got.Direction != "in" || got.Partner != "acme" || got.Payload.Length != int64(len(body)) {
			t.Errorf("message %+v", got)
		}
		h := t.history(m.ID)
		if len(h) != 1 || h[0].Verb != "stored" || h[0].To != spool.Arrived || string(h[0].Evidence) != "AS2-From: acme" || h[0].Actor != "as2" {
			t.Errorf("history %+v", h)
		}
	}
	t.clean()
}

type brokenReader struct{ io.Reader }

func (b brokenReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func brokenOff(t *suite) {
	for _, body := range []string{"ISA*00*", large("half of it ")} {
		_, err := t.s.Accept(t.Context(), door(), brokenReader{strings.NewReader(body)})
		t.partial(err, body)
		_, err = t.s.Take(t.Context(), door(), brokenReader{strings.NewReader(body)}, func(spool.Ref) spool.Verdict {
			t.Error("a verdict is asked for bytes that broke off")
			return spool.Verdict{}
		})
		t.partial(err, body)
	}
	t.clean()
}

func (t *suite) partial(err error, body string) {
	t.Helper()
	var partial *spool.PartialError
	if !errors.As(err, &partial) || !errors.Is(err, io.ErrUnexpectedEOF) || partial.Bytes != int64(len(body)) {
		t.Fatalf("error %v, expected a PartialError of %d bytes", err, len(body))
	}
	m := t.status(partial.ID, spool.Refused)
	if m.Code != "TRN-PARTIAL" || m.Hint == "" || t.body(m.Payload) != body {
		t.Errorf("message %+v", m)
	}
}

func brokenOffCanceled(t *suite) {
	ctx, cancel := contextOf(t)
	_, err := t.s.Accept(ctx, door(), io.MultiReader(strings.NewReader("half"), readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, ctx.Err()
	})))
	t.partialOnly(err)
}

func (t *suite) partialOnly(err error) {
	t.Helper()
	var partial *spool.PartialError
	if !errors.As(err, &partial) {
		t.Fatalf("error %v, expected a PartialError", err)
	}
	t.status(partial.ID, spool.Refused)
}

func refusedRelease(t *suite) {
	m := t.accept("cannot be decrypted")
	v := spool.Verdict{Dedupe: "as2:acme:1", Code: "AS2-DECRYPT", Error: "decryption failed", Hint: "exchange certificates", Receipt: []byte("no")}
	r, err := t.s.Release(t.Context(), m.ID, v)
	t.must(err)
	got := t.status(m.ID, spool.Refused)
	if r.Duplicate || string(r.Receipt) != "no" || got.Code != v.Code || got.Error != v.Error || got.Hint != v.Hint {
		t.Errorf("released %+v, message %+v", r, got)
	}
	if _, _, held, err := t.s.Prior(t.Context(), v.Dedupe); err != nil || held {
		t.Errorf("the refused arrival holds its key: %v, %v", held, err)
	}
}

func released(t *suite) {
	m := t.accept("raw")
	d, err := t.s.Draft(t.Context(), m.ID)
	t.must(err)
	_, err = io.WriteString(d, "decrypted")
	t.must(errors.Join(err, d.Close()))
	r, err := t.s.Release(t.Context(), m.ID, spool.Verdict{
		Partner: "acme-retail", Receipt: []byte("mdn"), Evidence: []byte("proof"), Note: "signed", Labels: []spool.Label{{Name: "as2", Value: "<1@acme>"}, {Name: "none"}},
		Children: []spool.Child{{Key: "1", Kind: "interchange", Direction: "in", Stage: "decode", Payload: spool.Ref{SHA256: d.Ref(), Length: -1, ISA: -1, GS: -1}}},
	})
	t.must(err)
	c := t.child(r.ID, "interchange")
	want := spool.Message{
		ID: c.ID, Parent: m.ID, Correlation: m.ID, Kind: "interchange", Direction: "in", Partner: "acme-retail", Stage: "decode", Status: spool.Ready,
		RunAt: t.clock.now(), LeaseUntil: c.LeaseUntil, CreatedAt: t.clock.now(), UpdatedAt: t.clock.now(),
		Payload: spool.Ref{SHA256: d.Ref(), Length: int64(len("decrypted")), ISA: -1, GS: -1},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if t.body(c.Payload) != "decrypted" || t.get(m.ID).Partner != "acme-retail" {
		t.Error("the child or its parent is not what was released")
	}
	labels, err := t.s.Labels(t.Context(), m.ID)
	t.must(err)
	receipt, err := t.s.Receipt(t.Context(), m.ID)
	t.must(err)
	if len(labels) != 1 || labels[0].Value != "<1@acme>" || string(receipt) != "mdn" {
		t.Errorf("labels %v, receipt %q", labels, receipt)
	}
	if t.verbs(m.ID) != "stored, released" || t.verbs(c.ID) != "made" {
		t.Errorf("history %s; %s", t.verbs(m.ID), t.verbs(c.ID))
	}
	t.clean()
}

func releasedOnce(t *suite) {
	m := t.accept("raw")
	_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{})
	t.must(err)
	if _, err := t.s.Release(t.Context(), m.ID, spool.Verdict{}); !errors.Is(err, spool.ErrLeaseLost) {
		t.Errorf("error %v, expected ErrLeaseLost", err)
	}
	if _, err := t.s.Release(t.Context(), "01ARZ3NDEKTSV4RRFFQ69G5FAV", spool.Verdict{}); !errors.Is(err, spool.ErrNotFound) {
		t.Errorf("error %v, expected ErrNotFound", err)
	}
}

func givenUp(t *suite) {
	m := t.abandoned("raw")
	t.reap(1)
	if got := t.status(m.ID, spool.Refused); got.Code != "TRN-ABANDONED" {
		t.Errorf("code %q", got.Code)
	}
	_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Dedupe: "key", Children: []spool.Child{{Key: "1", Kind: "interchange", Stage: "decode"}}})
	if !errors.Is(err, spool.ErrLeaseLost) {
		t.Errorf("error %v, expected ErrLeaseLost", err)
	}
	if len(t.lease(t.query(10))) != 0 {
		t.Error("a child of an arrival that was given up is ready")
	}
	t.clean()
}

func strangeText(t *suite) {
	a := door()
	a.File = "caf\xe9\x00.edi"
	a.Labels = []spool.Label{{Name: "file", Value: a.File}}
	m, err := t.s.Accept(t.Context(), a, strings.NewReader("bytes \x00\xff"))
	t.must(err)
	labels, err := t.s.Labels(t.Context(), m.ID)
	t.must(err)
	if len(labels) != 1 || labels[0].Value != `caf\xE9\x00.edi` {
		t.Errorf("labels %q", labels)
	}
	found, err := t.s.List(t.Context(), spool.Filter{Label: "x\x00"})
	if err != nil || len(found) != 0 {
		t.Errorf("found %v, error %v", found, err)
	}
}

func sameKeyTwice(t *suite) {
	m := t.accept("raw")
	two := []spool.Child{{Key: "1", Kind: "a"}, {Key: "1", Kind: "b"}}
	if _, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Children: two}); err == nil {
		t.Error("the second child of one key would be lost")
	}
	t.status(m.ID, spool.Arrived)
	t.take("x")
	l := t.leaseOne()
	if err := t.s.Finish(t.Context(), l, spool.Outcome{Emit: two}); err == nil {
		t.Error("the second child of one key would be lost")
	}
	if err := t.s.Stage(t.Context(), l, each(two...)); err == nil {
		t.Error("the second child of one key would be lost")
	}
}
