package sftp

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// newKey is a key made for one test.
func newKey(t testing.TB) ssh.Signer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := MakeKey(file, "test", rand.Reader); err != nil {
		t.Fatal(err)
	}
	key, err := ReadKey(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// accounts is a Lookup.
type accounts map[string]Account

func (a accounts) Account(login string) (Account, error) {
	if found, ok := a[login]; ok {
		return found, nil
	}
	return Account{}, ErrUnknownLogin
}

// account is the account of acme with one key.
func account(key ssh.Signer) Account {
	b := DefaultAccount()
	a := b.For("acme", false)
	a.Keys = []Key{{Key: key.PublicKey()}}
	return a
}

// running is a server that listens.
type running struct {
	addr string
	dir  string
	host ssh.PublicKey
	stop func() error
}

func listen(t testing.TB, in transports.Inbox, o ReceiverOptions) running {
	t.Helper()
	addr := make(chan net.Addr, 1)
	host := newKey(t)
	o.Address, o.Listening, o.HostKeys = "127.0.0.1:0", func(a net.Addr) { addr <- a }, []ssh.Signer{host}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(testWriter{t}, nil))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewReceiver(o).Receive(ctx, in) }()
	stop := sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = stop() })
	select {
	case a := <-addr:
		return running{a.String(), o.Dir, host.PublicKey(), stop}
	case err := <-done:
		t.Fatalf("receiver: %v", err)
		return running{}
	}
}

// testWriter writes a log into a test's output, and drops what comes too late.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Logf("%s", bytes.TrimSpace(b))
	}
	return len(b), nil
}

// peer is a partner's connection.
type peer struct {
	*pkgsftp.Client
	ssh *ssh.Client
}

func (p peer) Close() error {
	_ = p.Client.Close()
	return p.ssh.Close()
}

// dial logs in over SSH.
func dial(ctx context.Context, addr, login string, auth ...ssh.AuthMethod) (*ssh.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c, channels, requests, err := ssh.NewClientConn(conn, addr, &ssh.ClientConfig{
		User: login, Auth: auth, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second,
	})
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

func connect(ctx context.Context, addr, login string, auth ...ssh.AuthMethod) (peer, error) {
	c, err := dial(ctx, addr, login, auth...)
	if err != nil {
		return peer{}, err
	}
	s, err := pkgsftp.NewClient(c)
	if err != nil {
		_ = c.Close()
		return peer{}, err
	}
	return peer{s, c}, nil
}

// acme is the partner with a server to talk to.
type acme struct {
	running
	in  *transporttest.Inbox
	key ssh.Signer
}

func serveAcme(t testing.TB, change ...func(*Account)) acme {
	t.Helper()
	key := newKey(t)
	a := account(key)
	for _, c := range change {
		c(&a)
	}
	in := transporttest.NewInbox(t)
	return acme{listen(t, in, ReceiverOptions{Lookup: accounts{a.Login: a}}), in, key}
}

func (a acme) login(t testing.TB) peer {
	t.Helper()
	p, err := connect(t.Context(), a.addr, "acme", ssh.PublicKeys(a.key))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// put uploads a file and returns what the close said.
func put(c *pkgsftp.Client, name string, content []byte) error {
	f, err := c.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func order() []byte {
	return bytes.Repeat([]byte("PO1*1*12*EA*9.99**UP*012345678905~\r\n"), 200)
}

func sshKeys(a acme) ssh.AuthMethod { return ssh.PublicKeys(a.key) }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
