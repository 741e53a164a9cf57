package sftp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// farewell is how long a session that is to end may take to send the answer to
// its last upload. Without the answer the peer sends again.
const farewell = 200 * time.Millisecond

// maxChannels is how many SFTP channels a connection may have at once.
const maxChannels = 4

// session is one connection of a partner that has logged in.
type session struct {
	*server
	ctx     context.Context // ends when the receiver gives up waiting, not with the connection
	conn    net.Conn
	account Account
	partner *partner
	tree    *tree
	remote  string
	by      string
	log     *slog.Logger

	mu       sync.Mutex
	begun    map[*upload]bool // that are open
	leaving  bool
	channels int
	words    io.Writer          // where people read words; of the channel that was opened last
	said     int                // how often we wrote there
	sent     map[string]info    // uploads of this session, which are messages now
	fetched  map[string]waiting // files that are to be settled as fetched
	timer    *time.Timer        // that settles them
	settling sync.Mutex         // while they are
	gone     map[string]bool    // files that were put away because the partner had fetched them
}

// serve is one connection from its first byte to its last.
func (s *server) serve(ctx context.Context, raw net.Conn) {
	defer s.running.Done()
	conn := &deadlined{Conn: raw, idle: s.Timeouts.Idle}
	defer conn.Close()
	err := conn.SetDeadline(time.Now().Add(s.Timeouts.Handshake))
	var c *ssh.ServerConn
	var channels <-chan ssh.NewChannel
	var requests <-chan *ssh.Request
	if err == nil {
		c, channels, requests, err = ssh.NewServerConn(conn, s.ssh)
	}
	s.known(raw)
	x, problem := s.welcome(ctx, conn, c)
	if err == nil {
		err = problem
	}
	if err != nil {
		s.Log.Warn("SFTP login refused", "code", "SFTP-LOGIN", "remote", raw.RemoteAddr(), "err", err)
		return
	}
	defer s.goodbye(x)
	x.log.Info("SFTP session", "by", x.by)
	_ = conn.SetDeadline(time.Time{})
	conn.loggedIn.Store(true)
	var parts sync.WaitGroup
	defer parts.Wait()
	defer conn.Close()
	// Forwarding and all else that is asked of the connection is refused.
	parts.Go(func() { ssh.DiscardRequests(requests) })
	for offer := range channels {
		x.channel(offer, &parts)
	}
}

// deadlined is a connection whose peer must say something now and then.
type deadlined struct {
	net.Conn
	idle     time.Duration
	loggedIn atomic.Bool
}

func (d *deadlined) Read(b []byte) (int, error) {
	if d.loggedIn.Load() {
		if err := d.Conn.SetReadDeadline(time.Now().Add(d.idle)); err != nil {
			return 0, err
		}
	}
	return d.Conn.Read(b)
}

func (d *deadlined) Write(b []byte) (int, error) {
	if d.loggedIn.Load() {
		if err := d.Conn.SetWriteDeadline(time.Now().Add(d.idle)); err != nil {
			return 0, err
		}
	}
	return d.Conn.Write(b)
}

