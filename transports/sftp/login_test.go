package sftp

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/ssh"

	"waybill/transports/transporttest"
)

// Keys and passwords prove the partner on their days, several at once; what else
// is tried is refused with the same words.
func TestLogins(t *testing.T) {
	old, current, next, stranger := newKey(t), newKey(t), newKey(t), newKey(t)
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.DefaultCost)
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	a := account(current)
	a.Keys = []Key{{Key: old.PublicKey(), Until: day(19)}, {Key: current.PublicKey(), From: day(10), Until: day(20)}, {Key: next.PublicKey(), From: day(21)}}
	a.Passwords = []Password{{Hash: string(hash), Until: day(20)}}
	gone := account(current)
	gone.Login, gone.Partner, gone.Suspended = "gone", "gone", true
	in := transporttest.NewInbox(t)
	at := listen(t, in, ReceiverOptions{Lookup: accounts{"acme": a, "gone": gone}, Now: func() time.Time { return day(20).Add(23 * time.Hour) }})
	for name, c := range map[string]struct {
		login string
		auth  ssh.AuthMethod
		ok    bool
	}{
		"key of today":            {"acme", ssh.PublicKeys(current), true},
		"key of yesterday":        {"acme", ssh.PublicKeys(old), false},
		"key of tomorrow":         {"acme", ssh.PublicKeys(next), false},
		"one of several":          {"acme", ssh.PublicKeys(stranger, old, current), true},
		"stranger's key":          {"acme", ssh.PublicKeys(stranger), false},
		"password":                {"acme", ssh.Password("correct horse"), true},
		"wrong password":          {"acme", ssh.Password("correct horsf"), false},
		"no password":             {"acme", ssh.Password(""), false},
		"nobody's login":          {"nobody", ssh.PublicKeys(current), false},
		"nobody's password":       {"nobody", ssh.Password("correct horse"), false},
		"a suspended partner":     {"gone", ssh.PublicKeys(current), false},
		"a login with a path":     {"../acme", ssh.PublicKeys(current), false},
		"a suspended by password": {"gone", ssh.Password("correct horse"), false},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := dial(t.Context(), at.addr, c.login, c.auth)
			if err == nil {
				_ = conn.Close()
			}
			if (err == nil) != c.ok {
				t.Errorf("found %v", err)
			}
		})
	}
}

// Who is refused is not told why: a stranger learns no logins.
func TestRefusedLoginsLookAlike(t *testing.T) {
	key, stranger := newKey(t), newKey(t)
	gone := account(key)
	gone.Suspended = true
	s := newServer(NewReceiver(ReceiverOptions{Lookup: accounts{"acme": account(key), "gone": gone}}).o, transporttest.NewInbox(t))
	for login, offered := range map[string]ssh.Signer{"acme": stranger, "nobody": key, "gone": key} {
		_, byKey := s.byKey(as(login), offered.PublicKey())
		_, byPassword := s.byPassword(as(login), []byte("guess"))
		for _, err := range []error{byKey, byPassword} {
			if err == nil || err.Error() != "the login is refused" {
				t.Errorf("%s: found %v", login, err)
			}
		}
	}
}

// as is a connection of which only the login is known.
type as string

func (a as) User() string        { return string(a) }
func (as) SessionID() []byte     { return nil }
func (as) ClientVersion() []byte { return nil }
func (as) ServerVersion() []byte { return nil }
func (as) RemoteAddr() net.Addr  { return &net.TCPAddr{} }
func (as) LocalAddr() net.Addr   { return &net.TCPAddr{} }

// Who shows a victim's key and proves another is the other (CVE-2024-45337 of
// x/crypto/ssh).
func TestTheProvenKeyIsTheIdentity(t *testing.T) {
	victim, own := newKey(t), newKey(t)
	a, b := account(victim), account(own)
	b.Login, b.Partner = "bolt", "bolt"
	in := transporttest.NewInbox(t)
	at := listen(t, in, ReceiverOptions{Lookup: accounts{"acme": a, "bolt": b}})
	// Who logs in as bolt and offers acme's key first is bolt.
	p, err := connect(t.Context(), at.addr, "bolt", ssh.PublicKeys(half{victim, own}, own))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := put(p.Client, "/inbound/x.edi", order()); err != nil {
		t.Fatal(err)
	}
	if got := in.Accepted(); len(got) != 1 || got[0].Arrival.Partner != "bolt" {
		t.Errorf("found %+v", got)
	}
	if c, err := dial(t.Context(), at.addr, "acme", ssh.PublicKeys(half{victim, own}, own)); err == nil {
		_ = c.Close()
		t.Error("somebody came in as acme who only showed its key")
	}
}

