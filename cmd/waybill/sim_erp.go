package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"waybill/sim"
)

// simERP is one run of sim erp.
type simERP struct {
	out       io.Writer
	listen    string
	path      string
	faults    string
	api       string
	tokenEnv  string
	warehouse string
	short     map[string]int
	span      time.Duration
}

func simERPCommand() *cobra.Command {
	s := &simERP{}
	c := &cobra.Command{
		Use:   "erp",
		Short: "Play the ERP or WMS behind a gateway, with faults",
		Long: `Play one of our own systems: take documents at an address, one for each idempotency
key, and say what came. With --api it answers, too: it has --warehouse ship what was
ordered, tells the buyer and bills; as a warehouse of its own it ships what a depositor
asks for, less what --short says.

A fault is a word, alone or with the share of the calls that it takes:
  ` + strings.Join(sim.FaultWords(), ", ") + `
such as down, or 500:0.2,slow=5s:0.3. It is switched while the command runs by
PUT /faults at the same address, with such words as the body.

Exit code 0: it ran until it was stopped. 1: it could not run.`,
		Example: `  waybill sim erp --listen 127.0.0.1:4090
  waybill sim erp --fault 500:0.2,timeout-after-commit:0.1
  waybill sim erp --listen 127.0.0.1:4091 --api http://127.0.0.1:4083 --token-env WMS_TOKEN --short SKU-1001=2`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s.out = c.OutOrStdout()
			return s.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:4090", "the address")
	f.StringVar(&s.path, "path", "/orders", "where documents are posted")
	f.StringVar(&s.faults, "fault", "", "what goes wrong from the start")
	f.StringVar(&s.api, "api", "", "address of the gateway's API, to hand in what follows from an order")
	f.StringVar(&s.tokenEnv, "token-env", "", "environment variable with the API's token")
	f.StringVar(&s.warehouse, "warehouse", "", "partner that ships what is ordered")
	f.StringToIntVar(&s.short, "short", nil, "item and how many pieces less than ordered are shipped, such as SKU-1001=2")
	f.DurationVar(&s.span, "for", 0, "how long to run; 0 is until it is stopped")
	return c
}

func (s *simERP) run(ctx context.Context) error {
	faults, err := sim.ParseFaults(s.faults)
	if err != nil {
		return usage(err)
	}
	token, err := s.token()
	if err != nil {
		return usage(err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if s.span > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.span)
		defer cancel()
	}
	erp, err := sim.OpenERP(sim.ERPOptions{Address: s.listen, Path: s.path, Faults: faults, Switch: true})
	if err != nil {
		return findings(err)
	}
	fmt.Fprintf(s.out, "%-8s %s, faults are switched at %s\n", "listens", erp.URL(), erp.SwitchURL())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.tell(ctx, erp) })
	if s.api != "" {
		clerk := sim.NewClerk(erp, sim.ClerkOptions{API: strings.TrimSuffix(s.api, "/"), Token: token, Warehouse: s.warehouse, Short: s.short})
		group.Go(func() error { return clerk.Run(ctx, 100*time.Millisecond) })
	}
	if err := errors.Join(group.Wait(), erp.Close()); err != nil {
		return findings(err)
	}
	return nil
}

// token is that of the API, where there is one.
func (s *simERP) token() (string, error) {
	if s.api == "" {
		if len(s.short) > 0 || s.warehouse != "" || s.tokenEnv != "" {
			return "", errors.New("--short, --warehouse and --token-env are for what is handed in: name the --api")
		}
		return "", nil
	}
	if s.tokenEnv == "" {
		return "", errors.New("name the environment variable that holds the API's token: --token-env NAME")
	}
	token := os.Getenv(s.tokenEnv)
	if token == "" {
		return "", fmt.Errorf("the environment variable %s, which --token-env names, is not set", s.tokenEnv)
	}
	return token, nil
}

// tell says what came, as it comes.
func (s *simERP) tell(ctx context.Context, erp *sim.ERP) error {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for told := 0; ; {
		for _, o := range erp.Journal()[told:] {
			told++
			fmt.Fprintf(s.out, "%-8s %s\n", "took", printable(strings.Join(strings.Fields(fmt.Sprintf("%s %s of %s as %s", o.Kind, o.PO, o.Partner, o.Reference)), " ")))
		}
		select {
		case <-ctx.Done():
			fmt.Fprintf(s.out, "%-8s %d document(s) in %d call(s)\n", "stopped", told, erp.Calls())
			return nil
		case <-t.C:
		}
	}
}
