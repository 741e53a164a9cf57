package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/example"
	"waybill/gateway"
	"waybill/sim"
)

// loopPlan is one loop of documents: who takes part, how it begins, what must come.
type loopPlan struct {
	name       string
	about      string // one sentence
	systemName string // what our own system is
	key        string // of the thread
	partners   []loopPartner
	desk       func(l *loop) worker               // behind our own system
	begin      func(context.Context, *loop) error // the first document
	legs       []leg                              // the documents, in their order
	counted    func(l *loop) (string, []string)   // what adds up, and what does not
}

// loopPartner is a partner of a loop.
type loopPartner struct {
	name, as2 string
	address   string // that stands in the example's files
	options   sim.CounterpartOptions
}

// worker is somebody simulated who works until ctx ends.
type worker interface {
	Run(ctx context.Context, every time.Duration) error
}

// loopPlans are the loops that demo knows.
func loopPlans() []loopPlan {
	return []loopPlan{orderToCash(), procureToPay(), warehouse()}
}

// loopPlanOf finds a plan by its name, with the step that goes wrong.
func loopPlanOf(name, broken string) (loopPlan, error) {
	for _, p := range loopPlans() {
		if p.name != name {
			continue
		}
		if broken != "" && !slices.Contains(p.breaks(), broken) {
			return p, usage(fmt.Errorf("--break of this loop is one of %s; found %q", strings.Join(p.breaks(), ", "), broken))
		}
		for i := range p.partners {
			p.partners[i].options.Refuse, _, _ = strings.Cut(broken, " ")
		}
		return p, nil
	}
	return loopPlan{}, usage(fmt.Errorf("--loop is one of %s; found %q", loopNames(), name))
}

// loop is a gateway with the partners and the system of a plan.
type loop struct {
	loopPlan
	o        demoOptions
	dir      string
	system   *sim.ERP // our ERP, or our WMS
	partners []*sim.Partner
	sides    map[string]*sim.Counterpart
	gateway  *gateway.Gateway
	log      *os.File
	doors    *doors
	made     example.Made
	told     map[string]bool // messages of the steps so far
}

// runLoop sets the world of a plan up, takes the steps and takes it down again.
func runLoop(ctx context.Context, o demoOptions, plan loopPlan, out io.Writer) (err error) {
	l := &loop{loopPlan: plan, o: o, sides: map[string]*sim.Counterpart{}, doors: newDoors(), told: map[string]bool{}}
	if l.dir, err = os.MkdirTemp("", "waybill-demo-"); err != nil {
		return err
	}
	if !o.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(l.dir)) }()
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if err := l.open(); err != nil {
		return err
	}
	if err := l.configure(); err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	group, working := errgroup.WithContext(running)
	group.Go(func() error { return l.gateway.Run(working) })
	defer func() { stop(); err = errors.Join(err, group.Wait()) }()
	select {
	case <-l.doors.opened:
	case <-working.Done():
		return errors.New("the gateway did not start")
	}
	l.work(working, group)
	p := &printer{out: out, json: o.json, tty: isTTY(out)}
	l.intro(p)
	failed := l.journey(working, p)
	if o.keep {
		l.kept(p)
		<-ctx.Done()
	}
	if failed != nil {
		return findings(failed)
	}
	return nil
}

// open opens the partners and our system.
func (l *loop) open() (err error) {
	if l.system, err = sim.OpenERP(sim.ERPOptions{Answer: sim.Respond}); err != nil {
		return err
	}
	for _, m := range l.loopPlan.partners {
		p, err := sim.OpenPartner(sim.PartnerOptions{Name: m.name, AS2: m.as2})
		if err != nil {
			return err
		}
		l.partners = append(l.partners, p)
		l.sides[m.name] = sim.NewCounterpart(p, m.options)
	}
	return nil
}

func (l *loop) close() error {
	var err error
	for _, p := range l.partners {
		err = errors.Join(err, p.Close())
	}
	if l.system != nil {
		err = errors.Join(err, l.system.Close())
	}
	if l.log != nil {
		err = errors.Join(err, l.log.Close())
	}
	return err
}

// configure writes the configuration for free ports and builds the gateway.
func (l *loop) configure() (err error) {
	addresses := map[string]string{
		"127.0.0.1:4080": "127.0.0.1:0", "127.0.0.1:4081": "127.0.0.1:0", "127.0.0.1:4083": "127.0.0.1:0",
		"http://127.0.0.1:4090/orders": l.system.URL(),
	}
	if l.o.store != "" {
		addresses["sqlite:data/waybill.db"] = l.o.store
	}
	certificates := map[string]*x509.Certificate{}
	for i, m := range l.loopPlan.partners {
		addresses[m.address], certificates[m.name] = l.partners[i].URL(), l.partners[i].Keys().Certificate
	}
	if l.made, err = example.WriteLoop(l.config(), l.name, addresses, certificates, time.Now()); err != nil {
		return err
	}
	l.log, l.gateway, err = demoGateway(l.config(), filepath.Join(l.dir, "gateway.log"), l.doors.open)
	return err
}

func (l *loop) config() string { return filepath.Join(l.dir, "config") }

// work lets everybody who is simulated work in the group.
func (l *loop) work(ctx context.Context, group *errgroup.Group) {
	const every = 20 * time.Millisecond
	for _, p := range l.partners {
		p.Join(sim.Gateway{URL: "http://" + l.doors.at("as2") + "/as2", AS2: example.Us, Certificate: l.made.Ours.Certificate})
	}
	workers := []worker{l.desk(l)}
	for _, s := range l.sides {
		workers = append(workers, s)
	}
	for _, w := range workers {
		group.Go(func() error { return w.Run(ctx, every) })
	}
}

// loopDoors counts as2, api and observe.
const loopDoors = 3

// doors are the addresses at which a gateway can be reached; it opens them on its
// own time.
type doors struct {
	opened chan struct{} // closed when all are open
	mu     sync.Mutex
	found  map[string]string
}

func newDoors() *doors {
	return &doors{opened: make(chan struct{}), found: map[string]string{}}
}

func (d *doors) open(name string, a net.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.found[name] = a.String()
	if len(d.found) == loopDoors {
		close(d.opened)
	}
}

func (d *doors) at(name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.found[name]
}
