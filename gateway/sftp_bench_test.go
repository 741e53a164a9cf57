package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/sim"
	"waybill/spool"
	"waybill/transports/sftp"
)

// contestant is a server that one session of OpenSSH's sftp uploads to.
type contestant struct {
	name, addr, key, user, dir string
	after                      func() // waits until what came is processed
	rates                      []float64
}

// BenchmarkSFTPSession uploads 2,000 files of 2 kB by one session of OpenSSH's
// sftp to a plain OpenSSH server, to a bare server of the SFTP library, to our
// door with a real spool, where each close is a durable commit, and to the whole
// gateway, which works on them at the same time; one after another in each round.
func BenchmarkSFTPSession(b *testing.B) {
	const files = 2000
	program, key := opensshSFTP(b)
	all := []*contestant{besideOpenSSH(b), besideBare(b), besideDoor(b, key), besideGateway(b, key)}
	next := 0
	for b.Loop() {
		local := b.TempDir()
		for i := range files {
			next++
			order := sim.Order850(sim.Spec{Control: next, PO: fmt.Sprintf("PO-%08d", next), Lines: 26})
			if err := os.WriteFile(filepath.Join(local, fmt.Sprintf("%d.edi", i)), order, 0o600); err != nil {
				b.Fatal(err)
			}
		}
		for _, c := range all {
			c.upload(b, program, local, files)
		}
	}
	for _, c := range all {
		ratios := make([]float64, len(c.rates))
		for i := range c.rates { // of one round: what else the machine does changes
			ratios[i] = c.rates[i] / all[0].rates[i]
		}
		b.ReportMetric(median(c.rates), c.name+"-files/s")
		b.ReportMetric(median(ratios), c.name+"/openssh")
		b.Logf("%s: files/s %.0f; of OpenSSH's %.2f", c.name, c.rates, ratios)
	}
}

// BenchmarkSFTPGigabyte uploads 1 GB in one file to the library's server and to
// our door, whose close is answered when all of it is synced.
func BenchmarkSFTPGigabyte(b *testing.B) {
	program, key := opensshSFTP(b)
	all := []*contestant{besideBare(b), besideDoor(b, key)}
	local := b.TempDir()
	name := filepath.Join(local, "0.edi")
	for b.Loop() {
		gigabyte(b, name, len(all[0].rates))
		for _, c := range all {
			c.upload(b, program, local, 1)
			if c.name == "bare" {
				if err := os.RemoveAll(c.dir); err != nil {
					b.Fatal(err)
				}
				if err := os.Mkdir(c.dir, 0o700); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	for _, c := range all {
		ratios := make([]float64, len(c.rates))
		for i := range c.rates {
			ratios[i] = c.rates[i] / all[0].rates[i]
		}
		b.ReportMetric(median(c.rates)*1000, c.name+"-MB/s")
		b.ReportMetric(median(ratios), c.name+"/bare")
		b.Logf("%s: MB/s %.3f; of the library's %.2f", c.name, c.rates, ratios)
	}
}

// gigabyte writes 10^9 bytes that are new each time.
func gigabyte(b *testing.B, name string, round int) {
	b.Helper()
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 1_000_000)
	for i := range block {
		block[i] = byte(i*7 + round)
	}
	for range 1000 {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		b.Fatal(err)
	}
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}

// upload is one session.
func (c *contestant) upload(b *testing.B, program, local string, files int) {
	b.Helper()
	var commands strings.Builder
	for i := range files {
		fmt.Fprintf(&commands, "put %s/%d.edi %s/%d-%d.edi\n", local, i, c.dir, len(c.rates), i) // a name that is new: to overwrite costs a sync
	}
	began := time.Now()
	if out, err := session(b, program, c.addr, c.user, c.key, commands.String()); err != nil {
		b.Fatalf("%s: %v: %.300s", c.name, err, out)
	}
	c.rates = append(c.rates, float64(files)/time.Since(began).Seconds())
	if c.after != nil {
		c.after()
	}
}

func besideOpenSSH(b *testing.B) *contestant {
	d := startSSHD(b)
	return &contestant{name: "openssh", addr: d.addr, key: d.key, user: d.user, dir: filepath.Join(d.dir, "in")}
}

// besideBare is the library's own server, which writes files and syncs nothing.
func besideBare(b *testing.B) *contestant {
	b.Helper()
	_, key := opensshSFTP(b)
	host, err := sftp.ReadKey(key, "")
	if err != nil {
		b.Fatal(err)
	}
	conf := &ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }}
	conf.AddHostKey(host)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serveBare(conn, conf)
		}
	}()
	b.Cleanup(func() { _ = ln.Close(); <-ended })
	return &contestant{name: "bare", addr: ln.Addr().String(), key: key, user: "acme", dir: b.TempDir()}
}

func serveBare(conn net.Conn, conf *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, conf)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offer := range channels {
		ch, asked, err := offer.Accept()
		if err != nil {
			return
		}
		for r := range asked {
			_ = r.Reply(r.Type == "subsystem", nil)
			if r.Type == "subsystem" {
				break
			}
		}
		s, err := pkgsftp.NewServer(ch)
		if err != nil {
			return
		}
		_ = s.Serve()
		_, _ = ch.SendRequest("exit-status", false, make([]byte, 4))
		_ = ch.Close()
	}
}

// besideDoor is our server over a real spool on which nobody works.
func besideDoor(b *testing.B, key string) *contestant {
	b.Helper()
	dir := b.TempDir()
	s, err := spool.Open(b.Context(), spool.Config{Store: "sqlite:" + filepath.Join(dir, "waybill.db"), Dir: filepath.Join(dir, "payloads")})
	if err != nil {
		b.Fatal(err)
	}
	addr := make(chan string, 1)
	mine, err := sftp.ReadKey(key, "")
	if err != nil {
		b.Fatal(err)
	}
	block := sftp.DefaultAccount()
	account := block.For("acme", false)
	account.Keys = []sftp.Key{{Key: mine.PublicKey()}}
	r := sftp.NewReceiver(sftp.ReceiverOptions{
		Lookup: one{account}, Dir: filepath.Join(dir, "sftp"), HostKeys: []ssh.Signer{mine}, Address: "127.0.0.1:0",
		Listening: func(a net.Addr) { addr <- a.String() },
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Receive(ctx, inbox{spool: s, log: jsonLog(&journal{}), counts: newCounts()}) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return &contestant{name: "door", addr: receive(b, addr), key: key, user: "acme", dir: "/inbound"}
}

// one is the only account.
type one struct{ account sftp.Account }

func (o one) Account(string) (sftp.Account, error) { return o.account, nil }

// besideGateway is the whole gateway, which must have made an order of each file
// before the next round.
func besideGateway(b *testing.B, key string) *contestant {
	b.Helper()
	addr := make(chan string, 1)
	r := begin(b, setup{edits: overSFTP(b, key), sftp: addr})
	c := &contestant{name: "gateway", addr: receive(b, addr), key: key, user: "acme", dir: "/inbound"}
	rounds := 0
	c.after = func() {
		rounds++
		for end := time.Now().Add(10 * time.Minute); len(r.erp.Journal()) < rounds*2000; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				b.Fatalf("the ERP has %d orders, expected %d", len(r.erp.Journal()), rounds*2000)
			}
		}
		r.calm(b)
	}
	return c
}