// half shows one key and signs with another.
type half struct{ shown, signs ssh.Signer }

func (h half) PublicKey() ssh.PublicKey { return h.shown.PublicKey() }

func (h half) Sign(r io.Reader, data []byte) (*ssh.Signature, error) {
	return h.signs.Sign(r, data)
}

// Nothing but SFTP is served; who asks for a command reads what to use instead.
func TestOnlyTheSubsystem(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t).ssh
	for what, ask := range map[string]func(*ssh.Session) error{
		"exec":            func(s *ssh.Session) error { return s.Run("id") },
		"scp":             func(s *ssh.Session) error { return s.Run("scp -t /inbound") },
		"rsync":           func(s *ssh.Session) error { return s.Run("rsync --server --sender -logDtpr . /inbound") },
		"shell":           func(s *ssh.Session) error { return errors.Join(s.Shell(), s.Wait()) },
		"environment":     func(s *ssh.Session) error { return s.Setenv("LD_PRELOAD", "x.so") },
		"terminal":        func(s *ssh.Session) error { return s.RequestPty("xterm", 24, 80, nil) },
		"other subsystem": func(s *ssh.Session) error { return s.RequestSubsystem("netconf") },
		"agent":           func(s *ssh.Session) error { return granted(s, "auth-agent-req@openssh.com") },
		"X11":             func(s *ssh.Session) error { return granted(s, "x11-req") },
	} {
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		s.Stderr = &said
		err = ask(s)
		if err == nil {
			t.Errorf("%s is served", what)
		}
		var exited *ssh.ExitError
		if errors.As(err, &exited) && (exited.ExitStatus() != 1 || !strings.Contains(said.String(), "runs no commands. Use sftp, or scp without -O")) {
			t.Errorf("%s: status %d, %q", what, exited.ExitStatus(), said.String())
		}
		_ = s.Close()
	}
	if conn, err := c.Dial("tcp", a.addr); err == nil {
		_ = conn.Close()
		t.Error("direct-tcpip is served")
	}
	if ln, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		_ = ln.Close()
		t.Error("tcpip-forward is served")
	}
	if err := put(a.login(t).Client, "/inbound/po.edi", order()); err != nil {
		t.Errorf("after all that was refused: %v", err)
	}
}

// granted is nil when a request is.
func granted(s *ssh.Session, name string) error {
	ok, err := s.SendRequest(name, true, nil)
	if err == nil && !ok {
		err = errors.New("refused")
	}
	return err
}

// The key exchange is strict (Terrapin, CVE-2023-48795), and offers no SHA-1 and
// no CBC.
func TestKeyExchangeIsStrict(t *testing.T) {
	a := serveAcme(t)
	conn, err := net.Dial("tcp", a.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	offer := make([]byte, 0, 4096)
	for !bytes.Contains(offer, []byte("hmac")) {
		part := make([]byte, 4096)
		n, err := conn.Read(part)
		if err != nil {
			t.Fatalf("after %q: %v", offer, err)
		}
		offer = append(offer, part[:n]...)
	}
	for word, want := range map[string]bool{"kex-strict-s-v00@openssh.com": true, "sha1": false, "-cbc": false, "ssh-rsa,": false, "arcfour": false} {
		if got := bytes.Contains(offer, []byte(word)); got != want {
			t.Errorf("%s is offered: %t, expected %t", word, got, want)
		}
	}
}

// A thousand key exchanges that stop in the middle take no memory to speak of and
// keep nobody out (CVE-2025-22869).
func TestThousandStalledKeyExchanges(t *testing.T) {
	a := serveAcme(t)
	a.login(t)
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	before := memory()
	var stalled []net.Conn
	defer func() {
		for _, c := range stalled {
			_ = c.Close()
		}
	}()
	for i := range 1000 {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%250))}}
		c, err := from.DialContext(t.Context(), "tcp", a.addr)
		if err != nil {
			t.Skipf("left out: this system has one loopback address: %v", err)
		}
		stalled = append(stalled, c)
		// A version, and a packet whose rest does not come (RFC 4253 6); who is over
		// the limit is cut off already.
		_, _ = c.Write([]byte("SSH-2.0-slow\r\n\x00\x00\x80\x00\x04\x14"))
	}
	if err := put(a.login(t).Client, "/inbound/po.edi", order()); err != nil {
		t.Errorf("a partner beside them: %v", err)
	}
	if took := int64(memory()) - int64(before); took > 16<<20 {
		t.Errorf("they took %d bytes of memory", took)
	}
}

