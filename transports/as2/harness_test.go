package as2

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// people are the keys of the tests, made once: ours, the partner's, a stranger's.
type people struct{ us, them, stranger cms.Identity }

var cast = sync.OnceValues(func() (people, error) {
	var p people
	for name, id := range map[string]*cms.Identity{"us": &p.us, "them": &p.them, "stranger": &p.stranger} {
		made, err := cms.NewIdentity(name, 2, time.Now(), rand.Reader)
		if err != nil {
			return p, err
		}
		*id = made
	}
	return p, nil
})

func actors(t testing.TB) people {
	t.Helper()
	p, err := cast()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// terms are the two halves of one agreement: how we receive from them, and how
// they send to us.
func terms(t testing.TB) (ours, theirs Partnership) {
	p := actors(t)
	ours = Partnership{
		Partner: "acme", Us: "OURCO_AS2", Them: "ACME AS2",
		Verify: []*x509.Certificate{p.them.Certificate}, EncryptTo: []*x509.Certificate{p.them.Certificate}, Ours: []cms.Identity{p.us},
		Require: Require{Signed: true, Encrypted: true}, Accept: Accept{SHA1: true},
	}
	theirs = Partnership{
		Partner: "ourco", Us: ours.Them, Them: ours.Us,
		Verify: []*x509.Certificate{p.us.Certificate}, EncryptTo: []*x509.Certificate{p.us.Certificate}, Ours: []cms.Identity{p.them},
		Sign: crypto.SHA256, Encrypt: "aes256-cbc", MDN: MDNTerms{Request: ReceiptSigned},
	}
	return ours, theirs
}

// table is a Lookup.
type table []Partnership

func (l table) Partnership(us, them string) (Partnership, error) {
	for _, p := range l {
		if p.Us == us && p.Them == them {
			return p, nil
		}
	}
	return Partnership{}, ErrUnknownPair
}

func always(p Partnership) func() (Partnership, error) {
	return func() (Partnership, error) { return p, nil }
}

// running is a receiver that listens.
type running struct {
	url  string
	in   *transporttest.Inbox
	stop func() error
}

func listen(t testing.TB, in transports.Inbox, o ReceiverOptions) (url string, stop func() error) {
	t.Helper()
	addr := make(chan net.Addr, 1)
	o.Address, o.Listening = "127.0.0.1:0", func(a net.Addr) { addr <- a }
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(testWriter{t}, nil))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewReceiver(o).Receive(ctx, in) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = stop() })
	select {
	case a := <-addr:
		return "http://" + a.String() + "/as2", stop
	case err := <-done:
		t.Fatalf("receiver: %v", err)
		return "", nil
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

func receive(t testing.TB, ours ...Partnership) running {
	t.Helper()
	in := transporttest.NewInbox(t)
	url, stop := listen(t, in, ReceiverOptions{Lookup: table(ours)})
	return running{url, in, stop}
}

// post sends one document as the partner does and returns the receipt.
func post(t testing.TB, url string, theirs Partnership, id string, content []byte) (transports.Receipt, error) {
	t.Helper()
	theirs.URL = url
	s := NewSender(always(theirs), SenderOptions{})
	return sendWith(t, s, id, content)
}

func sendWith(t testing.TB, s *Sender, id string, content []byte) (transports.Receipt, error) {
	t.Helper()
	out := transports.Outgoing{Message: id, File: "order 1.edi", ContentType: "application/edi-x12", Size: int64(len(content))}
	prep, err := s.Prepare(t.Context(), out, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), prep, bytes.NewReader(content))
}

// packed is a message as bytes: its HTTP header and body.
type packed struct {
	header http.Header
	body   []byte
}

// pack makes a message without sending it.
func pack(t testing.TB, theirs Partnership, id string, content []byte) packed {
	t.Helper()
	theirs.URL = "http://127.0.0.1/as2"
	s := NewSender(always(theirs), SenderOptions{})
	st, err := s.newState(&theirs, transports.Outgoing{Message: id, File: "order 1.edi", ContentType: "application/edi-x12"})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.digest(t.Context(), bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	a := &attempt{Sender: s, p: &theirs, st: st}
	top, err := a.pack(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := top.body(&b); err != nil {
		t.Fatal(err)
	}
	req, err := a.request(t.Context(), top, http.NoBody, 0)
	if err != nil {
		t.Fatal(err)
	}
	return packed{req.Header, b.Bytes()}
}

// answerTo is what a receiver said to a message.
type answerTo struct {
	status int
	header http.Header
	body   []byte
}

func (m packed) send(t testing.TB, url string) answerTo {
	t.Helper()
	got, err := m.try(t, url)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// try sends a message to a receiver that may hang up.
func (m packed) try(t testing.TB, url string) (answerTo, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(m.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = m.header
	res, err := newClient(NewSender(nil, SenderOptions{}).o).Do(req)
	if err != nil {
		return answerTo{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answerTo{res.StatusCode, res.Header, body}, err
}

// mdn reads the MDN in an answer.
func (a answerTo) mdn(t testing.TB) *MDN {
	t.Helper()
	m, err := ParseMDN(a.header, a.body)
	if err != nil {
		t.Fatalf("status %d, %v: %.300q", a.status, err, a.body)
	}
	return m
}

func order() []byte {
	return bytes.Repeat([]byte("PO1*1*12*EA*9.99**UP*012345678905~\r\n"), 200)
}
