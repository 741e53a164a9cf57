//go:build unix

package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/mailbox/mailtest"
	"waybill/transports/transporttest"
)

// numbered is an interchange that no other is like.
func numbered(i int) []byte {
	return []byte(strings.ReplaceAll(order, "000000001", fmt.Sprintf("%09d", i)))
}

// slowly polls so rarely that only IDLE can be the reason for what is quick.
func slowly(o *ReceiverOptions) {
	o.After = nil
	o.Block.Every = time.Hour
}

// A mail that Dovecot took over LMTP is taken at once, since IDLE tells, and
// stands in another folder afterwards, unread as people see it.
func TestDovecotTellsOfMails(t *testing.T) {
	d := mailtest.StartDovecot(t)
	in := inbox(t)
	r := start(t, in, Server{Address: d.IMAP}, slowly)
	eventually(t, "the mailbox is open", func() bool { return r.log.count("mailbox open") > 0 })
	p := mailtest.NewPeer(t, d.IMAP)
	for i := range 3 {
		d.Deliver(t, letterOf(fmt.Sprint(i), numbered(i)))
		p.Until(t, map[string]int{"INBOX": 0, "Waybill": i + 1, "Waybill held": 0})
	}
	if n := len(in.Accepted()); n != 3 {
		t.Errorf("%d accepted, expected 3", n)
	}
}

// TLS from the start and STARTTLS, by the authority that is named and no other.
func TestDovecotOverTLS(t *testing.T) {
	d := mailtest.StartDovecot(t)
	roots, err := ReadRoots(d.CA)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []Server{{Address: d.TLS, Security: "tls", Roots: roots}, {Address: d.IMAP, Security: "starttls", Roots: roots}} {
		in := inbox(t)
		r := start(t, in, s, nil)
		d.Deliver(t, letterOf(fmt.Sprint(i), numbered(i)))
		eventually(t, s.Security+": the mail is taken", func() bool { return len(in.Accepted()) == 1 })
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	}
	other := mailtest.StartDovecot(t)
	for name, c := range map[string]struct {
		server Server
		want   string
	}{
		"another authority":            {Server{Address: other.TLS, Security: "tls", Roots: roots}, "MAIL-TLS"},
		"another, starttls":            {Server{Address: other.IMAP, Security: "starttls", Roots: roots}, "MAIL-TLS"},
		"the system's":                 {Server{Address: d.TLS, Security: "tls"}, "MAIL-TLS"},
		"no TLS there":                 {Server{Address: d.IMAP, Security: "tls", Roots: roots}, "MAIL-CONNECT"},
		"nobody there":                 {Server{Address: unusedAddress(t), Security: "none"}, "MAIL-CONNECT"},
		"another password":             {Server{Address: d.IMAP, Security: "none", Login: Login{User: mailtest.User, Password: "guess"}}, "MAIL-LOGIN"},
		"a token, where none is taken": {Server{Address: d.IMAP, Security: "none", Login: Login{User: mailtest.User, Token: fixed("t")}}, "MAIL-LOGIN"},
	} {
		c.server.Timeout = 20 * time.Second
		if c.server.Login.User == "" {
			c.server.Login = Login{User: mailtest.User, Password: mailtest.Password}
		}
		_, err := c.server.openIMAP(t.Context(), "INBOX")
		if err == nil {
			t.Errorf("%s: the mailbox was opened", name)
			continue
		}
		if got := codeOf(err); got != c.want || strings.Contains(err.Error(), "guess") {
			t.Errorf("%s: found %s, %v; expected %s", name, got, err, c.want)
		}
	}
}

