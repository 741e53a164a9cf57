package gateway

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/transports/sftp"
)

// opensshSFTP is OpenSSH's client with a key of acme's, or the test is left out.
func opensshSFTP(t testing.TB) (program, key string) {
	t.Helper()
	program, err := exec.LookPath("sftp")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("left out: OpenSSH's sftp is missing; make deps brings it (%v)", err)
		}
		t.Skipf("left out: OpenSSH's sftp is missing; make deps brings it (%v)", err)
	}
	key = filepath.Join(t.TempDir(), "acme")
	if err := sftp.MakeKey(key, "acme", rand.Reader); err != nil {
		t.Fatal(err)
	}
	return program, key
}

// overSFTP gives the gateway an SFTP door and acme an account there; its AS2 block
// stays, and what leaves goes by SFTP.
func overSFTP(t testing.TB, key string) []string {
	t.Helper()
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"waybill.yaml", "\nobserve:", "\nsftp:\n  listen: 127.0.0.1:0\n\nobserve:",
		"partners/acme-retail.yaml", "\ndocuments:", "\nsftp:\n  account:\n    login: acme\n    keys:\n      - key: " + string(public) + "\nacknowledge: { via: sftp }\n\ndocuments:",
		"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850",
	}
}

// batch runs commands in one session of OpenSSH's sftp.
func batch(t testing.TB, program, addr, key, commands string) (string, error) {
	t.Helper()
	return session(t, program, addr, "acme", key, commands)
}

func session(t testing.TB, program, addr, user, key, commands string) (string, error) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "-q", "-b", "-", "-P", port, "-i", key, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile="+filepath.Join(t.TempDir(), "known"), user+"@"+host)
	c.Stdin = strings.NewReader(commands)
	out, err := c.CombinedOutput()
	return string(out), err
}

// An 850 that OpenSSH's sftp uploads is one order of the ERP's, its 997 stands in
// outbound, and is settled when sftp has fetched it.
func TestOrderOverSFTP(t *testing.T) {
	program, key := opensshSFTP(t)
	addr := make(chan string, 1)
	r := begin(t, setup{edits: overSFTP(t, key), sftp: addr})
	at := receive(t, addr)
	dir := t.TempDir()
	order := filepath.Join(dir, "po.edi")
	if err := os.WriteFile(order, sim.Order850(sim.Spec{Control: 1}), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := batch(t, program, at, key, "put "+order+" /inbound/po.edi.part\nrename /inbound/po.edi.part /inbound/po.edi\nput "+order+" /inbound/again.edi\n"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	until(t, "the ERP has the order", func() bool { return len(r.erp.Journal()) > 0 })
	r.calm(t)
	if n := len(r.erp.Journal()); n != 1 {
		t.Errorf("the ERP has %d orders, expected 1", n)
	}
	outbound := filepath.Join(r.dir, "data", "sftp", "acme-retail", "outbound")
	files, err := os.ReadDir(outbound)
	if err != nil || len(files) != 1 || !strings.HasPrefix(files[0].Name(), "997_000000001_") {
		t.Fatalf("outbound holds %v, %v", files, err)
	}
	carrier := r.one(t, spool.Filter{Document: "997", Kind: stages.KindInterchange})
	waits(t, r, carrier.ID, "expected")
	if out, err := batch(t, program, at, key, fmt.Sprintf("get /outbound/* %s\nrm /outbound/%s\nls /archive\n", dir, files[0].Name())); err != nil || !strings.Contains(out, files[0].Name()) {
		t.Fatalf("%v: %s", err, out)
	}
	fetched, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil || !strings.Contains(string(fetched), "AK9*A*1*1*1") {
		t.Errorf("fetched %.300s, %v", fetched, err)
	}
	waits(t, r, carrier.ID, "accepted")
}

// waits checks the state of the only expectation of a fetch.
func waits(t *testing.T, r *rig, message, state string) {
	t.Helper()
	list, err := r.Spool().Expectations(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if w.Kind == "fetch" && w.State == state {
			return
		}
	}
	t.Errorf("found %+v, expected a fetch that is %s", list, state)
}

// A host key is made once, and never by a check.
func TestHostKeyIsMadeByTheFirstStart(t *testing.T) {
	_, key := opensshSFTP(t)
	addr := make(chan string, 1)
	r := begin(t, setup{edits: overSFTP(t, key), sftp: addr})
	receive(t, addr)
	first, err := os.ReadFile(filepath.Join(r.dir, "keys", "sftp-host"))
	if err != nil {
		t.Fatal(err)
	}
	r.halt(t)
	r.run(t, setup{sftp: addr})
	receive(t, addr)
	second, err := os.ReadFile(filepath.Join(r.dir, "keys", "sftp-host"))
	if err != nil || string(first) != string(second) {
		t.Errorf("the host key was replaced, %v", err)
	}
}

// Check says everything that is wrong with sftp blocks, and makes no key.
func TestSFTPBlocksThatAreWrong(t *testing.T) {
	for name, c := range map[string]struct{ gateway, partner, want string }{
		"no server":     {"", "account: { keys: [{ key: KEY }] }", "sftp.account: there is no SFTP server for the partner to log in to"},
		"leads nowhere": {"sftp: {}", "every: 5m", "sftp: the block leads nowhere"},
		"no key":        {"sftp: {}", "account: { keys: [{ key: nonsense }] }", "sftp.account.keys[0].key: this is no public key"},
		"weak hash":     {"sftp: {}", "account: { passwords: [{ hash: secret }] }", "sftp.account.passwords[0].hash: this is no such hash"},
		"same port":     {"sftp: { listen: 127.0.0.1:4081 }", "account: { keys: [{ key: KEY }] }", "sftp.listen: found 127.0.0.1:4081, which another door has, too"},
		"older":         {"sftp: { older: [arcfour] }", "account: { keys: [{ key: KEY }] }", `sftp.older[0]: found "arcfour"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := exampleTree(t)
			key := filepath.Join(t.TempDir(), "key")
			if err := sftp.MakeKey(key, "acme", rand.Reader); err != nil {
				t.Fatal(err)
			}
			public, err := os.ReadFile(key + ".pub")
			if err != nil {
				t.Fatal(err)
			}
			appendTo(t, filepath.Join(dir, ConfigFile), "\n"+c.gateway+"\n")
			appendTo(t, filepath.Join(dir, "partners", "acme-retail.yaml"), "\nsftp: { "+strings.ReplaceAll(c.partner, "KEY", strings.TrimSpace(string(public)))+" }\n")
			var said []string
			for _, p := range Check(dir) {
				said = append(said, p.String())
			}
			if !strings.Contains(strings.Join(said, "\n"), c.want) {
				t.Errorf("found %q, expected %q", said, c.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "keys", "sftp-host")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the check made a host key: %v", err)
			}
		})
	}
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(data, text...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
