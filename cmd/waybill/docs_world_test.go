package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waybill/example"
	"waybill/gateway"
	"waybill/sim"
	"waybill/spool"
)

// world is a gateway that runs on a directory of waybill init, with the partner
// and the ERP that its files name.
type world struct {
	partner *sim.Partner
	gateway *gateway.Gateway
}

// openWorld puts addresses of this machine into dir and runs a gateway on it
// until the test ends or stop is called.
func openWorld(t *testing.T, dir string) (w *world, stop func()) {
	t.Helper()
	erp, err := sim.OpenERP(sim.ERPOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w = &world{}
	if w.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them}); err != nil {
		t.Fatal(err)
	}
	certificate, _, err := w.partner.Keys().PEM()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "certs", example.Partner+".cer"), certificate, 0o644)
	}
	err = errors.Join(err, move(dir, "http://127.0.0.1:4090/orders", erp.URL()), move(dir, "http://127.0.0.1:4082/as2", w.partner.URL()), freePorts(dir))
	if err != nil {
		t.Fatal(err)
	}
	config, problems := gateway.Load(dir)
	if config == nil {
		t.Fatal(problems)
	}
	config.Retry.First, config.Retry.Max = 50*time.Millisecond, time.Second
	opened := make(chan string, 1)
	w.gateway, problems = gateway.New(config, gateway.Options{Log: slog.New(slog.DiscardHandler), Listening: func(door string, a net.Addr) {
		if door == "as2" {
			opened <- "http://" + a.String() + "/as2"
		}
	}})
	if w.gateway == nil {
		t.Fatal(problems)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.gateway.Run(ctx) }()
	select {
	case url := <-opened:
		w.partner.Join(sim.Gateway{URL: url, AS2: example.Us, Certificate: ourCertificate(t, dir)})
	case err := <-ended:
		t.Fatalf("the gateway did not start: %v", err)
	}
	return w, func() {
		cancel()
		if err := errors.Join(<-ended, w.partner.Close(), erp.Close()); err != nil {
			t.Error(err)
		}
	}
}

// move replaces an address in the files of a configuration.
func move(dir, from, to string) error {
	for _, name := range []string{gateway.ConfigFile, "partners/" + example.Partner + ".yaml"} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, bytes.ReplaceAll(data, []byte(from), []byte(to)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// freePorts lets the doors of a configuration listen where nobody else does.
func freePorts(dir string) error {
	return errors.Join(move(dir, "127.0.0.1:4080", "127.0.0.1:0"), move(dir, "127.0.0.1:4081", "127.0.0.1:0"))
}

// realPorts gives everything that a configuration names on this machine a port
// that nobody has, so that other commands find it there.
func realPorts(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "partners", "*.yaml"))
	if err != nil {
		return err
	}
	ports := map[string]string{}
	for _, name := range append(files, filepath.Join(dir, gateway.ConfigFile)) {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		data = regexp.MustCompile(`127\.0\.0\.1:40\d\d`).ReplaceAllFunc(data, func(addr []byte) []byte {
			if ports[string(addr)] == "" {
				l, listenErr := net.Listen("tcp", "127.0.0.1:0")
				if listenErr != nil {
					err = listenErr
					return addr
				}
				ports[string(addr)] = l.Addr().String()
				err = errors.Join(err, l.Close())
			}
			return []byte(ports[string(addr)])
		})
		if err := errors.Join(err, os.WriteFile(name, data, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

func ourCertificate(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "certs", "ourco.cer"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatal("certs/ourco.cer is not PEM")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// receive has the partner send a file and waits until nothing moves.
func (w *world) receive(ctx context.Context, file, old, by string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if old != "" && !bytes.Contains(body, []byte(old)) {
		return fmt.Errorf("%s has no %s", file, old)
	}
	sent, err := w.partner.Send(ctx, bytes.ReplaceAll(body, []byte(old), []byte(by)), sim.How{File: filepath.Base(file)})
	if err != nil || !sent.Accepted() {
		return fmt.Errorf("the partner's receipt says %q: %w", sent.Disposition, err)
	}
	return w.quiet(ctx)
}

// quiet waits until every message is where it stays on its own.
func (w *world) quiet(ctx context.Context) error {
	for range 1500 {
		counts, err := w.gateway.Spool().Counts(ctx)
		if err != nil {
			return err
		}
		moving := 0
		for _, c := range counts.Rows {
			if c.Status == spool.Ready || c.Status == spool.Running || c.Status == spool.Arrived {
				moving += c.Count
			}
		}
		if moving == 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("messages still move after half a minute")
}

// arrival reads "FILE at DIR" or "FILE at DIR, OLD as NEW".
func arrival(order string) (file, dir, old, by string, err error) {
	order, change, _ := strings.Cut(order, ", ")
	file, dir, ok := strings.Cut(order, " at ")
	if !ok {
		return "", "", "", "", fmt.Errorf("expected FILE at DIR, found %q", order)
	}
	if change != "" {
		if old, by, ok = strings.Cut(change, " as "); !ok {
			return "", "", "", "", fmt.Errorf("expected OLD as NEW, found %q", change)
		}
	}
	return file, dir, old, by, nil
}
