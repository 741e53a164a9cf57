package sftp

import (
	"bytes"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"waybill/transports/transporttest"
)

// openSSH is our server with OpenSSH's programs beside it.
type openSSH struct {
	acme
	dir     string   // where the partner's files are
	options []string // of scp and sftp
}

// besideOpenSSH serves acme, whose key stands in a file; without OpenSSH the test
// is left out.
func besideOpenSSH(t *testing.T) openSSH {
	t.Helper()
	for _, program := range []string{"sftp", "scp"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("left out: OpenSSH's %s is missing; make deps brings it (%v)", program, err)
			}
			t.Skipf("left out: OpenSSH's %s is missing; make deps brings it (%v)", program, err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "key")
	if err := MakeKey(file, "acme", rand.Reader); err != nil {
		t.Fatal(err)
	}
	key, err := ReadKey(file, "")
	if err != nil {
		t.Fatal(err)
	}
	in := transporttest.NewInbox(t)
	o := openSSH{acme: acme{listen(t, in, ReceiverOptions{Lookup: accounts{"acme": account(key)}}), in, key}, dir: dir}
	host, port, err := net.SplitHostPort(o.addr)
	if err != nil {
		t.Fatal(err)
	}
	known := filepath.Join(dir, "known_hosts") // the host's key is checked
	line := "[" + host + "]:" + port + " " + string(ssh.MarshalAuthorizedKey(o.host))
	if err := os.WriteFile(known, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	o.options = []string{"-q", "-F", "none", "-P", port, "-i", file, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
		"-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + known}
	return o
}

// run runs one of OpenSSH's programs.
func (o openSSH) run(t *testing.T, stdin, program string, args ...string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, append(append([]string{}, o.options...), args...)...)
	c.Dir, c.Stdin = o.dir, strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	return string(out), err
}

// write puts a file where the partner has it.
func (o openSSH) write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), content, 0o640); err != nil {
		t.Fatal(err)
	}
}

// scp uploads and fetches over SFTP, times and modes included; with its old
// protocol it needs a command at the other end, and reads that there is none.
func TestOpenSSHSCP(t *testing.T) {
	o := besideOpenSSH(t)
	o.write(t, "po.edi", order())
	o.write(t, "large.edi", large())
	if out, err := o.run(t, "", "scp", "-p", "po.edi", "large.edi", "acme@127.0.0.1:/inbound/"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := o.in.Accepted()
	if len(got) != 2 || !bytes.Equal(got[0].Payload(t, 0), order()) || !bytes.Equal(got[1].Payload(t, 0), large()) {
		t.Errorf("found %d messages", len(got))
	}
	if err := os.WriteFile(filepath.Join(o.acme.dir, "acme", outboundDir, "997.edi"), []byte("ISA"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := o.run(t, "", "scp", "acme@127.0.0.1:/outbound/997.edi", "got.edi"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if data, err := os.ReadFile(filepath.Join(o.dir, "got.edi")); err != nil || string(data) != "ISA" {
		t.Errorf("fetched %q, %v", data, err)
	}
	out, err := o.run(t, "", "scp", "-O", "po.edi", "acme@127.0.0.1:/inbound/old.edi")
	if err == nil || !strings.Contains(out, "runs no commands. Use sftp, or scp without -O") {
		t.Errorf("scp -O: %v: %s", err, out)
	}
	if n := len(o.in.Arrivals()); n != 2 {
		t.Errorf("%d arrivals, expected 2", n)
	}
}

// sftp uploads with modes, resumes under a temporary name, lists, fetches and
// reads our words where it is refused.
func TestOpenSSHSFTP(t *testing.T) {
	o := besideOpenSSH(t)
	o.write(t, "po.edi", order())
	o.write(t, "large.edi", large())
	o.write(t, "large.edi.part", large()[:50_000])
	out, err := o.run(t, strings.Join([]string{
		"put -p po.edi /inbound/po.edi", "ls -l /inbound/po.edi", "put large.edi.part /inbound/large.edi.part",
		"reput large.edi /inbound/large.edi.part", "rename /inbound/large.edi.part /inbound/large.edi", "ls /", "pwd",
	}, "\n"), "sftp", "-b", "-", "acme@127.0.0.1")
	if err != nil || !strings.Contains(out, "7200") || !strings.Contains(out, "archive") {
		t.Fatalf("%v: %s", err, out)
	}
	got := o.in.Accepted()
	if len(got) != 2 || !bytes.Equal(got[0].Payload(t, 0), order()) || !bytes.Equal(got[1].Payload(t, 0), large()) {
		t.Errorf("found %d messages", len(got))
	}
	o.write(t, "empty.edi", nil)
	for command, want := range map[string]string{
		"put po.edi /outbound/po.edi":      "nothing can be written to /outbound/po.edi; uploads go to /inbound",
		"put po.edi /po.edi":               `there is no "po.edi" here; there are inbound, outbound and archive`,
		"put empty.edi /inbound/empty.edi": `"empty.edi" is empty`,
		"put po.edi \"/inbound/a\tb\"":     `has the character '\t' in it`,
		"mkdir /inbound/new":               "Mkdir is not offered here",
		"ln -s /etc/passwd /inbound/x":     "Symlink is not offered here",
		"ln po.edi /inbound/x":             "Link is not offered here",
		"rename /inbound /outbound":        "directories keep their names",
		"rm /outbound/none.edi":            "No such file",
		"get /inbound/none.edi none.edi":   "not found",
	} {
		if out, err := o.run(t, command+"\n", "sftp", "-b", "-", "acme@127.0.0.1"); err == nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v: %s", command, err, out)
		}
	}
}
