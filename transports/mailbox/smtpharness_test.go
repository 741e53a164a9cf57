package mailbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"waybill/transports/transporttest"
)

// server is an SMTP server in this process that keeps what it takes, and fails as
// it is told.
type server struct {
	addr string

	mu     sync.Mutex
	mails  []taken
	down   bool
	lose   bool
	rcpt   error
	data   error
	hang   *hanging
	offer  []string // of logins
	logins []string
}

// taken is one mail with its envelope.
type taken struct {
	from, to string
	mail     smtp.MailOptions
	rcpt     smtp.RcptOptions
	text     []byte
}

// hanging is a transmission that waits for its answer.
type hanging struct {
	taken chan struct{}
	on    chan struct{}
	once  sync.Once
}

// serve opens a server; change alters it before it listens.
func serve(t testing.TB, change func(*smtp.Server)) *server {
	t.Helper()
	s := &server{}
	x := smtp.NewServer(s)
	x.Domain, x.EnableDSN, x.AllowInsecureAuth, x.ErrorLog = "mx.test", true, true, log.New(io.Discard, "", 0)
	if change != nil {
		change(x)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	if x.TLSConfig != nil && x.Network == "tls" {
		ln = tls.NewListener(ln, x.TLSConfig)
	}
	done := make(chan error, 1)
	go func() { done <- x.Serve(ln) }()
	t.Cleanup(func() {
		_ = x.Close()
		_ = ln.Close()
		<-done
	})
	return s
}

// NewSession implements smtp.Backend.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "closing for a while"}
	}
	return &dialogue{s: s, c: c}, nil
}

func (s *server) set(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// got are the mails that were taken.
func (s *server) got() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taken(nil), s.mails...)
}

// dialogue is one session.
type dialogue struct {
	s *server
	c *smtp.Conn
	m taken
}

func (d *dialogue) AuthMechanisms() []string { return d.s.offer }

func (d *dialogue) Auth(mech string) (sasl.Server, error) {
	note := func(user, secret string) error {
		d.s.set(func() { d.s.logins = append(d.s.logins, mech+" "+user) })
		if user != "edi@our.test" || secret != "right" {
			return smtp.ErrAuthFailed
		}
		return nil
	}
	switch {
	case !slices.Contains(d.s.offer, mech):
		return nil, smtp.ErrAuthUnsupported
	case mech == sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return note(user, password) }), nil
	case mech == sasl.Login:
		return &loginServer{check: note}, nil
	case mech == "XOAUTH2":
		return &xoauth2Server{check: note}, nil
	}
	return nil, smtp.ErrAuthUnsupported
}

func (d *dialogue) Reset()        { d.m = taken{} }
func (d *dialogue) Logout() error { return nil }

func (d *dialogue) Mail(from string, o *smtp.MailOptions) error {
	d.m = taken{from: from, mail: *o}
	return nil
}

func (d *dialogue) Rcpt(to string, o *smtp.RcptOptions) error {
	d.m.to, d.m.rcpt = to, *o
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return d.s.rcpt
}

func (d *dialogue) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	d.m.text = text
	d.s.mu.Lock()
	if d.s.data != nil {
		defer d.s.mu.Unlock()
		return d.s.data
	}
	d.s.mails = append(d.s.mails, d.m)
	lose, hang := d.s.lose, d.s.hang
	d.s.hang = nil
	d.s.mu.Unlock()
	if lose {
		_ = d.c.Conn().Close()
	}
	if hang != nil {
		close(hang.taken)
		<-hang.on
	}
	return nil
}

// loginServer asks as some servers do, with words of its own.
type loginServer struct {
	user  string
	asked int
	check func(user, password string) error
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.asked++
	switch l.asked {
	case 1:
		return []byte("User Name\x00"), false, nil
	case 2:
		l.user = string(response)
		return []byte("password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

// xoauth2Server tells a refusal in JSON and waits for the empty answer to it.
type xoauth2Server struct {
	err   error
	check func(user, token string) error
}

func (x *xoauth2Server) Next(response []byte) ([]byte, bool, error) {
	if x.err != nil {
		return nil, true, x.err
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01auth=Bearer ")
	if x.err = x.check(user, strings.TrimSuffix(rest, "\x01\x01")); x.err != nil {
		return []byte(`{"status":"401"}`), false, nil
	}
	return nil, true, nil
}

// terms are those of a partner whose mails go to the server.
func (s *server) terms() Terms {
	return Terms{
		Partner: "acme", From: "edi@our.test", To: "orders@acme.test", Subject: "{document} {control}", Name: "{document}_{control}_{message}.edi",
		Server: Server{Address: s.addr, Security: "none", Timeout: 5 * time.Second}, Confirm: ConfirmNone,
	}
}

// post sends by the server, on terms that change may alter.
func (s *server) post(change func(*Terms)) *Post {
	t := s.terms()
	if change != nil {
		change(&t)
	}
	return &Post{Terms: func(context.Context) (Terms, error) { return t, nil }, Now: func() time.Time { return time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC) }}
}

// opened is a mail as a reader of RFC 5322 and RFC 2045 sees it.
type opened struct {
	header  mail.Header
	file    string
	kind    string
	text    string
	content []byte
}

// open reads a mail that is neither signed nor encrypted.
func open(t testing.TB, text []byte) opened {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	o := opened{header: m.Header}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("found %s, %v", kind, err)
	}
	o.parts(t, multipart.NewReader(m.Body, params["boundary"]))
	return o
}

func (o *opened) parts(t testing.TB, r *multipart.Reader) {
	t.Helper()
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(decoded(p.Header.Get("Content-Transfer-Encoding"), p))
		if err != nil {
			t.Fatal(err)
		}
		if p.FileName() == "" {
			o.text = string(body)
			continue
		}
		o.file, o.kind, o.content = p.FileName(), p.Header.Get("Content-Type"), body
	}
}

// Far is the server as the conformance suite wants it.
func (s *server) far(t testing.TB) transporttest.Far {
	return transporttest.Far{
		Sender: s.post(nil),
		Received: func() []transporttest.Delivery {
			var out []transporttest.Delivery
			for _, m := range s.got() {
				o := open(t, m.text)
				out = append(out, transporttest.Delivery{ID: o.header.Get("Message-ID"), Content: o.content})
			}
			return out
		},
		Down: func(down bool) { s.set(func() { s.down = down }) },
		Lose: func(lose bool) { s.set(func() { s.lose = lose }) },
		Hang: func() (<-chan struct{}, func()) {
			h := &hanging{taken: make(chan struct{}), on: make(chan struct{})}
			s.set(func() { s.hang = h })
			return h.taken, func() { h.once.Do(func() { close(h.on) }) }
		},
	}
}

func TestSenderConforms(t *testing.T) {
	transporttest.RunSender(t, func(t testing.TB) transporttest.Far { return serve(t, nil).far(t) })
}
