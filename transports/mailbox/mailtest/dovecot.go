//go:build unix

package mailtest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Dovecot is Dovecot in a directory of its own, with one mailbox.
type Dovecot struct {
	IMAP string // address without encryption, and with STARTTLS
	TLS  string // address with TLS from the start
	LMTP string // address for deliveries (RFC 2033)
	CA   string // PEM file of the certificate that it shows, for localhost and 127.0.0.1

	dir, program string
	owner        *syscall.Credential // whom it runs as; nil: as we do
	process      *exec.Cmd
	said         bytes.Buffer
}

// StartDovecot starts Dovecot for as long as the test lives; where it is missing,
// the test is left out.
func StartDovecot(t testing.TB) *Dovecot {
	t.Helper()
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot"
		_, err = os.Stat(program)
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("left out: Dovecot is missing; make deps brings it (%v)", err)
		}
		t.Skipf("left out: Dovecot is missing; make deps brings it (%v)", err)
	}
	d := &Dovecot{program: program, IMAP: address(t), TLS: address(t), LMTP: address(t)}
	d.lay(t)
	d.start(t)
	t.Cleanup(func() {
		d.Stop(t)
		if t.Failed() {
			t.Logf("Dovecot said: %.4000s", d.said.String())
		}
	})
	return d
}

// address is one that nobody listens on yet.
func address(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// lay makes its directory: short, since its sockets stand there, and nobody's but
// the user's it runs as.
func (d *Dovecot) lay(t testing.TB) {
	t.Helper()
	var err error
	if d.dir, err = os.MkdirTemp("", "dovecot"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d.dir) })
	user, group, uid := "nobody", "nogroup", uint32(65534)
	if os.Getuid() == 0 {
		d.owner = &syscall.Credential{Uid: uid, Gid: uid}
	} else {
		user, group = name(t, "-un"), name(t, "-gn")
	}
	cert, key := certificate(t)
	d.CA = filepath.Join(d.dir, "cert.pem")
	for file, text := range map[string][]byte{"cert.pem": cert, "key.pem": key, "dovecot.conf": d.config(user, group)} {
		if err := os.WriteFile(filepath.Join(d.dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(d.dir, "mail"), 0o755); err != nil {
		t.Fatal(err)
	}
	if d.owner != nil {
		err = filepath.WalkDir(d.dir, func(name string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chown(name, int(uid), int(uid))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func name(t testing.TB, flag string) string {
	t.Helper()
	out, err := exec.Command("id", flag).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// config is a Dovecot of one user, who owns everything.
func (d *Dovecot) config(user, group string) []byte {
	port := func(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }
	return fmt.Appendf(nil, `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
mail_location = maildir:%[1]s/mail/%%u
mailbox_list_index = yes
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {
  driver = static
  args = password=%[4]s
}
userdb {
  driver = static
  args = uid=%[2]s gid=%[3]s home=%[1]s/mail/%%u allow_all_users=yes
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[5]s
  }
  inet_listener imaps {
    port = %[6]s
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = %[7]s
  }
}
service stats {
  chroot =
}
`, d.dir, user, group, Password, port(d.IMAP), port(d.TLS), port(d.LMTP))
}

// start starts it and waits until it listens.
func (d *Dovecot) start(t testing.TB) {
	t.Helper()
	d.process = exec.Command(d.program, "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	d.process.Stderr = &d.said
	d.process.SysProcAttr = &syscall.SysProcAttr{Credential: d.owner, Setpgid: true}
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", d.IMAP); err == nil {
			_ = conn.Close()
			return
		}
	}
	d.Stop(t)
	t.Fatalf("Dovecot does not listen: %.4000s", d.said.String())
}

// Stop ends it and all that it started, as a power cut would: asked to stop, it
// waits ten seconds for those who are idle.
func (d *Dovecot) Stop(t testing.TB) {
	t.Helper()
	if d.process == nil {
		return
	}
	if err := syscall.Kill(-d.process.Process.Pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	_ = d.process.Wait() // it says that it was killed
	d.process = nil
}

// Start starts it again.
func (d *Dovecot) Start(t testing.TB) {
	t.Helper()
	d.start(t)
}

// Renumber gives the folder that is read new numbers, as a restored or moved
// mailbox has: another UIDVALIDITY. It must be stopped.
func (d *Dovecot) Renumber(t testing.TB) {
	t.Helper()
	time.Sleep(1100 * time.Millisecond) // the new number is the second's
	for _, pattern := range []string{"dovecot-uidlist", "dovecot.index*", "dovecot-uidvalidity*"} {
		files, err := filepath.Glob(filepath.Join(d.dir, "mail", User, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Deliver puts a mail into the mailbox as a mail server does, over LMTP.
func (d *Dovecot) Deliver(t testing.TB, mails ...[]byte) {
	t.Helper()
	conn, err := net.Dial("tcp", d.LMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &lmtp{t: t, conn: conn}
	c.expect("220")
	c.say("LHLO localhost", "250")
	for _, m := range mails {
		c.say("MAIL FROM:<edi@acme.example>", "250")
		c.say("RCPT TO:<"+User+">", "250")
		c.say("DATA", "354")
		c.say(strings.ReplaceAll(string(m), "\r\n.", "\r\n..")+"\r\n.", "250")
	}
	c.say("QUIT", "221")
}

// lmtp is one conversation.
type lmtp struct {
	t    testing.TB
	conn net.Conn
	rest []byte
}

func (c *lmtp) say(line, code string) {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(line + "\r\n")); err != nil {
		c.t.Fatal(err)
	}
	c.expect(code)
}

// expect reads the lines of one answer.
func (c *lmtp) expect(code string) {
	c.t.Helper()
	for {
		at := bytes.IndexByte(c.rest, '\n')
		if at < 0 {
			var b [1024]byte
			n, err := c.conn.Read(b[:])
			if err != nil {
				c.t.Fatal(err)
			}
			c.rest = append(c.rest, b[:n]...)
			continue
		}
		line := string(c.rest[:at])
		c.rest = c.rest[at+1:]
		if !strings.HasPrefix(line, code) {
			c.t.Fatalf("LMTP answered %q, expected %s", line, code)
		}
		if len(line) < 4 || line[3] != '-' {
			return
		}
	}
}

// Fill puts mails into the mailbox as files, which is faster.
func (d *Dovecot) Fill(t testing.TB, n int, mail func(i int) []byte) {
	t.Helper()
	dir := filepath.Join(d.dir, "mail", User, "new")
	for i := range n {
		file := filepath.Join(dir, fmt.Sprintf("%d.M%06dP1.test", time.Now().Unix(), i))
		if err := os.WriteFile(file, mail(i), 0o600); err != nil {
			t.Fatal(err)
		}
		if d.owner == nil {
			continue
		}
		if err := os.Chown(file, int(d.owner.Uid), int(d.owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}
