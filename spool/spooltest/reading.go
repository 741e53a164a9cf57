package spooltest

import (
	"slices"
	"time"

	"waybill/spool"
)

func reading() []test {
	return []test{
		{"list chooses by every filter", filters},
		{"counts add up", countsAddUp},
		{"a message follows its own carrier", offspring},
		{"a thread shows the family from the transmission on", threads},
	}
}

func filters(t *suite) {
	old := t.take("old", func(c *spool.Child) { c.Partner, c.Document = "zenith", "856" })
	t.clock.add(48 * time.Hour)
	fresh := t.take("new", func(c *spool.Child) {
		c.Document, c.Stage, c.Labels = "850", "map", []spool.Label{{Name: "po", Value: "4500012345"}}
	})
	for name, c := range map[string]struct {
		filter spool.Filter
		want   []string
	}{
		"partner":     {spool.Filter{Partner: "zenith"}, []string{old.ID}},
		"document":    {spool.Filter{Document: "850"}, []string{fresh.ID}},
		"stage":       {spool.Filter{Stage: "map"}, []string{fresh.ID}},
		"status":      {spool.Filter{Status: "ready"}, []string{fresh.ID, old.ID}},
		"label":       {spool.Filter{Label: "4500012345"}, []string{fresh.ID}},
		"older":       {spool.Filter{Older: time.Hour, Kind: "interchange"}, []string{old.ID}},
		"newer":       {spool.Filter{Newer: time.Hour, Kind: "interchange"}, []string{fresh.ID}},
		"correlation": {spool.Filter{Correlation: old.Correlation}, []string{old.ID, old.Parent}},
		"limit":       {spool.Filter{Kind: "interchange", Limit: 1}, []string{fresh.ID}},
		"nothing":     {spool.Filter{Partner: "' OR 1=1 --"}, nil},
	} {
		found, err := t.s.List(t.Context(), c.filter)
		t.must(err)
		var got []string
		for _, m := range found {
			got = append(got, m.ID)
		}
		if len(got) == 2 && name == "correlation" {
			slices.Sort(got)
			slices.Sort(c.want)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, expected %v", name, got, c.want)
		}
	}
}

func countsAddUp(t *suite) {
	t.take("a")
	t.clock.add(time.Minute)
	t.take("b")
	t.finish(t.lease(t.query(1))[0], spool.Outcome{Next: "map"})
	c, err := t.s.Counts(t.Context())
	t.must(err)
	got := map[spool.Stage]int{}
	all := 0
	for _, r := range c.Rows {
		all += r.Count
		if r.Status == spool.Ready {
			got[r.Stage] = r.Count
		}
	}
	if all != 4 || got["map"] != 1 || got["decode"] != 1 {
		t.Errorf("counts %+v", c)
	}
	t.clock.add(time.Minute)
	if c, err := t.s.Counts(t.Context()); err != nil || c.OldestReady != time.Minute {
		t.Errorf("oldest %v, error %v", c.OldestReady, err)
	}
}

func threads(t *suite) {
	m := t.take("x")
	t.finish(t.leaseOne(), spool.Outcome{Emit: []spool.Child{
		{Key: "doc", Kind: "document", Stage: "send"}, {Key: "ack", Kind: "acknowledgement", Stage: "map"},
	}})
	doc := t.child(m.ID, "document")
	family, events, err := t.s.Thread(t.Context(), doc.ID)
	t.must(err)
	var kinds, verbs []string
	for _, f := range family {
		kinds = append(kinds, f.Kind)
	}
	for _, e := range events {
		verbs = append(verbs, e.Verb)
	}
	slices.Sort(kinds[2:])
	if !slices.Equal(kinds, []string{"transmission", "interchange", "acknowledgement", "document"}) {
		t.Errorf("family %v", kinds)
	}
	if !slices.Equal(verbs, []string{"stored", "released", "made", "decode", "made", "made"}) {
		t.Errorf("events %v", verbs)
	}
}

// offspring: of a batch that went out as two interchanges, each member has the one
// that carries it, also the first, whose step made both.
func offspring(t *suite) {
	first := t.take("a")
	carrier := func(key, kind string, members ...string) spool.Child {
		return spool.Child{Key: key, Kind: kind, Direction: "out", Partner: "acme", Body: []byte(key), Carries: members}
	}
	t.finish(t.leaseOne(), spool.Outcome{Emit: []spool.Child{carrier("i", "interchange", first.ID), carrier("i:1", "interchange", "another"), carrier("own", "997")}})
	for _, c := range []struct {
		id    string
		kinds []string
		want  []string
	}{
		{first.ID, nil, []string{"997", "interchange"}}, {"another", nil, []string{"interchange"}},
		{first.ID, []string{"997"}, []string{"997"}}, {first.ID, []string{"997", "interchange"}, []string{"997", "interchange"}},
	} {
		found, err := t.s.Offspring(t.Context(), c.id, c.kinds...)
		t.must(err)
		var kinds []string
		for _, m := range found {
			kinds = append(kinds, m.Kind)
		}
		slices.Sort(kinds)
		if !slices.Equal(kinds, c.want) {
			t.Errorf("of %s %v: found %v, expected %v", c.id, c.kinds, kinds, c.want)
		}
	}
}
