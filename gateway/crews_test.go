package gateway

import (
	"context"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// TestEveryStageHasOneCrew: a stage that no crew runs would wait for ever.
func TestEveryStageHasOneCrew(t *testing.T) {
	g := built(t, exampleTree(t))
	in := map[spool.Stage]int{}
	for _, c := range crews(3, g.parts.guards.of) {
		if c.guard != nil { // its stage is that of the crew for what names no system
			if want := c.guard.Limits().Concurrency; c.width != want || c.share != want || c.group != "to:erp" {
				t.Errorf("the crew of %s has the width %d and the share %d, expected %d", c.group, c.width, c.share, want)
			}
			continue
		}
		if c.share != 3 || c.width < c.share {
			t.Errorf("crew %v has the width %d and the share %d, expected 3", c.stages, c.width, c.share)
		}
		for _, s := range c.stages {
			in[s]++
		}
	}
	for s := range g.parts.stages {
		if in[s] != 1 {
			t.Errorf("stage %s is run by %d crews, expected one", s, in[s])
		}
		delete(in, s)
	}
	if len(in) > 0 {
		t.Errorf("crews run stages that do not exist: %v", in)
	}
}

// blocking puts a gate before a stage.
func blocking(stage spool.Stage, gate <-chan struct{}) func(*Gateway) {
	return func(g *Gateway) {
		inner := g.parts.stages[stage]
		g.parts.stages[stage] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
			<-gate
			return inner.Run(ctx, w)
		})
	}
}

// TestASlowERPHoldsUpNoAcknowledgement: while every delivery hangs, partners get
// their 997s; TestASlowPartnerHoldsUpNoOrder is the other way round.
func TestASlowERPHoldsUpNoAcknowledgement(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	r := begin(t, setup{edits: base(), config: func(c *Config) { c.Workers = 1 }, inject: blocking(stages.ToDeliver, gate)})
	const orders = 4
	for range orders {
		r.send(t)
	}
	until(t, "every 997 is at the partner", func() bool { return len(r.partner.Answers()) == orders })
	if n := r.erp.Calls(); n != 0 {
		t.Errorf("the ERP was called %d times through a closed gate", n)
	}
	close(gate)
	until(t, "every order is at the ERP", func() bool { return len(r.erp.Journal()) == orders })
}

func TestASlowPartnerHoldsUpNoOrder(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	r := begin(t, setup{edits: base(), config: func(c *Config) { c.Workers = 1 }, inject: blocking(stages.ToSend, gate)})
	const orders = 4
	for range orders {
		r.send(t)
	}
	until(t, "every order is at the ERP", func() bool { return len(r.erp.Journal()) == orders })
	if n := len(r.partner.Answers()); n != 0 {
		t.Errorf("the partner has %d messages through a closed gate", n)
	}
	close(gate)
	until(t, "every 997 is at the partner", func() bool { return len(r.partner.Answers()) == orders })
}

// TestASlowPartnerHoldsUpNoOther: however much waits for a partner that does not
// answer, another's 997s leave; and when it answers, nothing of its own is missing.
func TestASlowPartnerHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	beta, err := sim.OpenPartner(sim.PartnerOptions{Name: "beta-retail", AS2: "BETA_AS2"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = beta.Close() })
	r := begin(t, setup{
		edits: base(), config: func(c *Config) { c.Workers = 2 },
		before: func(dir string) {
			cer := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: beta.Keys().Certificate.Raw})
			if err := os.WriteFile(filepath.Join(dir, "certs", "beta.cer"), cer, 0o600); err != nil {
				t.Fatal(err)
			}
			second(t, dir, "ACME_AS2", "BETA_AS2", "certs/acme-retail.cer", "certs/beta.cer")
		},
		inject: func(g *Gateway) {
			inner := g.parts.stages[stages.ToSend]
			g.parts.stages[stages.ToSend] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
				if w.Message().Partner == example.Partner {
					<-gate
				} else { // whoever is behind the URL
					return spool.Outcome{Note: "sent"}, nil
				}
				return inner.Run(ctx, w)
			})
		},
	})
	beta.Join(r.door)
	const orders = 5        // more than twice a share
	for i := range orders { // one after the other, or they would leave together
		r.send(t)
		until(t, "its 997 waits to be sent", func() bool {
			return len(r.messages(t, spool.Filter{Partner: example.Partner, Kind: stages.KindInterchange, Document: "997"})) == i+1
		})
	}
	until(t, "the slow partner has its share", func() bool {
		return len(r.messages(t, spool.Filter{Stage: string(stages.ToSend), Status: string(spool.Running)})) == 2
	})
	for i := range orders {
		sent, err := beta.Send(t.Context(), sim.Order850(sim.Spec{Control: i + 1, Sender: "BETARETAIL"}), sim.How{})
		if err != nil || !sent.Accepted() {
			t.Fatalf("the receipt is %q %s, %v", sent.Disposition, sent.NoReceipt, err)
		}
	}
	until(t, "the other's 997s have left", func() bool {
		left := spool.Filter{Partner: "beta-retail", Document: "997", Status: string(spool.Done)}
		acks, carriers := left, left
		acks.Kind, carriers.Kind = stages.KindAcknowledgement, stages.KindInterchange
		return len(r.messages(t, acks)) == orders && len(r.messages(t, carriers)) == len(r.messages(t, spool.Filter{
			Partner: "beta-retail", Document: "997", Kind: stages.KindInterchange}))
	})
	close(gate)
	until(t, "every 997 is at the partner", func() bool { return len(r.partner.Answers()) == orders })
}

// TestChoresAreLogged: what was freed and what could not be done; nothing is said
// of nothing, and of a stop.
func TestChoresAreLogged(t *testing.T) {
	j := &journal{}
	w := &worker{log: jsonLog(j)}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	w.kept(t.Context(), "leases ran out", 0, nil)
	w.kept(stopped, "leases ran out", 0, context.Canceled)
	if j.String() != "" {
		t.Errorf("found %s, expected nothing", j)
	}
	w.kept(t.Context(), "leases ran out", 3, nil)
	w.kept(t.Context(), "answers are overdue", 0, errors.New("the database is down"))
	lines := j.lines(t)
	if len(lines) != 2 || lines[0]["msg"] != "leases ran out" || lines[0]["count"] != 3.0 ||
		lines[1]["level"] != "ERROR" || lines[1]["chore"] != "answers are overdue" || lines[1]["err"] != "the database is down" {
		t.Errorf("found %v", lines)
	}
}
