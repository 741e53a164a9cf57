package mailbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"waybill/transports"
	"waybill/transports/mailbox/mailtest"
	"waybill/transports/transporttest"
)

// order is an interchange as an attachment has it.
const order = "ISA*00*          *00*          *ZZ*ACME           *ZZ*OURCO          *261125*0800*U*00401*000000001*0*T*>~\r\nIEA*0*000000001~\r\n"

// letterOf is a mail of acme's with an attachment.
func letterOf(id string, content []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: EDI desk <edi@acme.example>\r\nTo: edi@ourco.example\r\nSubject: order\r\nMessage-ID: <%s@acme.example>\r\nMIME-Version: 1.0\r\n", id)
	b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee what is attached.\r\n--b\r\nContent-Type: application/edi-x12\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=po.edi\r\n\r\n")
	text := base64.StdEncoding.EncodeToString(content)
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text + "\r\n--b--\r\n")
	return b.Bytes()
}

// acme is a partner who is known by its address.
func acme() Account {
	return Account{Partner: "acme", From: []string{"edi@acme.example"}, MaxBytes: 50 << 20}
}

// accounts finds senders among a few.
type accounts []Account

// Sender implements Lookup.
func (a accounts) Sender(address, subject string) (Account, error) { return Find(a, address, subject) }

// journal keeps log lines, for waiting on them.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) count(s string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), s)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// running is a receiver at work.
type running struct {
	log   *journal
	once  func() error
	ended chan struct{}
}

func (r *running) stop() error { return r.once() }

// start runs a receiver on a server until the test ends.
func start(t testing.TB, in transports.Inbox, server Server, edit func(*ReceiverOptions)) *running {
	t.Helper()
	r := &running{log: &journal{}, ended: make(chan struct{})}
	if server.Timeout == 0 {
		server.Timeout = 20 * time.Second
	}
	if server.Security == "" {
		server.Security = "none"
	}
	if server.Login.User == "" {
		server.Login = Login{User: mailtest.User, Password: mailtest.Password}
	}
	block := DefaultBox().IMAP
	o := ReceiverOptions{
		Address: mailtest.User, Block: block, Lookup: accounts{acme()}, Log: slog.New(slog.NewTextHandler(r.log, nil)),
		Server: func(context.Context) (Server, error) { return server, nil },
		After:  func(d time.Duration) <-chan time.Time { return time.After(min(d, 50*time.Millisecond)) },
	}
	if edit != nil {
		edit(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	go func() {
		defer close(r.ended)
		err = NewReceiver(o).Receive(ctx, in)
	}()
	r.once = sync.OnceValue(func() error {
		cancel()
		<-r.ended
		return err
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("the receiver ended with %v", err)
		}
		if t.Failed() {
			t.Logf("it said: %.4000s", r.log.String())
		}
	})
	return r
}

// inbox is where tests receive.
func inbox(t testing.TB) *transporttest.Inbox { return transporttest.NewInbox(t) }

// unusedAddress is an address that nobody listens on.
func unusedAddress(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// silent listens, and never says anything.
func silent(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln.Addr().String()
}

// fixed is a token that somebody gave us.
func fixed(token string) oauth2.TokenSource {
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("within a minute not: %s", what)
}
