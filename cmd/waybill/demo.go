package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"waybill/example"
	"waybill/gateway"
	"waybill/sim"
)

// demoOptions are the flags of demo.
type demoOptions struct {
	json     bool
	keep     bool
	store    string
	broken   string
	loop     string
	door     string
	patience time.Duration
}

// demoCommand runs the main job with a built-in partner and ERP.
func demoCommand() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run one purchase order's whole journey on this machine",
		Long: `Start a gateway on an embedded database, a trading partner and an ERP, all on
loopback, and let the partner send a signed and encrypted purchase order. Each
step is read back from the spool's history, the partner's log or the ERP's
journal; demo itself vouches for nothing. It ends with the timeline of the
message. Exit code 0 only if every step held.

--door takes the same order another way: sftp has the partner upload it to the
gateway's SFTP server, and fetch the acknowledgement there.

--loop runs a whole loop of documents instead, with everybody who takes part:
` + loopNames() + `. What was ordered, shipped
and billed is then counted from what the partners sent and got, by code that the
gateway has no part in, and every acknowledgement is looked for there.

--break lets one step go wrong, to see how that looks: ` + strings.Join(breaks("as2"), ", ") + `;
in a loop any step that goes out, such as "810 out", which the partner then rejects.`,
		Example: `  waybill demo
  waybill demo --json
  waybill demo --keep              # leave everything running, to look around
  waybill demo --break mdn
  waybill demo --door sftp
  waybill demo --loop order-to-cash`,
		Args: cobra.NoArgs,
	}
	c.Flags().BoolVar(&o.json, "json", false, "one JSON object for each step, as -o json")
	asJSON := outputFlag(c)
	c.Flags().BoolVar(&o.keep, "keep", false, "leave everything running until an interrupt")
	c.Flags().StringVar(&o.store, "store", "", "another database: postgres://USER@HOST/DATABASE?sslmode=…")
	c.Flags().StringVar(&o.broken, "break", "", "let this step go wrong")
	c.Flags().StringVar(&o.door, "door", "as2", "the way in and out: "+strings.Join(demoDoors(), ", "))
	c.Flags().StringVar(&o.loop, "loop", "", "run this loop of documents: "+loopNames())
	c.Flags().DurationVar(&o.patience, "patience", 30*time.Second, "how long a step may take")
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		o.json = o.json || json
		plan := loopPlan{}
		if o.loop != "" {
			if plan, err = loopPlanOf(o.loop, o.broken); err != nil {
				return err
			}
		} else if err := o.check(); err != nil {
			return usage(err)
		}
		ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if o.loop != "" {
			return runLoop(ctx, o, plan, c.OutOrStdout())
		}
		return runDemo(ctx, o, c.OutOrStdout())
	}
	return c
}

// demoDoors are the ways that --door knows.
func demoDoors() []string { return []string{"as2", "sftp"} }

// check looks at --door, and at --break, which names a step of that door.
func (o *demoOptions) check() error {
	if !slices.Contains(demoDoors(), o.door) {
		return fmt.Errorf("--door is one of %s; found %q", strings.Join(demoDoors(), ", "), o.door)
	}
	if names := breaks(o.door); o.broken != "" && !slices.Contains(names, o.broken) {
		return fmt.Errorf("--break is one of %s; found %q", strings.Join(names, ", "), o.broken)
	}
	return nil
}

// demo is a gateway with its world.
type demo struct {
	o       demoOptions
	files   *sim.FilePartner // by --door sftp
	dir     string
	partner *sim.Partner
	erp     *sim.ERP
	gateway *gateway.Gateway
	log     *os.File
	doors   map[string]string // addresses by door
	found   found             // what the steps found, for the steps after them
}

// runDemo sets the world up, takes the steps and takes it down again.
func runDemo(ctx context.Context, o demoOptions, out io.Writer) (err error) {
	d := &demo{o: o, doors: map[string]string{}}
	if d.dir, err = os.MkdirTemp("", "waybill-demo-"); err != nil {
		return err
	}
	if !o.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	}
	if d.erp, err = sim.OpenERP(sim.ERPOptions{}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.erp.Close()) }()
	if d.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.partner.Close()) }()

	p := &printer{out: out, json: o.json, tty: isTTY(out)}
	running, stop := context.WithCancel(ctx)
	var group errgroup.Group
	opened := make(chan struct{})
	if err := d.configure(opened); err != nil {
		stop()
		return err
	}
	group.Go(func() error { defer stop(); return d.gateway.Run(running) })
	defer func() { stop(); err = errors.Join(err, group.Wait(), d.log.Close()) }()

	select {
	case <-opened:
	case <-running.Done():
		return errors.New("the gateway did not start")
	}
	p.intro(d)
	failed := d.journey(ctx, p)
	if o.keep {
		p.kept(d)
		<-ctx.Done()
	}
	if d.files != nil {
		_ = d.files.Close()
	}
	if failed != nil {
		return findings(failed)
	}
	return nil
}

// configure writes a configuration for free ports and builds the gateway; opened
// is closed when partners can send.
func (d *demo) configure(opened chan<- struct{}) error {
	config := filepath.Join(d.dir, "config")
	ours, err := example.Write(config, example.Addresses{
		AS2: "127.0.0.1:0", Observe: "127.0.0.1:0", ERP: d.erp.URL(), Partner: d.partner.URL(), Store: d.o.store,
	}, d.partner.Keys(), time.Now())
	if err != nil {
		return err
	}
	if d.o.door == "sftp" {
		if err := d.joinSFTP(config); err != nil {
			return err
		}
	}
	var mu sync.Mutex // the doors open at the same time
	d.log, d.gateway, err = demoGateway(config, d.logFile(), func(door string, a net.Addr) {
		mu.Lock()
		defer mu.Unlock()
		d.doors[door] = a.String()
		switch door {
		case "as2":
			d.partner.Join(sim.Gateway{URL: d.url(), AS2: example.Us, Certificate: ours.Certificate})
		case "sftp":
			d.files.Join(a.String())
		}
		if d.doors["as2"] != "" && d.doors[d.o.door] != "" && (door == "as2" || door == d.o.door) {
			close(opened)
		}
	})
	return err
}

// demoGateway builds the gateway of a demo's configuration.
func demoGateway(config, logFile string, listening func(string, net.Addr)) (*os.File, *gateway.Gateway, error) {
	c, problems := gateway.Load(config)
	if c == nil {
		return nil, nil, findings(fmt.Errorf("the demo's own configuration is wrong: %v", problems))
	}
	c.Inline = demoInline
	c.Retry.First, c.Retry.Max = 200*time.Millisecond, 2*time.Second // a demo is not patient
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	g, problems := gateway.New(c, gateway.Options{Log: slog.New(slog.NewJSONHandler(log, nil)), Listening: listening})
	if g == nil {
		return log, nil, findings(fmt.Errorf("the demo's own configuration is wrong: %v", problems))
	}
	return log, g, nil
}

// demoInline keeps the order's bytes in a file of their own, where one can look
// at them.
const demoInline = 512

func (d *demo) logFile() string { return filepath.Join(d.dir, "gateway.log") }

// url is where the partner sends to.
func (d *demo) url() string {
	path := "/as2"
	if d.o.broken == "stored" {
		path = "/elsewhere"
	}
	return "http://" + d.doors["as2"] + path
}
