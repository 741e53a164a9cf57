package gateway

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"waybill/spool"
	"waybill/stages"
	"waybill/transports"
)

// opened is an inbox over a spool of its own, and what it logs.
func opened(t *testing.T) (inbox, *journal) {
	t.Helper()
	dir := t.TempDir()
	s, err := spool.Open(t.Context(), spool.Config{Store: "sqlite:" + dir + "/w.db", Dir: dir + "/p"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	j := &journal{}
	return inbox{spool: s, log: jsonLog(j), counts: newCounts()}, j
}

func droppedFile() transports.Arrival {
	return transports.Arrival{Door: "folder", Partner: "acme-retail", File: "po.edi"}
}

// TestTake is for doors whose bytes are the payload: stored and released at once,
// and the same file again is a duplicate.
func TestTake(t *testing.T) {
	in, j := opened(t)
	first, err := in.Take(t.Context(), droppedFile(), strings.NewReader("ISA*…"))
	if err != nil || first.Duplicate || first.Held {
		t.Fatalf("found %+v, %v", first, err)
	}
	list, err := in.spool.List(t.Context(), spool.Filter{Parent: first.ID})
	if err != nil || len(list) != 1 {
		t.Fatalf("found %d children, %v", len(list), err)
	}
	if c := list[0]; c.Stage != stages.ToDecode || c.Kind != stages.KindInterchange || c.Partner != "acme-retail" || c.Payload.Length != int64(len("ISA*…")) {
		t.Errorf("found the child %+v", c)
	}
	again, err := in.Take(t.Context(), droppedFile(), strings.NewReader("ISA*…"))
	if err != nil || !again.Duplicate {
		t.Errorf("the same file again: found %+v, %v", again, err)
	}
	if other, err := in.Take(t.Context(), droppedFile(), strings.NewReader("ISA*2")); err != nil || other.Duplicate {
		t.Errorf("another file: found %+v, %v", other, err)
	}
	for _, want := range []string{"released", "duplicate"} {
		if len(j.lines(t, "msg", want, "partner", "acme-retail", "stage", "receive")) == 0 {
			t.Errorf("nothing is logged as %s", want)
		}
	}
}

// TestBytesThatBreakOff are kept, refused and told of under their own id.
func TestBytesThatBreakOff(t *testing.T) {
	in, j := opened(t)
	cut := errors.New("connection reset")
	for name, take := range map[string]func(io.Reader) error{
		"accept": func(r io.Reader) error { _, err := in.Accept(t.Context(), droppedFile(), r); return err },
		"take":   func(r io.Reader) error { _, err := in.Take(t.Context(), droppedFile(), r); return err },
	} {
		t.Run(name, func(t *testing.T) {
			err := take(io.MultiReader(strings.NewReader("ISA*00*"+name), iotest.ErrReader(cut)))
			var partial *spool.PartialError
			if !errors.As(err, &partial) || !errors.Is(err, cut) {
				t.Fatalf("found %v, expected what was kept and why it broke off", err)
			}
			m, err := in.spool.Get(t.Context(), partial.ID)
			if err != nil || m.Status != spool.Refused || m.Code != "TRN-PARTIAL" || m.Hint == "" {
				t.Errorf("found %+v, %v", m, err)
			}
			if lines := j.lines(t, "msg", "refused", "msg_id", partial.ID, "code", "TRN-PARTIAL"); len(lines) != 1 {
				t.Errorf("found %d lines of the log about it", len(lines))
			}
		})
	}
}

// TestASpoolThatIsGone: nothing is taken, and the log says so.
func TestASpoolThatIsGone(t *testing.T) {
	in, j := opened(t)
	if err := in.spool.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Accept(t.Context(), droppedFile(), strings.NewReader("x")); err == nil {
		t.Error("bytes were accepted")
	}
	if _, err := in.Take(t.Context(), droppedFile(), strings.NewReader("x")); err == nil {
		t.Error("bytes were taken")
	}
	if _, err := in.Release(t.Context(), "01AAAAAAAAAAAAAAAAAAAAAAAA", transports.Verdict{Partner: "acme-retail"}); err == nil {
		t.Error("an arrival was released")
	}
	if len(j.lines(t, "msg", "arrival not stored", "level", "ERROR")) != 2 || len(j.lines(t, "msg", "arrival not released", "level", "ERROR")) != 1 {
		t.Errorf("found the log:\n%s", j)
	}
}
