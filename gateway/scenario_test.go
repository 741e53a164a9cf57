package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"waybill/example"
	"waybill/gateway"
	"waybill/sim"
	"waybill/spool"
	"waybill/spool/spooltest"
)

// TestScenarios runs the files under testdata/scenarios: what arrives, and what
// must come out of it, at the ERP, at the partner and in the spool. The commands
// are those of scenarioCommands; everything between is real: AS2 over HTTP, the
// database, the ERP's HTTP.
func TestScenarios(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { runScenarios(t, func(*testing.T) string { return "" }) })
	t.Run("postgres", func(t *testing.T) {
		server := spooltest.StartPostgres(t)
		runScenarios(t, func(t *testing.T) string { return server.Database(t) })
	})
}

func runScenarios(t *testing.T, store func(*testing.T) string) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/scenarios",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds:          scenarioCommands(),
		Setup: func(env *testscript.Env) error {
			s := &scenario{dir: env.WorkDir, store: store(t)}
			env.Values[scenarioKey] = s
			env.Defer(func() {
				if err := s.end(); err != nil {
					t.Error(err)
				}
			})
			return s.open()
		},
	})
}

const scenarioKey = "scenario"

// scenario is one file's world.
type scenario struct {
	dir, config, store string
	url                string // where the gateway receives
	partner            *sim.Partner
	erp                *sim.ERP
	gateway            *gateway.Gateway
	stop               context.CancelFunc
	running            sync.WaitGroup
	ended              error
	ids                map[string]string // Message-IDs by the name that the script gives them
	sending            sync.WaitGroup
	sent               map[string]sim.Sent
}

func (s *scenario) open() (err error) {
	s.config = filepath.Join(s.dir, "config")
	s.ids, s.sent = map[string]string{}, map[string]sim.Sent{}
	if s.erp, err = sim.OpenERP(sim.ERPOptions{}); err != nil {
		return err
	}
	if s.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them}); err != nil {
		return err
	}
	return nil
}

// start writes the example configuration, puts the script's own files over it
// and runs the gateway.
func (s *scenario) start() error {
	ours, err := example.Write(s.config, example.Addresses{
		AS2: "127.0.0.1:0", Observe: "127.0.0.1:0", ERP: s.erp.URL(), Partner: s.partner.URL(), Store: s.store,
	}, s.partner.Keys(), time.Now())
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.dir, "over")); err == nil {
		if err := overlay(filepath.Join(s.dir, "over"), s.config, s.partner.URL()); err != nil {
			return err
		}
	}
	patient := filepath.Join(s.config, "partners", "defaults.yaml")
	defaults, err := os.ReadFile(patient)
	if err != nil {
		return err
	}
	const quick = "as2:\n  retry: { first: 20ms, max: 100ms, give_up: 1h }\n"
	if err := os.WriteFile(patient, []byte(strings.Replace(string(defaults), "as2:\n", quick, 1)), 0o600); err != nil {
		return err
	}
	c, problems := gateway.Load(s.config)
	if c == nil {
		return fmt.Errorf("%v", problems)
	}
	c.Retry.First, c.Retry.Max = 20*time.Millisecond, 100*time.Millisecond
	opened := make(chan string, 1)
	g, problems := gateway.New(c, gateway.Options{
		Log: slog.New(slog.DiscardHandler),
		Listening: func(door string, a net.Addr) {
			if door == "as2" {
				opened <- "http://" + a.String() + "/as2"
			}
		},
	})
	if g == nil {
		return fmt.Errorf("%v", problems)
	}
	s.gateway = g
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.running.Go(func() { s.ended = g.Run(ctx) })
	select {
	case s.url = <-opened:
		s.partner.Join(sim.Gateway{URL: s.url, AS2: example.Us, Certificate: ours.Certificate})
		return nil
	case <-time.After(20 * time.Second):
		return errors.New("the gateway does not listen")
	}
}

// overlay copies the script's files over the configuration; PARTNER_URL in them
// is where the partner receives.
func overlay(from, to, url string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), []byte(strings.ReplaceAll(string(data), "PARTNER_URL", url)), 0o600)
	})
}

func (s *scenario) end() error {
	s.sending.Wait()
	if s.stop != nil {
		s.stop()
		s.running.Wait()
	}
	return errors.Join(s.ended, s.erp.Close(), s.partner.Close())
}

// settle waits until nothing is on its way: every message is done, or waits for
// a person, or failed and will be tried again.
func (s *scenario) settle() error {
	s.sending.Wait()
	calm := 0
	for range 2000 {
		busy, err := s.busy()
		if err != nil {
			return err
		}
		if calm++; busy {
			calm = 0
		}
		if calm == 3 {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("messages are still on their way after 20 s")
}

func (s *scenario) busy() (bool, error) {
	counts, err := s.gateway.Spool().Counts(context.Background()) // one look at all of them
	for _, c := range counts.Rows {
		switch c.Status {
		case spool.Arrived, spool.Ready, spool.Running, spool.Staged:
			return true, err
		}
	}
	return false, err
}
