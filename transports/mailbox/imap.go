package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"waybill/transports"
)

// takenFlag marks mails that were taken, where they are not moved (RFC 9051 2.3.2:
// a keyword).
const takenFlag = imap.Flag("$WaybillTaken")

// reader is a connection with our mailbox selected. This file alone knows the
// IMAP library.
type reader struct {
	c       *imapclient.Client
	conn    net.Conn
	timeout time.Duration
	broken  bool          // in the middle of a mail: the library reads on by itself, and nobody must read beside it
	woken   chan struct{} // the server said that there are mails
	folder  string
	flags   bool   // the server keeps flags of ours
	valid   uint32 // UIDVALIDITY
}

// mailUID is the number of a mail in a folder, for as long as UIDVALIDITY lasts.
type mailUID = imap.UID

// letterBox is one mail as it stands in the mailbox.
type letterBox struct {
	uid  mailUID
	size int64
}

// openIMAP connects, logs in and selects a folder.
func (s Server) openIMAP(ctx context.Context, folder string) (*reader, error) {
	x, err := s.dial(ctx)
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.As(err, &untrusted):
		return nil, transports.Temporary("MAIL-TLS", "look at the certificate that the server shows, and at ca of the mailbox; no password was sent", err, "reach %s", s.Address)
	case err != nil:
		return nil, transports.Temporary("MAIL-CONNECT", "it is tried again by itself; look at host and security of the mailbox, and ask whoever runs the server", err, "reach %s", s.Address)
	}
	if err := x.login(s); err != nil {
		x.hangUp() // in the middle of a refused login no command is understood
		return nil, err
	}
	if err := x.pick(folder); err != nil {
		return nil, errors.Join(transports.Temporary("MAIL-FETCH", "look at folder of the mailbox: the server must have it", err, "select %s", folder), x.end())
	}
	return x, nil
}

// dial connects, encrypted as the block says. A certificate that is not the
// server's is told as such.
func (s Server) dial(ctx context.Context) (*reader, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	x := &reader{conn: conn, timeout: s.Timeout, woken: make(chan struct{}, 1)}
	o := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(m *imapclient.UnilateralDataMailbox) {
		if m.NumMessages != nil && *m.NumMessages > 0 {
			x.wake()
		}
	}}}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	switch s.Security {
	case "none":
		x.c = imapclient.New(patient{conn}, o)
	case "starttls":
		o.TLSConfig = s.TLS()
		if x.c, err = imapclient.NewStartTLS(patient{conn}, o); err != nil {
			return nil, err // it closed the connection
		}
	default:
		t := tls.Client(conn, s.TLS())
		if err := t.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		x.c = imapclient.New(patient{t}, o)
	}
	if err := x.c.WaitGreeting(); err != nil {
		return nil, errors.Join(err, x.end())
	}
	return x, nil
}

// patient is a connection whose reads have no end but those that are set here: the
// library gives a mail five minutes, however large it is.
type patient struct{ net.Conn }

// SetReadDeadline sets none.
func (patient) SetReadDeadline(time.Time) error { return nil }

func (x *reader) wake() {
	select {
	case x.woken <- struct{}{}:
	default:
	}
}

// login shows the password or the token. A refusal is not told apart from others:
// servers refuse for a while, too.
func (x *reader) login(s Server) error {
	const hint = "look at user, password and oauth of the mailbox, and whether the provider lets programs in by them; it is tried again by itself"
	caps := x.c.Caps()
	client, err := s.Login.Client(s.Address, func(mechanism string) bool { return caps.Has(imap.AuthCap(mechanism)) })
	if err != nil {
		return transports.Temporary("MAIL-LOGIN", hint, err, "log in at %s as %s", s.Address, s.Login.User)
	}
	err = x.within(func() error {
		if s.Login.Token == nil && !caps.Has(imap.AuthCap("PLAIN")) && !caps.Has(imap.AuthCap("LOGIN")) {
			return x.c.Login(s.Login.User, s.Login.Password).Wait()
		}
		return x.c.Authenticate(client)
	})
	if err != nil {
		return transports.Temporary("MAIL-LOGIN", hint, err, "log in at %s as %s", s.Address, s.Login.User)
	}
	return nil
}

