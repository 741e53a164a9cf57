package gateway

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"waybill/adapters"
	"waybill/spool"
	"waybill/stages"
)

// guards are what stands before our own systems, by the names of their adapters.
type guards struct {
	of map[string]*adapters.Guard

	recording sync.Mutex // one record after another, so that the last one is the latest
}

// guard keeps a target within its limits. Its breaker's changes are told to the
// log and the metrics, and recorded for commands.
func (g *Gateway) guard(name string, t adapters.Target, l adapters.Limits) *adapters.Guard {
	guard := adapters.NewGuard(t, l, adapters.GuardOptions{Now: g.o.Now, Changed: func(s adapters.State) {
		g.counts.breaker(name, s.Breaker)
		log := g.o.Log.With("target", name, "breaker", s.Breaker)
		switch s.Breaker {
		case adapters.Open:
			log.Warn("a system is left alone", "code", "ERP-PAUSED", "reason", s.Reason, "until", s.Until)
		case adapters.HalfOpen:
			log.Info("the next document is the probe", "reason", s.Reason)
		default:
			log.Info("a system answers again")
		}
		if at := g.spool.Load(); at != nil {
			g.recordGate(context.Background(), at, name)
		}
	}})
	g.parts.guards.of[name] = guard
	return guard
}

// recordTimeout bounds the record of a change; it is for people's eyes and may be missed.
const recordTimeout = 5 * time.Second

// recordGate writes down how a guard stands now. When it lets documents pass, what
// waits for its next attempt need not wait any longer.
func (g *Gateway) recordGate(ctx context.Context, at *spool.Spool, name string) {
	g.parts.guards.recording.Lock()
	defer g.parts.guards.recording.Unlock()
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	s := g.parts.guards.of[name].State()
	group := stages.ToTarget(name)
	err := at.SetGate(ctx, spool.Gate{Name: group, State: s.Breaker, Reason: s.Reason, Since: s.Since, Until: s.Until})
	if err == nil && s.Breaker == adapters.Closed {
		_, err = at.Hasten(ctx, group)
	}
	if err != nil {
		g.o.Log.Error("state of a system not recorded", "target", name, "err", err)
	}
}

// recordGates writes down how every guard stands when the gateway begins.
func (g *Gateway) recordGates(ctx context.Context, at *spool.Spool) {
	for _, name := range slices.Sorted(maps.Keys(g.parts.guards.of)) {
		g.recordGate(ctx, at, name)
	}
}

// standing reads the guards at scrape time.
type standing struct{ guards *guards }

func breakerDesc() *prometheus.Desc {
	return prometheus.NewDesc("waybill_target_breaker", "1 for the state that the breaker of one of our systems is in: closed, open, half-open.", []string{"target", "state"}, nil)
}

func runningDesc() *prometheus.Desc {
	return prometheus.NewDesc("waybill_target_running", "Deliveries to one of our systems that are under way.", []string{"target"}, nil)
}

// Describe implements prometheus.Collector.
func (s standing) Describe(ch chan<- *prometheus.Desc) { ch <- breakerDesc(); ch <- runningDesc() }

// Collect implements prometheus.Collector.
func (s standing) Collect(ch chan<- prometheus.Metric) {
	for _, name := range slices.Sorted(maps.Keys(s.guards.of)) {
		at := s.guards.of[name].State()
		for _, state := range []string{adapters.Closed, adapters.Open, adapters.HalfOpen} {
			value := 0.0
			if state == at.Breaker {
				value = 1
			}
			ch <- prometheus.MustNewConstMetric(breakerDesc(), prometheus.GaugeValue, value, name, state)
		}
		ch <- prometheus.MustNewConstMetric(runningDesc(), prometheus.GaugeValue, float64(at.Running), name)
	}
}
