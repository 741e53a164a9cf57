package transporttest

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"waybill/transports"
)

func accept(t *testing.T, in *Inbox, body string) transports.Stored {
	t.Helper()
	s, err := in.Accept(t.Context(), transports.Arrival{Door: "test", Partner: "acme"}, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func release(t *testing.T, in *Inbox, id string, v transports.Verdict) transports.Released {
	t.Helper()
	r, err := in.Release(t.Context(), id, v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func whole(t *testing.T, open func() (io.ReadSeekCloser, error)) string {
	t.Helper()
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is stored can be read again and again, and only drafts that a verdict
// names outlive it.
func TestStoredAndDrafts(t *testing.T) {
	in := NewInbox(t)
	s := accept(t, in, "as it came")
	for range 2 {
		if got := whole(t, s.Open); got != "as it came" {
			t.Errorf("%q", got)
		}
	}
	var refs []string
	for _, content := range []string{"kept", "thrown away"} {
		d, err := s.Create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(d, content); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if got := whole(t, d.Open); got != content {
			t.Errorf("%q", got)
		}
		refs = append(refs, d.Ref())
	}
	release(t, in, s.ID(), transports.Verdict{Payloads: []transports.Payload{{Ref: refs[0]}, {}}, Dedupe: "x"})
	a := in.Accepted()[0]
	if string(a.Payload(t, 0)) != "kept" || string(a.Payload(t, 1)) != "as it came" || string(a.Bytes(t)) != "as it came" || len(a.Digest) != 64 {
		t.Errorf("%+v", a)
	}
	if _, err := os.Stat(refs[1]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the draft that nobody named: %v", err)
	}
	if _, err := in.Release(t.Context(), s.ID(), transports.Verdict{}); err == nil {
		t.Error("released twice")
	}
	if _, err := in.Release(t.Context(), "nobody", transports.Verdict{}); err == nil {
		t.Error("an arrival that never was is released")
	}
}

func TestBodyThatFails(t *testing.T) {
	in := NewInbox(t)
	cut := errors.New("cut")
	_, err := in.Accept(t.Context(), transports.Arrival{}, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)))
	if !errors.Is(err, cut) {
		t.Fatal(err)
	}
	list := in.Refused()
	if len(list) != 1 || string(list[0].Bytes(t)) != "half" || !errors.Is(list[0].Err, cut) || len(in.Accepted()) != 0 {
		t.Fatalf("%+v", list)
	}
	if _, err := in.Release(t.Context(), list[0].ID, transports.Verdict{}); err == nil {
		t.Error("half a transmission was released")
	}
}

// The same transmission gets its first receipt, the same key with other content
// is held, and what was refused uses up no key.
func TestDedupe(t *testing.T) {
	in := NewInbox(t)
	one := func(body string, v transports.Verdict) transports.Released {
		return release(t, in, accept(t, in, body).ID(), v)
	}
	payload := []transports.Payload{{}}
	refused := one("bad", transports.Verdict{Problem: &transports.Problem{Code: "X"}, Dedupe: "key", Receipt: []byte("no")})
	first := one("a", transports.Verdict{Payloads: payload, Dedupe: "key", Receipt: []byte("one")})
	again := one("a", transports.Verdict{Payloads: payload, Dedupe: "key", Receipt: []byte("two")})
	other := one("b", transports.Verdict{Payloads: payload, Dedupe: "key", Receipt: []byte("three")})
	none := one("a", transports.Verdict{Payloads: payload})
	said := one("c", transports.Verdict{Payloads: payload, Dedupe: "digest", Digest: "ff"})
	same := one("d", transports.Verdict{Payloads: payload, Dedupe: "digest", Digest: "ff"})
	for name, ok := range map[string]bool{
		"refused":                      !refused.Duplicate && !refused.Held && string(refused.Receipt) == "no",
		"first":                        !first.Duplicate && !first.Held && string(first.Receipt) == "one",
		"again":                        again.Duplicate && string(again.Receipt) == "one",
		"other content":                other.Held && !other.Duplicate,
		"without a key":                !none.Duplicate && !none.Held,
		"digest of the door":           !said.Duplicate && !said.Held,
		"digest of the door, the same": same.Duplicate,
	} {
		if !ok {
			t.Error(name)
		}
	}
	if n := len(in.Accepted()); n != 3 {
		t.Errorf("%d accepted, want 3", n)
	}
	if n := len(in.Refused()); n != 1 {
		t.Errorf("%d refused, want 1", n)
	}
}

func TestHooks(t *testing.T) {
	in := NewInbox(t)
	full := errors.New("full")
	s := accept(t, in, "x")
	in.Hook(Hooks{
		Accept:  func(transports.Arrival) error { return full },
		Release: func(string, transports.Verdict) error { return full },
		Create:  func() error { return full },
	})
	if _, err := in.Accept(t.Context(), transports.Arrival{}, strings.NewReader("y")); !errors.Is(err, full) {
		t.Errorf("accept: %v", err)
	}
	if _, err := s.Create(); !errors.Is(err, full) {
		t.Errorf("create: %v", err)
	}
	if _, err := in.Release(t.Context(), s.ID(), transports.Verdict{}); !errors.Is(err, full) {
		t.Errorf("release: %v", err)
	}
	in.Hook(Hooks{})
	release(t, in, s.ID(), transports.Verdict{})
	if n := len(in.Arrivals()); n != 1 {
		t.Errorf("%d arrivals", n)
	}
}

func TestTake(t *testing.T) {
	in := NewInbox(t)
	for i, want := range []bool{false, true} {
		r, err := in.Take(t.Context(), transports.Arrival{Door: "folder", Partner: "acme", File: "x.edi"}, strings.NewReader("same"))
		if err != nil || r.Duplicate != want {
			t.Errorf("%d: %+v, %v", i, r, err)
		}
	}
	if a := in.Accepted(); len(a) != 1 || string(a[0].Payload(t, 0)) != "same" || a[0].Verdict.Payloads[0].File != "x.edi" {
		t.Errorf("%+v", a)
	}
	if _, err := in.Take(t.Context(), transports.Arrival{}, iotest.ErrReader(errFull)); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
