package gateway

import (
	"context"
	"errors"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// TestEveryStageHasOneCrew: a stage that no crew runs would wait for ever.
func TestEveryStageHasOneCrew(t *testing.T) {
	g := built(t, exampleTree(t))
	in := map[spool.Stage]int{}
	for _, c := range crews(3) {
		if c.width != 3 {
			t.Errorf("crew %v has the width %d, expected 3", c.stages, c.width)
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
	until(t, "every 997 is at the partner", func() bool { return len(r.partner.Received()) == orders })
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
	if n := len(r.partner.Received()); n != 0 {
		t.Errorf("the partner has %d messages through a closed gate", n)
	}
	close(gate)
	until(t, "every 997 is at the partner", func() bool { return len(r.partner.Received()) == orders })
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
