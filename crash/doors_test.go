//go:build faults

package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"waybill/sim"
)

// byDoor is a way into the gateway beside AS2: it changes a world so that its
// partners come that way, and returns what must hold when all is over.
type byDoor func(w *world, dir string) (over func())

// doors are the ways in.
func doors() map[string]byDoor {
	return map[string]byDoor{"sftp": (*world).overSFTP, "their sftp": (*world).fromTheirServer}
}

// TestDoorKillStorm kills the gateway at random moments while partners come by
// another door: nothing is lost or doubled, no file is left unread and none is
// read twice.
func TestDoorKillStorm(t *testing.T) {
	for name, door := range doors() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, setting{})
			over := door(w, filepath.Join(w.dir, "data"))
			w.erp.Use(sim.Faults{Seed: 7, Mix: []sim.Share{{Of: 0.02, Fault: sim.CloseAfterCommit()}, {Of: 0.02, Fault: sim.Status(503, "restarting")}}})
			ctx, calm := context.WithCancel(t.Context())
			acked := w.storm(ctx, sim.Storm{Producers: 4, Again: 10})
			kills := times(t, "WAYBILL_DOOR_KILLS", 4)
			for range kills {
				p := w.start()
				w.ready(p, time.Minute)
				time.Sleep(300*time.Millisecond + rand.N(900*time.Millisecond))
				p.kill()
			}
			w.endsWell(w.start(), calm, acked, over, kills)
		})
	}
}

// TestDoorPowerCuts does the same with power cuts, and with the ERP down so that
// everything must survive in the spool and in the partners' directories.
func TestDoorPowerCuts(t *testing.T) {
	for name, door := range doors() {
		t.Run(name, func(t *testing.T) {
			disk := newLossy(t)
			w := newWorld(t, setting{store: "sqlite:" + filepath.Join(disk.mount, "waybill.db"), payloads: filepath.Join(disk.mount, "payloads")})
			over := door(w, disk.mount)
			w.erp.Use(sim.Always(sim.Down()))
			ctx, calm := context.WithCancel(t.Context())
			acked := w.storm(ctx, sim.Storm{Producers: 4, Again: 10})
			cuts := times(t, "WAYBILL_DOOR_CUTS", 3)
			for range cuts {
				p := w.start()
				w.ready(p, time.Minute)
				time.Sleep(300*time.Millisecond + rand.N(900*time.Millisecond))
				p.kill()
				disk.cut()
				disk.up()
			}
			last := w.start()
			w.erp.Use(sim.Faults{})
			w.endsWell(last, calm, acked, over, cuts)
		})
	}
}

// endsWell lets the last life of the gateway finish everything.
func (w *world) endsWell(last *process, calm context.CancelFunc, acked func() int, over func(), times int) {
	w.t.Helper()
	w.ready(last, time.Minute)
	calm()
	n := acked()
	w.wantNothingLost(3 * time.Minute)
	w.calm(time.Minute)
	over()
	last.stop()
	w.wantClean()
	w.t.Logf("%d times, %d files acknowledged, %d orders, %d calls of the ERP", times, n, len(w.erp.Journal()), w.erp.Calls())
	if n < times {
		w.t.Errorf("only %d files were acknowledged: the storm was too weak to show anything", n)
	}
}

// overSFTP gives the gateway an SFTP server with its directories below dir, and
// two partners who upload there and fetch all the while.
func (w *world) overSFTP(dir string) (over func()) {
	w.t.Helper()
	at := freeAddress(w.t)
	trees := filepath.Join(dir, "sftp")
	w.change("waybill.yaml", func(text string) string {
		return text + fmt.Sprintf("\nsftp:\n  listen: %s\n  dir: %s\n", at, trees)
	})
	var partners []*sim.FilePartner
	for i := range 2 {
		p, err := sim.OpenFilePartner(fmt.Sprintf("files-%d", i), fmt.Sprintf("FILES%d", i))
		if err != nil {
			w.t.Fatal(err)
		}
		p.Join(at)
		partners = append(partners, p)
		w.byDoor(p.Courier(), p.Received, fmt.Sprintf("sftp: { account: { keys: [ { key: %q } ] } }", p.PublicKey()))
	}
	stop := w.fetching(partners)
	return func() {
		stop()
		for _, p := range partners {
			w.wantOneFileEach(p)
			if err := p.Close(); err != nil {
				w.t.Error(err)
			}
			for _, name := range []string{"inbound", "outbound", "waiting"} {
				w.wantEmpty(filepath.Join(trees, p.Name(), name))
			}
		}
	}
}

// wantOneFileEach wants each file once. One that was read when the gateway was
// killed, and before the partner had the answer to its close, may have stood there
// again, octet for octet.
func (w *world) wantOneFileEach(p *sim.FilePartner) {
	w.t.Helper()
	names, again := map[string]bool{}, 0
	for _, r := range p.Received() {
		if names[r.MessageID] {
			w.t.Errorf("%s read %s with two contents", p.Name(), r.MessageID)
		}
		names[r.MessageID] = true
		again += r.Repeats
	}
	w.t.Logf("%s read %d files, %d of them again after a kill", p.Name(), len(names), again)
}

// byDoor adds a partner that comes another way.
func (w *world) byDoor(c sim.Courier, received func() []sim.Received, block string) {
	w.t.Helper()
	w.write("partners/"+c.Name+".yaml", fmt.Appendf(nil, `partner: %[1]s
name: %[1]s
x12:
  them: { qualifier: ZZ, id: %[2]s, group: %[2]s }
  us:   { qualifier: ZZ, id: OURCO, group: OURCO }
%[3]s
acknowledge: { via: sftp }
documents:
  "850": { direction: in, role: seller, mapping: base/850, to: [erp] }
`, c.Name, c.ID, block))
	w.couriers = append(w.couriers, c)
	if w.received == nil {
		w.received = map[string]func() []sim.Received{}
	}
	w.received[c.Name] = received
}

