package sftp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// theirs is a partner's server in memory, which can be told to misbehave.
type theirs struct {
	pkgsftp.Handlers
	addr, key string
	down      atomic.Bool
	lose      atomic.Bool
	hang      atomic.Pointer[hanging]

	mu       sync.Mutex
	received []transporttest.Delivery
	conns    map[net.Conn]bool
}

type hanging struct{ taken, released chan struct{} }

func openTheirs(t testing.TB) *theirs {
	t.Helper()
	host := newKey(t)
	s := &theirs{Handlers: pkgsftp.InMemHandler(), key: Fingerprint(host.PublicKey()), conns: map[net.Conn]bool{}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	conf := &ssh.ServerConfig{NoClientAuth: true}
	conf.AddHostKey(host)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[conn] = true
			s.mu.Unlock()
			running.Go(func() { s.serve(conn, conf) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		s.mu.Lock()
		for c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		running.Wait()
	})
	return s
}

func (s *theirs) serve(conn net.Conn, conf *ssh.ServerConfig) {
	defer conn.Close()
	if s.down.Load() {
		return
	}
	_, channels, requests, err := ssh.NewServerConn(conn, conf)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offer := range channels {
		ch, asked, err := offer.Accept()
		if err != nil {
			return
		}
		for r := range asked {
			_ = r.Reply(r.Type == "subsystem", nil)
			if r.Type == "subsystem" {
				break
			}
		}
		h := s.Handlers
		h.FileCmd = renames{s, conn}
		_ = pkgsftp.NewRequestServer(ch, h).Serve()
		_ = ch.Close()
	}
}

// renames sees each file that gets its final name.
type renames struct {
	*theirs
	conn net.Conn
}

func (r renames) Filecmd(q *pkgsftp.Request) error {
	if q.Method != "Rename" {
		return r.FileCmd.Filecmd(q)
	}
	return r.PosixRename(q)
}

func (r renames) PosixRename(q *pkgsftp.Request) error {
	content := r.content(q.Filepath)
	if h := r.hang.Swap(nil); h != nil {
		close(h.taken)
		<-h.released
		return nil
	}
	if err := r.FileCmd.(pkgsftp.PosixRenameFileCmder).PosixRename(q); err != nil {
		return err
	}
	r.mu.Lock()
	r.received = append(r.received, transporttest.Delivery{ID: q.Target, Content: content})
	r.mu.Unlock()
	if r.lose.Load() {
		_ = r.conn.Close()
	}
	return nil
}

func (s *theirs) content(name string) []byte {
	q := pkgsftp.NewRequest("Get", name)
	q.Flags = 1 // SSH_FXF_READ
	at, err := s.FileGet.Fileread(q)
	if err != nil {
		return nil
	}
	b, _ := io.ReadAll(io.NewSectionReader(at, 0, 1<<30))
	return b
}

func (s *theirs) server() Server {
	return Server{Partner: "acme", Address: s.addr, User: "ourco", HostKey: s.key, Password: "x"}
}

func (s *theirs) put() *Put {
	return &Put{Server: func() (Server, error) { return s.server(), nil }, Dir: "/", Name: "{message}.edi"}
}

func TestSenderConforms(t *testing.T) {
	transporttest.RunSender(t, func(t testing.TB) transporttest.Far {
		s := openTheirs(t)
		return transporttest.Far{
			Sender: s.put(), Down: s.down.Store, Lose: s.lose.Store,
			Received: func() []transporttest.Delivery {
				s.mu.Lock()
				defer s.mu.Unlock()
				return append([]transporttest.Delivery(nil), s.received...)
			},
			Hang: func() (<-chan struct{}, func()) {
				h := &hanging{make(chan struct{}), make(chan struct{})}
				s.hang.Store(h)
				return h.taken, sync.OnceFunc(func() { close(h.released) })
			},
		}
	})
}

// A server with another key gets nothing, no password either.
func TestHostKeyIsPinned(t *testing.T) {
	s := openTheirs(t)
	for _, pin := range []string{"", "SHA256:" + strings.Repeat("A", 43)} {
		there := s.server()
		there.HostKey = pin
		p := &Put{Server: func() (Server, error) { return there, nil }, Dir: "/", Name: "{message}.edi"}
		prep, err := p.Prepare(t.Context(), transports.Outgoing{Message: "M1"}, bytes.NewReader(order()))
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Send(t.Context(), prep, bytes.NewReader(order()))
		code(t, err, "SFTP-HOSTKEY", false)
		var pinned *UnpinnedError
		if !errors.As(err, &pinned) || pinned.Shown != s.key || !strings.Contains(err.Error(), "the server's key is "+s.key) {
			t.Errorf("found %v", err)
		}
	}
	if len(s.received) != 0 {
		t.Error("something was sent")
	}
}

// An upload goes on where the last one broke off.
func TestUploadResumes(t *testing.T) {
	s := openTheirs(t)
	there := s.server()
	c, err := there.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := put(c.Client, "/M1.edi.part", order()[:1000]); err != nil {
		t.Fatal(err)
	}
	body := &counted{ReadSeeker: bytes.NewReader(order())}
	if err := c.upload("/M1.edi", int64(len(order())), body); err != nil {
		t.Fatal(err)
	}
	if got := s.content("/M1.edi"); !bytes.Equal(got, order()) || body.read != len(order())-1000 {
		t.Errorf("%d bytes, %d of them sent anew", len(got), body.read)
	}
}

type counted struct {
	io.ReadSeeker
	read int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadSeeker.Read(b)
	c.read += n
	return n, err
}

// fetching is a Fetch of everything at once.
func (s *theirs) fetching(change func(*FetchBlock)) *Fetch {
	p := DefaultProfile()
	p.Fetch.Dir, p.Fetch.StableFor = "/out", 20*time.Millisecond
	if change != nil {
		change(&p.Fetch)
	}
	return &Fetch{Server: s.server(), Block: p.Fetch, Now: time.Now, Log: discard(), Keep: func(context.Context) error { return nil }}
}

// there puts files onto the partner's server.
func (s *theirs) there(t testing.TB, files ...string) *connection {
	t.Helper()
	server := s.server()
	c, err := server.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.MkdirAll("/out"); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if err := put(c.Client, "/out/"+name, []byte("content of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// What is taken, and what becomes of it there.
func TestFetch(t *testing.T) {
	for name, x := range map[string]struct {
		set    func(*FetchBlock)
		taken  string
		remain string // in /out
	}{
		"all":     {nil, "[a.edi b.edi notes.txt]", "[archive c.edi.part]"},
		"pattern": {func(b *FetchBlock) { b.Pattern = "*.edi" }, "[a.edi b.edi]", "[archive c.edi.part notes.txt]"},
		"delete":  {func(b *FetchBlock) { b.Pattern, b.After = "*.edi", Delete }, "[a.edi b.edi]", "[c.edi.part notes.txt]"},
		"marker":  {func(b *FetchBlock) { b.Done = ".txt"; b.Pattern = "not*" }, "[]", "[a.edi b.edi c.edi.part notes.txt]"},
		"large":   {func(b *FetchBlock) { b.MaxSize = 3 }, "[]", "[a.edi b.edi c.edi.part notes.txt]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTheirs(t)
			c := s.there(t, "a.edi", "b.edi", "notes.txt", "c.edi.part")
			in := transporttest.NewInbox(t)
			if _, err := s.fetching(x.set).Once(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			taken := []string{}
			for _, a := range in.Accepted() {
				taken = append(taken, a.Arrival.File)
				if got := string(a.Payload(t, 0)); got != "content of "+a.Arrival.File || a.Arrival.Partner != "acme" {
					t.Errorf("found %q of %+v", got, a.Arrival)
				}
			}
			if fmt.Sprint(taken) != x.taken || listing(t, c) != x.remain {
				t.Errorf("taken %v, expected %s; left %s, expected %s", taken, x.taken, listing(t, c), x.remain)
			}
		})
	}
}

func listing(t testing.TB, c *connection) string {
	t.Helper()
	entries, err := c.ReadDir("/out")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return fmt.Sprint(names)
}

// A marker lets its file go, and goes with it.
func TestFetchWithMarkers(t *testing.T) {
	s := openTheirs(t)
	c := s.there(t, "a.edi", "a.edi.done", "b.edi")
	in := transporttest.NewInbox(t)
	n, err := s.fetching(func(b *FetchBlock) { b.Done, b.After = ".done", Delete }).Once(t.Context(), in)
	if err != nil || n != 1 || listing(t, c) != "[b.edi]" {
		t.Errorf("%d taken, left %s, %v", n, listing(t, c), err)
	}
}

// Nothing is put away there that is not stored here.
func TestFetchStoresFirst(t *testing.T) {
	s := openTheirs(t)
	c := s.there(t, "a.edi")
	in := transporttest.NewInbox(t)
	in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error { return errors.New("disk full") }})
	_, err := s.fetching(nil).Once(t.Context(), in)
	code(t, err, "SFTP-FETCH", true)
	if listing(t, c) != "[a.edi]" {
		t.Errorf("left %s", listing(t, c))
	}
	in.Hook(transporttest.Hooks{})
	f := s.fetching(nil)
	lost := errors.New("another node has it")
	f.Keep = func(context.Context) error { return lost }
	if n, err := f.Once(t.Context(), in); n != 0 || !errors.Is(err, lost) {
		t.Errorf("without the lock: %d, %v", n, err)
	}
	if n, err := s.fetching(nil).Once(t.Context(), in); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// A file that grows is left until it is still.
func TestFetchWaitsForStableFiles(t *testing.T) {
	s := openTheirs(t)
	c := s.there(t, "still.edi", "grows.edi")
	grows, err := c.OpenFile("/out/grows.edi", os.O_WRONLY)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for at := int64(20); ; at++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_, _ = grows.WriteAt([]byte("x"), at)
			}
		}
	})
	in := transporttest.NewInbox(t)
	n, err := s.fetching(func(b *FetchBlock) { b.StableFor = 200 * time.Millisecond }).Once(t.Context(), in)
	close(stop)
	writing.Wait()
	if err != nil || n != 1 || in.Accepted()[0].Arrival.File != "still.edi" {
		t.Errorf("%d taken, %v", n, err)
	}
}

func TestConnectionTest(t *testing.T) {
	s := openTheirs(t)
	c := s.there(t)
	there := s.server()
	for _, step := range there.Test(t.Context(), "/out", "/out", time.Now) {
		if step.Err != nil {
			t.Errorf("%s: %v", step.Name, step.Err)
		}
	}
	if listing(t, c) != "[]" {
		t.Errorf("the probe is left: %s", listing(t, c))
	}
	steps := there.Test(t.Context(), "/nowhere", "/out", time.Now)
	if len(steps) != 2 || steps[0].Err != nil || steps[1].Err == nil {
		t.Errorf("found %+v", steps)
	}
	there.HostKey = ""
	if steps := there.Test(t.Context(), "", "", time.Now); len(steps) != 1 || steps[0].Hint == "" || !strings.Contains(fmt.Sprint(steps[0].Err), s.key) {
		t.Errorf("found %+v", steps)
	}
}
