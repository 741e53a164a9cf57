package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/example"
	"waybill/gateway"
)

// ownPorts gives the addresses of a shop to ports that nobody has.
func ownPorts(t *testing.T, dir string) {
	t.Helper()
	var listeners []net.Listener
	for _, from := range []string{"127.0.0.1:4080", "127.0.0.1:4081", "127.0.0.1:4082", "127.0.0.1:4090"} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, ln)
		if err := move(dir, from, ln.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	for _, ln := range listeners {
		if err := ln.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// served runs a shop's gateway until the test ends.
func served(t *testing.T, dir string) {
	t.Helper()
	c, problems := gateway.Load(dir)
	if c == nil {
		t.Fatal(problems)
	}
	open := make(chan struct{})
	g, problems := gateway.New(c, gateway.Options{Listening: func(door string, _ net.Addr) {
		if door == "as2" {
			close(open)
		}
	}})
	if g == nil {
		t.Fatal(problems)
	}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- g.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	<-open
}

// A fresh shop has somebody who sends to it.
func TestSimSend(t *testing.T) {
	dir := shop(t)
	ownPorts(t, dir)
	if code, _, stderr := command("sim", "send", "--config", dir, "--wait", "2s"); code != exitRemote || !strings.Contains(stderr, "does waybill serve") {
		t.Errorf("without a gateway: found exit code %d: %s", code, stderr)
	}
	served(t, dir)
	for range 2 { // the second order is another one
		code, stdout, stderr := command("sim", "send", "--config", dir)
		for _, want := range []string{"receipt  processed, signed", "order    PO 45", "is at the ERP as SO-000001", "997      A for group"} {
			if code != exitOK || !strings.Contains(stdout, want) {
				t.Errorf("found exit code %d, expected %q: %s%s", code, want, stdout, stderr)
			}
		}
	}
	if code, stdout, _ := command("spool", "list", "--config", dir, "--document", "order", "-o", "json"); code != exitOK || strings.Count(stdout, "\n") != 2 {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
}

// Where there is no order because the 997 refuses it, the 997 is what matters.
func TestSimSendWhatIsRefused(t *testing.T) {
	dir := shop(t)
	ownPorts(t, dir)
	served(t, dir)
	file := filepath.Join(t.TempDir(), "bad.edi")
	if err := os.WriteFile(file, bytes.Replace(example.Order(), []byte("PO1*1*"), []byte("PO1*1*x"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("sim", "send", file, "--config", dir, "--wait", "1m")
	if code != exitRemote || !strings.Contains(stdout, "997      R for group") || !strings.Contains(stderr, "no order came to the ERP: waybill spool list --config "+dir+" --partner acme-retail shows") {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
}

func TestSimSendRefuses(t *testing.T) {
	dir := shop(t)
	for args, want := range map[string]string{
		"--partner acme-retial":             "did you mean acme-retail?",
		"--partner acme --key x":            `there is no partner "acme"`,
		"--key nowhere.pem":                 "the partner's own key: open nowhere.pem",
		"nowhere.edi":                       "open nowhere.edi",
		"--key " + dir + "/certs/ourco.cer": "the partner's own key in",
	} {
		code, _, stderr := command(append([]string{"sim", "send", "--config", dir}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: found exit code %d: %s", args, code, stderr)
		}
	}
	if err := move(dir, "127.0.0.1:4082", "as2.acme.example"); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command("sim", "send", "--config", dir); code != exitUsage || !strings.Contains(stderr, "is not this machine") {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	if err := os.Remove(filepath.Join(dir, "partners", example.Partner+".yaml")); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command("sim", "send", "--config", dir); code != exitUsage || !strings.Contains(stderr, "there is no partner") {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
}

func TestRenumbered(t *testing.T) {
	got, err := renumbered(example.Order(), 7, "T")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"*000000007*0*T*>~", "*7*X*004010~", "BEG*00*SA*45000000007**", "GE*1*7~", "IEA*1*000000007~"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	if _, err := renumbered([]byte("Dear colleague"), 7, "T"); err == nil {
		t.Error("a letter was renumbered")
	}
}
