package gateway

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/spool"
	"waybill/stages"
)

// Status is the gateway at a glance, as its spool has it: what waits, for which of
// our systems, and behind whom.
type Status struct {
	Messages []StatusCount  `json:"messages"`
	Systems  []StatusSystem `json:"systems"`
	Heads    []StatusHead   `json:"heads"` // messages that others wait for
}

// StatusCount is how many messages stand in one status and wait for one stage.
type StatusCount struct {
	Status string `json:"status"`
	Stage  string `json:"stage,omitempty"`
	Count  int    `json:"count"`
}

// StatusSystem is one of our own systems, as a node sees it.
type StatusSystem struct {
	Name    string    `json:"name"`
	Node    string    `json:"node,omitempty"` // "" where no node has run with it
	Breaker string    `json:"breaker"`        // closed, open, half-open
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"` // of an open breaker: the next probe
	Reason  string    `json:"reason,omitempty"`
	Waiting int       `json:"waiting"` // documents for it, on all nodes
	Running int       `json:"running"`
	Oldest  time.Time `json:"oldest,omitzero"`
}

// StatusHead is a message that others of its partner wait for, because their order
// is kept.
type StatusHead struct {
	Message string `json:"message"`
	Partner string `json:"partner"`
	Order   string `json:"order"` // the order key
	Status  string `json:"status"`
	Stage   string `json:"stage"`
	Behind  int    `json:"behind"`
	Code    string `json:"code,omitempty"`
	Error   string `json:"error,omitempty"`
}

// ReadStatus reads how things stand. Systems are the adapters of the configuration.
func ReadStatus(ctx context.Context, s *spool.Spool, c *Config) (Status, error) {
	st := Status{Messages: []StatusCount{}, Heads: []StatusHead{}}
	counts, err := s.Counts(ctx)
	if err != nil {
		return st, err
	}
	for _, row := range counts.Rows {
		if !row.Status.Terminal() {
			st.Messages = append(st.Messages, StatusCount{string(row.Status), string(row.Stage), row.Count})
		}
	}
	if st.Systems, err = standings(ctx, s, slices.Sorted(maps.Keys(c.Adapters))); err != nil {
		return st, err
	}
	heads, err := s.Heads(ctx)
	for _, h := range heads {
		m := h.Message
		st.Heads = append(st.Heads, StatusHead{
			Message: m.ID, Partner: m.Partner, Order: m.OrderKey, Status: string(m.Status), Stage: string(m.Stage), Behind: h.Behind, Code: m.Code, Error: m.Error,
		})
	}
	return st, err
}

func standings(ctx context.Context, s *spool.Spool, names []string) ([]StatusSystem, error) {
	gates, err := s.Gates(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := s.Waiting(ctx, stages.ToDeliver)
	if err != nil {
		return nil, err
	}
	out := []StatusSystem{}
	for _, name := range names {
		first := StatusSystem{Name: name, Breaker: "unknown"}
		for _, w := range waiting {
			if w.Group == stages.ToTarget(name) {
				first.Waiting, first.Running, first.Oldest = w.Ready, w.Running, w.Oldest
			}
		}
		seen := false
		for _, g := range gates {
			if strings.TrimPrefix(g.Name, stages.ToTarget("")) != name {
				continue
			}
			at := first
			at.Node, at.Breaker, at.Since, at.Until, at.Reason = g.Node, g.State, g.Since, g.Until, g.Reason
			out, seen = append(out, at), true
		}
		if !seen {
			out = append(out, first)
		}
	}
	return out, nil
}
