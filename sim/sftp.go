package sim

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// FilePartner is a trading partner that uploads its orders to the gateway's SFTP
// server, and fetches what stands there for it. It is safe for concurrent use.
type FilePartner struct {
	name, id string
	key      ssh.Signer

	mu       sync.Mutex
	address  string
	client   *fileSession
	received []Received
}

type fileSession struct {
	*sftp.Client
	ssh *ssh.Client
}

// OpenFilePartner makes a partner with a key of its own: its name is its login,
// and id is its identifier in X12.
func OpenFilePartner(name, id string) (*FilePartner, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("open partner: %w", err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return nil, fmt.Errorf("open partner: %w", err)
	}
	return &FilePartner{name: name, id: id, key: key}, nil
}

// Name is the name of the profile that the gateway has of it, and its login.
func (p *FilePartner) Name() string { return p.name }

// PublicKey is the line that the gateway's profile needs.
func (p *FilePartner) PublicKey() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p.key.PublicKey())))
}

// Join tells the partner where the gateway's SFTP server is.
func (p *FilePartner) Join(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = address
}

// Courier is the partner as a Storm needs it.
func (p *FilePartner) Courier() Courier { return Courier{p.name, p.id, p.Deliver} }

// Close ends the partner's session.
func (p *FilePartner) Close() error {
	p.drop(nil)
	return nil
}

// Upload writes one file and says what the close said: nil means that the gateway
// has it.
func (p *FilePartner) Upload(ctx context.Context, name string, body io.Reader) error {
	s, err := p.session(ctx)
	if err != nil {
		return err
	}
	if err := s.upload("/inbound/"+name, body); err != nil {
		p.drop(s)
		return fmt.Errorf("upload %s: %w", name, err)
	}
	return nil
}

func (s *fileSession) upload(name string, body io.Reader) error {
	f, err := s.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}

// Deliver uploads until a close succeeds, as partners do.
func (p *FilePartner) Deliver(ctx context.Context, body []byte, how How) (Sent, error) {
	sent := Sent{MessageID: how.MessageID}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		sent.Attempts++
		err := p.Upload(ctx, or(how.File, "order.edi"), bytes.NewReader(body))
		if err == nil {
			sent.Disposition, sent.Stored = "closed", true
			return sent, nil
		}
		if !pause(ctx, wait) {
			return sent, fmt.Errorf("deliver %s: not stored after %d attempts: %w", sent.MessageID, sent.Attempts, errors.Join(err, ctx.Err()))
		}
	}
}

// Fetch reads everything that stands in outbound, once, and keeps it.
func (p *FilePartner) Fetch(ctx context.Context) error {
	s, err := p.session(ctx)
	if err != nil {
		return err
	}
	entries, err := s.ReadDirContext(ctx, "/outbound")
	for _, e := range entries {
		if err == nil {
			err = p.fetch(s, e.Name())
		}
	}
	if err != nil {
		p.drop(s)
		return fmt.Errorf("fetch: %w", err)
	}
	return nil
}

func (p *FilePartner) fetch(s *fileSession, name string) error {
	f, err := s.Open("/outbound/" + name)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	_, err = io.Copy(&content, f)
	at := time.Now().UTC()
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	r := Received{At: at, MessageID: name, Interchange: content.Bytes()}
	if r.Answers, err = ReadAcks(r.Interchange); err != nil {
		r.NotRead = err.Error()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.received { // a file that stands there again after a crash is the same
		if had := &p.received[i]; had.MessageID == name && bytes.Equal(had.Interchange, r.Interchange) {
			had.Repeats++
			return nil
		}
	}
	p.received = append(p.received, r)
	return nil
}

// Received lists what the partner fetched, in its order.
func (p *FilePartner) Received() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Received(nil), p.received...)
}

// session is the session that is open, or a new one.
func (p *FilePartner) session(ctx context.Context) (*fileSession, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client != nil {
		return p.client, nil
	}
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, fmt.Errorf("log in over SFTP: %w", err)
	}
	s, err := p.login(conn)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("log in over SFTP: %w", err), conn.Close())
	}
	p.client = s
	return s, nil
}

func (p *FilePartner) login(conn net.Conn) (*fileSession, error) {
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	c, channels, requests, err := ssh.NewClientConn(conn, p.address, &ssh.ClientConfig{
		User: p.name, Auth: []ssh.AuthMethod{ssh.PublicKeys(p.key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), // on loopback, and made a moment ago
	})
	if err != nil {
		return nil, err
	}
	client := ssh.NewClient(c, channels, requests)
	files, err := sftp.NewClient(client)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return &fileSession{files, client}, conn.SetDeadline(time.Time{})
}

// drop ends a session that went wrong, or nil the one that is open.
func (p *FilePartner) drop(s *fileSession) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s == nil {
		s = p.client
	}
	if s == p.client {
		p.client = nil
	}
	if s != nil {
		_ = s.Client.Close() // it is gone, whatever it says
		_ = s.ssh.Close()
	}
}
