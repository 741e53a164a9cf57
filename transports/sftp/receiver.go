package sftp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// ReceiverOptions is what a Receiver needs. Lookup, Dir and HostKeys are
// required; the rest has safe defaults.
type ReceiverOptions struct {
	Lookup   Lookup
	Dir      string // the partners' trees
	HostKeys []ssh.Signer
	Address  string   // default 127.0.0.1:4022
	Older    []string // algorithms that are taken beside the modern ones
	Sessions int      // connections at once, default 256; half of them for who has not logged in
	Timeouts Timeouts
	// Listening is told the address once the listener is open.
	Listening func(net.Addr)
	// Answered is told of each upload after its message was stored, for crash tests.
	Answered func(id string)
	Now      func() time.Time
	Log      *slog.Logger
}

// Timeouts bounds what a slow or silent peer can hold.
type Timeouts struct {
	Handshake time.Duration // from the connection to the login, default 20 s
	Idle      time.Duration // between two reads, default 10 min
	Stop      time.Duration // how long uploads may take when the receiver stops, default 30 s
}

// Receiver is the SFTP server. It implements transports.Receiver.
type Receiver struct{ o ReceiverOptions }

// NewReceiver returns a Receiver with the defaults filled in.
func NewReceiver(o ReceiverOptions) *Receiver {
	set(&o.Address, "127.0.0.1:4022")
	set(&o.Sessions, 256)
	set(&o.Timeouts.Handshake, 20*time.Second)
	set(&o.Timeouts.Idle, 10*time.Minute)
	set(&o.Timeouts.Stop, 30*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Answered == nil {
		o.Answered = func(string) {}
	}
	return &Receiver{o: o}
}

// set puts a default where there is the zero value.
func set[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Receive listens until ctx ends, then takes no more connections and returns when
// the uploads that have begun are over. A listener that cannot be opened is an error.
func (r *Receiver) Receive(ctx context.Context, in transports.Inbox) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.o.Address)
	if err != nil {
		return fmt.Errorf("open the SFTP listener: %w", err)
	}
	s := newServer(r.o, in)
	// Uploads outlive ctx: what has begun when the receiver stops is finished.
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer s.sweeping.Wait()
	defer abandon()
	s.left(base)
	if r.o.Listening != nil {
		r.o.Listening(ln.Addr())
	}
	served := make(chan error, 1)
	go func() { served <- s.accept(base, ln) }()
	select {
	case err := <-served:
		s.stop(0)
		return fmt.Errorf("serve SFTP: %w", err)
	case <-ctx.Done():
	}
	err = ln.Close()
	if end := <-served; !errors.Is(end, net.ErrClosed) {
		err = errors.Join(err, end)
	}
	s.stop(r.o.Timeouts.Stop)
	return err
}

// server is a Receiver that runs.
type server struct {
	ReceiverOptions
	in  transports.Inbox
	ssh *ssh.ServerConfig

	memory atomic.Int64 // that uploads take

	mu        sync.Mutex
	open      map[*session]bool
	strangers []net.Conn     // that have not logged in, by age
	from      map[string]int // of them by address
	of        map[string]*partner
	stopping  bool
	running   sync.WaitGroup
	sweeping  sync.WaitGroup
}

func newServer(o ReceiverOptions, in transports.Inbox) *server {
	s := &server{ReceiverOptions: o, in: in, open: map[*session]bool{}, of: map[string]*partner{}, from: map[string]int{}}
	s.ssh = s.config()
	return s
}

// accept serves connections until the listener is closed.
func (s *server) accept(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil { // out of file descriptors, or gone before we looked
			s.Log.Warn("SFTP connection not taken", "err", err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if !s.admit(conn) {
			s.Log.Warn("SFTP connection refused: too many", "remote", conn.RemoteAddr())
			_ = conn.Close()
			continue
		}
		go s.serve(ctx, conn)
	}
}

// admit counts a connection, if it may be. One address cannot hold all the
// places of those who have not logged in, and of many who do not the oldest goes:
// who is able to log in has done so by then.
func (s *server) admit(conn net.Conn) bool {
	host := hostOf(conn.RemoteAddr())
	s.mu.Lock()
	defer s.mu.Unlock()
	full := len(s.strangers) >= (s.Sessions+1)/2 || len(s.open)+len(s.strangers) >= s.Sessions
	if s.stopping || full && len(s.strangers) == 0 || s.from[host] >= max(4, s.Sessions/16) {
		return false
	}
	if full {
		s.Log.Warn("SFTP connection cut off: too many that do not log in", "remote", s.strangers[0].RemoteAddr())
		_ = s.strangers[0].Close()
		s.strangers = s.strangers[1:]
	}
	s.strangers = append(s.strangers, conn)
	s.from[host]++
	s.running.Add(1)
	return true
}

// known ends the counting of a connection as a stranger.
func (s *server) known(conn net.Conn) {
	host := hostOf(conn.RemoteAddr())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strangers = slices.DeleteFunc(s.strangers, func(c net.Conn) bool { return c == conn })
	if s.from[host]--; s.from[host] <= 0 {
		delete(s.from, host)
	}
}

// stop ends the sessions, each when it has nothing begun; after patience all.
func (s *server) stop(patience time.Duration) {
	s.mu.Lock()
	s.stopping = true
	for x := range s.open {
		x.leave()
	}
	s.mu.Unlock()
	over := make(chan struct{})
	go func() { s.running.Wait(); close(over) }()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-over:
		return
	case <-late.C:
	}
	s.mu.Lock()
	for x := range s.open {
		s.Log.Warn("SFTP session cut off", "partner", x.account.Partner)
		_ = x.conn.Close()
	}
	s.mu.Unlock()
	<-over
}