// A mail stays in the folder that is read until it is committed, and a crash
// between the commit and the move makes a recorded duplicate.
func TestMovedOnlyAfterTheCommit(t *testing.T) {
	d := mailtest.StartDovecot(t)
	in := inbox(t)
	p := mailtest.NewPeer(t, d.IMAP)
	reached, on := make(chan struct{}, 9), make(chan struct{})
	in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error {
		reached <- struct{}{}
		<-on
		return nil
	}})
	r := start(t, in, Server{Address: d.IMAP}, nil)
	d.Deliver(t, letterOf("1", numbered(1)))
	<-reached
	if n := p.Count(t, "INBOX"); n != 1 {
		t.Fatalf("the mail was moved before it was committed: %d are left", n)
	}
	d.Stop(t) // the connection is gone when the commit returns
	close(on)
	eventually(t, "the mail is committed", func() bool { return len(in.Accepted()) == 1 })
	d.Start(t)
	p = mailtest.NewPeer(t, d.IMAP)
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 1, "Waybill held": 0})
	if all := in.Arrivals(); len(in.Accepted()) != 1 || !all[len(all)-1].Result.Duplicate {
		t.Errorf("%d accepted, the last a duplicate: %v", len(in.Accepted()), all[len(all)-1].Result.Duplicate)
	}
	if r.log.count("mailbox not read") == 0 {
		t.Error("that the connection broke is not told")
	}
}

// After a restart with another UIDVALIDITY, as after a restore, nothing is lost
// and nothing is taken twice: also where taken mails stay in the folder.
func TestNewUIDVALIDITY(t *testing.T) {
	for _, after := range []string{"move", "flag", "delete"} {
		t.Run(after, func(t *testing.T) {
			d := mailtest.StartDovecot(t)
			in := inbox(t)
			r := start(t, in, Server{Address: d.IMAP}, func(o *ReceiverOptions) { o.Block.After = after })
			d.Deliver(t, letterOf("1", numbered(1)), letterOf("2", numbered(2)))
			eventually(t, "both are taken", func() bool { return len(in.Accepted()) == 2 })
			d.Stop(t)
			d.Renumber(t)
			d.Start(t)
			d.Deliver(t, letterOf("3", numbered(3)), letterOf("2", numbered(2)))
			eventually(t, "the third is taken", func() bool { return len(in.Accepted()) == 3 })
			eventually(t, "the second is recognised", func() bool { a := in.Arrivals(); return a[len(a)-1].Result.Duplicate })
			eventually(t, "the new numbering is told", func() bool { return r.log.count("a new numbering") == 1 })
			p := mailtest.NewPeer(t, d.IMAP)
			p.Until(t, map[string]map[string]int{"move": {"INBOX": 0, "Waybill": 4}, "flag": {"INBOX": 4, "Waybill": 0}, "delete": {"INBOX": 0, "Waybill": 0}}[after])
		})
	}
}

// One node reads a mailbox at a time; where it is gone, the other goes on.
func TestTwoNodes(t *testing.T) {
	d := mailtest.StartDovecot(t)
	in := inbox(t)
	var mu sync.Mutex
	holder := ""
	node := func(name string) func(*ReceiverOptions) {
		return func(o *ReceiverOptions) {
			o.Keep = func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				if holder != "" && holder != name {
					return ErrElsewhere
				}
				holder = name
				return nil
			}
			o.Leave = func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				holder = ""
				return nil
			}
		}
	}
	first := start(t, in, Server{Address: d.IMAP}, node("first"))
	eventually(t, "the first reads", func() bool { return first.log.count("mailbox open") == 1 })
	second := start(t, in, Server{Address: d.IMAP}, node("second"))
	p := mailtest.NewPeer(t, d.IMAP)
	d.Deliver(t, letterOf("1", numbered(1)))
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 1})
	if second.log.count("mail") > 0 {
		t.Error("the second read, too")
	}
	if err := first.stop(); err != nil {
		t.Error(err)
	}
	d.Deliver(t, letterOf("2", numbered(2)))
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 2})
	if n := len(in.Accepted()); n != 2 || second.log.count("mail taken") != 1 {
		t.Errorf("%d accepted, %d by the second", n, second.log.count("mail taken"))
	}
}

