package gateway

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/sim"
	"waybill/transports/sftp"
)

// openSSHD is OpenSSH's server in a directory of its own, with a partner's tree.
type openSSHD struct {
	addr, user, key, fingerprint, dir string
}

func startSSHD(t testing.TB) openSSHD {
	t.Helper()
	program, err := exec.LookPath("sshd")
	if err != nil {
		program = "/usr/sbin/sshd"
		_, err = os.Stat(program)
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("left out: OpenSSH's sshd is missing; make deps brings it (%v)", err)
		}
		t.Skipf("left out: OpenSSH's sshd is missing; make deps brings it (%v)", err)
	}
	_, key := opensshSFTP(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	d := openSSHD{user: me.Username, key: key, dir: t.TempDir()}
	host := filepath.Join(d.dir, "host")
	made, _, err := sftp.HostKey(host, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d.fingerprint = sftp.Fingerprint(made.PublicKey())
	for _, name := range []string{"out", "in"} {
		if err := os.Mkdir(filepath.Join(d.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if me.Uid == "0" {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	d.run(t, program, host)
	return d
}

func (d *openSSHD) run(t testing.TB, program, host string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.addr = ln.Addr().String()
	_ = ln.Close()
	_, port, _ := net.SplitHostPort(d.addr)
	config := filepath.Join(d.dir, "sshd_config")
	text := fmt.Sprintf("ListenAddress 127.0.0.1:%s\nHostKey %s\nAuthorizedKeysFile %s.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nSubsystem sftp internal-sftp\n", port, host, d.key)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c := exec.Command(program, "-D", "-e", "-f", config)
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			t.Logf("sshd said: %s", said.String())
		}
	})
	until(t, "sshd listens", func() bool {
		conn, err := net.Dial("tcp", d.addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// profile replaces acme's way to us by its server.
func (d openSSHD) profile(t *testing.T, hostKey string) []string {
	t.Helper()
	block := fmt.Sprintf("\nsftp:\n  host: %s\n  user: %s\n  key: secret://file/%s\n  host_key: %q\n  fetch: { dir: %s/out, pattern: \"*.edi\", stable_for: 50ms }\n  put: { dir: %s/in, name: \"{document}_{control}.edi\" }\n  every: 1s\nacknowledge: { via: sftp }\n\ndocuments:", d.addr, d.user, d.key, hostKey, d.dir, d.dir)
	return []string{"partners/acme-retail.yaml", "\ndocuments:", block, "partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850"}
}

// An 850 that stands on a partner's OpenSSH server is one order of the ERP's, its
// file is archived there, and our 997 is put beside it.
func TestOrderFromAPartnersServer(t *testing.T) {
	d := startSSHD(t)
	for i, name := range []string{"a.edi", "b.edi", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(d.dir, "out", name), sim.Order850(sim.Spec{Control: i + 1}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := begin(t, setup{edits: d.profile(t, d.fingerprint)})
	until(t, "both 997s are there", func() bool {
		files, err := os.ReadDir(filepath.Join(d.dir, "in"))
		return err == nil && len(files) == 2 && files[0].Name() == "997_000000001.edi" && files[1].Name() == "997_000000002.edi"
	})
	r.calm(t)
	if n := len(r.erp.Journal()); n != 2 {
		t.Errorf("the ERP has %d orders, expected 2", n)
	}
	until(t, "the files are archived", func() bool {
		left, err := os.ReadDir(filepath.Join(d.dir, "out"))
		kept, failed := os.ReadDir(filepath.Join(d.dir, "out", "archive"))
		return err == nil && failed == nil && len(left) == 2 && len(kept) == 2
	})
	text, err := os.ReadFile(filepath.Join(d.dir, "in", "997_000000001.edi"))
	if err != nil || !strings.Contains(string(text), "AK9*A*1*1*1") {
		t.Errorf("found %.200s, %v", text, err)
	}
}

// A server with another key gets nothing and gives nothing, and the connection
// test says both fingerprints.
func TestPartnersServerWithAnotherKey(t *testing.T) {
	d := startSSHD(t)
	if err := os.WriteFile(filepath.Join(d.dir, "out", "a.edi"), sim.Order850(sim.Spec{Control: 1}), 0o600); err != nil {
		t.Fatal(err)
	}
	r := begin(t, setup{edits: d.profile(t, "SHA256:"+strings.Repeat("A", 43))})
	until(t, "the fetch has failed", func() bool { return len(r.log.lines(t, "code", "SFTP-HOSTKEY")) > 0 })
	if n := len(r.erp.Journal()); n != 0 {
		t.Errorf("the ERP has %d orders", n)
	}
	steps, _, err := Reach(t.Context(), r.dir, "acme-retail", time.Now)
	last := steps[len(steps)-1]
	if err != nil || last.Name != "SFTP login" || last.State != StepFailed || !strings.Contains(last.Text, d.fingerprint) {
		t.Errorf("found %+v, %v", last, err)
	}
	r.edit(t, "partners/acme-retail.yaml", "SHA256:"+strings.Repeat("A", 43), d.fingerprint)
	steps, _, err = Reach(t.Context(), r.dir, "acme-retail", time.Now)
	var names []string
	for _, s := range steps {
		if strings.HasPrefix(s.Name, "SFTP") {
			names = append(names, s.Name+" "+s.State)
		}
	}
	want := fmt.Sprintf("SFTP login ok, SFTP listing %s/out ok, SFTP listing %s/in ok, SFTP probe in %s/in ok", d.dir, d.dir, d.dir)
	if got := strings.Join(names, ", "); err != nil || got != want {
		t.Errorf("found %s, %v; expected %s", got, err, want)
	}
}

// One node looks at a server at a time.
func TestOneNodeFetches(t *testing.T) {
	d := startSSHD(t)
	r := begin(t, setup{edits: d.profile(t, d.fingerprint)})
	until(t, "the lock is free", func() bool {
		ok, err := r.Spool().Lock(t.Context(), "sftp-fetch:acme-retail", "another", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	})
	if err := os.WriteFile(filepath.Join(d.dir, "out", "a.edi"), sim.Order850(sim.Spec{Control: 1}), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond) // it looks each second
	if n := len(r.erp.Journal()); n != 0 {
		t.Errorf("a node without the lock fetched %d orders", n)
	}
	if err := r.Spool().Unlock(t.Context(), "sftp-fetch:acme-retail", "another"); err != nil {
		t.Fatal(err)
	}
	until(t, "the order is fetched", func() bool { return len(r.erp.Journal()) == 1 })
}

// Failures wait twice as long each time, and no longer than an hour.
func TestTurns(t *testing.T) {
	now := time.Unix(0, 0)
	x := &turn{running: true}
	var waits []time.Duration
	for range 6 {
		x.after(os.ErrDeadlineExceeded, 5*time.Minute, now)
		waits = append(waits, x.next.Sub(now))
	}
	if got := fmt.Sprint(waits); got != "[10m0s 20m0s 40m0s 1h0m0s 1h0m0s 1h0m0s]" || x.running {
		t.Errorf("found %s", got)
	}
	x.after(nil, 5*time.Minute, now)
	if x.failed != 0 || x.next.Sub(now) != 5*time.Minute {
		t.Errorf("found %+v", x)
	}
}
