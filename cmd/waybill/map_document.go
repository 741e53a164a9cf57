package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"waybill/canonical"
	"waybill/gateway"
	"waybill/mappings"
	"waybill/mappings/workbench"
)

// documents is how documents that are tried stand before a mapping: held against
// their schema as the API does it, and in the form that the mapping reads.
func documents() func(kind string, doc json.RawMessage) (json.RawMessage, []mappings.Problem, error) {
	checker := sync.OnceValues(canonical.NewChecker)
	return func(kind string, doc json.RawMessage) (json.RawMessage, []mappings.Problem, error) {
		c, err := checker()
		if err != nil {
			return nil, nil, err
		}
		var envelope struct {
			Kind, SchemaVersion string
			Body                json.RawMessage
		}
		if json.Unmarshal(doc, &envelope) != nil || envelope.SchemaVersion == "" || len(envelope.Body) == 0 {
			whole, err := asWhole(kind, doc)
			return doc, wrong(c, kind, whole), err
		}
		if envelope.Kind != kind && envelope.Kind != canonical.Of(kind) {
			return nil, nil, fmt.Errorf("is of kind %q, and the mapping writes one of kind %s", envelope.Kind, canonical.Of(kind))
		}
		found := wrong(c, envelope.Kind, envelope.Body)
		if envelope.Kind != kind && len(found) > 0 {
			return json.RawMessage(`{}`), found, nil // no tree can be made of it
		}
		body := envelope.Body
		if envelope.Kind == canonical.Of(kind) {
			body, err = canonical.ToMapped(kind, body)
		}
		return body, found, err
	}
}

// asWhole adds to a body alone what the gateway would have added: sums and results,
// and the revision, which it counts.
func asWhole(kind string, body json.RawMessage) (json.RawMessage, error) {
	whole, err := canonical.Complete(kind, body)
	if err != nil || kind != "order" {
		return whole, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(whole, &fields); err != nil {
		return nil, err
	}
	if _, said := fields["revision"]; !said {
		fields["revision"] = json.RawMessage("1")
	}
	return json.Marshal(fields)
}

// wrong is what the schema says of a body, as a mapping would say it.
func wrong(c *canonical.Checker, kind string, body json.RawMessage) []mappings.Problem {
	var all []mappings.Problem
	for _, p := range c.Check(kind, body) {
		all = append(all, mappings.Problem{Severity: "error", Code: mappings.CodeCheck, Field: p.Path, Text: p.Text})
	}
	return all
}

// envelope is that of the partner to whom the mapping writes; made up where it is
// nobody's, or that of several.
func (s *mapShop) envelope(mapping, partner string) (workbench.Envelope, error) {
	var e workbench.Envelope
	if s.folder != "" {
		return e, nil
	}
	roster, _ := gateway.ReadRoster(s.config, time.Now) // what is wrong with it check says
	if roster == nil {
		if partner != "" {
			return e, usage(fmt.Errorf("there is no configuration in %s that can be read; waybill check says why", s.config))
		}
		return e, nil
	}
	n := 0
	for _, p := range roster.Partners {
		if partner == p.Name || partner == "" && p.Writes(mapping) {
			n++
			e = workbench.Envelope{Us: named(p.ISA.Us, p.GS.Us), Them: named(p.ISA.Them, p.GS.Them)}
		}
	}
	switch {
	case n == 0 && partner != "":
		return e, usage(fmt.Errorf("there is no partner %s in %s", partner, s.config))
	case n > 1:
		return workbench.Envelope{}, nil
	}
	return e, nil
}

func named(isa, gs string) workbench.Name {
	qualifier, id, _ := strings.Cut(isa, ":")
	return workbench.Name{Qualifier: qualifier, ID: id, Group: gs}
}