// A mailbox with 5,000 mails: all are taken, once, in their order.
func TestMailboxWithThousands(t *testing.T) {
	n := 5000
	if testing.Short() {
		n = 200
	}
	d := mailtest.StartDovecot(t)
	d.Deliver(t, letterOf("0", numbered(0)))
	d.Fill(t, n-1, func(i int) []byte { return letterOf(fmt.Sprint(i+1), numbered(i+1)) })
	in := inbox(t)
	began := time.Now()
	start(t, in, Server{Address: d.IMAP}, nil)
	p := mailtest.NewPeer(t, d.IMAP)
	eventually(t, "all are taken", func() bool { return len(in.Accepted()) == n })
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": n, "Waybill held": 0})
	t.Logf("%d mails in %s", n, time.Since(began).Round(time.Millisecond))
	all := in.Arrivals()
	if len(all) != n {
		t.Errorf("%d arrivals of %d mails", len(all), n)
	}
	for i, a := range all {
		if id := label(a.Arrival.Labels, LabelMessageID); id != fmt.Sprintf("%d@acme.example", i) {
			t.Fatalf("mail %d is %s", i, id)
		}
	}
}

// A mail that cannot be stored keeps no other from it: it goes behind them, and is
// taken when it can be.
func TestMailThatFails(t *testing.T) {
	addr := mailtest.Memory(t)
	p := mailtest.NewPeer(t, addr)
	for i := range 5 {
		if _, err := p.Append("INBOX", letterOf(fmt.Sprint(i), numbered(i))); err != nil {
			t.Fatal(err)
		}
	}
	in := inbox(t)
	refuse := func(a transports.Arrival) error {
		if label(a.Labels, LabelMessageID) == "1@acme.example" {
			return errors.New("no room for this one")
		}
		return nil
	}
	in.Hook(transporttest.Hooks{Accept: refuse})
	r := start(t, in, Server{Address: addr}, nil)
	p.Until(t, map[string]int{"INBOX": 1, "Waybill": 4})
	if !strings.Contains(r.log.String(), "no room for this one") {
		t.Error("that it failed is not told")
	}
	in.Hook(transporttest.Hooks{})
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 5})
	if n := len(in.Arrivals()); n != 5 {
		t.Errorf("%d arrivals, expected 5: what was stored was put away at once", n)
	}
}

// A mail over the limit of the mailbox is not fetched; its header is, and the mail
// stands aside.
func TestMailOverTheLimit(t *testing.T) {
	addr := mailtest.Memory(t)
	p := mailtest.NewPeer(t, addr)
	big := letterOf("1", numbers(30000))
	for _, m := range [][]byte{letterOf("0", numbered(0)), big, letterOf("2", numbered(2))} {
		if _, err := p.Append("INBOX", m); err != nil {
			t.Fatal(err)
		}
	}
	in := inbox(t)
	start(t, in, Server{Address: addr}, func(o *ReceiverOptions) { o.Block.MaxSize = 100 << 10 })
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 2, "Waybill held": 1})
	held := in.Held()
	if len(held) != 1 || held[0].Verdict.Hold.Code != "MAIL-SIZE" || held[0].Verdict.Partner != "acme" || len(held[0].Bytes(t)) > 64<<10 {
		t.Fatalf("found %+v", held)
	}
	if want := fmt.Sprintf("the mail has %d bytes, and imap.max_size is %d", len(big), 100<<10); !strings.Contains(held[0].Verdict.Hold.Text, want) {
		t.Errorf("found %s, expected %s", held[0].Verdict.Hold.Text, want)
	}
}

// A server that says nothing any more is left after the time that it has.
func TestServerThatHangs(t *testing.T) {
	s := Server{Address: silent(t), Security: "none", Timeout: 200 * time.Millisecond, Login: Login{User: "x", Password: "y"}}
	_, err := s.openIMAP(t.Context(), "INBOX")
	if codeOf(err) != "MAIL-CONNECT" {
		t.Errorf("found %v", err)
	}
	var temporary interface{ Temporary() bool }
	if !errors.As(err, &temporary) || !temporary.Temporary() {
		t.Error("it does not pass")
	}
}
