package sftp

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/transporttest"
)

func (a acme) drop() Drop {
	return Drop{Dir: a.dir, Partner: "acme", Name: DefaultName, Within: time.Hour}
}

// dropped puts a document into outbound, as the send stage does in two runs.
func (a acme) dropped(t testing.TB, message string, content []byte) (transports.Prepared, string) {
	t.Helper()
	d := a.drop()
	p, err := d.Prepare(t.Context(), transports.Outgoing{Message: message, Partner: "acme", Document: "855", Control: "000000007"}, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Send(t.Context(), p, bytes.NewReader(content))
	if err != nil || r.Settled {
		t.Fatalf("found %+v, %v", r, err)
	}
	return p, "/outbound/" + p.Labels[0].Value
}

// settled are the answers that came in.
func (a acme) settled() []string {
	var keys []string
	for _, x := range a.in.Arrivals() {
		for _, s := range x.Verdict.Answers {
			if x.Released && s.State == "accepted" {
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}

// A file is settled when the partner has read it whole, however often it begins,
// and then becomes what the profile says.
func TestFetchedFiles(t *testing.T) {
	for fetched, want := range map[string][2]int{Keep: {1, 0}, Archive: {0, 1}, Delete: {0, 0}} {
		t.Run(fetched, func(t *testing.T) {
			a := serveAcme(t, func(a *Account) { a.Fetched = fetched })
			p, name := a.dropped(t, "M1", order())
			if p.Kind != "fetch" || p.Within != time.Hour || name != "/outbound/855_000000007_M1.edi" {
				t.Fatalf("found %+v", p)
			}
			c := a.login(t)
			if err := c.Remove(name); !errors.Is(err, os.ErrPermission) {
				t.Errorf("removed before it was fetched: %v", err)
			}
			if err := c.Rename(name, strings.Replace(name, "outbound", "archive", 1)); err == nil {
				t.Error("archived before it was fetched")
			}
			f, err := c.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(f, make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if got := a.settled(); len(got) != 0 {
				t.Fatalf("settled by a part: %q", got)
			}
			if got := fetch(t, c, name); !bytes.Equal(got, order()) {
				t.Error("the file is not what was sent")
			}
			if _, err := c.ReadDir("/outbound"); err != nil { // who asks on has the answer to its close
				t.Fatal(err)
			}
			if got := a.settled(); len(got) != 1 || got[0] != p.Key {
				t.Errorf("settled %q", got)
			}
			if got := [2]int{len(a.inTree(t, outboundDir)), len(a.inTree(t, archiveDir))}; got != want {
				t.Errorf("outbound and archive hold %v, expected %v", got, want)
			}
			if err := c.Remove(name); err != nil {
				t.Errorf("clients remove what they have fetched: %v", err)
			}
			if left := a.inTree(t, waitingDir); len(left) != 0 {
				t.Errorf("%q is left", left)
			}
		})
	}
}

func fetch(t testing.TB, c peer, name string) []byte {
	t.Helper()
	f, err := c.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A fetch that could not be written down is settled later; the partner has its
// file either way.
func TestFetchIsSettledLater(t *testing.T) {
	a := serveAcme(t)
	p, name := a.dropped(t, "M1", order())
	a.in.Hook(transporttest.Hooks{Accept: func(transports.Arrival) error { return errors.New("disk full") }})
	c := a.login(t)
	fetch(t, c, name)
	if _, err := c.ReadDir("/outbound"); err != nil {
		t.Fatal(err)
	}
	a.in.Hook(transporttest.Hooks{})
	if got := a.settled(); len(got) != 0 {
		t.Fatalf("settled %q", got)
	}
	if err := a.stop(); err != nil {
		t.Fatal(err)
	}
	a.running = listen(t, a.in, ReceiverOptions{Lookup: accounts{}, Dir: a.dir, Now: func() time.Time { return time.Now().Add(2 * time.Minute) }})
	if got := a.settled(); len(got) != 1 || got[0] != p.Key {
		t.Errorf("settled %q", got)
	}
}

// The same attempt twice is one file; another file of its name stops.
func TestDropAgain(t *testing.T) {
	a := serveAcme(t)
	p, name := a.dropped(t, "M1", order())
	if _, err := a.drop().Send(t.Context(), p, bytes.NewReader(order())); err != nil {
		t.Errorf("the same again: %v", err)
	}
	changed := append(order(), 'x')
	_, err := a.drop().Send(t.Context(), p, bytes.NewReader(changed))
	code(t, err, "SFTP-CHANGED", false)
	other, err := a.drop().Prepare(t.Context(), transports.Outgoing{Message: "M1", Document: "855", Control: "000000007"}, bytes.NewReader(changed))
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.drop().Send(t.Context(), other, bytes.NewReader(changed))
	code(t, err, "SFTP-NAME", false)
	if got := fetch(t, a.login(t), name); !bytes.Equal(got, order()) {
		t.Error("the first file was harmed")
	}
	d := a.drop()
	d.Dir = "/dev/null"
	_, err = d.Send(t.Context(), p, bytes.NewReader(order()))
	code(t, err, "SFTP-DISK", true)
	d.Name = "a/{message}"
	_, err = d.Prepare(t.Context(), transports.Outgoing{Message: "M1"}, bytes.NewReader(order()))
	code(t, err, "SFTP-NAME", false)
}

// code checks the code of an error, and whether another attempt may help.
func code(t testing.TB, err error, want string, again bool) {
	t.Helper()
	var classed interface {
		error
		Code() string
		Hint() string
		Temporary() bool
	}
	if !errors.As(err, &classed) {
		t.Fatalf("found %v, expected %s", err, want)
	}
	if classed.Code() != want || classed.Temporary() != again || classed.Hint() == "" {
		t.Errorf("found %s, temporary %v, hint %q: %v; expected %s, %v", classed.Code(), classed.Temporary(), classed.Hint(), err, want, again)
	}
}

// A partner sees its own tree and no other's.
func TestTreesArePrivate(t *testing.T) {
	acmeKey, boltKey := newKey(t), newKey(t)
	x, y := account(acmeKey), account(boltKey)
	y.Login, y.Partner, y.Outbound = "bolt", "bolt", "from-ourco"
	in := transporttest.NewInbox(t)
	at := listen(t, in, ReceiverOptions{Lookup: accounts{"acme": x, "bolt": y}})
	a := acme{at, in, acmeKey}
	_, name := a.dropped(t, "M1", order())
	b := acme{at, in, boltKey}
	c, err := connect(t.Context(), at.addr, "bolt", sshKeys(b))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	top, err := c.ReadDir("/")
	if err != nil || len(top) != 3 || top[0].Name() != "archive" && top[2].Name() != "inbound" && top[1].Name() != "from-ourco" {
		t.Errorf("found %v, %v", top, err)
	}
	for _, p := range []string{name, "/../acme" + name, "/from-ourco/../../acme" + name, "/acme" + name} {
		if f, err := c.Open(p); err == nil {
			_ = f.Close()
			t.Errorf("%s is open to another partner", p)
		}
	}
	list, err := c.ReadDir("/from-ourco")
	if err != nil || len(list) != 0 {
		t.Errorf("found %v, %v", list, err)
	}
	if _, err := c.Stat("/from-ourco/nothing"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("found %v", err)
	}
}
