package sftp

import (
	"context"
	"fmt"
	"io"
	"testing"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// Acknowledged means that the close succeeded: SFTP has no other receipt. The
// identity of a file is its content, so an id is only a part of its name.
func TestReceiverConforms(t *testing.T) {
	transporttest.RunReceiver(t, func(t testing.TB, in transports.Inbox) transporttest.Door {
		key := newKey(t)
		a := account(key)
		a.Sessions = 64
		at := listen(t, in, ReceiverOptions{Lookup: accounts{"acme": a}})
		d := door{addr: at.addr, key: key}
		return transporttest.Door{Deliver: d.deliver, Slow: d.slow, Cut: d.cut, Leave: d.leave, Stop: at.stop, ByContent: true}
	})
}

type door struct {
	addr string
	key  ssh.Signer
}

// open begins an upload under a name that no other has.
func (d door) open(ctx context.Context, id string) (peer, *pkgsftp.File, error) {
	p, err := connect(ctx, d.addr, "acme", ssh.PublicKeys(d.key))
	if err != nil {
		return p, nil, err
	}
	f, err := p.Create(fmt.Sprintf("/inbound/%s-%p.edi", id, p.ssh))
	if err != nil {
		_ = p.Close()
	}
	return p, f, err
}

func (d door) deliver(ctx context.Context, id string, content []byte) (transporttest.Answer, error) {
	p, f, err := d.open(ctx, id)
	if err != nil {
		return transporttest.Answer{}, err
	}
	defer p.Close()
	if _, err := f.Write(content); err != nil {
		return transporttest.Answer{}, err
	}
	err = f.Close()
	return transporttest.Answer{Acknowledged: err == nil}, err
}

func (d door) slow(ctx context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
	p, f, err := d.open(ctx, id)
	if err != nil {
		close(half)
		return transporttest.Answer{}, err
	}
	defer p.Close()
	_, err = f.Write(content[:len(content)/2])
	close(half)
	if err != nil {
		return transporttest.Answer{}, err
	}
	<-on
	if _, err := f.Write(content[len(content)/2:]); err != nil {
		return transporttest.Answer{}, err
	}
	err = f.Close()
	return transporttest.Answer{Acknowledged: err == nil}, err
}

func (d door) cut(ctx context.Context, id string, content []byte) error {
	p, f, err := d.open(ctx, id)
	if err != nil {
		return err
	}
	_, err = f.Write(content[:len(content)/2])
	_ = p.ssh.Close()
	return err
}

// leave hangs up when the request to close the file is on its way.
func (d door) leave(ctx context.Context, id string, content []byte) error {
	c, err := dial(ctx, d.addr, "acme", ssh.PublicKeys(d.key))
	if err != nil {
		return err
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		return err
	}
	w, err := s.StdinPipe()
	if err != nil {
		return err
	}
	r, err := s.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.RequestSubsystem("sftp"); err != nil {
		return err
	}
	asked := make(chan struct{})
	p, err := pkgsftp.NewClientPipe(r, &closing{w, asked})
	if err != nil {
		return err
	}
	f, err := p.Create("/inbound/" + id + ".edi")
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	go func() { _ = f.Close() }() // its answer is not waited for
	<-asked
	return nil
}

// closing tells when the request to close a file (SSH_FXP_CLOSE, 4) was written.
type closing struct {
	io.WriteCloser
	asked chan struct{}
}

func (c *closing) Write(b []byte) (int, error) {
	n, err := c.WriteCloser.Write(b)
	if len(b) > 4 && b[4] == 4 {
		close(c.asked)
	}
	return n, err
}
