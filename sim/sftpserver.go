package sim

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// FileServer is a partner's SFTP server over a directory of this machine. It lets
// everybody in.
type FileServer struct {
	// Dir is the directory, as the gateway's profile has to name it.
	Dir string

	host    ssh.Signer
	ln      net.Listener
	running sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// OpenFileServer serves a directory on a free port.
func OpenFileServer(dir string) (*FileServer, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("open SFTP server: %w", err)
	}
	s := &FileServer{Dir: dir, conns: map[net.Conn]bool{}}
	if s.host, err = ssh.NewSignerFromKey(private); err != nil {
		return nil, fmt.Errorf("open SFTP server: %w", err)
	}
	if s.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("open SFTP server: %w", err)
	}
	conf := &ssh.ServerConfig{NoClientAuth: true}
	conf.AddHostKey(s.host)
	s.running.Go(func() {
		for {
			conn, err := s.ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[conn] = true
			s.mu.Unlock()
			s.running.Go(func() { s.serve(conn, conf) })
		}
	})
	return s, nil
}

// Address is the server's host and port.
func (s *FileServer) Address() string { return s.ln.Addr().String() }

// HostKey is the fingerprint that the gateway's profile has to name.
func (s *FileServer) HostKey() string { return ssh.FingerprintSHA256(s.host.PublicKey()) }

// Close ends the server and its sessions.
func (s *FileServer) Close() error {
	err := s.ln.Close()
	s.mu.Lock()
	for c := range s.conns {
		err = errors.Join(err, c.Close())
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *FileServer) serve(conn net.Conn, conf *ssh.ServerConfig) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.conns[conn] {
			delete(s.conns, conn)
			_ = conn.Close() // it is over, whatever it says
		}
	}()
	_, channels, requests, err := ssh.NewServerConn(conn, conf)
	if err != nil {
		return
	}
	var parts sync.WaitGroup
	defer parts.Wait()
	parts.Go(func() { ssh.DiscardRequests(requests) })
	for offer := range channels {
		ch, asked, err := offer.Accept()
		if err != nil {
			return
		}
		parts.Go(func() {
			for r := range asked {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		})
		parts.Go(func() {
			if files, err := sftp.NewServer(ch); err == nil {
				_ = files.Serve() // the other side decides how it ends
			}
			_ = ch.Close()
		})
	}
}
