package gateway

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
)

// setup is how a rig differs from the example.
type setup struct {
	edits  []string // file, old, new, and so on
	erp    sim.ERPOptions
	config func(*Config)
	clock  *simulated     // nil: the system's
	inject func(*Gateway) // before it runs
	before func(dir string)
	sftp   chan string      // is told the address of the SFTP door
	store  string           // "" is the example's SQLite
	now    func() time.Time // nil is the system's
	closed bool             // nobody waits for the AS2 door to open
}

// rig is a running gateway with the example's configuration, its partner and its
// ERP, and everything that it logs.
type rig struct {
	*Gateway
	dir     string
	erp     *sim.ERP
	partner *sim.Partner
	door    sim.Gateway // where partners send to
	log     *journal
	stop    context.CancelFunc
	ended   chan error
	observe string      // URL of the pages
	api     chan string // the address of the API, once it is open
	next    int
}

const patience = 20 * time.Second

func begin(t testing.TB, s setup) *rig {
	t.Helper()
	r := &rig{dir: filepath.Join(t.TempDir(), "config"), log: &journal{}, ended: make(chan error, 1)}
	var err error
	if r.erp, err = sim.OpenERP(s.erp); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.erp.Close() })
	if r.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.partner.Close() })
	ours, err := example.Write(r.dir, example.Addresses{
		AS2: "127.0.0.1:0", Observe: "127.0.0.1:0", ERP: r.erp.URL(), Partner: r.partner.URL(),
	}, r.partner.Keys(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for edits := s.edits; len(edits) > 2; edits = edits[3:] {
		r.edit(t, edits[0], edits[1], edits[2])
	}
	if s.before != nil {
		s.before(r.dir)
	}
	opened := r.run(t, s)
	if s.closed {
		return r
	}
	r.door = sim.Gateway{URL: "http://" + receive(t, opened) + "/as2", AS2: example.Us, Certificate: ours.Certificate}
	r.partner.Join(r.door)
	return r
}

// run builds the gateway and runs it until the test ends; what it returns is told
// the address of the AS2 door.
func (r *rig) run(t testing.TB, s setup) <-chan string {
	t.Helper()
	c, problems := Load(r.dir)
	if c == nil {
		t.Fatal(problems)
	}
	c.Store = cmp.Or(s.store, c.Store)
	c.Retry.First, c.Retry.Max = 10*time.Millisecond, 40*time.Millisecond
	if s.config != nil {
		s.config(c)
	}
	as2, observe := make(chan string, 1), make(chan string, 1)
	r.api = make(chan string, 1)
	doors := map[string]chan string{"as2": as2, "observe": observe, "api": r.api, "sftp": s.sftp}
	o := Options{
		Log: jsonLog(r.log), Now: s.now,
		Listening: func(door string, a net.Addr) {
			doors[door] <- a.String()
		},
	}
	if s.clock != nil {
		o.Now, o.After = s.clock.Now, s.clock.After
	}
	g, problems := New(c, o)
	if g == nil {
		t.Fatal(problems)
	}
	r.Gateway = g
	if s.inject != nil {
		s.inject(g)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	ended := r.ended
	go func() { ended <- g.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the gateway ended with %v", err)
		}
	})
	r.observe = "http://" + receive(t, observe)
	return as2
}

// exampleTree writes the example configuration and returns its directory.
func exampleTree(t *testing.T) string {
	t.Helper()
	partner, err := example.NewPartner(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "config")
	if _, err := example.Write(dir, example.Addresses{}, partner, time.Now()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func jsonLog(j *journal) *slog.Logger {
	return slog.New(slog.NewJSONHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// halt stops the gateway and waits for its end.
func (r *rig) halt(t *testing.T) {
	t.Helper()
	r.stop()
	err := receive(t, r.ended)
	r.ended <- nil // for the cleanup
	if err != nil {
		t.Fatalf("the gateway ended with %v", err)
	}
}

func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	var v T
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatal("nothing came within 20 s")
	}
	return v
}

func (r *rig) edit(t testing.TB, file, old, with string) {
	t.Helper()
	name := filepath.Join(r.dir, file)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(data), old, with)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// base is the change to the base mapping, which knows every item.
func base() []string {
	return []string{"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850"}
}

// send posts an order of the partner's and expects a good receipt.
func (r *rig) send(t *testing.T) {
	t.Helper()
	r.next++
	sent, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: r.next}), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatalf("the receipt is %q %s, %v", sent.Disposition, sent.NoReceipt, err)
	}
}

// until waits for something to become true.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("within 20 s not: %s", what)
}

// messages are the messages of a kind, newest first.
func (r *rig) messages(t *testing.T, f spool.Filter) []spool.Message {
	t.Helper()
	s := r.Spool()
	if s == nil {
		return nil
	}
	list, err := s.List(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// one waits for the only message that a filter finds.
func (r *rig) one(t *testing.T, f spool.Filter) spool.Message {
	t.Helper()
	var m spool.Message
	until(t, fmt.Sprintf("one message for %+v", f), func() bool {
		list := r.messages(t, f)
		if len(list) == 1 {
			m = list[0]
		}
		return len(list) == 1
	})
	return m
}

// calm waits until nothing is on its way.
func (r *rig) calm(t testing.TB) {
	t.Helper()
	until(t, "nothing is on its way", func() bool {
		s := r.Spool()
		if s == nil {
			return false
		}
		counts, err := s.Counts(context.Background()) // one look at all of them
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts.Rows {
			switch c.Status {
			case spool.Arrived, spool.Ready, spool.Running, spool.Staged:
				return false
			}
		}
		return true
	})
}

// page reads a page of the observe listener.
func (r *rig) page(t *testing.T, path string) (int, string) {
	t.Helper()
	res, err := http.Get(r.observe + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// String is everything as it was written.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// lines are the lines that have all of these attributes: name, value, and so on.
func (j *journal) lines(t testing.TB, want ...string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for text := range strings.Lines(j.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("a line of the log is no JSON: %q", text)
		}
		fits := true
		for i := 0; i+1 < len(want); i += 2 {
			fits = fits && line[want[i]] == want[i+1]
		}
		if fits {
			out = append(out, line)
		}
	}
	return out
}