// within gives the server its time for an answer, and hangs up after it.
func (x *reader) within(ask func() error) error {
	t := time.AfterFunc(x.timeout, x.hangUp)
	err := ask()
	if !t.Stop() && err != nil {
		return fmt.Errorf("no answer within %s: %w", x.timeout, err)
	}
	return err
}

// hangUp ends the connection without a word. The library's own way waits for a
// mail that is being read.
func (x *reader) hangUp() { _ = x.conn.Close() }

// watch hangs up when ctx is over and what was under way took its time. What it
// returns ends the watch.
func (x *reader) watch(ctx context.Context) func() {
	over := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-over:
			return
		case <-ctx.Done():
		}
		select {
		case <-over:
		case <-time.After(grace):
			x.hangUp()
		}
	})
	return func() {
		close(over)
		watching.Wait()
	}
}

// gone says that the connection is no more.
func (x *reader) gone() bool {
	select {
	case <-x.c.Closed():
		return true
	default:
		return false
	}
}

// end logs out where that is still possible, and hangs up.
func (x *reader) end() error {
	_ = x.within(func() error { return x.c.Logout().Wait() }) // it may be gone already
	_ = x.c.Close()                                           // says how the connection ended, which was told before
	return nil
}

func (x *reader) pick(folder string) error {
	return x.within(func() error {
		d, err := x.c.Select(folder, nil).Wait()
		if err == nil {
			x.folder, x.valid = folder, d.UIDValidity
			x.flags = slices.Contains(d.PermanentFlags, imap.FlagWildcard) || slices.Contains(d.PermanentFlags, takenFlag)
		}
		return err
	})
}

// list are the mails that were not taken yet, in the order in which they came.
func (x *reader) list() (uids []mailUID, err error) {
	err = x.within(func() error {
		c := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}
		if x.flags {
			c.NotFlag = append(c.NotFlag, takenFlag)
		}
		d, err := x.c.UIDSearch(c, nil).Wait()
		if err == nil {
			uids = d.AllUIDs()
		}
		return err
	})
	slices.Sort(uids)
	return uids, err
}

// sizes are the sizes of some mails.
func (x *reader) sizes(uids []mailUID) (out []letterBox, err error) {
	err = x.within(func() error {
		list, err := x.c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
		for _, m := range list {
			out = append(out, letterBox{m.UID, m.RFC822Size})
		}
		return err
	})
	slices.SortFunc(out, func(a, b letterBox) int { return int(int64(a.uid) - int64(b.uid)) })
	return out, err
}

// fetch reads some mails, each as a stream that ends before the next begins; of
// their headers alone, the first 64 kB. It leaves them unread.
func (x *reader) fetch(uids []mailUID, headers bool, each func(mailUID, io.Reader) error) error {
	section := &imap.FetchItemBodySection{Peek: true}
	if headers {
		section.Specifier, section.Partial = imap.PartSpecifierHeader, &imap.SectionPartial{Size: 64 << 10}
	}
	f := x.c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	stalled := time.AfterFunc(x.timeout, x.hangUp)
	defer stalled.Stop()
	for {
		stalled.Reset(x.timeout)
		m := f.Next()
		stalled.Stop()
		if m == nil {
			return f.Close()
		}
		if err := x.stream(m, stalled, each); err != nil {
			x.hangUp() // what is still under way is nobody's any more
			if !x.broken {
				_ = f.Close()
			}
			return err
		}
	}
}

