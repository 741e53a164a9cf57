package spooltest

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"

	"waybill/spool"
)

func drafts() []test {
	return []test{
		{"a draft is read before it is released", draftReadable},
		{"a draft that nobody names is gone", draftUnnamed},
		{"the same bytes are stored once", sameBytes},
		{"a range is read, and none beyond the payload", ranges},
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func contextOf(t *suite) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

func each(children ...spool.Child) iter.Seq[spool.Child] { return slices.Values(children) }

func (t *suite) draft(id, body string) *spool.BodyWriter {
	t.Helper()
	d, err := t.s.Draft(t.Context(), id)
	t.must(err)
	_, err = io.WriteString(d, body)
	t.must(errors.Join(err, d.Close()))
	if _, err := d.Write([]byte("more")); err == nil {
		t.Error("a closed draft takes bytes")
	}
	return d
}

func draftReadable(t *suite) {
	m := t.accept("raw")
	for _, body := range []string{"", "small", large("large ")} {
		d := t.draft(m.ID, body)
		f, err := d.Open()
		t.must(err)
		data, err := io.ReadAll(f)
		t.must(errors.Join(err, f.Close()))
		if string(data) != body || d.Size() != int64(len(body)) {
			t.Errorf("%d bytes came back otherwise", len(body))
		}
	}
}

func draftUnnamed(t *suite) {
	m := t.accept("raw")
	d := t.draft(m.ID, large("unnamed "))
	named := t.draft(m.ID, large("named "))
	_, err := t.s.Release(t.Context(), m.ID, spool.Verdict{Children: []spool.Child{
		{Key: "1", Kind: "interchange", Payload: spool.Ref{SHA256: named.Ref(), Length: -1}},
	}})
	t.must(err)
	if _, err := t.s.Open(t.Context(), spool.Ref{SHA256: d.Ref(), Length: -1}); err == nil {
		t.Error("a draft that nobody named became a payload")
	}
	if _, err := d.Open(); err == nil {
		t.Error("a draft that nobody named is still there")
	}
	if f, err := named.Open(); err != nil {
		t.Error(err)
	} else {
		t.must(f.Close())
	}
	t.clean()
}

func sameBytes(t *suite) {
	for _, body := range []string{"same", large("same ")} {
		a, b := t.take(body), t.take(body)
		if a.Payload != b.Payload || t.body(b.Payload) != body {
			t.Errorf("payloads %v, %v", a.Payload, b.Payload)
		}
	}
	stats, err := t.s.Verify(t.Context(), func(f spool.Finding) { t.Errorf("%+v", f) })
	t.must(err)
	if stats.Payloads != 2 {
		t.Errorf("%d payloads, expected 2", stats.Payloads)
	}
}

func ranges(t *suite) {
	for _, body := range []string{"ISA ST SE IEA", large("ISA ST SE IEA")} {
		m := t.take(body)
		r := m.Payload
		r.Offset, r.Length = 4, 2
		if got := t.body(r); got != "ST" {
			t.Errorf("range %q", got)
		}
		whole, err := t.s.OpenWhole(t.Context(), r)
		t.must(err)
		data, err := io.ReadAll(whole)
		t.must(errors.Join(err, whole.Close()))
		if string(data) != body {
			t.Error("the whole is not the payload")
		}
		r.Length = int64(len(body))
		if _, err := t.s.Open(t.Context(), r); err == nil {
			t.Error("a range beyond the payload was opened")
		}
	}
}
