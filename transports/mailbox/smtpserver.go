package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/emersion/go-smtp"

	"waybill/transports"
)

// maxReplies bounds what a server may say in one session: textproto has no bound
// of its own for an answer of many lines.
const maxReplies = 1 << 20

var errTalkative = errors.New("the server says more than 1 MB")

// session is a conversation with a server.
type session struct {
	*smtp.Client
	raw  *bounded
	stop func() bool
}

// open connects, greets, secures and logs in. The session ends with ctx.
func (s Server) open(ctx context.Context) (*session, error) {
	x, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.greet(ctx, x); err != nil {
		x.cut()
		return nil, err
	}
	if err := s.login(ctx, x); err != nil {
		x.cut()
		return nil, err
	}
	return x, nil
}

// connect dials.
func (s Server) connect(ctx context.Context) (*session, error) {
	const patience = 30 * time.Second
	raw, err := (&net.Dialer{Timeout: min(patience, s.timeout())}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, ended(ctx, transports.Temporary("TRN-CONNECT", "see that our network lets us out to the mail server; it is tried again by itself", err, "connect to the mail server %s", s.Address))
	}
	x := &session{raw: &bounded{Conn: raw, left: maxReplies, stall: s.timeout(), longest: s.timeout()}}
	x.stop = context.AfterFunc(ctx, func() { _ = raw.Close() })
	return x, nil
}

// greet brings the session to where it is as secure as it is to be. What stood
// behind the answer to STARTTLS in clear is forgotten with its reader.
func (s Server) greet(ctx context.Context, x *session) error {
	const hint = "see that smtp.security is right and that the server's certificate is valid, or name its authority in smtp.ca; it is tried again by itself"
	var err error
	switch s.Security {
	case "none":
		x.Client = smtp.NewClient(x.raw)
	case "starttls":
		x.Client, err = smtp.NewClientStartTLS(x.raw, s.TLS())
	default:
		secure := tls.Client(x.raw, s.TLS())
		err = errors.Join(secure.SetDeadline(time.Now().Add(s.timeout())), secure.HandshakeContext(ctx))
		x.Client = smtp.NewClient(secure)
	}
	var answer *smtp.SMTPError
	if err != nil && !errors.As(err, &answer) {
		return ended(ctx, transports.Temporary("MAIL-TLS", hint, err, "speak TLS with the mail server %s", s.Address))
	}
	if err != nil {
		return transports.Temporary("MAIL-LATER", "the mail server says why; it is tried again by itself", spoken(err), "greet the mail server %s", s.Address)
	}
	x.raw.longest = 0
	x.CommandTimeout, x.SubmissionTimeout = s.timeout(), max(s.timeout(), 10*time.Minute)
	if err := x.Hello(hello()); err != nil {
		var refused *tls.CertificateVerificationError
		if errors.As(err, &refused) {
			return transports.Temporary("MAIL-TLS", hint, err, "speak TLS with the mail server %s", s.Address)
		}
		return ended(ctx, transports.Temporary("MAIL-LATER", "the mail server says why; it is tried again by itself", spoken(err), "greet the mail server %s", s.Address))
	}
	return nil
}

// login proves who we are. A password that is wrong is mended in one place for
// all that waits, so that it is tried again.
func (s Server) login(ctx context.Context, x *session) error {
	if s.Login.User == "" {
		return nil
	}
	how, err := s.Login.Client(s.Address, x.SupportsAuth)
	if err == nil {
		err = x.Auth(how)
	}
	if err != nil {
		return ended(ctx, transports.Temporary("MAIL-LOGIN", "compare user and password of the mailbox in waybill.yaml with what the mail provider gave; it is tried again by itself",
			s.Login.hidden(spoken(err)), "log in to the mail server %s as %s", s.Address, s.Login.User))
	}
	return nil
}

func (s Server) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return 5 * time.Minute
}

// hello is the name that we greet with: the machine's.
func hello() string {
	if name, err := os.Hostname(); err == nil && isHost(name) {
		return name
	}
	return "localhost"
}

// quit ends a session politely.
func (x *session) quit() {
	_ = x.Quit()
	x.cut()
}

// cut ends a session at once.
func (x *session) cut() {
	x.stop()
	_ = x.raw.Close()
}

// ended puts the end of ctx into an error where that was its cause.
func ended(ctx context.Context, err *transports.Failure) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", err, ctx.Err())
	}
	return err
}

// bounded is a connection that reads so much and no more, and on which no write
// takes for ever. Reads have their deadlines from the client.
type bounded struct {
	net.Conn
	left    int64
	stall   time.Duration
	longest time.Duration // of a deadline; 0 has no bound
}

// SetDeadline implements net.Conn. The client waits for the greeting as long as
// it likes, before it can be told how long that is.
func (b *bounded) SetDeadline(t time.Time) error {
	if latest := time.Now().Add(b.longest); b.longest > 0 && t.After(latest) {
		t = latest
	}
	return b.Conn.SetDeadline(t)
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTalkative
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if err := b.Conn.SetWriteDeadline(time.Now().Add(b.stall)); err != nil {
		return 0, err
	}
	return b.Conn.Write(p)
}
