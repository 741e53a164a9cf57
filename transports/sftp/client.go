package sftp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// Server is a partner's SFTP server, as it stands when it is dialled.
type Server struct {
	Partner  string
	Address  string // host and port
	User     string
	Key      ssh.Signer // nil: only the password
	Password string
	HostKey  string   // SHA-256 fingerprint of its key
	Older    []string // algorithms beside the modern ones
	Stall    time.Duration
}

// keepalive is how often a server is asked whether it is still there.
const keepalive = 30 * time.Second

// connection is a session with a partner's server.
type connection struct {
	*pkgsftp.Client
	ssh     *ssh.Client
	stop    func()
	metered *metered
	archive string // the archive that is known to be there
}

// UnpinnedError says which key a server showed that the profile does not name.
type UnpinnedError struct{ Shown, Want string }

// Error names both fingerprints.
func (e *UnpinnedError) Error() string {
	if e.Want == "" {
		return "the server's key is " + e.Shown + ", and the profile has no host_key"
	}
	return "the server's key is " + e.Shown + ", and the profile wants " + e.Want
}

// dial connects and logs in. The server's key must be the one that the profile
// names; nothing, no password either, is sent to another. The session ends with
// ctx.
func (s *Server) dial(ctx context.Context) (*connection, error) {
	stall := s.Stall
	set(&stall, 20*time.Second)
	raw, err := (&net.Dialer{Timeout: stall}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, s.failed(ctx, "TRN-CONNECT", "ask the partner whether our address is let in; it is tried again by itself", err, "connect to %s", s.Address)
	}
	cut := context.AfterFunc(ctx, func() { _ = raw.Close() })
	meter := &metered{Conn: raw}
	c, err := s.login(meter, stall)
	if err == nil {
		var files *pkgsftp.Client
		if files, err = pkgsftp.NewClient(c); err == nil {
			beat, still := context.WithCancel(ctx)
			out := &connection{Client: files, ssh: c, stop: func() { still(); cut() }, metered: meter}
			go out.alive(beat, raw)
			return out, nil
		}
	}
	cut()
	_ = raw.Close()
	var pin *UnpinnedError
	if errors.As(err, &pin) {
		return nil, transports.Permanent("SFTP-HOSTKEY", "ask the partner by telephone whether its key is new; if so, write its fingerprint into sftp.host_key", pin, "trust the SFTP server of %s", s.Partner)
	}
	return nil, s.failed(ctx, "SFTP-LOGIN", "send the partner our public key again, and compare sftp.user; it is tried again by itself", err, "log in to the SFTP server of %s", s.Partner)
}

func (s *Server) login(raw net.Conn, stall time.Duration) (*ssh.Client, error) {
	if err := raw.SetDeadline(time.Now().Add(stall)); err != nil {
		return nil, err
	}
	var shown error
	kex, ciphers, macs, keys := algorithms(s.Older)
	conf := &ssh.ClientConfig{
		Config: ssh.Config{KeyExchanges: kex, Ciphers: ciphers, MACs: macs}, User: s.User, HostKeyAlgorithms: keys, ClientVersion: "SSH-2.0-Waybill",
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if found := Fingerprint(key); found != s.HostKey || s.HostKey == "" {
				shown = &UnpinnedError{found, s.HostKey}
			}
			return shown
		},
	}
	if s.Key != nil {
		conf.Auth = append(conf.Auth, ssh.PublicKeys(s.Key))
	}
	if s.Password != "" {
		conf.Auth = append(conf.Auth, ssh.Password(s.Password))
	}
	c, channels, requests, err := ssh.NewClientConn(raw, s.Address, conf)
	if err != nil {
		return nil, errors.Join(shown, err)
	}
	return ssh.NewClient(c, channels, requests), raw.SetDeadline(time.Time{})
}

// maxListing is how many bytes a listing may have: a million files or fewer.
const maxListing = 128 << 20

// metered counts what the server sends while somebody wants to know.
type metered struct {
	net.Conn
	left atomic.Int64 // bytes that may come; 0 is any number, -1 none any more
}

const errListing = fault("the listing has more than 128 MB; ask the partner to clear the directory out")

// Read fails when more came than may.
func (m *metered) Read(b []byte) (int, error) {
	if m.left.Load() < 0 {
		return 0, errListing
	}
	n, err := m.Conn.Read(b)
	if m.left.Load() > 0 && m.left.Add(-int64(n)) <= 0 {
		m.left.Store(-1)
	}
	return n, err
}

// listing reads a directory, within what the memory bears: the library reads on
// as long as the server sends.
func (c *connection) listing(ctx context.Context, dir string) ([]os.FileInfo, error) {
	c.metered.left.Store(maxListing)
	entries, err := c.ReadDirContext(ctx, dir)
	if !c.metered.left.CompareAndSwap(-1, 0) {
		c.metered.left.Store(0)
		return entries, err
	}
	return nil, errListing
}

// alive asks the server now and then whether it is there, and cuts the
// connection when it does not say so.
func (c *connection) alive(ctx context.Context, raw net.Conn) {
	t := time.NewTicker(keepalive)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		late := time.AfterFunc(keepalive, func() { _ = raw.Close() })
		_, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			_ = raw.Close()
			return
		}
	}
}

// Close ends the session.
func (c *connection) Close() error {
	c.stop()
	_ = c.Client.Close()
	return c.ssh.Close()
}

// failed is a failure that another attempt may mend, with the end of ctx in it
// where that was the cause.
func (s *Server) failed(ctx context.Context, code, hint string, err error, format string, args ...any) *transports.Failure {
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	return transports.Temporary(code, hint, err, format, args...)
}

// Step is one step of a connection test.
type Step struct {
	Name, Text, Hint string
	Err              error
	Took             time.Duration
}

// Test logs in, lists the directories, and writes, reads and removes a probe in
// the one that we put files into. It ends with the first step that fails.
func (s *Server) Test(ctx context.Context, fetch, put string, now func() time.Time) []Step {
	var steps []Step
	step := func(name, text string, do func() error) bool {
		began := now()
		err := do()
		x := Step{Name: name, Text: text, Err: err, Took: now().Sub(began)}
		var hinted interface{ Hint() string }
		if errors.As(err, &hinted) {
			x.Hint = hinted.Hint()
		}
		steps = append(steps, x)
		return err == nil
	}
	var c *connection
	ok := step("login", s.User+" at "+s.Address+", key "+s.HostKey, func() (err error) { c, err = s.dial(ctx); return err })
	if !ok {
		return steps
	}
	defer c.Close()
	for _, dir := range []string{fetch, put} {
		if dir != "" && ok {
			ok = step("listing "+dir, "it can be read", func() error { _, err := c.listing(ctx, dir); return err })
		}
	}
	if put != "" && ok {
		step("probe in "+put, "written, read and removed", func() error { return c.probe(join(put, "waybill-probe.part")) })
	}
	return steps
}

// probe writes, reads and removes a file.
func (c *connection) probe(name string) error {
	f, err := c.Create(name)
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	_, err = io.WriteString(f, "probe")
	if err = errors.Join(err, f.Close()); err == nil {
		f, err = c.Open(name)
	}
	if err == nil {
		var b []byte
		b, err = io.ReadAll(io.LimitReader(f, 16))
		if err = errors.Join(err, f.Close()); err == nil && string(b) != "probe" {
			err = fmt.Errorf("read: found %q where probe was written", b)
		}
	}
	return errors.Join(err, c.Remove(name))
}