// welcome makes the session of a connection that has logged in.
func (s *server) welcome(ctx context.Context, conn net.Conn, c *ssh.ServerConn) (*session, error) {
	if c == nil {
		return nil, nil
	}
	login := c.Permissions.Extensions[provenLogin]
	a, err := s.Lookup.Account(login)
	if err != nil {
		return nil, err
	}
	t, err := openTree(s.Dir, a.Partner)
	if err != nil {
		return nil, err
	}
	x := &session{
		server: s, ctx: ctx, conn: conn, account: a, tree: t, remote: conn.RemoteAddr().String(), by: c.Permissions.Extensions[provenBy],
		log:   s.Log.With("partner", a.Partner, "remote", conn.RemoteAddr().String()),
		begun: map[*upload]bool{}, sent: map[string]info{}, gone: map[string]bool{}, fetched: map[string]waiting{},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x.partner = s.partner(a.Partner)
	if s.stopping || x.partner.sessions >= a.Sessions {
		return nil, errors.Join(errSessions, t.Close())
	}
	x.partner.sessions++
	s.open[x] = true
	return x, nil
}

const errSessions = fault("the partner has as many sessions open as its profile allows, or the server stops")

func (s *server) goodbye(x *session) {
	if x.timer != nil {
		x.timer.Stop()
	}
	x.settleFetched()
	s.mu.Lock()
	delete(s.open, x)
	x.partner.sessions--
	s.mu.Unlock()
	if err := x.tree.Close(); err != nil {
		x.log.Warn("SFTP tree not closed", "err", err)
	}
}

func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// channel takes a channel for the SFTP subsystem, and no other.
func (x *session) channel(offer ssh.NewChannel, parts *sync.WaitGroup) {
	if offer.ChannelType() != "session" {
		_ = offer.Reject(ssh.Prohibited, "only SFTP is served here")
		return
	}
	x.mu.Lock()
	full := x.channels >= maxChannels
	if !full {
		x.channels++
	}
	x.mu.Unlock()
	if full {
		_ = offer.Reject(ssh.ResourceShortage, "too many channels")
		return
	}
	ch, requests, err := offer.Accept()
	if err != nil {
		return
	}
	parts.Go(func() {
		x.subsystem(ch, requests)
		x.mu.Lock()
		x.channels--
		x.mu.Unlock()
	})
}

// onlyFiles is what somebody reads who asks for a shell or a command, such as
// scp -O, which asks for one.
const onlyFiles = "This server exchanges files over SFTP and runs no commands. Use sftp, or scp without -O.\r\n"

// subsystem serves SFTP on a channel once it is asked for. A shell and a command
// are answered with words, an environment and whatever else may be asked is refused.
func (x *session) subsystem(ch ssh.Channel, requests <-chan *ssh.Request) {
	var serving sync.WaitGroup
	defer serving.Wait()
	defer ch.Close()
	started := false
	for r := range requests {
		var asked struct{ Name string }
		serve := r.Type == "subsystem" && ssh.Unmarshal(r.Payload, &asked) == nil && asked.Name == "sftp" && !started
		command := (r.Type == "exec" || r.Type == "shell") && !started
		if r.WantReply {
			_ = r.Reply(serve || command, nil)
		}
		switch {
		case serve:
			started = true
			serving.Go(func() { x.files(ch) })
		case command:
			x.log.Warn("SFTP request refused", "err", "a command or a shell was asked for")
			_, _ = io.WriteString(ch.Stderr(), onlyFiles)
			exit(ch, 1)
			return
		}
	}
}

// maxSaid is how often a session is told why something is refused. Clients that
// never read what stands beside the answers must not be blocked by it.
const maxSaid = 20

// say shows words to people: many clients show only the code of an answer, and
// what comes beside it (RFC 4254 5.2, SSH_EXTENDED_DATA_STDERR).
func (x *session) say(err error) {
	x.mu.Lock()
	x.said++
	to := x.words
	if x.said > maxSaid {
		to = nil
	}
	x.mu.Unlock()
	if to != nil { // not under the lock: the peer decides when this returns
		_, _ = fmt.Fprintf(to, "%s\r\n", err)
	}
}

// exit ends a channel as a command ends (RFC 4254 6.10).
func exit(ch ssh.Channel, status uint32) {
	_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
	_ = ch.Close()
}

// files serves SFTP until the peer is done.
func (x *session) files(ch ssh.Channel) {
	x.mu.Lock()
	x.words = ch.Stderr()
	x.mu.Unlock()
	h := handlers{x}
	err := pkgsftp.NewRequestServer(ch, pkgsftp.Handlers{FileGet: h, FilePut: h, FileCmd: h, FileList: h}).Serve()
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		x.log.Warn("SFTP session broke off", "err", err)
	}
	exit(ch, 0)
}

// begin notes an upload, so that it is not cut off when the receiver stops.
func (x *session) begin(u *upload) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.begun[u] = true
}

func (x *session) end(u *upload) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.begun, u)
	x.part()
}

// writes is the upload of this session under that name, nil when there is none.
func (x *session) writes(name string) *upload {
	x.mu.Lock()
	defer x.mu.Unlock()
	for u := range x.begun {
		if u.at.name == name {
			return u
		}
	}
	return nil
}

// leave ends the session as soon as it has no upload open.
func (x *session) leave() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.leaving = true
	x.part()
}

func (x *session) part() {
	if !x.leaving || len(x.begun) > 0 {
		return
	}
	time.AfterFunc(farewell, func() {
		x.mu.Lock()
		idle := len(x.begun) == 0
		x.mu.Unlock()
		if idle {
			_ = x.conn.Close()
		}
	})
}