// stream finds a mail's text among what the server says of it. The server's time
// runs while it is waited for, and not while we are busy.
func (x *reader) stream(m *imapclient.FetchMessageData, stalled *time.Timer, each func(mailUID, io.Reader) error) error {
	var uid mailUID
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			if uid == 0 {
				return errors.New("the server does not say which mail it sends")
			}
			if err := each(uid, &exactly{item.Literal, item.Literal.Size(), stalled, x}); err != nil {
				return err
			}
			if x.broken {
				return io.ErrUnexpectedEOF
			}
		}
	}
	return nil
}

// exactly is a text that must be as long as was announced.
type exactly struct {
	r       io.Reader
	left    int64
	stalled *time.Timer
	of      *reader
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	e.stalled.Reset(e.of.timeout)
	n, err := e.r.Read(p)
	e.stalled.Stop()
	e.left -= int64(n)
	if errors.Is(err, io.EOF) && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		e.of.broken = true
	}
	return n, err
}

// move puts mails into another folder, which is made where it is missing.
func (x *reader) move(uids []mailUID, folder string) error {
	if len(uids) == 0 {
		return nil
	}
	err := x.within(func() error { return x.moveOnce(uids, folder) })
	var refused *imap.Error
	if errors.As(err, &refused) && refused.Code == imap.ResponseCodeTryCreate || errors.As(err, &refused) && refused.Code == imap.ResponseCodeNonExistent {
		if err := x.within(func() error { return x.c.Create(folder, nil).Wait() }); err != nil {
			return fmt.Errorf("make the folder %s: %w", folder, err)
		}
		err = x.within(func() error { return x.moveOnce(uids, folder) })
	}
	if err != nil {
		return fmt.Errorf("move to %s: %w", folder, err)
	}
	return nil
}

// moveOnce moves in one step where the server can (RFC 6851). Elsewhere the copy
// must have succeeded before the original is marked: the library's own way sends
// both at once.
func (x *reader) moveOnce(uids []mailUID, folder string) error {
	set := imap.UIDSetNum(uids...)
	if x.c.Caps().Has(imap.CapMove) {
		_, err := x.c.Move(set, folder).Wait()
		return err
	}
	if _, err := x.c.Copy(set, folder).Wait(); err != nil {
		return err
	}
	return x.removeOnce(set)
}

// remove deletes mails.
func (x *reader) remove(uids []mailUID) error {
	if len(uids) == 0 {
		return nil
	}
	return x.within(func() error { return x.removeOnce(imap.UIDSetNum(uids...)) })
}

// removeOnce marks mails as deleted, and takes them away where that takes nobody
// else's with them (RFC 4315).
func (x *reader) removeOnce(set imap.UIDSet) error {
	if err := x.c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return err
	}
	if x.c.Caps().Has(imap.CapUIDPlus) {
		return x.c.UIDExpunge(set).Close()
	}
	return nil
}

// flag marks mails as taken.
func (x *reader) flag(uids []mailUID) error {
	if len(uids) == 0 {
		return nil
	}
	if !x.flags {
		return errors.New("the server keeps no flags of ours in this folder: let after be move")
	}
	return x.within(func() error {
		return x.c.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{takenFlag, imap.FlagSeen}}, nil).Close()
	})
}

// wait returns when the server says that there is a mail, when it is time, or
// when the connection is gone, and says which: true is for mail. Servers have
// stopped telling without a word, so the time is short.
func (x *reader) wait(ctx context.Context, until <-chan time.Time) (mail bool, err error) {
	var idle *imapclient.IdleCommand
	if x.c.Caps().Has(imap.CapIdle) {
		err := x.within(func() (err error) {
			idle, err = x.c.Idle()
			return err
		})
		if err != nil {
			return false, err
		}
	}
	select {
	case <-x.woken:
		mail = true
	case <-until:
	case <-ctx.Done():
	case <-x.c.Closed():
	}
	if idle == nil {
		return mail, x.within(func() error { return x.c.Noop().Wait() })
	}
	return mail, x.within(func() error { return errors.Join(idle.Close(), idle.Wait()) })
}