// Who does not say anything keeps nobody else from logging in, and is gone soon.
func TestStalledHandshakes(t *testing.T) {
	key := newKey(t)
	in := transporttest.NewInbox(t)
	at := listen(t, in, ReceiverOptions{Lookup: accounts{"acme": account(key)}, Sessions: 64, Timeouts: Timeouts{Handshake: 300 * time.Millisecond}})
	var silent []net.Conn
	for range 100 { // from one address: four may wait
		c, err := net.Dial("tcp", at.addr)
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, c)
	}
	other := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.2")}}
	conn, err := other.DialContext(t.Context(), "tcp", at.addr)
	if err != nil {
		t.Skipf("left out: this system has no second loopback address: %v", err)
	}
	c, _, _, err := ssh.NewClientConn(conn, at.addr, &ssh.ClientConfig{User: "acme", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatalf("a partner does not come in beside 100 silent connections: %v", err)
	}
	_ = c.Close()
	for _, s := range silent {
		if err := s.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 256)
		var timeout net.Error
		for {
			if _, err := s.Read(buffer); errors.As(err, &timeout) && timeout.Timeout() {
				t.Fatal("a silent connection is kept")
			} else if err != nil {
				break
			}
		}
	}
}

// Older algorithms are there only when they are named.
func TestAlgorithms(t *testing.T) {
	kex, ciphers, macs, keys := algorithms(nil)
	insecure := ssh.InsecureAlgorithms()
	for _, name := range append(append(append(kex, ciphers...), macs...), keys...) {
		for _, bad := range append(append(append(insecure.KeyExchanges, insecure.Ciphers...), insecure.MACs...), insecure.PublicKeyAuths...) {
			if name == bad {
				t.Errorf("%s is offered", name)
			}
		}
	}
	kex2, ciphers2, macs2, keys2 := algorithms(OlderAlgorithms())
	added := []int{len(kex2) - len(kex), len(ciphers2) - len(ciphers), len(macs2) - len(macs), len(keys2) - len(keys)}
	if diff := cmp.Diff([]int{1, 1, 1, 1}, added); diff != "" {
		t.Error(diff)
	}
	key := newKey(t)
	for _, older := range [][]string{nil, {ssh.InsecureCipherAES128CBC}} {
		at := listen(t, transporttest.NewInbox(t), ReceiverOptions{Lookup: accounts{"acme": account(key)}, Older: older})
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", at.addr)
		if err != nil {
			t.Fatal(err)
		}
		c, _, _, err := ssh.NewClientConn(conn, at.addr, &ssh.ClientConfig{
			Config: ssh.Config{Ciphers: []string{ssh.InsecureCipherAES128CBC}}, User: "acme",
			Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		})
		if err == nil {
			_ = c.Close()
		}
		if (err == nil) != (older != nil) {
			t.Errorf("a client with aes128-cbc alone, where %v is named: %v", older, err)
		}
	}
}

// A host key is made once, for its owner alone, and never replaced.
func TestHostKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "host")
	first, made, err := HostKey(file, rand.Reader)
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	again, made, err := HostKey(file, rand.Reader)
	if err != nil || made || Fingerprint(first.PublicKey()) != Fingerprint(again.PublicKey()) {
		t.Errorf("the second time: made %v, %v", made, err)
	}
	public, err := os.ReadFile(file + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if key, err := ParsePublic(string(public)); err != nil || Fingerprint(key) != Fingerprint(first.PublicKey()) {
		t.Errorf("the public file: %v", err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := HostKey(file, rand.Reader); err == nil || !strings.Contains(err.Error(), "may be read by others (mode 0644); chmod 600 it") {
		t.Errorf("open to others: %v", err)
	}
	if err := os.WriteFile(file, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := HostKey(file, rand.Reader); err == nil {
		t.Error("a damaged host key was replaced")
	}
}

func TestParsePublicRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"nothing":     "",
		"no key":      "ssh-ed25519 nonsense",
		"with option": `command="id" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl x`,
		"DSA":         "ssh-dss AAAAB3NzaC1kc3MAAACBAOeB",
	} {
		if key, err := ParsePublic(line); err == nil {
			t.Errorf("%s: found %v", name, key)
		}
	}
}
