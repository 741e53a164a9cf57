//go:build unix

package mailtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Exim is a real mail server in a directory of its own. It takes mails for
// acme.example and ourco.example, keeps those for orders@ and edi@ of both in a
// maildir for each, refuses refused@ and puts off later@ at once, and sends a
// notice about any other address, as servers do that learn it only behind their
// door. It offers STARTTLS, logins and delivery notices.
type Exim struct {
	Address string // of a listener that wants a login with User and Password, after STARTTLS
	Inside  string // of one that takes everybody's mails, in clear
	CA      string // PEM file that its certificate is by

	dir      string
	uid, gid int // whom it runs as
}

const eximConfig = `primary_hostname = mx.ourco.example
spool_directory = DIR/spool
log_file_path = DIR/log/%slog
pid_file_path = DIR/exim.pid
exim_user = USER
exim_group = GROUP
never_users =
local_interfaces = <; [127.0.0.1]:PORT ; [127.0.0.1]:INSIDE
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
check_spool_space = 0
check_log_space = 0
smtp_accept_max = 100
smtp_accept_max_per_connection = 0
dsn_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = DIR/cert.pem
tls_privatekey = DIR/key.pem
auth_advertise_hosts = *
domainlist here = acme.example : ourco.example
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny message = a login is needed
       condition = ${if eq{$received_port}{PORT}}
       !authenticated = *
  deny local_parts = refused
       message = no such person here
  defer local_parts = later
        message = come back later
  accept domains = +here
  deny message = relaying is not for you
begin routers
passed:
  driver = manualroute
  condition = ${if eq{LMTPPORT}{}{no}{yes}}
  domains = ourco.example
  local_parts = edi
  transport = lmtp
  route_list = * 127.0.0.1
  self = send
boxes:
  driver = accept
  domains = +here
  local_parts = orders : edi
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = DIR/mail/$local_part_data@$domain_data
  maildir_format
  create_directory
  user = USER
  group = GROUP
lmtp:
  driver = smtp
  protocol = lmtp
  allow_localhost
  port = ${if eq{LMTPPORT}{}{24}{LMTPPORT}}
  hosts_try_dane =
  hosts_avoid_tls = *
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{LOGIN}}{eq{$auth3}{WORD}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = User Name : Password
  server_condition = ${if and{{eq{$auth1}{LOGIN}}{eq{$auth2}{WORD}}}}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
`

// StartExim starts Exim for as long as the test lives; where it is missing, the
// test is left out. Mails for edi@ourco.example go to the LMTP server at the
// address, where there is one.
func StartExim(t testing.TB, lmtp string) *Exim {
	t.Helper()
	program := Program(t, "exim4", "exim4-daemon-light")
	e := &Exim{Address: free(t), Inside: free(t)}
	e.lay(t, lmtp)
	e.run(t, exec.Command(program, "-C", filepath.Join(e.dir, "exim.conf"), "-bdf", "-q1s"))
	return e
}

// lay makes its directory, which belongs to whom it runs as: it gives no
// privileges to a configuration of ours.
func (e *Exim) lay(t testing.TB, lmtp string) {
	t.Helper()
	var err error
	if e.dir, err = os.MkdirTemp("", "exim"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(e.dir) })
	e.uid, e.gid = os.Getuid(), os.Getgid()
	if e.uid == 0 {
		e.uid, e.gid = nobody, nobody
	}
	port := func(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }
	text := strings.NewReplacer("DIR", e.dir, "LMTPPORT", port(lmtp), "PORT", port(e.Address), "INSIDE", port(e.Inside), "LOGIN}", User+"}", "WORD", Password,
		"USER", strconv.Itoa(e.uid), "GROUP", strconv.Itoa(e.gid)).Replace(eximConfig)
	cert, key := certificate(t)
	e.CA = filepath.Join(e.dir, "cert.pem")
	for _, name := range []string{"spool", "log", "mail"} {
		err = errors.Join(err, os.Mkdir(filepath.Join(e.dir, name), 0o755))
	}
	for file, text := range map[string][]byte{"cert.pem": cert, "key.pem": key, "exim.conf": []byte(text)} {
		err = errors.Join(err, os.WriteFile(filepath.Join(e.dir, file), text, 0o644))
	}
	err = errors.Join(err, filepath.WalkDir(e.dir, func(name string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(name, e.uid, e.gid))
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// free is an address that nobody listens on yet.
func free(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// nobody is the user without rights, as whom servers run where the tests are root's.
const nobody = 65534

func (e *Exim) run(t testing.TB, c *exec.Cmd) {
	t.Helper()
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	c.Dir, c.Env = e.dir, []string{"PATH=" + os.Getenv("PATH")}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(e.uid), Gid: uint32(e.gid)}
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // with the children that deliver
		_ = c.Wait()
		if t.Failed() {
			t.Logf("Exim said: %s\n%s", said.String(), e.Log())
		}
	})
	wait(t, "Exim listens", func() bool {
		conn, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", e.Inside)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// Log is what the server noted of each mail.
func (e *Exim) Log() string {
	b, _ := os.ReadFile(filepath.Join(e.dir, "log", "mainlog")) // there may be none yet
	return string(b)
}

// Mails are the mails in an address's maildir, as they were delivered.
func (e *Exim) Mails(t testing.TB, address string) [][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(e.dir, "mail", address, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// Wait waits until an address has so many mails, and returns them.
func (e *Exim) Wait(t testing.TB, address string, n int) [][]byte {
	t.Helper()
	var out [][]byte
	wait(t, fmt.Sprintf("%d mails for %s", n, address), func() bool {
		out = e.Mails(t, address)
		return len(out) >= n
	})
	return out
}

// Program finds a program that a test needs, or leaves the test out.
func Program(t testing.TB, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path = "/usr/sbin/" + name
		_, err = os.Stat(path)
	}
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("left out: %s (Debian package %s) is missing; make deps brings it", name, pkg)
	}
	t.Skipf("left out: %s (Debian package %s) is missing; make deps brings it", name, pkg)
	return ""
}

// wait waits for something to become true.
func wait(t testing.TB, what string, holds func() bool) {
	t.Helper()
	const patience = 30 * time.Second
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("within 30 s not: %s", what)
}
