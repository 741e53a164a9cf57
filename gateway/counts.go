package gateway

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"waybill/spool"
)

// counts are the gateway's metrics, in a registry of their own.
type counts struct {
	registry  *prometheus.Registry
	arrivals  *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	steps     *prometheus.CounterVec
	durations *prometheus.HistogramVec
	alerts    *prometheus.CounterVec
	config    *prometheus.GaugeVec
	breakers  *prometheus.CounterVec
}

func newCounts() *counts {
	c := &counts{
		registry: prometheus.NewRegistry(),
		arrivals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_arrivals_total", Help: "Arrivals released, by partner and result (accepted, duplicate, held).",
		}, []string{"partner", "result"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_refusals_total", Help: "Arrivals refused, by partner and error code.",
		}, []string{"partner", "code"}),
		steps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_steps_total", Help: "Stage runs, by stage and result.",
		}, []string{"stage", "result"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waybill_step_seconds", Help: "Duration of stage runs.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"stage"}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_alerts_total", Help: "What people were told of, by error code, partner and document: answers that are overdue or refuse ours, partners that are silent.",
		}, []string{"code", "partner", "document"}),
		config: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "waybill_config_info", Help: "The configuration in force: 1 with its revision; rejected is 1 while a newer one is refused.",
		}, []string{"revision", "rejected"}),
	}
	c.breakers = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "waybill_target_breaker_changes_total", Help: "How often the breaker of one of our systems changed, by the state it changed to.",
	}, []string{"target", "to"})
	c.registry.MustRegister(c.arrivals, c.refusals, c.steps, c.durations, c.alerts, c.config, c.breakers, collectors.NewGoCollector())
	return c
}

func (c *counts) received(partner, result string) { c.arrivals.WithLabelValues(partner, result).Inc() }
func (c *counts) refused(partner, code string)    { c.refusals.WithLabelValues(partner, code).Inc() }

func (c *counts) alert(code, partner, document string) {
	c.alerts.WithLabelValues(code, partner, document).Inc()
}
func (c *counts) breaker(target, to string) { c.breakers.WithLabelValues(target, to).Inc() }

func (c *counts) step(stage, result string, took time.Duration) {
	c.steps.WithLabelValues(stage, result).Inc()
	c.durations.WithLabelValues(stage).Observe(took.Seconds())
}

func (c *counts) revision(revision string, rejected bool) {
	c.config.Reset()
	state := "0"
	if rejected {
		state = "1"
	}
	c.config.WithLabelValues(revision, state).Set(1)
}

// watch adds how many messages wait where, read when the metrics are asked for.
func (c *counts) watch(s *spool.Spool) { c.registry.MustRegister(&depth{spool: s}) }

func (c *counts) handler() http.Handler {
	return promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{})
}

// depth reads the spool's counts at scrape time.
type depth struct{ spool *spool.Spool }

// depthTimeout bounds a scrape while the database does not answer.
const depthTimeout = 5 * time.Second

func messagesDesc() *prometheus.Desc {
	return prometheus.NewDesc("waybill_messages", "Messages in the spool, by status and stage.", []string{"status", "stage"}, nil)
}

func oldestDesc() *prometheus.Desc {
	return prometheus.NewDesc("waybill_oldest_ready_seconds", "Age of the oldest message that is ready.", nil, nil)
}

// Describe implements prometheus.Collector.
func (d *depth) Describe(ch chan<- *prometheus.Desc) { ch <- messagesDesc(); ch <- oldestDesc() }

// Collect implements prometheus.Collector.
func (d *depth) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), depthTimeout)
	defer cancel()
	c, err := d.spool.Counts(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(messagesDesc(), err)
		return
	}
	for _, row := range c.Rows {
		ch <- prometheus.MustNewConstMetric(messagesDesc(), prometheus.GaugeValue, float64(row.Count), string(row.Status), string(row.Stage))
	}
	ch <- prometheus.MustNewConstMetric(oldestDesc(), prometheus.GaugeValue, c.OldestReady.Seconds())
}
