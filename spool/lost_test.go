package spool_test

import (
	"bytes"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"waybill/spool"
)

// cutter passes a connection to PostgreSQL on and cuts it at a commit whose
// answer it has seen: the commit is done, and nobody is told.
type cutter struct {
	to    string
	armed atomic.Bool
	cuts  atomic.Int64
}

// listen serves until the test ends and returns the address to use instead.
func (c *cutter) listen(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var serving errgroup.Group
	serving.Go(func() error {
		for {
			client, err := l.Accept()
			if err != nil {
				return nil
			}
			serving.Go(func() error { return c.pass(client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		_ = serving.Wait()
	})
	return l.Addr().String()
}

func (c *cutter) pass(client net.Conn) error {
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return client.Close()
	}
	var cut atomic.Bool
	var both errgroup.Group
	both.Go(func() error {
		defer server.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := client.Read(buffer)
			if bytes.Contains(buffer[:n], []byte("COMMIT")) && c.armed.CompareAndSwap(true, false) {
				cut.Store(true)
			}
			if _, werr := server.Write(buffer[:n]); err != nil || werr != nil {
				return nil
			}
		}
	})
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if cut.Load() && n > 0 {
			c.cuts.Add(1)
			break
		}
		if _, werr := client.Write(buffer[:n]); err != nil || werr != nil {
			break
		}
	}
	_ = client.Close()
	_ = both.Wait()
	return nil
}

// RELIABILITY plan row 6: the connection breaks in a commit. What became of it is
// asked by the transaction's id, so that the caller learns the truth.
func TestLostCommitAnswer(t *testing.T) {
	e := onPostgres(t)
	u, err := url.Parse(e.store)
	must(t, err)
	c := &cutter{to: u.Host}
	u.Host = c.listen(t)
	e.store = u.String()
	s := e.open()

	for i, call := range []func() error{
		func() error { _, err := bring(t, s, "1", "order"); return err },
		func() error { _, err := s.Accept(t.Context(), arrival(), strings.NewReader("raw")); return err },
	} {
		c.armed.Store(true)
		must(t, call())
		if got := c.cuts.Load(); got != int64(i)+1 {
			t.Fatalf("%d commits lost their answer, expected %d", got, i+1)
		}
	}
	q := work("w")
	q.For = 1 << 40
	ls, err := s.Lease(t.Context(), q)
	if err != nil || len(ls) != 1 {
		t.Fatalf("leased %d, error %v", len(ls), err)
	}
	c.armed.Store(true)
	must(t, s.Finish(t.Context(), ls[0], spool.Outcome{Emit: []spool.Child{{Key: "1", Kind: "document", Body: []byte("order")}}}))
	for kind, want := range map[string]int{"transmission": 2, "interchange": 1, "document": 1} {
		found, err := s.List(t.Context(), spool.Filter{Kind: kind})
		if err != nil || len(found) != want {
			t.Errorf("%d of kind %s, expected %d; error %v", len(found), kind, want, err)
		}
		for _, m := range found {
			h, err := s.History(t.Context(), m.ID)
			if verbs := len(h); err != nil || verbs == 0 || verbs > 2 {
				t.Errorf("%d lines of history of a %s, error %v", verbs, kind, err)
			}
		}
	}
	if again, err := bring(t, s, "1", "order"); err != nil || !again.Duplicate {
		t.Errorf("again: %+v, %v", again, err)
	}
	if got := e.findings(s); got != "" {
		t.Errorf("findings %s", got)
	}
}
