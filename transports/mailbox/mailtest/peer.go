// Package mailtest holds what tests of mail share: an IMAP server in memory,
// Dovecot in a directory of its own, and a client that delivers into their
// folders and looks at them.
package mailtest

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// User and Password open the mailbox of the servers here.
const (
	User     = "edi@ourco.example"
	Password = "only-for-tests"
)

// Peer is a client beside ours.
type Peer struct{ c *imapclient.Client }

// Dial opens a Peer on a server without encryption; the caller closes it.
func Dial(ctx context.Context, address string) (*Peer, error) {
	return dial(ctx, address, func(c *imapclient.Client) error { return c.Login(User, Password).Wait() })
}

// DialWith is Dial with another login.
func DialWith(ctx context.Context, address string, login sasl.Client) (*Peer, error) {
	return dial(ctx, address, func(c *imapclient.Client) error { return c.Authenticate(login) })
}

func dial(ctx context.Context, address string, login func(*imapclient.Client) error) (*Peer, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c := imapclient.New(conn, nil)
	if err := login(c); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &Peer{c}, nil
}

// NewPeer is Dial for as long as a test lives.
func NewPeer(t testing.TB, address string) *Peer {
	t.Helper()
	p, err := Dial(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// Close hangs up.
func (p *Peer) Close() error { return p.c.Close() }

// Append puts a mail into a folder and returns its UID.
func (p *Peer) Append(folder string, mail []byte) (uint32, error) {
	return p.Slowly(folder, mail, func() {})
}

// Slowly is Append that calls half when one half of the mail is on its way.
func (p *Peer) Slowly(folder string, mail []byte, half func()) (uint32, error) {
	c := p.c.Append(folder, int64(len(mail)), nil)
	if _, err := c.Write(mail[:len(mail)/2]); err != nil {
		return 0, err
	}
	half()
	if _, err := c.Write(mail[len(mail)/2:]); err != nil {
		return 0, err
	}
	if err := c.Close(); err != nil {
		return 0, err
	}
	d, err := c.Wait()
	if err != nil {
		return 0, err
	}
	return uint32(d.UID), nil
}

// Folder lists the UIDs of a folder; a folder that is not there is empty.
func (p *Peer) Folder(name string) ([]uint32, error) {
	if _, err := p.c.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		var refused *imap.Error
		if errors.As(err, &refused) {
			return nil, nil
		}
		return nil, err
	}
	d, err := p.c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil {
		return nil, err
	}
	var out []uint32
	for _, uid := range d.AllUIDs() {
		out = append(out, uint32(uid))
	}
	return out, nil
}

// Count is how many mails a folder has.
func (p *Peer) Count(t testing.TB, folder string) int {
	t.Helper()
	list, err := p.Folder(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// Until waits for folders to have so many mails: their names and numbers, one
// after the other.
func (p *Peer) Until(t testing.TB, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		same := true
		for folder, n := range want {
			got[folder] = p.Count(t, folder)
			same = same && got[folder] == n
		}
		if same {
			return
		}
	}
	t.Fatalf("the folders have %v mails, expected %v", got, want)
}

// Back moves all mails of a folder into another, as people do.
func (p *Peer) Back(t testing.TB, from, to string) {
	t.Helper()
	if _, err := p.c.Select(from, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	var all imap.SeqSet
	all.AddRange(1, 0)
	if _, err := p.c.Move(all, to).Wait(); err != nil {
		t.Fatal(err)
	}
}