// fetching has partners fetch what stands for them until the returned function
// is called, which looks for the last time.
func (w *world) fetching(partners []*sim.FilePartner) (stop func()) {
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, p := range partners {
		running.Go(func() {
			for ctx.Err() == nil {
				_ = p.Fetch(ctx) // the gateway is killed under it
				select {
				case <-ctx.Done():
				case <-time.After(30 * time.Millisecond):
				}
			}
		})
	}
	stop = sync.OnceFunc(func() { end(); running.Wait() })
	w.t.Cleanup(stop)
	return stop
}

// wantEmpty wants no file in a directory, or soon none.
func (w *world) wantEmpty(dir string) {
	w.t.Helper()
	var left []string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			w.t.Error(err)
		}
		left = nil
		for _, e := range entries {
			if !e.IsDir() {
				left = append(left, e.Name())
			}
		}
		if len(left) == 0 {
			return
		}
	}
	w.t.Errorf("%d files are left in %s, such as %s", len(left), dir, left[0])
}

// fromTheirServer has the gateway fetch from the server of two partners, which
// stands outside what is killed, and put its files there.
func (w *world) fromTheirServer(string) (over func()) {
	w.t.Helper()
	w.write("keys/their", []byte("no matter\n"))
	var shelves []*shelf
	for i := range 2 {
		s := &shelf{dir: w.t.TempDir()}
		for _, name := range []string{"out", "in"} {
			must(w.t, func() error { return os.Mkdir(filepath.Join(s.dir, name), 0o700) })
		}
		server, err := sim.OpenFileServer(s.dir)
		if err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { _ = server.Close() })
		shelves = append(shelves, s)
		w.byDoor(sim.Courier{Name: fmt.Sprintf("shelf-%d", i), ID: fmt.Sprintf("SHELF%d", i), Deliver: s.deliver}, s.received, fmt.Sprintf(
			"sftp: { host: %q, user: ourco, password: secret://file/keys/their, host_key: %q, every: 1s, fetch: { dir: %q, pattern: \"*.edi\", stable_for: 0s }, put: { dir: %q } }",
			server.Address(), server.HostKey(), filepath.Join(s.dir, "out"), filepath.Join(s.dir, "in")))
	}
	return func() {
		for _, s := range shelves {
			w.wantEmpty(filepath.Join(s.dir, "out"))
			for _, r := range s.received() {
				if filepath.Ext(r.MessageID) != ".edi" {
					w.t.Errorf("%s is left on the partner's server", r.MessageID)
				}
			}
		}
	}
}

// shelf is a partner's directory that its server shows.
type shelf struct{ dir string }

// deliver puts a file there and waits until it was taken.
func (s *shelf) deliver(ctx context.Context, body []byte, how sim.How) (sim.Sent, error) {
	name := filepath.Join(s.dir, "out", how.File)
	if err := errors.Join(os.WriteFile(name+".tmp", body, 0o600), os.Rename(name+".tmp", name)); err != nil {
		return sim.Sent{}, err
	}
	for {
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			return sim.Sent{MessageID: how.MessageID, Disposition: "taken", Stored: true}, nil
		}
		select {
		case <-ctx.Done():
			return sim.Sent{}, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// received reads what the gateway has put there.
func (s *shelf) received() []sim.Received {
	var list []sim.Received
	dir := filepath.Join(s.dir, "in")
	names, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return []sim.Received{{NotRead: err.Error()}}
	}
	for _, e := range names {
		r := sim.Received{MessageID: e.Name()}
		var err error
		if r.Interchange, err = os.ReadFile(filepath.Join(dir, e.Name())); err == nil && filepath.Ext(e.Name()) == ".edi" {
			r.Answers, err = sim.ReadAcks(r.Interchange)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			r.NotRead = err.Error()
		}
		list = append(list, r)
	}
	return list
}

// TestGigabyteOverSFTP uploads 1 GB to the real gateway, which stores it and finds
// that it is no interchange. Its memory stays flat all the while (plan row 15).
func TestGigabyteOverSFTP(t *testing.T) {
	const size, most = 1 << 30, 96 << 20
	w := newWorld(t, setting{})
	at := freeAddress(t)
	w.change("waybill.yaml", func(text string) string { return text + "\nsftp: { listen: " + at + " }\n" })
	partner, err := sim.OpenFilePartner("files-0", "FILES0")
	if err != nil {
		t.Fatal(err)
	}
	partner.Join(at)
	w.byDoor(partner.Courier(), partner.Received, fmt.Sprintf("sftp: { account: { keys: [ { key: %q } ] } }", partner.PublicKey()))
	p := w.start()
	w.ready(p, time.Minute)
	file := filepath.Join(t.TempDir(), "zeros")
	must(t, func() error { return os.WriteFile(file, nil, 0o600) })
	must(t, func() error { return os.Truncate(file, size) })
	body, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if err := partner.Upload(t.Context(), "zeros.edi", body); err != nil {
		t.Fatal(err)
	}
	must(t, partner.Close)
	w.calm(2 * time.Minute)
	peak := p.peak()
	p.stop()
	t.Logf("peak memory of the gateway: %.1f MB for 1 GB", float64(peak)/(1<<20))
	if peak > most {
		t.Errorf("the gateway took %d bytes of memory, expected at most %d", peak, most)
	}
}
