//go:build unix

package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
)

// TestBinary builds the program once, with its version stamped, and runs it as a
// process: what only a process can show.
func TestBinary(t *testing.T) {
	b := binary{buildBinary(t)}
	t.Run("version", func(t *testing.T) { b.version(t) })
	t.Run("exit codes", func(t *testing.T) { b.exitCodes(t) })
	t.Run("stop", func(t *testing.T) { b.stop(t) })
	t.Run("reload", func(t *testing.T) { b.reload(t) })
}

// buildBinary builds the program and returns where it is.
func buildBinary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "waybill")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-X main.version=v9.8.7-test", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

type binary struct{ path string }

func (b binary) version(t *testing.T) {
	out, err := exec.Command(b.path, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "waybill v9.8.7-test go1.") || strings.Count(string(out), "\n") != 1 {
		t.Errorf("found %q, %v", out, err)
	}
}

func (b binary) exitCodes(t *testing.T) {
	for args, want := range map[string]int{"version": 0, "check --config " + t.TempDir(): 1, "sevre": 2} {
		c := exec.Command(b.path, strings.Fields(args)...)
		_ = c.Run() // its code is looked at
		if code := c.ProcessState.ExitCode(); code != want {
			t.Errorf("waybill %s: found exit code %d, expected %d", args, code, want)
		}
	}
}

// street is a configuration with its partner and its ERP, which outlive the gateway.
type street struct {
	binary
	dir, as2 string
	erp      *sim.ERP
	partner  *sim.Partner
}

func (b binary) open(t *testing.T) *street {
	t.Helper()
	s := &street{binary: b, dir: filepath.Join(t.TempDir(), "shop"), as2: freePort(t)}
	var err error
	if s.erp, err = sim.OpenERP(sim.ERPOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.erp.Close() })
	if s.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.partner.Close() })
	ours, err := example.Write(s.dir, example.Addresses{AS2: s.as2, Observe: freePort(t), ERP: s.erp.URL(), Partner: s.partner.URL()}, s.partner.Keys(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.change(t, "partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850") // it knows every item
	s.change(t, "waybill.yaml", "log: { level: info, format: text }", "log: { level: info, format: json }\nretry: { first: 50ms, max: 200ms, attempts: 1000 }")
	s.partner.Join(sim.Gateway{URL: "http://" + s.as2 + "/as2", AS2: example.Us, Certificate: ours.Certificate})
	return s
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *street) change(t *testing.T, file, old, with string) {
	t.Helper()
	name := filepath.Join(s.dir, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, with, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// process is one life of the gateway.
type process struct {
	cmd   *exec.Cmd
	log   journal
	ended chan error
}

// journal is what a process printed so far.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// serve starts the gateway and waits until partners can post.
func (s *street) serve(t *testing.T) *process {
	t.Helper()
	p := &process{cmd: exec.Command(s.path, "serve", "--config", s.dir), ended: make(chan error, 1)}
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	eventually(t, "the AS2 door is open", func() bool {
		if len(p.ended) > 0 {
			t.Fatalf("it ended at once:\n%s", p.log.String())
		}
		c, err := net.Dial("tcp", s.as2)
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	return p
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("within 30 s not: %s", what)
}

// terminate sends SIGTERM and waits for the end.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	_ = p.cmd.Process.Signal(syscall.SIGHUP) // it may have ended; if not, this does not cut off what it finishes
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("it ended with %v, expected exit code 0:\n%s", err, p.log.String())
		}
	case <-time.After(40 * time.Second):
		t.Fatal("it does not end")
	}
}

// stop sends SIGTERM while the ERP is slow to answer: the deliveries that run are
// finished, the process ends with 0, and the next start completes the rest.
func (b binary) stop(t *testing.T) {
	s := b.open(t)
	s.erp.Use(sim.Always(sim.Slow(700 * time.Millisecond)))
	p := s.serve(t)
	const orders = 12 // more than there are workers
	for n := range orders {
		sent, err := s.partner.Send(context.Background(), sim.Order850(sim.Spec{Control: n + 1}), sim.How{})
		if err != nil || !sent.Accepted() {
			t.Fatalf("order %d: the receipt is %q, %v", n+1, sent.Disposition, err)
		}
	}
	eventually(t, "deliveries are under way", func() bool { return s.erp.Calls() > 0 })
	p.terminate(t)
	calls := s.erp.Calls()
	if n := len(s.erp.Journal()); n != calls {
		t.Errorf("the ERP was called %d times and has %d orders: a delivery was cut off", calls, n)
	}
	if !strings.Contains(p.log.String(), `"msg":"stopped"`) {
		t.Error("the log does not say that it stopped")
	}
	s.wantNothingRunning(t)

	s.erp.Use(sim.Faults{})
	p = s.serve(t)
	eventually(t, "every order and every 997 is there", func() bool {
		return len(s.erp.Journal()) == orders && len(s.partner.Answers()) == orders
	})
	p.terminate(t)
	for _, o := range s.erp.Journal() {
		if o.Calls != 1 {
			t.Errorf("order %s was handed over %d times, expected once: nothing was cut off", o.Key, o.Calls)
		}
	}
	out, err := exec.Command(b.path, "spool", "verify", "--config", s.dir).CombinedOutput()
	if err != nil {
		t.Errorf("spool verify: %v\n%s", err, out)
	}
}

func (s *street) wantNothingRunning(t *testing.T) {
	t.Helper()
	sp, err := spool.Open(t.Context(), spool.Config{
		Store: "sqlite:" + filepath.Join(s.dir, "data", "waybill.db"), Dir: filepath.Join(s.dir, "data", "payloads"), Existing: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sp.Close() }()
	for _, status := range []spool.Status{spool.Running, spool.Arrived, spool.Staged} {
		list, err := sp.List(t.Context(), spool.Filter{Status: string(status)})
		if err != nil || len(list) > 0 {
			t.Errorf("found %d messages that are %s, %v; expected none", len(list), status, err)
		}
	}
}

// reload sends SIGHUP: a bad profile is reported and changes nothing, a good one
// is in force, and the process lives on.
func (b binary) reload(t *testing.T) {
	s := b.open(t)
	p := s.serve(t)
	hangup := func(want string) {
		t.Helper()
		seen := strings.Count(p.log.String(), want)
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the log says "+want, func() bool { return strings.Count(p.log.String(), want) > seen })
	}
	s.change(t, "partners/acme-retail.yaml", "priority:", "prioritty:")
	hangup("configuration rejected, the one in force stays")
	if text := p.log.String(); !strings.Contains(text, "did you mean priority?") {
		t.Errorf("the log does not name the mistake:\n%s", text)
	}
	s.change(t, "partners/acme-retail.yaml", "prioritty: 1", "status: suspended")
	hangup("configuration in force")
	sent, err := s.partner.Send(context.Background(), sim.Order850(sim.Spec{}), sim.How{})
	if err != nil || sent.Accepted() {
		t.Errorf("a suspended partner got %q, %v", sent.Disposition, err)
	}
	s.change(t, "partners/acme-retail.yaml", "status: suspended", "priority: 1")
	hangup("configuration in force")
	if sent, err = s.partner.Send(context.Background(), sim.Order850(sim.Spec{}), sim.How{}); err != nil || !sent.Accepted() {
		t.Errorf("the partner got %q, %v", sent.Disposition, err)
	}
	eventually(t, "the order is there", func() bool { return len(s.erp.Journal()) == 1 })
	p.terminate(t)
}
