package translators

import "testing"

// TestAccepts: a set is judged with its group, its interchange and the mode.
func TestAccepts(t *testing.T) {
	bad := func(level Level, code string) []Problem { return []Problem{{Level: level, Code: code}} }
	noted := func(level Level, code string) []Problem { return []Problem{{Level: level, Code: code, Warning: true}} }
	for _, c := range []struct {
		name            string
		ic, group, set  []Problem
		strict, lenient bool
	}{
		{name: "good", strict: true, lenient: true},
		{name: "warnings", ic: noted(AtInterchange, "014"), group: noted(AtGroup, "19"), set: noted(AtSet, "23"), strict: true, lenient: true},
		{name: "interchange", ic: bad(AtInterchange, "001")},
		{name: "group trailer", group: bad(AtGroup, "4")},
		{name: "group count", group: bad(AtGroup, "5"), strict: true, lenient: true},
		{name: "element", set: bad(AtElement, "7"), lenient: true},
		{name: "segment", set: bad(AtSegment, "3"), lenient: true},
		{name: "set trailer", set: bad(AtSet, "4")},
		{name: "element and trailer", set: append(bad(AtElement, "7"), bad(AtSet, "3")...)},
		{name: "element under a broken group", group: bad(AtGroup, "3"), set: bad(AtElement, "7")},
	} {
		t.Run(c.name, func(t *testing.T) {
			ic, g, s := &InterchangeReport{Problems: c.ic}, &GroupReport{Problems: c.group}, &SetReport{Problems: c.set, Accepted: true}
			for _, p := range c.set {
				s.Accepted = s.Accepted && p.Warning
			}
			if got := (AckPolicy{}).Accepts(ic, g, s); got != c.strict {
				t.Errorf("reject: %v", got)
			}
			if got := (AckPolicy{Mode: "with-errors"}).Accepts(ic, g, s); got != c.lenient {
				t.Errorf("with-errors: %v", got)
			}
		})
	}
}

// TestJudge: how far one refusal reaches, and what is taken all the same.
func TestJudge(t *testing.T) {
	good, bad := SetReport{Accepted: true}, SetReport{Problems: []Problem{{Level: AtElement, Code: "7"}}}
	cut := SetReport{Problems: []Problem{{Level: AtSet, Code: "2"}}}
	for _, c := range []struct {
		name   string
		policy AckPolicy
		groups [][]SetReport
		want   string // of each set, + for accepted
	}{
		{"set", AckPolicy{Per: "set"}, [][]SetReport{{good, bad}, {good}}, "+-+"},
		{"group", AckPolicy{Per: "group"}, [][]SetReport{{good, bad}, {good}}, "--+"},
		{"interchange", AckPolicy{Per: "interchange"}, [][]SetReport{{good, bad}, {good}}, "---"},
		{"interchange, nothing wrong", AckPolicy{Per: "interchange"}, [][]SetReport{{good, good}, {good}}, "+++"},
		{"group with errors", AckPolicy{Per: "group", Mode: "with-errors"}, [][]SetReport{{good, bad}, {good, cut}}, "++--"},
		{"accept", AckPolicy{Mode: "accept"}, [][]SetReport{{good, bad}, {cut}}, "++-"},
	} {
		ic := &InterchangeReport{}
		for i, sets := range c.groups {
			ic.Groups = append(ic.Groups, GroupReport{Group: Group{Index: i}, Sets: sets})
		}
		accepts, got := c.policy.Judge(ic), ""
		for i := range ic.Groups {
			for j := range ic.Groups[i].Sets {
				got += map[bool]string{true: "+", false: "-"}[accepts(&ic.Groups[i], &ic.Groups[i].Sets[j])]
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestWhere names places the way guides do.
func TestWhere(t *testing.T) {
	for want, p := range map[string]Problem{
		"N1":       {Segment: "N1"},
		"PO104":    {Segment: "PO1", Element: 4},
		"SLN05-01": {Segment: "SLN", Element: 5, Component: 1},
		"":         {},
	} {
		if got := p.Where(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSegment reads elements and components that are there and that are not.
func TestSegment(t *testing.T) {
	s := &Segment{ID: "REF", Elements: []Element{{Text: "DP"}, {}, {Repeats: [][]string{{"A", "B"}, {"C"}}}, {Repeats: [][]string{{}}}}}
	for _, c := range []struct {
		n    int
		want string
	}{{1, "DP"}, {2, ""}, {3, "A"}, {4, ""}, {5, ""}, {0, ""}} {
		if got := s.Element(c.n); got != c.want {
			t.Errorf("element %d: %q", c.n, got)
		}
	}
	for _, c := range []struct {
		n, c int
		want string
	}{{1, 1, "DP"}, {1, 2, ""}, {3, 1, "A"}, {3, 2, "B"}, {3, 3, ""}, {4, 1, ""}, {9, 1, ""}, {1, 0, ""}} {
		if got := s.Component(c.n, c.c); got != c.want {
			t.Errorf("component %d-%d: %q", c.n, c.c, got)
		}
	}
	var none *Segment
	if none.Element(1) != "" || none.Component(1, 1) != "" {
		t.Error("a segment that is not there has no elements")
	}
}

// TestNode: the trigger of a loop is its first segment.
func TestNode(t *testing.T) {
	seg := &Segment{ID: "N1"}
	leaf := &Node{Segment: seg}
	if leaf.Trigger() != seg || (&Node{Children: []*Node{leaf}}).Trigger() != seg || (&Node{}).Trigger() != nil {
		t.Error("the trigger is another")
	}
}

// TestCodes: no list and an empty list have every code.
func TestCodes(t *testing.T) {
	var none *Codes
	list := &Codes{Members: map[string]struct{}{"A": {}}}
	if !none.Has("X") || !(&Codes{}).Has("X") || !list.Has("A") || list.Has("X") {
		t.Error("Has")
	}
}

// TestSyntaxError says place, fault, what was found and what was expected.
func TestSyntaxError(t *testing.T) {
	err := &SyntaxError{Offset: 3, Found: "UNB", Expected: "ISA", Text: "no interchange begins here"}
	if got := err.Error(); got != `at byte 3: no interchange begins here: found "UNB", expected ISA` {
		t.Error(got)
	}
}
