package mailbox

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/transports/mailbox/mailtest"
)

// cutter passes connections on, and breaks those that it is told to after so many
// octets of the server's.
type cutter struct {
	addr  string
	after atomic.Int64 // of the next connection; 0 is never
	cuts  atomic.Int64
}

func newCutter(t testing.TB, to string) *cutter {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{addr: ln.Addr().String()}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go c.pass(conn, to)
		}
	}()
	return c
}

func (c *cutter) pass(conn net.Conn, to string) {
	defer conn.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, conn) }() // ends with either connection
	n := c.after.Swap(0)
	if n == 0 {
		_, _ = io.Copy(conn, server)
		return
	}
	_, _ = io.CopyN(conn, server, n)
	c.cuts.Add(1)
}

// A connection that breaks at each sixteenth of what the server says: the mail is
// taken, once, and what came of it before is kept as what it is.
func TestCutAtEachSixteenth(t *testing.T) {
	addr := mailtest.Memory(t)
	p := mailtest.NewPeer(t, addr)
	content := []byte(order + strings.Repeat("padding of a document ", 4000))
	total := int64(len(letterOf("00", content)))
	for i := range 16 {
		in := inbox(t)
		c := newCutter(t, addr)
		c.after.Store(700 + total*int64(i)/15) // from within the login to behind the mail
		if _, err := p.Append("INBOX", letterOf(string(rune('a'+i)), content)); err != nil {
			t.Fatal(err)
		}
		r := start(t, in, Server{Address: c.addr}, nil)
		p.Until(t, map[string]int{"INBOX": 0, "Waybill": i + 1, "Waybill held": 0})
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if n := len(in.Accepted()); n != 1 || c.cuts.Load() != 1 {
			t.Errorf("cut %d: %d accepted, %d connections cut", i, n, c.cuts.Load())
		}
		for _, a := range in.Arrivals() {
			if a.Err != nil && a.Released {
				t.Errorf("cut %d: what came in part was released", i)
			}
		}
	}
}

// A server that sends a mail in drips is waited for, and one that stops in the
// middle of it is left.
func TestSlowServer(t *testing.T) {
	addr := mailtest.Memory(t)
	p := mailtest.NewPeer(t, addr)
	if _, err := p.Append("INBOX", letterOf("1", numbers(3000))); err != nil {
		t.Fatal(err)
	}
	for name, pause := range map[string]time.Duration{"drips": 20 * time.Millisecond, "stops": time.Hour} {
		in := inbox(t)
		d := newDripper(t, addr, pause)
		r := start(t, in, Server{Address: d, Timeout: time.Second}, nil)
		if name == "stops" {
			eventually(t, "it is given up", func() bool { return r.log.count("mailbox not read") > 0 })
			if n := len(in.Accepted()); n != 0 {
				t.Errorf("%d accepted from a server that stopped", n)
			}
			continue
		}
		eventually(t, "the mail is taken", func() bool { return len(in.Accepted()) == 1 })
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		p.Back(t, "Waybill", "INBOX")
	}
}

func numbers(n int) []byte { return []byte(order + strings.Repeat("0123456789 ", n)) }

// newDripper passes connections on, in pieces of 2 kB with a pause after each, from
// the third on.
func newDripper(t testing.TB, to string, pause time.Duration) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop); _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go drip(conn, to, pause, stop)
		}
	}()
	return ln.Addr().String()
}

func drip(conn net.Conn, to string, pause time.Duration, stop chan struct{}) {
	defer conn.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, conn) }() // ends with either connection
	for sent := int64(0); ; {
		n, err := io.CopyN(conn, server, 512)
		if sent += n; err != nil {
			return
		}
		if sent < 6<<10 {
			continue
		}
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
	}
}
